"""Sudden drops and jumps of the last hours, by campaign and over all, and the slice that explains each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from intelligence.rate_alerts import WEEKS, Cause, Change, Hours, Numbers, Slice, cause_of, changes
from store.reports import hourly
from store.reports.hourly import HOUR, Counts

BASELINE = timedelta(weeks=4)
MOST_CAMPAIGNS = 10
OF = {"sent": None, "delivered": "sent", "opened": "sent", "clicked": "sent"}
"""Metric -> what its rate is of."""


@dataclass(frozen=True)
class Found:
    """A change: two usable hours after each other, from `since` to `until`."""

    metric: str
    campaign_id: UUID | None
    since: datetime
    until: datetime
    score: float
    happened: float
    expected: float
    sent: float
    cause: Cause | None


async def find(
    session: AsyncSession, *, now: datetime, hours: int, zone: ZoneInfo, holidays: Collection[date] = ()
) -> list[Found]:
    """Look at the last complete hours; of changes of one series that follow each other the first is told.

    An hour is complete one hour after its end: what is counted comes within an hour of sending.

    Args:
        session: the transaction.
        now: the present.
        hours: how many are looked at.
        zone: whose hours and weekdays are compared.
        holidays: days that are like no other weekday.

    """
    end = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) - HOUR
    count = WEEKS * 7 * 24 + hours
    since = end - count * HOUR
    counted = await hourly.series(session, since, count)
    local = [(since + index * HOUR).astimezone(zone) for index in range(count)]
    slots = np.array([moment.weekday() * 24 + moment.hour for moment in local])
    off = np.array([moment.date() in holidays for moment in local])
    found = []
    for campaign_id in _asked(counted, hours):
        for metric, of in OF.items():
            metrics = counted[campaign_id].metrics
            chances = None if of is None else metrics[of]
            series = Hours(metrics[metric], chances, slots, off)
            for change in _first_ones(changes(series, count - hours)):
                found.append(
                    await _told(session, metric, campaign_id, change=change, since=since, sent=metrics["sent"])
                )
    return sorted(found, key=lambda each: (each.since, abs(each.score)), reverse=True)


def _asked(counted: Mapping[UUID | None, Counts], hours: int) -> list[UUID | None]:
    """All together, and the campaigns that sent most lately."""
    sent = {key: counts.metrics["sent"][-hours:].sum() for key, counts in counted.items() if key is not None}
    largest = sorted((key for key in sent if sent[key] > 0), key=lambda key: (-sent[key], str(key)))
    return [None, *largest[:MOST_CAMPAIGNS]] if None in counted else []


def _first_ones(found: Mapping[int, Change]) -> list[Change]:
    kept: list[Change] = []
    last: tuple[int, float] | None = None
    for end, change in sorted(found.items()):
        side = float(np.sign(change.score))
        if last is None or end - last[0] > 3 or side != last[1]:
            kept.append(change)
        last = end, side
    return kept


async def _told(
    session: AsyncSession, metric: str, campaign_id: UUID | None, *, change: Change, since: datetime, sent: Numbers
) -> Found:
    first = since + change.first * HOUR
    until = first + 2 * HOUR
    of = OF[metric]
    now = await hourly.slices(session, first, until, campaign_id=campaign_id)
    hours = sorted({moment.hour for moment in (first, first + HOUR)})
    before = await hourly.slices(session, first - BASELINE, first, campaign_id=campaign_id, hours=hours)
    slices = []
    for (dimension, value), usual in before.items():
        present = now.get((dimension, value), {})
        happened = present.get(metric, 0.0)
        if of is None:
            expected = usual[metric] / BASELINE.days
        else:
            expected = present.get(of, 0.0) * usual[metric] / usual[of] if usual[of] else 0.0
        slices.append(Slice(dimension, value, happened, expected))
    cause = cause_of(_scaled(slices, change.expected), change.happened, change.expected)
    total = float(sent[change.first : change.first + 2].sum())
    return Found(metric, campaign_id, first, until, change.score, change.happened, change.expected, total, cause)


def _scaled(slices: list[Slice], expected: float) -> list[Slice]:
    """Slices whose expectations add up, in each dimension, to that of all."""
    sums: dict[str, float] = {}
    for each in slices:
        sums[each.dimension] = sums.get(each.dimension, 0.0) + each.expected
    return [
        Slice(each.dimension, each.value, each.happened, each.expected * expected / sums[each.dimension])
        for each in slices
        if sums[each.dimension] > 0
    ]
