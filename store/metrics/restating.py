"""Conversions of campaigns as they are known now: what an order is corrected to, its refunds included, is counted."""

from typing import LiteralString

# As the trigger of 0017_counters_of_money.sql counted it, at the same moment, so that the sums of any time agree.
# `n` are the corrections, not yet written.
RESTATE: LiteralString = """
    INSERT INTO campaign_counter_deltas (campaign_id, run_id, node_id, channel, metric, dimension, at, n, amount)
    SELECT j.campaign_id, counter_run(j.run_id), coalesce(last.node_id, ''), coalesce(last.channel, ''),
           seen.metric, seen.currency, date_trunc('second', e.occurred_at), seen.n, seen.amount
      FROM jsonb_to_recordset(CAST(%(rows)s AS jsonb)) AS n(id uuid, occurred_at timestamptz, properties jsonb)
      JOIN events e ON e.id = n.id AND e.occurred_at = n.occurred_at
      JOIN journeys j ON j.customer_id = e.customer_id AND j.state = 'ended' AND j.exit_reason = 'goal'
                     AND (j.exit_signal ->> 'event_id')::uuid = e.id
      LEFT JOIN LATERAL (
            SELECT m.node_id, m.channel FROM messages AS m
             WHERE m.journey_id = j.id AND m.sent_at <= e.occurred_at ORDER BY m.sent_at DESC LIMIT 1) AS last ON true
     CROSS JOIN LATERAL (
            SELECT counter_currency(e.properties) AS before, counter_currency(n.properties) AS after,
                   CASE WHEN jsonb_typeof(n.properties -> 'revenue_refunded') = 'number'
                        THEN (n.properties ->> 'revenue_refunded')::numeric ELSE 0 END
                 - CASE WHEN jsonb_typeof(e.properties -> 'revenue_refunded') = 'number'
                        THEN (e.properties ->> 'revenue_refunded')::numeric ELSE 0 END AS refunded) AS c
     CROSS JOIN LATERAL (VALUES
           ('conversions', c.before, CASE WHEN c.before <> c.after THEN -1 ELSE 0 END, -counter_amount(e.properties)),
           ('conversions', c.after, CASE WHEN c.before <> c.after THEN 1 ELSE 0 END, counter_amount(n.properties)),
           ('refunded', c.after, sign(c.refunded)::int, c.refunded)) AS seen(metric, currency, n, amount)
     WHERE (seen.n, seen.amount) <> (0, 0)
"""
