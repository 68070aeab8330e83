-- Triggers that count what happens in campaigns, in the transaction in which it happens.
--
-- fact      detail                        counted at
-- entered                                 the journey's creation
-- inside    the journey's state           (a level: goes up and down)
-- ended     the exit reason               the journey's end; node = where it ended
-- left      the port                      (of the node)
-- message                                 its reservation
-- state     the message's state, or       (a level)
--           withheld:<hindrance>
-- sent, delivered, opened, clicked        that moment
-- bounced, unsubscribed, complained,      that moment
--   replied
-- refused   the reason                    that moment
-- acted                                   a journey's end by its goal; node and channel are those of the journey's last
--                                         message before it, amount is the revenue of the event

CREATE FUNCTION tally_run(run uuid) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT coalesce(run, '00000000-0000-0000-0000-000000000000') $$;

CREATE FUNCTION tally_amount(properties jsonb) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN jsonb_typeof(value) = 'number' THEN (value #>> '{}')::numeric ELSE 0 END
      FROM (SELECT coalesce(properties -> 'revenue', properties -> 'total') AS value) AS given
$$;

CREATE FUNCTION tally_message_state(state text, withheld_by text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN state = 'withheld' THEN 'withheld:' || coalesce(withheld_by, '') ELSE state END $$;

CREATE FUNCTION tally_new_journeys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tally_changes (campaign_id, run_id, node_id, channel, fact, detail, at, n)
    SELECT campaign_id, tally_run(run_id), seen.node, '', seen.fact, seen.detail, seen.at, count(*)
      FROM new_rows AS j
     CROSS JOIN LATERAL (VALUES
           ('', 'entered', '', date_trunc('second', j.created_at)),
           (coalesce(j.node_id, ''), 'inside', CASE WHEN j.state <> 'ended' THEN j.state END, 'epoch'),
           (coalesce(j.node_id, ''), 'ended', CASE WHEN j.state = 'ended' THEN coalesce(j.exit_reason, '') END,
            date_trunc('second', coalesce(j.ended_at, now())))
           ) AS seen(node, fact, detail, at)
     WHERE seen.detail IS NOT NULL AND seen.at IS NOT NULL
     GROUP BY campaign_id, run_id, seen.node, seen.fact, seen.detail, seen.at;
    RETURN NULL;
END $$;

CREATE FUNCTION tally_changed_journeys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tally_changes (campaign_id, run_id, node_id, channel, fact, detail, at, n)
    SELECT o.campaign_id, tally_run(o.run_id), seen.node, '', seen.fact, seen.detail, seen.at, sum(seen.n)
      FROM old_rows AS o JOIN new_rows AS j USING (id)
     CROSS JOIN LATERAL (VALUES
           (coalesce(o.node_id, ''), 'inside', CASE WHEN o.state <> 'ended' THEN o.state END, 'epoch'::timestamptz, -1),
           (coalesce(j.node_id, ''), 'inside', CASE WHEN j.state <> 'ended' THEN j.state END, 'epoch', 1),
           (coalesce(j.node_id, ''), 'ended',
            CASE WHEN j.state = 'ended' AND o.state <> 'ended' THEN coalesce(j.exit_reason, '') END,
            date_trunc('second', coalesce(j.ended_at, now())), 1)
           ) AS seen(node, fact, detail, at, n)
     WHERE (o.state, coalesce(o.node_id, '')) <> (j.state, coalesce(j.node_id, ''))
       AND seen.detail IS NOT NULL AND seen.at IS NOT NULL
     GROUP BY o.campaign_id, o.run_id, seen.node, seen.fact, seen.detail, seen.at;

    IF EXISTS (SELECT FROM old_rows AS o JOIN new_rows AS j USING (id)
                WHERE j.state = 'ended' AND o.state <> 'ended' AND j.exit_reason = 'goal') THEN
        INSERT INTO tally_changes (campaign_id, run_id, node_id, channel, fact, detail, at, n, amount)
        SELECT j.campaign_id, tally_run(j.run_id), coalesce(last.node_id, ''), coalesce(last.channel, ''), 'acted', '',
               date_trunc('second', coalesce(goal.occurred_at, j.ended_at, now())), 1, tally_amount(goal.properties)
          FROM old_rows AS o JOIN new_rows AS j USING (id)
          LEFT JOIN events AS goal ON goal.customer_id = j.customer_id
                                  AND goal.id = (j.interrupt ->> 'event_id')::uuid
          LEFT JOIN LATERAL (
                SELECT m.node_id, m.channel FROM messages AS m
                 WHERE m.journey_id = j.id AND m.sent_at <= coalesce(goal.occurred_at, j.ended_at, now())
                 ORDER BY m.sent_at DESC LIMIT 1) AS last ON true
         WHERE j.state = 'ended' AND o.state <> 'ended' AND j.exit_reason = 'goal';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION tally_new_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tally_changes (campaign_id, run_id, node_id, channel, fact, detail, at, n)
    SELECT j.campaign_id, tally_run(j.run_id), s.node_id, '', 'left', s.port, 'epoch', count(*)
      FROM new_rows AS s JOIN journeys AS j ON j.id = s.journey_id
     WHERE s.port IS NOT NULL
     GROUP BY j.campaign_id, j.run_id, s.node_id, s.port;
    RETURN NULL;
END $$;

CREATE FUNCTION tally_changed_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tally_changes (campaign_id, run_id, node_id, channel, fact, detail, at, n)
    SELECT j.campaign_id, tally_run(j.run_id), s.node_id, '', 'left', s.port, 'epoch', count(*)
      FROM old_rows AS o JOIN new_rows AS s USING (journey_id, seq) JOIN journeys AS j ON j.id = s.journey_id
     WHERE s.port IS NOT NULL AND o.port IS NULL
     GROUP BY j.campaign_id, j.run_id, s.node_id, s.port;
    RETURN NULL;
END $$;

CREATE FUNCTION tally_new_messages() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tally_changes (campaign_id, run_id, node_id, channel, fact, detail, at, n)
    SELECT m.campaign_id, tally_run(m.run_id), coalesce(m.node_id, ''), m.channel, seen.fact, seen.detail, seen.at,
           count(*)
      FROM new_rows AS m
     CROSS JOIN LATERAL (VALUES
           ('message', '', date_trunc('second', m.reserved_at)),
           ('state', tally_message_state(m.state, m.withheld_by), 'epoch'),
           ('sent', '', date_trunc('second', m.sent_at)),
           ('delivered', '', date_trunc('second', m.delivered_at)),
           ('opened', '', date_trunc('second', m.opened_at)),
           ('clicked', '', date_trunc('second', m.clicked_at))
           ) AS seen(fact, detail, at)
     WHERE m.campaign_id IS NOT NULL AND NOT m.test AND seen.at IS NOT NULL
     GROUP BY m.campaign_id, m.run_id, m.node_id, m.channel, seen.fact, seen.detail, seen.at;
    RETURN NULL;
END $$;

CREATE FUNCTION tally_changed_messages() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tally_changes (campaign_id, run_id, node_id, channel, fact, detail, at, n)
    SELECT m.campaign_id, tally_run(m.run_id), coalesce(m.node_id, ''), m.channel, seen.fact, seen.detail, seen.at,
           sum(seen.n)
      FROM old_rows AS o JOIN new_rows AS m USING (id)
     CROSS JOIN LATERAL (VALUES
           ('state', tally_message_state(o.state, o.withheld_by), 'epoch'::timestamptz, -1),
           ('state', tally_message_state(m.state, m.withheld_by), 'epoch', 1),
           ('sent', '', CASE WHEN o.sent_at IS NULL THEN date_trunc('second', m.sent_at) END, 1),
           ('delivered', '', CASE WHEN o.delivered_at IS NULL THEN date_trunc('second', m.delivered_at) END, 1),
           ('opened', '', CASE WHEN o.opened_at IS NULL THEN date_trunc('second', m.opened_at) END, 1),
           ('clicked', '', CASE WHEN o.clicked_at IS NULL THEN date_trunc('second', m.clicked_at) END, 1)
           ) AS seen(fact, detail, at, n)
     WHERE m.campaign_id IS NOT NULL AND NOT m.test AND seen.at IS NOT NULL
     GROUP BY m.campaign_id, m.run_id, m.node_id, m.channel, seen.fact, seen.detail, seen.at
    HAVING sum(seen.n) <> 0;
    RETURN NULL;
END $$;

CREATE FUNCTION tally_message_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows WHERE kind IN ('bounced', 'unsubscribed', 'complained', 'replied')) THEN
        INSERT INTO tally_changes (campaign_id, run_id, node_id, channel, fact, detail, at, n)
        SELECT m.campaign_id, tally_run(m.run_id), coalesce(m.node_id, ''), m.channel, first.kind, '', first.at, count(*)
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

CREATE FUNCTION tally_new_refusals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tally_changes (campaign_id, run_id, node_id, channel, fact, detail, at, n)
    SELECT campaign_id, tally_run(run_id), '', '', 'refused', reason, date_trunc('second', at), count(*)
      FROM new_rows GROUP BY campaign_id, run_id, reason, date_trunc('second', at);
    RETURN NULL;
END $$;

CREATE TRIGGER tally_new AFTER INSERT ON journeys REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION tally_new_journeys();
CREATE TRIGGER tally_changed AFTER UPDATE ON journeys REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION tally_changed_journeys();
CREATE TRIGGER tally_new AFTER INSERT ON journey_steps REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION tally_new_steps();
CREATE TRIGGER tally_changed AFTER UPDATE ON journey_steps REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION tally_changed_steps();
CREATE TRIGGER tally_new AFTER INSERT ON messages REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION tally_new_messages();
CREATE TRIGGER tally_changed AFTER UPDATE ON messages REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION tally_changed_messages();
CREATE TRIGGER tally_new AFTER INSERT ON message_events REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION tally_message_events();
CREATE TRIGGER tally_new AFTER INSERT ON refusals REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION tally_new_refusals();
