-- Every change of what people set up, and every change that a request makes of customers, written down in its transaction.
-- The application says who acts by set_config('campaign_flow.actor', ..., true); see store/database.py.

-- Arguments: the kind; the column that names the thing; then columns that are of no interest, or secret.
CREATE FUNCTION audit_values() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_row jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE to_jsonb(OLD) END;
    new_row jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}' ELSE to_jsonb(NEW) END;
    subject text := coalesce(new_row, old_row) ->> TG_ARGV[1];
    ignored text[] := TG_ARGV[2:] || '{updated_at,created_at}'::text[];
    old_values jsonb;
    new_values jsonb;
BEGIN
    IF TG_OP = 'DELETE' THEN
        subject := old_row ->> TG_ARGV[1];
    END IF;
    SELECT jsonb_object_agg(key, value) INTO old_values FROM jsonb_each(old_row - ignored)
     WHERE value IS DISTINCT FROM new_row -> key;
    SELECT jsonb_object_agg(key, value) INTO new_values FROM jsonb_each(new_row - ignored)
     WHERE value IS DISTINCT FROM old_row -> key;
    IF old_values IS NOT NULL OR new_values IS NOT NULL THEN
        INSERT INTO audit_log (actor, action, kind, subject, before, after)
        VALUES (coalesce(nullif(current_setting('campaign_flow.actor', true), ''), 'system'),
                CASE TG_OP WHEN 'INSERT' THEN 'created' WHEN 'UPDATE' THEN 'changed' ELSE 'deleted' END,
                TG_ARGV[0], subject, old_values, new_values);
    END IF;
    RETURN NULL;
END $$;

-- Personal data: which fields, never what they held. What an erasure removes must not live on here.
CREATE FUNCTION audit_names() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_row jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE to_jsonb(OLD) END;
    new_row jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}' ELSE to_jsonb(NEW) END;
    changed jsonb;
BEGIN
    SELECT jsonb_agg(key ORDER BY key) INTO changed FROM jsonb_each(old_row || new_row)
     WHERE key NOT IN ('updated_at', 'created_at') AND old_row -> key IS DISTINCT FROM new_row -> key;
    IF changed IS NOT NULL THEN
        INSERT INTO audit_log (actor, action, kind, subject, after)
        VALUES (current_setting('campaign_flow.actor', true),
                CASE TG_OP WHEN 'INSERT' THEN 'created' WHEN 'UPDATE' THEN 'changed' ELSE 'deleted' END,
                TG_ARGV[0], (old_row || new_row) ->> TG_ARGV[1], jsonb_build_object('changed', changed));
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON campaigns
    FOR EACH ROW EXECUTE FUNCTION audit_values('campaign', 'slug', 'revision');
CREATE TRIGGER audit AFTER INSERT ON campaign_versions
    FOR EACH ROW EXECUTE FUNCTION audit_values('version', 'campaign_id', 'flow', 'templates', 'segments');
CREATE TRIGGER audit AFTER INSERT ON journey_migrations
    FOR EACH ROW EXECUTE FUNCTION audit_values('migration', 'campaign_id', 'told', 'state', 'finished_at');
CREATE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE OF name, description, condition ON segments
    FOR EACH ROW EXECUTE FUNCTION audit_values('segment', 'name');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON templates
    FOR EACH ROW EXECUTE FUNCTION audit_values('template', 'name', 'revision');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON topics
    FOR EACH ROW EXECUTE FUNCTION audit_values('topic', 'key');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON contact_policy
    FOR EACH ROW EXECUTE FUNCTION audit_values('contact_policy', 'id', 'revision');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON attribute_definitions
    FOR EACH ROW EXECUTE FUNCTION audit_values('attribute', 'name');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON api_keys
    FOR EACH ROW EXECUTE FUNCTION audit_values('api_key', 'name', 'key_hash');

-- The hot path, which has no actor, pays for one comparison a row.
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON customers
    FOR EACH ROW WHEN (current_setting('campaign_flow.actor', true) <> '')
    EXECUTE FUNCTION audit_names('customer', 'id');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON consents
    FOR EACH ROW WHEN (current_setting('campaign_flow.actor', true) <> '')
    EXECUTE FUNCTION audit_names('consent', 'customer_id');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON suppressions
    FOR EACH ROW WHEN (current_setting('campaign_flow.actor', true) <> '')
    EXECUTE FUNCTION audit_names('suppression', 'channel');
