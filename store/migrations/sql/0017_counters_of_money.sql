-- Counts of 0016, and two more things: in which currency a conversion's revenue is, and when messages failed.
--
-- metric       dimension                     counted at
-- conversions  the revenue's currency, by    as before
--              ISO 4217, or nothing where
--              the event names none
-- failed                                     the moment at which the message's state became that

CREATE OR REPLACE FUNCTION counter_currency(properties jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(substring(upper(btrim(properties ->> 'currency')) FROM '^[A-Z]{3}$'), '')
$$;

CREATE OR REPLACE FUNCTION count_changed_journeys() RETURNS trigger LANGUAGE plpgsql AS $$
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
        SELECT j.campaign_id, counter_run(j.run_id), coalesce(last.node_id, ''), coalesce(last.channel, ''), 'conversions', counter_currency(goal.properties),
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

CREATE OR REPLACE FUNCTION count_new_messages() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO campaign_counter_deltas (campaign_id, run_id, node_id, channel, metric, dimension, at, n)
    SELECT m.campaign_id, counter_run(m.run_id), coalesce(m.node_id, ''), m.channel, seen.metric, seen.dimension, seen.at,
           count(*)
      FROM new_rows AS m
     CROSS JOIN LATERAL (VALUES
           ('attempted', '', date_trunc('second', m.reserved_at)),
           ('state', counter_message_state(m.state, m.skip_reason), 'epoch'),
           ('failed', '', CASE WHEN m.state = 'failed' THEN date_trunc('second', now()) END),
           ('sent', '', date_trunc('second', m.sent_at)),
           ('delivered', '', date_trunc('second', m.delivered_at)),
           ('opened', '', date_trunc('second', m.opened_at)),
           ('clicked', '', date_trunc('second', m.clicked_at))
           ) AS seen(metric, dimension, at)
     WHERE m.campaign_id IS NOT NULL AND NOT m.test AND seen.at IS NOT NULL
     GROUP BY m.campaign_id, m.run_id, m.node_id, m.channel, seen.metric, seen.dimension, seen.at;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION count_changed_messages() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO campaign_counter_deltas (campaign_id, run_id, node_id, channel, metric, dimension, at, n)
    SELECT m.campaign_id, counter_run(m.run_id), coalesce(m.node_id, ''), m.channel, seen.metric, seen.dimension, seen.at,
           sum(seen.n)
      FROM old_rows AS o JOIN new_rows AS m USING (id)
     CROSS JOIN LATERAL (VALUES
           ('state', counter_message_state(o.state, o.skip_reason), 'epoch'::timestamptz, -1),
           ('state', counter_message_state(m.state, m.skip_reason), 'epoch', 1),
           ('failed', '', CASE WHEN m.state = 'failed' AND o.state <> 'failed' THEN date_trunc('second', now()) END, 1),
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
