"""Which of a channel's two providers gets a message: the first, unless it is known to fail.

The knowledge is shared in Postgres. Each process keeps a copy that is at most some seconds old, so that a send pays no
statement for it while all is well.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from prometheus_client import Counter, Gauge
from sqlalchemy.ext.asyncio import AsyncSession

from models import Breaker
from providers.base import Provider
from store import breakers

FRESH = timedelta(seconds=3)
_open = Gauge("campaign_flow_breaker_open", "1 while nothing is offered to the provider.", ["provider"])
_failures = Counter(
    "campaign_flow_provider_failures_total", "Sends that the provider did not answer well.", ["provider"]
)


class Breakers:
    """One process's view of how providers fare."""

    def __init__(self, *, allowed: int = 5, rest: timedelta = timedelta(seconds=30)) -> None:
        """Leave a provider alone for `rest` after `allowed` failures in a row."""
        self._allowed = allowed
        self._rest = rest
        self._known: Mapping[str, Breaker] = {}
        self._read_at: datetime | None = None
        self._failing: set[str] = set()
        """Those that this process saw failing since they last answered it."""

    async def choose(self, session: AsyncSession, first: Provider, second: Provider | None, now: datetime) -> Provider:
        """Who gets the message. With both failing it is the first, whose retries then wait for either."""
        known = await self._read(session, now)
        if second is None or _is_closed(known.get(first.name)):
            return first
        if _may_be_tried(known.get(first.name), now) and await self._claim(session, first, now):
            return first
        return first if _is_open(known.get(second.name), now) else second

    async def note(self, session: AsyncSession, provider: str, failure: str | None, now: datetime) -> None:
        """Learn from one send: `failure` says what went wrong on the provider's side, None that it answered."""
        if failure is not None:
            _failures.labels(provider).inc()
            self._failing.add(provider)
            await breakers.failed(session, provider, failure, now=now, allowed=self._allowed, rest=self._rest)
            self._read_at = None
        elif provider in self._failing or not _is_clean(self._known.get(provider)):
            self._failing.discard(provider)
            await breakers.succeeded(session, provider, now=now)
            self._read_at = None

    async def _claim(self, session: AsyncSession, provider: Provider, now: datetime) -> bool:
        self._read_at = None
        return await breakers.claim_trial(session, provider.name, now=now, rest=self._rest)

    async def _read(self, session: AsyncSession, now: datetime) -> Mapping[str, Breaker]:
        if self._read_at is None or not timedelta(0) <= now - self._read_at < FRESH:
            found = await breakers.every(session)
            self._known, self._read_at = {row.provider: row for row in found}, now
            for row in found:
                _open.labels(row.provider).set(_is_open(row, now))
        return self._known


def _is_clean(breaker: Breaker | None) -> bool:
    return breaker is None or breaker.failures == 0


def _is_closed(breaker: Breaker | None) -> bool:
    return breaker is None or breaker.open_until is None


def _is_open(breaker: Breaker | None, now: datetime) -> bool:
    return breaker is not None and breaker.open_until is not None and breaker.open_until > now


def _may_be_tried(breaker: Breaker | None, now: datetime) -> bool:
    return not _is_closed(breaker) and not _is_open(breaker, now)
