"""Funnels counted the slow way: every chain of events is tried. What the SQL of `store.reports` is held against."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.reports.funnel import Funnel, FunnelOrder, FunnelPeriod, may_coincide

Chain = tuple["Happened", ...]


@dataclass(frozen=True)
class Happened:
    """One thing that a customer did.

    Attributes:
        at: microseconds.
        id: how things of one instant are told apart.
        steps: the steps of the funnel that it counts for.
        breaks: whether it must not lie between.

    """

    at: int
    id: str
    steps: frozenset[int]
    breaks: bool


def depth(funnel: Funnel, period: FunnelPeriod, things: Sequence[Happened]) -> int:
    """How many steps the customer reached; 0: not even the first within the period."""
    since, until = (round(moment.timestamp() * 1e6) for moment in (period.since, period.until))
    if funnel.order is FunnelOrder.ANY:
        return _any_order(funnel, since, until, things)
    starts = [thing for thing in things if 0 in thing.steps and since <= thing.at < until]
    return max((len(chain) for start in starts for chain in _chains(funnel, (start,), things)), default=0)


def _chains(funnel: Funnel, chain: Chain, things: Sequence[Happened]) -> Iterator[Chain]:
    yield chain
    place = len(chain)
    if place == len(funnel.steps):
        return
    for thing in things:
        if place in thing.steps and _follows(funnel, chain, thing, things):
            yield from _chains(funnel, (*chain, thing), things)


def _follows(funnel: Funnel, chain: Chain, thing: Happened, things: Sequence[Happened]) -> bool:
    place, before = len(chain), chain[-1]
    window = funnel.window_seconds * 1_000_000
    span = (funnel.steps[place].within_seconds or funnel.window_seconds) * 1_000_000
    if thing.at - chain[0].at > window or thing.at - before.at > span or _broken(before.at, thing.at, things):
        return False
    if funnel.order is FunnelOrder.STRICT:
        row = sorted((each for each in things if each.steps), key=lambda each: (each.at, min(each.steps), each.id))
        return any(one is before and other is thing for one, other in pairwise(row))
    return thing.at > before.at or (thing.at == before.at and may_coincide(funnel.steps, place))


def _broken(after: int, until: int, things: Sequence[Happened]) -> bool:
    return any(each.breaks and after < each.at <= until for each in things)


def _any_order(funnel: Funnel, since: int, until: int, things: Sequence[Happened]) -> int:
    found = 0
    window = funnel.window_seconds * 1_000_000
    for start in things:
        if not start.steps or not since <= start.at < until:
            continue
        near = [
            each
            for each in things
            if start.at <= each.at <= start.at + window and not _broken(start.at, each.at, things)
        ]
        found = max(found, len(frozenset[int]().union(*(each.steps for each in near))))
    return found
