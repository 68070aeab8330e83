"""Comings and goings in watched segments, as events of the customers who come and go.

Three ways lead here: a customer's own event (in the transaction that takes it), a change of the profile by a journey,
and the sweep, for what time alone changes and whatever else the others did not see. All of them hold the customer's
lock while they ask and write, so that a coming is told once.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from domain.condition_dependencies import Mentions, mentions
from domain.errors import InvalidError
from domain.events import SEGMENT_ENTERED, SEGMENT_LEFT
from store.conditions.scope import Scope
from store.events.events import NewEvent
from store.segments import memberships, segments
from store.segments.memberships import Change, Watched

SOURCE = "segments"
_KEPT = 1000


@dataclass(frozen=True)
class ProfileChange:
    """What happened to a customer in one transaction."""

    names: frozenset[str]
    """Of events."""
    profile: bool


_read: OrderedDict[tuple[UUID, datetime], tuple[Mentions, bool]] = OrderedDict()


async def _listens(session: AsyncSession, segment: Watched) -> Mentions:
    """What the segment listens to. Kept while it stays as it is, unless it names others, which may change."""
    key = (segment.id, segment.updated_at)
    known = _read.get(key)
    if known is not None and not known[1]:
        return known[0]
    nested = await segments.load_conditions(session, segment.condition)
    found = mentions(segment.condition, nested)
    _read[key] = (found, bool(nested))
    while len(_read) > _KEPT:
        _read.popitem(last=False)
    return found


async def moves_by_itself(session: AsyncSession, segment: Watched) -> bool:
    """Whether time alone brings customers in or out."""
    return (await _listens(session, segment)).time


async def react(
    session: AsyncSession, watched: Iterable[Watched], touched: Mapping[UUID, ProfileChange], *, now: datetime
) -> list[NewEvent]:
    """Compare the watched segments that these happenings may concern; the comings and goings, as events to be written.

    Args:
        session: the transaction, which holds the customers' locks and has written what happened.
        watched: all of them.
        touched: by customer.
        now: the moment of asking, UTC.

    """
    concerned: dict[UUID, tuple[Watched, list[UUID]]] = {}
    for segment in (segment for segment in watched if segment.filled):
        subscribed_events = await _listens(session, segment)
        who = [id_ for id_, touch in touched.items() if subscribed_events.touched(touch.names, profile=touch.profile)]
        if who:
            concerned[segment.id] = (segment, who)
    return await _compare(session, concerned.values(), now=now)


async def compare(
    session: AsyncSession, segment: Watched, customer_ids: Collection[UUID], *, now: datetime
) -> list[NewEvent]:
    """The same for one segment and some customers, whatever happened. Those who don't live any more are taken out."""
    living = await segments.matching(session, [segment.condition], customer_ids, Scope(now=now))
    await memberships.forget_customers(session, set(customer_ids) - set(living))
    return await _compare(session, [(segment, list(living))], now=now)


async def _compare(
    session: AsyncSession, asked: Iterable[tuple[Watched, Sequence[UUID]]], *, now: datetime
) -> list[NewEvent]:
    names: dict[UUID, str] = {}
    found: list[Change] = []
    for segment, who in asked:
        names[segment.id] = segment.name
        try:
            answers = await segments.matching(session, [segment.condition], who, Scope(now=now))
        except InvalidError:  # a segment that it names is gone: nobody comes or goes until that is mended
            continue
        found += [Change(segment.id, customer_id, held) for customer_id, (held,) in sorted(answers.items())]
    changed = await memberships.record(session, found, now=now)
    return [_event(change, names[change.segment_id], now) for change in changed]


def _event(change: Change, name: str, now: datetime) -> NewEvent:
    return NewEvent(
        id=uuid4(),
        occurred_at=now,
        customer_id=change.customer_id,
        name=SEGMENT_ENTERED if change.entered else SEGMENT_LEFT,
        properties={"segment_id": str(change.segment_id), "segment": name},
        source=SOURCE,
        received_at=now,
    )
