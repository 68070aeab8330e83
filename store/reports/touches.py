"""Conversions and the messages before them, read for attribution."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.reports.attribution import Path, Touch

By = Literal["channel", "campaign", "message", "version", "arm"]
Credited = Literal["click", "open", "send"]

_MOMENTS: Mapping[Credited, str] = {
    "click": "m.clicked_at",
    "open": "least(m.opened_at, m.clicked_at)",
    "send": "m.sent_at",
}
_PLAYERS: Mapping[By, str] = {
    "channel": "m.channel",
    "campaign": "m.campaign_id::text",
    "message": "m.campaign_id::text || '/' || coalesce(m.node_id, '')",
    "version": "m.campaign_id::text || '/' || coalesce((SELECT v.number::text FROM journeys j JOIN campaign_versions v"
    " ON v.id = j.version_id WHERE j.id = m.journey_id), '')",
    "arm": "coalesce((SELECT x.id::text || '/' || a.arm FROM experiments x JOIN experiment_assignments a"
    " ON a.experiment_id = x.id AND a.customer_id = m.customer_id AND NOT a.crossed"
    " WHERE x.campaign_id = m.campaign_id ORDER BY x.created_at DESC LIMIT 1), '')",
}
# What an order came to is restated by its refunds (`domain.orders`). As of an earlier moment those that had not been
# received by then are put back.
_NET = "coalesce(e.revenue, 0)"
_NET_AS_OF = """
    coalesce(CASE WHEN e.properties ? 'revenue_refunded'
         THEN (e.properties ->> 'revenue_before_refunds')::numeric
            - least((e.properties ->> 'revenue_refunded')::numeric,
              (SELECT coalesce(sum(CASE WHEN r.name = 'Order Cancelled' OR r.revenue IS NULL
                                        THEN (e.properties ->> 'revenue_before_refunds')::numeric
                                        ELSE abs(r.revenue) END), 0)
                 FROM events r WHERE r.customer_id = e.customer_id AND r.name IN ('Order Refunded', 'Order Cancelled')
                  AND md5(r.properties ->> 'order_id') = md5(e.properties ->> 'order_id') AND r.received_at <= :as_of))
         ELSE e.revenue END, 0)
"""
_CONVERSIONS = """
    WITH spans AS (SELECT * FROM unnest(CAST(:channels AS text[]), CAST(:spans AS interval[])) AS s(channel, span)),
    won AS MATERIALIZED (
        SELECT e.id, e.customer_id, e.occurred_at AS at, {net} AS value,
               coalesce(nullif(counter_currency(e.properties), ''),
                        (SELECT currency FROM shop_settings), '') AS currency
          FROM events e
         WHERE e.name = :event AND e.occurred_at >= :since AND e.occurred_at < :until {known})
"""
_TOUCHED = """
    SELECT w.at, w.value, w.currency,
           array_agg({player} ORDER BY t.at, m.id) AS players, array_agg(t.at ORDER BY t.at, m.id) AS moments
      FROM won w
      JOIN messages m ON m.customer_id = w.customer_id AND m.reserved_at < w.at
                     AND m.reserved_at >= w.at - CAST(:longest AS interval) AND NOT m.test
      JOIN spans s ON s.channel = m.channel
     CROSS JOIN LATERAL (SELECT {moment} AS at) AS t
     WHERE m.campaign_id IS NOT NULL AND t.at <= w.at AND t.at > w.at - s.span
     GROUP BY w.id, w.at, w.value, w.currency
"""
_UNMOVED = """
    SELECT players, count(*) FROM (
        SELECT array_agg({player} ORDER BY t.at, m.id) AS players
          FROM messages m JOIN spans s ON s.channel = m.channel
         CROSS JOIN LATERAL (SELECT {moment} AS at) AS t
         WHERE NOT m.test AND m.campaign_id IS NOT NULL AND t.at >= :since AND t.at < :until
           AND m.reserved_at < :until AND m.reserved_at >= CAST(:since AS timestamptz) - CAST(:longest AS interval)
           AND NOT EXISTS (SELECT FROM won w WHERE w.customer_id = m.customer_id)
         GROUP BY m.customer_id) AS each
     GROUP BY players
"""
_WON = "SELECT currency, count(*), sum(value) FROM won GROUP BY currency"
_SENT = """
    SELECT {player}, m.channel, count(*) FROM messages m
     WHERE NOT m.test AND m.campaign_id IS NOT NULL AND m.sent_at >= :since AND m.sent_at < :until
       AND m.reserved_at < :until AND m.reserved_at >= CAST(:since AS timestamptz) - interval '30 days'
     GROUP BY 1, 2
"""
_SLACK = timedelta(days=30)
"""A message is reserved at most so long before it is sent, opened, clicked."""


@dataclass(frozen=True)
class TouchQuestion:
    """What is attributed.

    Attributes:
        event: what a conversion is.
        since, until: when conversions lie.
        windows: channel -> how long after a touch a conversion counts.
        credited: what a touch is.
        by: what is credited.
        as_of: only what had been received by then.

    """

    event: str
    since: datetime
    until: datetime
    windows: Mapping[str, timedelta]
    credited: Credited = "click"
    by: By = "channel"
    as_of: datetime | None = None


@dataclass(frozen=True)
class Conversions:
    """All of a currency, those without any touch too."""

    currency: str
    count: int
    value: Decimal


@dataclass(frozen=True)
class TouchedPaths:
    """What attribution is made of."""

    won: list[Conversions]
    paths: Mapping[str, list[Path]]
    """Currency -> paths to conversions."""
    unmoved: list[Path]
    """A path a customer who was touched and did not convert."""
    sent: Mapping[str, Mapping[str, int]]
    """Player -> channel -> messages sent in the period."""


async def read(session: AsyncSession, question: TouchQuestion) -> TouchedPaths:
    """Read conversions, touches and what was sent."""
    values: dict[str, Any] = {
        "event": question.event,
        "since": question.since,
        "until": question.until,
        "channels": list(question.windows),
        "spans": list(question.windows.values()),
        "longest": max(question.windows.values(), default=timedelta()) + _SLACK,
    }
    if question.as_of is not None:
        values["as_of"] = question.as_of
    net, known = (_NET_AS_OF, "AND e.received_at <= :as_of") if question.as_of is not None else (_NET, "")
    conversions = _CONVERSIONS.format(net=net, known=known)
    names = {"player": _PLAYERS[question.by], "moment": _MOMENTS[question.credited]}

    async def ask(query: str, *, conversions: str = conversions) -> Sequence[Any]:
        return (await session.execute(text(conversions + query.format(**names)), values)).all()

    paths: dict[str, list[Path]] = {}
    for at, value, currency, players, moments in await ask(_TOUCHED):
        touches = tuple(Touch(player, moment) for player, moment in zip(players, moments, strict=True))
        paths.setdefault(currency, []).append(Path(touches, at, value))
    unmoved = [
        Path(tuple(Touch(player, question.since) for player in players))
        for players, count in await ask(_UNMOVED)
        for _ in range(count)
    ]
    sent: dict[str, dict[str, int]] = {}
    for player, channel, count in await ask(_SENT, conversions=""):
        sent.setdefault(player, {})[channel] = count
    return TouchedPaths([Conversions(*row) for row in await ask(_WON)], paths, unmoved, sent)


_CAUSED = text("""
    SELECT held_out, count(*)::int, count(*) FILTER (WHERE responded)::int FROM (
        SELECT first.held_out,
               EXISTS (SELECT FROM events e WHERE e.customer_id = first.customer_id AND e.name = :event
                          AND e.occurred_at >= first.entered_at
                          AND e.occurred_at < least(first.entered_at + CAST(:within AS interval), :now)) AS responded
          FROM (SELECT DISTINCT ON (j.customer_id) j.customer_id, s.entered_at,
                       coalesce((s.details ->> 'holdout')::boolean, false) AS held_out
                  FROM journeys j JOIN journey_steps s ON s.journey_id = j.id
                 WHERE j.campaign_id = :campaign AND s.node_id = :node AND s.kind = 'random_split'
                 ORDER BY j.customer_id, s.entered_at) AS first
         WHERE first.entered_at >= :since AND first.entered_at < :until) AS each
     GROUP BY held_out
""")


@dataclass(frozen=True)
class Halves:
    """Customers and responders, contacted and held out."""

    contacted: int
    contacted_won: int
    held_out: int
    held_out_won: int


async def halves(
    session: AsyncSession, question: TouchQuestion, campaign_id: UUID, node_id: str, *, within: timedelta, now: datetime
) -> Halves:
    """Who came to a campaign's holdout in the period, and who then converted.

    Args:
        session: the transaction.
        question: the period and the event.
        campaign_id: whose.
        node_id: the random split with the holdout.
        within: so long after it a conversion counts.
        now: what lies later is not known yet.

    """
    values = {
        "event": question.event, "since": question.since, "until": question.until, "campaign": campaign_id,
        "node": node_id, "within": within, "now": now,
    }  # fmt: skip
    found = {held: (count, won) for held, count, won in await session.execute(_CAUSED, values)}
    return Halves(*found.get(False, (0, 0)), *found.get(True, (0, 0)))
