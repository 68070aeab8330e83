"""What is known of a customer at a moment: one statement, the same for training and for scoring.

Each feature is an aggregate over the customer's events or messages before the moment. Learning from a feature that can
see beyond it would look right and be worthless: `changed_by_the_future` computes every feature a second time with the
future cut out of the tables, and names those that differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import numpy as np
import pandas as pd
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from store.events import copy_binary

USABLE_AMOUNT = "abs(revenue) < 1e9"
"""An order of more is a mistake of whoever sent it: it counts as an order, and its amount for nothing."""
IN_SHOP_CURRENCY = """
    coalesce(nullif(counter_currency(properties), ''), (SELECT currency FROM shop_settings), '')
    = coalesce((SELECT currency FROM shop_settings), '')"""
"""Amounts of several currencies are never added: an order in another than the shop's counts as an order alone."""
CHANNELS = ("email", "sms", "push", "in_app")


@dataclass(frozen=True)
class Feature:
    """One number of a customer.

    Attributes:
        name: of its column.
        over: the rows that it sums up.
        sql: an aggregate. Events offer `name`, `age` (days before the moment), `bought`, `amount` (money),
            `coupon`; messages `channel`, `age` (since sent), `opened`, `clicked`, both known at the moment.
        high: what a marketer calls a high value.
        low: what a marketer calls a low value.

    """

    name: str
    over: Literal["events", "messages"]
    sql: str
    high: str
    low: str


def _orders_within(days: int) -> Feature:
    return Feature(
        f"orders_{days}",
        "events",
        f"count(*) FILTER (WHERE bought AND age <= {days})",
        f"many orders in {days} days",
        f"few orders in {days} days",
    )


def _spend_within(days: int) -> Feature:
    return Feature(
        f"spend_{days}",
        "events",
        f"coalesce(sum(amount) FILTER (WHERE age <= {days}), 0)",
        f"spent much in {days} days",
        f"spent little in {days} days",
    )


def _did_within(event: str, noun: str, days: int) -> Feature:
    return Feature(
        f"{noun}_{days}",
        "events",
        f"count(*) FILTER (WHERE name = '{event}' AND age <= {days})",
        f"many {noun} in {days} days",
        f"few {noun} in {days} days",
    )


def _of_channel(channel: str) -> list[Feature]:
    said = {"email": "e-mails", "sms": "SMS", "push": "push messages", "in_app": "in-app cards"}[channel]
    here = f"channel = '{channel}'"
    answered = "clicked" if channel == "sms" else "opened"
    return [
        Feature(
            f"sent_{channel}", "messages", f"count(*) FILTER (WHERE {here})", f"was sent many {said}",
            f"was sent few {said}",
        ),
        Feature(
            f"answered_{channel}", "messages", f"count(*) FILTER (WHERE {here} AND {answered})",
            f"answers {said} often", f"seldom answers {said}",
        ),
        Feature(
            f"answer_rate_{channel}",
            "messages",
            f"(count(*) FILTER (WHERE {here} AND {answered}))::float8 / nullif(count(*) FILTER (WHERE {here}), 0)",
            f"answers most {said}",
            f"answers few {said}",
        ),
    ]  # fmt: skip


FEATURES: tuple[Feature, ...] = (
    Feature("recency", "events", "min(age) FILTER (WHERE bought)", "long since the last order", "ordered lately"),
    Feature("first_order", "events", "max(age) FILTER (WHERE bought)", "an old customer", "a new customer"),
    Feature("tenure", "events", "max(age)", "known for long", "known for a short time"),
    Feature("orders", "events", "count(*) FILTER (WHERE bought)", "many orders", "few orders"),
    Feature(
        "frequency",
        "events",
        "30 * (count(*) FILTER (WHERE bought)) / greatest(max(age) FILTER (WHERE bought), 30)",
        "frequent",
        "seldom buys",
    ),
    Feature(
        "gap",
        "events",
        "(max(age) FILTER (WHERE bought) - min(age) FILTER (WHERE bought))"
        " / nullif(count(*) FILTER (WHERE bought) - 1, 0)",
        "long gaps between orders",
        "short gaps between orders",
    ),
    Feature(
        "overdue",
        "events",
        "(min(age) FILTER (WHERE bought)) * (count(*) FILTER (WHERE bought) - 1)"
        " / nullif(max(age) FILTER (WHERE bought) - min(age) FILTER (WHERE bought), 0)",
        "lapsing: overdue by their own rhythm",
        "within their own rhythm",
    ),
    *(_orders_within(days) for days in (7, 30, 90, 365)),
    *(_spend_within(days) for days in (30, 90, 365)),
    Feature("spend", "events", "coalesce(sum(amount), 0)", "high value", "low value"),
    Feature("mean_order", "events", "avg(amount)", "big orders", "small orders"),
    Feature(
        "coupon_share",
        "events",
        "(count(*) FILTER (WHERE bought AND coupon))::float8 / nullif(count(*) FILTER (WHERE bought), 0)",
        "uses coupons",
        "needs no coupons",
    ),
    Feature("seen", "events", "min(age) FILTER (WHERE name NOT LIKE 'message\\_%')", "not seen lately", "seen lately"),
    *(_did_within("Product Viewed", "views", days) for days in (7, 30)),
    *(_did_within("Cart Updated", "carts", days) for days in (7, 30)),
    Feature(
        "messages_7", "messages", "count(*) FILTER (WHERE age <= 7)", "many messages lately", "few messages lately"
    ),
    Feature(
        "messages_30", "messages", "count(*) FILTER (WHERE age <= 30)", "many messages a month", "few messages a month"
    ),
    *(feature for channel in CHANNELS for feature in _of_channel(channel)),
)
NAMES = tuple(feature.name for feature in FEATURES)
CLUSTERING = (
    "recency", "frequency", "spend_365", "mean_order", "views_30", "carts_30", "coupon_share",
    "answer_rate_email", "answer_rate_push",
)  # fmt: skip
"""Features that behavioural clusters are made of: what they buy, look at and answer."""

_EVENTS = "SELECT customer_id, name, occurred_at, revenue, properties FROM events"
_MESSAGES = "SELECT customer_id, channel, sent_at, opened_at, clicked_at FROM messages WHERE NOT test"
_CUT_EVENTS = f"{_EVENTS} WHERE occurred_at < %(moment)s"
_CUT_MESSAGES = """
    SELECT customer_id, channel, sent_at,
           CASE WHEN opened_at < %(moment)s THEN opened_at END AS opened_at,
           CASE WHEN clicked_at < %(moment)s THEN clicked_at END AS clicked_at
      FROM messages WHERE NOT test AND sent_at < %(moment)s
"""
_STATEMENT = """
WITH every_event AS ({events}),
     every_message AS ({messages}),
     e AS (SELECT customer_id, name, date_part('epoch', %(moment)s - occurred_at) / %(day)s AS age,
                  name = 'Order Completed' AS bought,
                  CASE WHEN name = 'Order Completed' AND {usable} AND {in_currency} THEN revenue::float8 END AS amount,
                  name = 'Order Completed' AND coalesce(properties ->> 'coupon', '') <> '' AS coupon
             FROM every_event
            WHERE customer_id >= %(first)s AND customer_id <= %(last)s
              AND occurred_at < %(moment)s AND occurred_at >= %(since)s),
     m AS (SELECT customer_id, channel, date_part('epoch', %(moment)s - sent_at) / %(day)s AS age,
                  coalesce(opened_at < %(moment)s, false) AS opened, coalesce(clicked_at < %(moment)s, false) AS clicked
             FROM every_message
            WHERE customer_id >= %(first)s AND customer_id <= %(last)s
              AND sent_at < %(moment)s AND sent_at >= %(since)s),
     by_event AS (SELECT customer_id, {over_events} FROM e GROUP BY customer_id),
     by_message AS (SELECT customer_id, {over_messages} FROM m GROUP BY customer_id)
SELECT customer_id, {names} FROM by_event FULL JOIN by_message USING (customer_id)
"""
YEARS_BACK = 3


@dataclass(frozen=True)
class Span:
    """Customers from one id to another, both included."""

    first: UUID
    last: UUID


async def spans(session: AsyncSession, size: int) -> list[Span]:
    """All customers, cut into spans of `size`, in order of their ids."""
    rows = await session.execute(
        text("""
            SELECT id, place % :size = 0, place % :size = :size - 1 OR place = total - 1
              FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS total
                      FROM customers WHERE id NOT IN (SELECT id FROM customers WHERE erased_at IS NOT NULL)) AS numbered
             WHERE place % :size IN (0, :size - 1) OR place = total - 1 ORDER BY id
        """),
        {"size": size},
    )
    ends = rows.all()
    firsts, lasts = [id_ for id_, first, _ in ends if first], [id_ for id_, _, last in ends if last]
    return [Span(first, last) for first, last in zip(firsts, lasts, strict=True)]


async def read(
    session: AsyncSession,
    moment: datetime,
    span: Span,
    features: Sequence[Feature] = FEATURES,
    *,
    future_cut: bool = False,
    time_scale: float = 1.0,
) -> pd.DataFrame:
    """Features of the customers of a span who had any history by the moment; the index is their id.

    Args:
        session: a transaction.
        moment: nothing at or after it is looked at.
        span: the customers.
        features: which.
        future_cut: take the future out of the tables first; honest features stay the same.
        time_scale: real seconds per business second: ages are business days.

    """
    ids, frame = await read_rows(session, moment, span, features, future_cut=future_cut, time_scale=time_scale)
    frame.index = pd.Index([UUID(bytes=key) for key in copy_binary.keys(ids)], dtype=object)
    return frame


async def read_rows(
    session: AsyncSession,
    moment: datetime,
    span: Span,
    features: Sequence[Feature] = FEATURES,
    *,
    future_cut: bool = False,
    time_scale: float = 1.0,
) -> tuple[bytes, pd.DataFrame]:
    """As `read`, with the rows' ids beside them, 16 bytes each: a million objects would cost more than the numbers."""
    parts = {
        "events": _CUT_EVENTS if future_cut else _EVENTS,
        "messages": _CUT_MESSAGES if future_cut else _MESSAGES,
        "over_events": _select(features, "events"),
        "over_messages": _select(features, "messages"),
        "usable": USABLE_AMOUNT,
        "in_currency": IN_SHOP_CURRENCY,
        "names": ", ".join(feature.name for feature in features),
    }
    since = moment - YEARS_BACK * timedelta(days=365.25) * time_scale
    values = {"moment": moment, "since": since, "first": span.first, "last": span.last, "day": 86_400 * time_scale}
    names = [feature.name for feature in features]
    ids, numbers = await copy_binary.read(session, _STATEMENT.format(**parts), values, names)
    return ids, pd.DataFrame(numbers, columns=names, copy=False)


async def changed_by_the_future(
    session: AsyncSession,
    moment: datetime,
    span: Span,
    features: Sequence[Feature] = FEATURES,
    *,
    time_scale: float = 1.0,
) -> list[str]:
    """Names of the features that can see beyond the moment: they change when the future is cut out of the tables."""
    honest = await read(session, moment, span, features, future_cut=True, time_scale=time_scale)
    found = (await read(session, moment, span, features, time_scale=time_scale)).reindex(honest.index)
    return [
        feature.name
        for feature in features
        if not np.allclose(honest[feature.name], found[feature.name], rtol=1e-6, atol=1e-6, equal_nan=True)
    ]


def _select(features: Sequence[Feature], over: str) -> str:
    chosen = [feature for feature in features if feature.over == over]
    found = ", ".join(f"({feature.sql})::float8 AS {feature.name}" for feature in chosen) or "1"
    return found.replace("%", "%%")
