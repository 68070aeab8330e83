-- What metrics and the views for BI are computed from: one definition of each fact. Messages sent by hand to test are
-- in none of them. Whoever changes a column that a view reads drops the views before and makes them again after.

CREATE SCHEMA facts;

CREATE VIEW facts.counters AS
SELECT campaign_id, run_id, node_id, channel, metric, dimension, bucket AS at, n, amount FROM campaign_counters
 UNION ALL
SELECT campaign_id, run_id, node_id, channel, metric, dimension, at, n, amount FROM campaign_counter_deltas;

CREATE VIEW facts.journeys AS
SELECT j.id, j.campaign_id, j.version_id, coalesce(j.run_id, '00000000-0000-0000-0000-000000000000') AS run_id,
       j.customer_id, j.state, j.exit_reason, coalesce(j.node_id, '') AS node_id, '' AS channel, j.created_at, j.ended_at
  FROM journeys AS j;

CREATE VIEW facts.messages AS
SELECT m.id, m.journey_id, m.campaign_id, j.version_id,
       coalesce(m.run_id, '00000000-0000-0000-0000-000000000000') AS run_id, m.customer_id,
       coalesce(m.node_id, '') AS node_id, m.channel, m.category, m.topic, m.provider, m.state, m.skip_reason,
       m.attempts, m.reserved_at, m.sent_at, m.delivered_at, m.opened_at, m.clicked_at
  FROM messages AS m LEFT JOIN journeys AS j ON j.id = m.journey_id
 WHERE m.campaign_id IS NOT NULL AND NOT m.test;

-- "first" as it became known, which is what counters go by: a later report of an earlier moment changes no figure.
CREATE VIEW facts.engagements AS
SELECT e.id, e.message_id, m.journey_id, m.campaign_id, m.version_id, m.run_id, m.customer_id, m.node_id, m.channel,
       e.kind, e.machine, e.occurred_at, e.received_at,
       NOT EXISTS (SELECT FROM message_events AS b
                    WHERE b.message_id = e.message_id AND b.kind = e.kind
                      AND (b.received_at, b.occurred_at, b.id) < (e.received_at, e.occurred_at, e.id)) AS first
  FROM message_events AS e JOIN facts.messages AS m ON m.id = e.message_id;

CREATE VIEW facts.steps AS
SELECT s.journey_id, s.seq, j.campaign_id, j.version_id, j.run_id, j.customer_id, s.node_id, '' AS channel, s.kind,
       s.port, s.entered_at, s.left_at
  FROM journey_steps AS s JOIN facts.journeys AS j ON j.id = s.journey_id;

-- As the triggers of 0017 count them: for the last message before, less what refunds have taken off since.
CREATE VIEW facts.conversions AS
SELECT j.id AS journey_id, j.campaign_id, j.version_id,
       coalesce(j.run_id, '00000000-0000-0000-0000-000000000000') AS run_id, j.customer_id,
       goal.id AS event_id, goal.name AS event, last.id AS message_id, coalesce(last.node_id, '') AS node_id,
       coalesce(last.channel, '') AS channel, coalesce(goal.occurred_at, j.ended_at) AS occurred_at,
       counter_currency(goal.properties) AS currency, counter_amount(goal.properties) AS amount,
       CASE WHEN jsonb_typeof(goal.properties -> 'revenue_refunded') = 'number'
            THEN (goal.properties ->> 'revenue_refunded')::numeric ELSE 0 END AS refunded
  FROM journeys AS j
  LEFT JOIN events AS goal ON goal.customer_id = j.customer_id AND goal.id = (j.exit_signal ->> 'event_id')::uuid
  LEFT JOIN LATERAL (
        SELECT m.id, m.node_id, m.channel FROM messages AS m
         WHERE m.journey_id = j.id AND m.sent_at <= coalesce(goal.occurred_at, j.ended_at)
         ORDER BY m.sent_at DESC LIMIT 1) AS last ON true
 WHERE j.state = 'ended' AND j.exit_reason = 'goal';

CREATE VIEW facts.rejections AS
SELECT r.id, r.campaign_id, NULL::uuid AS version_id,
       coalesce(r.run_id, '00000000-0000-0000-0000-000000000000') AS run_id, r.customer_id, '' AS node_id,
       '' AS channel, r.code, r.at
  FROM entry_rejections AS r;

-- Amounts are minor units: how many digits that is depends on the currency (ISO 4217).
CREATE FUNCTION facts.major(amount bigint, currency text) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN currency IN ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','UYI','VND','VUV',
                                  'XAF','XOF','XPF') THEN amount::numeric
                WHEN currency IN ('BHD','IQD','JOD','KWD','LYD','OMR','TND') THEN amount / 1000.0
                WHEN currency IN ('CLF', 'UYW') THEN amount / 10000.0
                ELSE amount / 100.0 END
$$;

CREATE VIEW facts.redemptions AS
SELECT r.id, r.order_key, r.promotion_id, r.code, o.customer_id, j.campaign_id, j.version_id,
       coalesce(j.run_id, '00000000-0000-0000-0000-000000000000') AS run_id, coalesce(j.id, c.journey_id) AS journey_id,
       '' AS node_id, '' AS channel, r.state, o.redeemed_at, upper(o.request #>> '{cart,currency}') AS currency,
       facts.major(r.amount, upper(o.request #>> '{cart,currency}')) AS amount,
       facts.major(r.returned, upper(o.request #>> '{cart,currency}')) AS returned,
       facts.major(r.amount - r.returned, upper(o.request #>> '{cart,currency}')) AS kept
  FROM promotion_redemptions AS r
  JOIN promotion_orders AS o ON o.id = r.order_key
  LEFT JOIN promotion_codes AS c ON c.code = r.code
  LEFT JOIN journeys AS j ON j.id = c.journey_id
 WHERE r.state IN ('redeemed', 'returned');
