"""What a customer has used of promotions follows the orders, when customers are joined or parted again."""

_ITS = """
    SELECT r.id, r.promotion_id, r.amount - r.returned AS left_over, r.counters, r.state
      FROM promotion_orders o JOIN promotion_redemptions r ON r.order_key = o.id
     WHERE o.customer_id = CAST(:owner AS uuid)
       AND r.counters @> jsonb_build_array(jsonb_build_object('entity', CAST(:other AS text)))
"""
_SUMS = f"""
    its AS ({_ITS}),
    sums AS (
        SELECT its.promotion_id, c ->> 'budget' AS budget, CAST(c ->> 'period' AS date) AS period,
               sum(CASE WHEN CAST(c ->> 'money' AS boolean) THEN left_over ELSE 1 END)::bigint AS amount
          FROM its CROSS JOIN LATERAL jsonb_array_elements(its.counters) AS c
         WHERE c ->> 'entity' = CAST(:other AS text) AND its.state IN ('reserved', 'redeemed')
         GROUP BY 1, 2, 3)
"""  # noqa: S608 - from above

FOLLOW = (
    # Danger: the limit is not asked: what was used was used, and two profiles may have used more than one may.
    f"""
    WITH {_SUMS}
    INSERT INTO promotion_counters AS c (promotion_id, budget, entity, period, taken, most)
    SELECT s.promotion_id, s.budget, CAST(:owner AS text), s.period, s.amount, o.most
      FROM sums s
      JOIN promotion_counters o
        ON (o.promotion_id, o.budget, o.entity, o.period) = (s.promotion_id, s.budget, CAST(:other AS text), s.period)
     ORDER BY 1, 2, 3, 4
    ON CONFLICT (promotion_id, budget, entity, period) DO UPDATE SET taken = c.taken + excluded.taken
    """,  # noqa: S608
    f"""
    WITH {_SUMS}
    UPDATE promotion_counters c SET taken = c.taken - s.amount FROM sums s
     WHERE (c.promotion_id, c.budget, c.entity, c.period)
         = (s.promotion_id, s.budget, CAST(:other AS text), s.period)
    """,  # noqa: S608
    f"""
    UPDATE promotion_redemptions r
       SET counters = (SELECT jsonb_agg(CASE WHEN c ->> 'entity' = CAST(:other AS text)
                                             THEN jsonb_set(c, '{{entity}}', to_jsonb(CAST(:owner AS text)))
                                             ELSE c END ORDER BY at)
                         FROM jsonb_array_elements(r.counters) WITH ORDINALITY AS e(c, at))
     WHERE r.id IN (SELECT id FROM ({_ITS}) AS its)
    """,  # noqa: S608
)
"""Of the orders of `owner`, what was counted for `other` becomes counted for `owner`; in this order."""
