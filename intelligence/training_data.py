"""What a model learns from: customers as known at several moments, with what followed each."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.send_time import HOURS
from intelligence import features
from intelligence.classifier import Slice
from intelligence.features import Span
from intelligence.send_time_model import Visits
from intelligence.targets import Target
from store.database.engine import Database
from store.intelligence import activity_hours as stored_visits

SPAN = 2_000
MOST_CUSTOMERS = 20_000
"""A random sample of so many, at several moments, teaches as much as a million, and fits in memory."""
MOST_MOMENTS = 6
_WEEK = timedelta(days=7)
WARM_UP = timedelta(days=30)
"""History that must lie before a moment for it to teach anything."""
_LEAK_SAMPLE = 2
"""Spans on which features are held against the future."""

T = TypeVar("T")
Beat = Callable[[], None]
"""Called between pieces of work: it tells Temporal that the activity lives."""


class LeakError(Exception):
    """A feature sees beyond its moment; what learned from it would be worthless."""


class TrainingDataCache:
    """What scores learned one after the other share: features of the moments of one training, and whom it samples."""

    def __init__(self) -> None:
        self._present: datetime | None = None
        self._spans: list[Span] | None = None
        self._frames: dict[tuple[datetime, Span], pd.DataFrame] = {}
        self._honest: set[tuple[datetime, Span]] = set()
        self._made: dict[Hashable, Any] = {}

    def begin(self, present: datetime | None) -> None:
        """Forget what another training read."""
        if present != self._present:
            self._present, self._spans = present, None
            self._frames, self._honest, self._made = {}, set(), {}

    async def spans(self, session: AsyncSession) -> list[Span]:
        """As `features.spans`, of `SPAN` customers each."""
        if self._spans is None:
            self._spans = await features.spans(session, SPAN)
        return self._spans

    async def once(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """What several scores are made of; made by the first that asks."""
        if key not in self._made:
            self._made[key] = await make()
        found: T = self._made[key]
        return found

    async def leaks(self, session: AsyncSession, moment: datetime, span: Span, time_scale: float) -> list[str]:
        """Features that see beyond a moment; where there are none, that is found out once."""
        if (moment, span) in self._honest:
            return []
        found = await features.changed_by_the_future(session, moment, span, time_scale=time_scale)
        if not found:
            self._honest.add((moment, span))
        return found

    async def read(self, session: AsyncSession, moment: datetime, span: Span, time_scale: float) -> pd.DataFrame:
        """As `features.read`; not to be changed."""
        key = (moment, span)
        if key not in self._frames:
            self._frames[key] = await features.read(session, moment, span, time_scale=time_scale)
        return self._frames[key]


@dataclass(frozen=True)
class CutoffHistory:
    """Where examples are taken from.

    Attributes:
        database: where events are.
        beat: called while it is read.
        time_scale: real seconds per business second of what lies there.
        kept: what was read of it already.

    """

    database: Database
    beat: Beat
    time_scale: float = 1.0
    kept: TrainingDataCache = field(default_factory=TrainingDataCache)


async def sampled_spans(past: CutoffHistory, seed: int) -> list[Span]:
    """Spans of at most `MOST_CUSTOMERS` customers, chosen at random, in order."""
    async with past.database.transaction() as session:
        every = await past.kept.spans(session)
    wanted = MOST_CUSTOMERS // SPAN
    if len(every) <= wanted:
        return every
    chosen = np.random.default_rng(seed).choice(len(every), wanted, replace=False)
    return [every[place] for place in sorted(chosen)]


async def moments(past: CutoffHistory, target: Target, now: datetime) -> list[datetime]:
    """Moments whose outcome is known by now, oldest first; each one's horizon ends before the next."""
    async with past.database.transaction() as session:
        first = await _first_event(session)
    if first is None:
        return []
    week = _WEEK * past.time_scale
    # whole weeks, so that scores with other horizons ask about the same moments, and read them once
    step = week * -(-(target.horizon + target.settles) // week)
    found = [now - step * turn for turn in range(1, MOST_MOMENTS + 1)]
    return sorted(moment for moment in found if moment - WARM_UP * past.time_scale >= first)


async def slices(past: CutoffHistory, target: Target, at: Sequence[datetime], spans: Sequence[Span]) -> list[Slice]:
    """Features and answers at each moment; one at which nobody was asked teaches nothing, and is left out.

    Raises:
        LeakError: a feature sees beyond a moment.

    """
    result = []
    for moment in at:
        known, answers = await _pair(past, target, moment, spans)
        if len(known):
            result.append(Slice(moment, known, answers["answer"].to_numpy(dtype=np.float64)))
    return result


async def revenue(
    past: CutoffHistory, target: Target, moment: datetime, spans: Sequence[Span]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Features at a moment, and the orders (`happened`) and revenue that followed, row by row."""
    return await _pair(past, target, moment, spans)


async def known_now(past: CutoffHistory, moment: datetime, spans: Sequence[Span]) -> pd.DataFrame:
    """Features of everyone in the spans."""

    async def one(session: AsyncSession, span: Span) -> pd.DataFrame:
        return await past.kept.read(session, moment, span, past.time_scale)

    return pd.concat(await each_span(past, spans, one)) if spans else pd.DataFrame(columns=features.NAMES)


async def visits(past: CutoffHistory, moment: datetime, spans: Sequence[Span]) -> Visits:
    """When the customers of the spans were there."""

    async def one(session: AsyncSession, span: Span) -> Visits:
        rows = await stored_visits.by_customer(session, span.first, span.last, until=moment)
        place = {who: number for number, who in enumerate(dict.fromkeys(row.customer_id for row in rows))}
        counts = np.zeros((2, len(place), HOURS))
        group = np.full(len(place), -1, dtype=np.intp)
        for row in rows:
            counts[int(row.later), place[row.customer_id], row.slot] += row.visits
            group[place[row.customer_id]] = -1 if row.cluster is None else row.cluster
        return Visits(counts[0], counts[1], group)

    parts = await each_span(past, spans, one)
    if not parts:
        return Visits(np.zeros((0, HOURS)), np.zeros((0, HOURS)), np.zeros(0, dtype=np.intp))
    return Visits(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("before", "after", "group")))


async def assert_no_leakage(past: CutoffHistory, moment: datetime, spans: Sequence[Span]) -> None:
    """Hold features against the future, on some customers.

    Raises:
        LeakError: one sees it.

    """
    for span in spans[:_LEAK_SAMPLE]:
        async with past.database.transaction() as session:
            changed = await past.kept.leaks(session, moment, span, past.time_scale)
        if changed:
            raise LeakError(f"These features see what came after {moment:%Y-%m-%d}: {', '.join(changed)}")


async def _pair(
    past: CutoffHistory, target: Target, moment: datetime, spans: Sequence[Span]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    async def one(session: AsyncSession, span: Span) -> tuple[pd.DataFrame, pd.DataFrame]:
        outcomes = await target.outcomes(session, moment, span)
        if target.only_if_asked and outcomes.empty:
            return target.examples(pd.DataFrame(columns=features.NAMES), outcomes)  # spared: most of the time is theirs
        return target.examples(await past.kept.read(session, moment, span, past.time_scale), outcomes)

    parts = await each_span(past, spans, one)
    return pd.concat([known for known, _ in parts]), pd.concat([after for _, after in parts])


async def each_span(
    past: CutoffHistory, spans: Sequence[Span], ask: Callable[[AsyncSession, Span], Awaitable[T]]
) -> list[T]:
    """What was found in each span, a transaction each."""
    result = []
    for span in spans:
        async with past.database.transaction() as session:
            result.append(await ask(session, span))
        past.beat()
    return result


async def _first_event(session: AsyncSession) -> datetime | None:
    found: datetime | None = await session.scalar(text("SELECT min(occurred_at) FROM events"))
    return found
