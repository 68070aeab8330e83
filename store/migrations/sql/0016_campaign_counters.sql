-- Triggers that count what happens in campaigns, in the transaction in which it happens.
--
-- metric       dimension                     counted at
-- entered                                    the journey's creation
-- active       the journey's state           (a level: goes up and down)
-- ended        the exit reason               the journey's end; node = where it ended
-- exited       the port                      (of the node)
-- attempted                                  the message's reservation
-- state        the message's state, or       (a level)
--              skipped:<block reason>
-- sent, delivered, opened, clicked           that moment
-- bounced, unsubscribed, complained, replied that moment
-- rejected     the rejection's code          that moment
-- conversions                                a journey's end by its goal; node and channel are those of the journey's last
--                                            message before it, amount is the revenue of the event

CREATE FUNCTION counter_run(run uuid) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT coalesce(run, '00000000-0000-0000-0000-000000000000') $$;

CREATE FUNCTION counter_amount(properties jsonb) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN jsonb_typeof(value) = 'number' THEN (value #>> '{}')::numeric ELSE 0 END
      FROM (SELECT coalesce(properties -> 'revenue', properties -> 'total') AS value) AS given
$$;

CREATE FUNCTION counter_message_state(state text, skip_reason text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN state = 'skipped' THEN 'skipped:' || coalesce(skip_reason, '') ELSE state END $$;

CREATE FUNCTION count_new_journeys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO campaign_counter_deltas (campaign_id, run_id, node_id, channel, metric, dimension, at, n)
    SELECT campaign_id, counter_run(run_id), seen.node, '', seen.metric, seen.dimension, seen.at, count(*)
      FROM new_rows AS j
     CROSS JOIN LATERAL (VALUES
           ('', 'entered', '', date_trunc('second', j.created_at)),
           (coalesce(j.node_id, ''), 'active', CASE WHEN j.state <> 'ended' THEN j.state END, 'epoch'),
           (coalesce(j.node_id, ''), 'ended', CASE WHEN j.state = 'ended' THEN coalesce(j.exit_reason, '') END,
            date_trunc('second', coalesce(j.ended_at, now())))
           ) AS seen(node, metric, dimension, at)
     WHERE seen.dimension IS NOT NULL AND seen.at IS NOT NULL
     GROUP BY campaign_id, run_id, seen.node, seen.metric, seen.dimension, seen.at;
    RETURN NULL;
END $$;

CREATE FUNCTION count_changed_journeys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO campaign_counter_deltas (campaign_id, run_id, node_id, channel, metric, dimension, at, n)
    SELECT o.campaign_id, counter_run(o.run_id), seen.node, '', seen.metric, seen.dimension, seen.at, sum(seen.n)
      FROM old_rows AS o JOIN new_rows AS j USING (id)
     CROSS JOIN LATERAL (VALUES
           (coalesce(o.node_id, ''), 'active', CASE WHEN o.state <> 'ended' THEN o.state END, 'epoch'::timestamptz, -1),
           (coalesce(j.node_id, ''), 'active', CASE WHEN j.state <> 'ended' THEN j.state END, 'epoch', 1),
           (coalesce(j.node_id, ''), 'ended',
            CASE WHEN j.state = 'ended' AND o.state <> 'ended' THEN coalesce(j.exit_reason, '') END,
            date_trunc('second', coalesce(j.ended_at, now())), 1)
           ) AS seen(node, metric, dimension, at, n)
     WHERE (o.state, coalesce(o.node_id, '')) <> (j.state, coalesce(j.node_id, ''))
       AND seen.dimension IS NOT NULL AND seen.at IS NOT NULL
     GROUP BY o.campaign_id, o.run_id, seen.node, seen.metric, seen.dimension, seen.at;

    IF EXISTS (SELECT FROM old_rows AS o JOIN new_rows AS j USING (id)
                WHERE j.state = 'ended' AND o.state <> 'ended' AND j.exit_reason = 'goal') THEN
        INSERT INTO campaign_counter_deltas (campaign_id, run_id, node_id, channel, metric, dimension, at, n, amount)
        SELECT j.campaign_id, counter_run(j.run_id), coalesce(last.node_id, ''), coalesce(last.channel, ''), 'conversions', '',
               date_trunc('second', coalesce(goal.occurred_at, j.ended_at, now())), 1, counter_amount(goal.properties)
          FROM old_rows AS o JOIN new_rows AS j USING (id)
          LEFT JOIN events AS goal ON goal.customer_id = j.customer_id
                                  AND goal.id = (j.exit_signal ->> 'event_id')::uuid
          LEFT JOIN LATERAL (
                SELECT m.node_id, m.channel FROM messages AS m
                 WHERE m.journey_id = j.id AND m.sent_at <= coalesce(goal.occurred_at, j.ended_at, now())
                 ORDER BY m.sent_at DESC LIMIT 1) AS last ON true
         WHERE j.state = 'ended' AND o.state <> 'ended' AND j.exit_reason = 'goal';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION count_new_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO campaign_counter_deltas (campaign_id, run_id, node_id, channel, metric, dimension, at, n)
    SELECT j.campaign_id, counter_run(j.run_id), s.node_id, '', 'exited', s.port, 'epoch', count(*)
      FROM new_rows AS s JOIN journeys AS j ON j.id = s.journey_id
     WHERE s.port IS NOT NULL
     GROUP BY j.campaign_id, j.run_id, s.node_id, s.port;
    RETURN NULL;
END $$;

CREATE FUNCTION count_changed_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO campaign_counter_deltas (campaign_id, run_id, node_id, channel, metric, dimension, at, n)
    SELECT j.campaign_id, counter_run(j.run_id), s.node_id, '', 'exited', s.port, 'epoch', count(*)
      FROM old_rows AS o JOIN new_rows AS s USING (journey_id, seq) JOIN journeys AS j ON j.id = s.journey_id
     WHERE s.port IS NOT NULL AND o.port IS NULL
     GROUP BY j.campaign_id, j.run_id, s.node_id, s.port;
    RETURN NULL;
END $$;

CREATE FUNCTION count_new_messages() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO campaign_counter_deltas (campaign_id, run_id, node_id, channel, metric, dimension, at, n)
    SELECT m.campaign_id, counter_run(m.run_id), coalesce(m.node_id, ''), m.channel, seen.metric, seen.dimension, seen.at,
           count(*)
      FROM new_rows AS m
     CROSS JOIN LATERAL (VALUES
           ('attempted', '', date_trunc('second', m.reserved_at)),
           ('state', counter_message_state(m.state, m.skip_reason), 'epoch'),
           ('sent', '', date_trunc('second', m.sent_at)),
           ('delivered', '', date_trunc('second', m.delivered_at)),
           ('opened', '', date_trunc('second', m.opened_at)),
           ('clicked', '', date_trunc('second', m.clicked_at))
           ) AS seen(metric, dimension, at)
     WHERE m.campaign_id IS NOT NULL AND NOT m.test AND seen.at IS NOT NULL
     GROUP BY m.campaign_id, m.run_id, m.node_id, m.channel, seen.metric, seen.dimension, seen.at;
    RETURN NULL;
END $$;

CREATE FUNCTION count_changed_messages() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO campaign_counter_deltas (campaign_id, run_id, node_id, channel, metric, dimension, at, n)
    SELECT m.campaign_id, counter_run(m.run_id), coalesce(m.node_id, ''), m.channel, seen.metric, seen.dimension, seen.at,
           sum(seen.n)
      FROM old_rows AS o JOIN new_rows AS m USING (id)
     CROSS JOIN LATERAL (VALUES
           ('state', counter_message_state(o.state, o.skip_reason), 'epoch'::timestamptz, -1),
           ('state', counter_message_state(m.state, m.skip_reason), 'epoch', 1),
           ('sent', '', CASE WHEN o.sent_at IS NULL THEN date_trunc('second', m.sent_at) END, 1),
           ('delivered', '', CASE WHEN o.delivered_at IS NULL THEN date_trunc('second', m.delivered_at) END, 1),
           ('opened', '', CASE WHEN o.opened_at IS NULL THEN date_trunc('second', m.opened_at) END, 1),
           ('clicked', '', CASE WHEN o.clicked_at IS NULL THEN date_trunc('second', m.clicked_at) END, 1)
           ) AS seen(metric, dimension, at, n)
     WHERE m.campaign_id IS NOT NULL AND NOT m.test AND seen.at IS NOT NULL
     GROUP BY m.campaign_id, m.run_id, m.node_id, m.channel, seen.metric, seen.dimension, seen.at
    HAVING sum(seen.n) <> 0;
    RETURN NULL;
END $$;

CREATE FUNCTION count_message_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows WHERE kind IN ('bounced', 'unsubscribed', 'complained', 'replied')) THEN
        INSERT INTO campaign_counter_deltas (campaign_id, run_id, node_id, channel, metric, dimension, at, n)
        SELECT m.campaign_id, counter_run(m.run_id), coalesce(m.node_id, ''), m.channel, first.kind, '', first.at, count(*)
          FROM (SELECT message_id, kind, date_trunc('second', min(occurred_at)) AS at FROM new_rows AS e
                 WHERE kind IN ('bounced', 'unsubscribed', 'complained', 'replied')
                   AND NOT EXISTS (SELECT FROM message_events AS before
                                    WHERE before.message_id = e.message_id AND before.kind = e.kind
                                      AND before.id NOT IN (SELECT id FROM new_rows))
                 GROUP BY message_id, kind) AS first
          JOIN messages AS m ON m.id = first.message_id
         WHERE m.campaign_id IS NOT NULL AND NOT m.test
         GROUP BY m.campaign_id, m.run_id, m.node_id, m.channel, first.kind, first.at;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION count_entry_rejections() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO campaign_counter_deltas (campaign_id, run_id, node_id, channel, metric, dimension, at, n)
    SELECT campaign_id, counter_run(run_id), '', '', 'rejected', code, date_trunc('second', at), count(*)
      FROM new_rows GROUP BY campaign_id, run_id, code, date_trunc('second', at);
    RETURN NULL;
END $$;

CREATE TRIGGER count_new AFTER INSERT ON journeys REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_new_journeys();
CREATE TRIGGER count_changed AFTER UPDATE ON journeys REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_changed_journeys();
CREATE TRIGGER count_new AFTER INSERT ON journey_steps REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_new_steps();
CREATE TRIGGER count_changed AFTER UPDATE ON journey_steps REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_changed_steps();
CREATE TRIGGER count_new AFTER INSERT ON messages REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_new_messages();
CREATE TRIGGER count_changed AFTER UPDATE ON messages REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_changed_messages();
CREATE TRIGGER count_new AFTER INSERT ON message_events REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_message_events();
CREATE TRIGGER count_new AFTER INSERT ON entry_rejections REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_entry_rejections();
