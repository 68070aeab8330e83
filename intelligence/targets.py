"""What is foretold of a customer: the question, whom it concerns, and how the answer is read from what followed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from intelligence.features import IN_SHOP_CURRENCY, USABLE_AMOUNT, Span

_SPAN = "customer_id >= :first AND customer_id <= :last"
_ORDERS = f"""
    SELECT customer_id, 1.0::float8, count(*)::float8,
           coalesce(sum(revenue) FILTER (WHERE {USABLE_AMOUNT} AND {IN_SHOP_CURRENCY}), 0)::float8
      FROM events
     WHERE {_SPAN} AND name = 'Order Completed' AND occurred_at >= :moment AND occurred_at < :until
     GROUP BY customer_id
"""  # noqa: S608 - no value of anybody's is in it
_ANSWER = f"""
    SELECT DISTINCT ON (customer_id) customer_id, 1.0::float8,
           coalesce({{answered}} < sent_at + CAST(:settles AS interval), false)::int::float8, 0.0::float8
      FROM messages
     WHERE {_SPAN} AND channel = :channel AND NOT test AND sent_at >= :moment AND sent_at < :until
     ORDER BY customer_id, sent_at
"""  # noqa: S608
_LEAVING = f"""
    SELECT customer_id, 1.0::float8,
           EXISTS (SELECT 1 FROM events e
                    WHERE e.customer_id = m.customer_id AND e.occurred_at >= :moment AND e.occurred_at < :until
                      AND e.name IN ('message_unsubscribed', 'message_complained'){{theirs}})::int::float8, 0.0::float8
      FROM messages m
     WHERE {_SPAN} AND NOT test AND sent_at >= :moment AND sent_at < :until{{ours}}
     GROUP BY customer_id
"""  # noqa: S608
_SENDING, _SETTLING = timedelta(days=4), timedelta(days=3)
"""Messages of so long are asked about, and each is given so long to be answered. A week in all: what a weekly campaign
did teaches the next week's."""


@dataclass(frozen=True)
class Target:
    """A likelihood.

    Attributes:
        name: of the score.
        words: what it says, for a marketer.
        horizon: how far it looks.
        sql: what followed a moment: customer, whether the question arose, what happened, revenue.
        concerns: which rows of features the question is asked of.
        reverse: the score is the likelihood that it does *not* happen.
        only_if_asked: customers without a row in `sql` were not asked; otherwise it did not happen to them.
        baseline: the features of the plain model that has to be beaten.
        settles: how long after the horizon the answer is final.
        channel: of messages, where it is about them.
        record: the customer's own record on the channel answers it too: a model has to be more right than that.

    """

    name: str
    words: str
    horizon: timedelta
    sql: str
    concerns: Callable[[pd.DataFrame], "pd.Series[bool]"]
    reverse: bool = False
    only_if_asked: bool = False
    baseline: tuple[str, ...] = ("recency", "frequency")
    settles: timedelta = timedelta(0)
    channel: str | None = None
    record: bool = False

    def paced(self, time_scale: float) -> "Target":
        """The same question where business time passes faster: `time_scale` real seconds per business second."""
        return replace(self, horizon=self.horizon * time_scale, settles=self.settles * time_scale)

    async def outcomes(self, session: AsyncSession, moment: datetime, span: Span) -> pd.DataFrame:
        """What followed the moment: `asked`, `happened`, `revenue`; the index is the customer's id."""
        values: dict[str, object] = {"moment": moment, "until": moment + self.horizon}
        values |= {"first": span.first, "last": span.last}
        if self.channel:
            values["channel"] = self.channel
        if ":settles" in self.sql:
            values["settles"] = self.settles
        found = (await session.execute(text(self.sql), values)).all()
        frame = pd.DataFrame([row[1:] for row in found], columns=["asked", "happened", "revenue"], dtype=np.float64)
        frame.index = pd.Index([row[0] for row in found], dtype=object)
        return frame

    def examples(self, features: pd.DataFrame, outcomes: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Features and outcomes of those whom the question concerned, row by row."""
        asked = features[self.concerns(features)]
        if self.only_if_asked:
            asked = asked[asked.index.isin(outcomes.index)]
        after = outcomes.reindex(asked.index, fill_value=0.0)
        happened = (after["happened"] > 0).astype(float)
        return asked, after.assign(answer=1.0 - happened if self.reverse else happened)


def _everyone(features: pd.DataFrame) -> "pd.Series[bool]":
    return pd.Series(True, index=features.index)


def _buyers(features: pd.DataFrame) -> "pd.Series[bool]":
    return features["recency"] <= 365


def _answers(channel: str, how: str) -> Target:
    said = {"email": "e-mail", "sms": "SMS", "push": "push message", "in_app": "in-app card"}[channel]
    return Target(
        name=f"{how}_{channel}",
        words=f"{how}s the next {said} within {_SETTLING.days} days",
        horizon=_SENDING,
        sql=_ANSWER.format(answered={"open": "opened_at", "click": "clicked_at"}[how]),
        concerns=_everyone,
        only_if_asked=True,
        baseline=(f"answer_rate_{channel}", f"sent_{channel}"),
        settles=_SETTLING,
        channel=channel,
        record=True,
    )


def _leaves(channel: str | None) -> Target:
    of = {"theirs": " AND e.properties ->> 'channel' = :channel", "ours": " AND channel = :channel"}
    return Target(
        name=f"unsubscribe_{channel}" if channel else "unsubscribe",
        words=f"unsubscribes or complains after a message{f' by {channel}' if channel else ''}, within 30 days",
        horizon=timedelta(days=30),
        sql=_LEAVING.format(**(of if channel else {"theirs": "", "ours": ""})),
        concerns=_everyone,
        only_if_asked=True,
        baseline=(f"sent_{channel}" if channel else "messages_30", "tenure"),
        channel=channel,
    )


CHURN_DAYS = 60
TARGETS: dict[str, Target] = {
    target.name: target
    for target in (
        Target("purchase_7", "orders within 7 days", timedelta(days=7), _ORDERS, _everyone),
        Target("purchase_30", "orders within 30 days", timedelta(days=30), _ORDERS, _everyone),
        Target(
            "churn",
            f"ordered within a year, and orders nothing for {CHURN_DAYS} days",
            timedelta(days=CHURN_DAYS),
            _ORDERS,
            _buyers,
            reverse=True,
        ),
        _answers("email", "open"),
        _answers("push", "open"),
        _answers("in_app", "open"),
        _answers("email", "click"),
        _answers("sms", "click"),
        _answers("push", "click"),
        _answers("in_app", "click"),
        _leaves(None),
        *(_leaves(channel) for channel in ("email", "sms", "push")),
    )
}
ORDERS = Target("orders", "orders and revenue within 90 days", timedelta(days=90), _ORDERS, _buyers)
"""What values are judged on."""
VALUES: dict[str, int] = {"ltv_90": 90, "ltv_365": 365}
"""Scores of money: how many days each looks ahead."""
CLUSTER = "cluster"
NAMES = frozenset({*TARGETS, *VALUES, CLUSTER})
