"""Which of a channel's two providers gets a message, and whether any does: a provider known to fail is left alone.

The knowledge is shared in Postgres. Each process keeps a copy that is at most some seconds old, so that a send pays no
statement for it while all is well.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from prometheus_client import Counter, Gauge
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncSession

from domain.i18n import Sentence, as_written
from models import CircuitBreaker
from providers.base import Provider
from store.database.engine import Database
from store.messages import circuit_breakers
from store.messages.circuit_breakers import FailureKind

log = structlog.get_logger()

FRESH = timedelta(seconds=3)
_open = Gauge("campaign_flow_breaker_open", "1 while nothing is offered to the provider.", ["provider"])
_failures = Counter(
    "campaign_flow_provider_failures_total",
    "Sends that the provider did not answer well: configuration (our key or account), transient, ambiguous.",
    ["provider", "kind"],
)


@dataclass(frozen=True)
class ProviderFailure:
    """What went wrong on a provider's side."""

    kind: FailureKind
    reason: str


@dataclass(frozen=True)
class Held:
    """Nothing is offered to the provider until then."""

    provider: str
    until: datetime
    why: Sentence


class Breakers:
    """One process's view of how providers fare."""

    def __init__(self, *, allowed: int = 5, rest: timedelta = timedelta(seconds=30)) -> None:
        """Leave a provider alone for `rest` after `allowed` failures in a row."""
        self._allowed = allowed
        self._rest = rest
        self._known: Mapping[str, CircuitBreaker] = {}
        self._read_at: datetime | None = None
        self._failing: set[str] = set()
        """Those that this process saw failing since they last answered it."""
        self._pending: defaultdict[str, list[ProviderFailure]] = defaultdict(list)
        """Failures not written yet, while another task of this process writes those before them."""
        self._writing: set[str] = set()

    async def choose(
        self, session: AsyncSession, first: Provider, second: Provider | None, now: datetime
    ) -> Provider | Held:
        """Who gets the message. With all of them failing it is held, but for one that tries."""
        known = await self._read(session, now)
        mine = known.get(first.name)
        if mine is None or mine.open_until is None:
            return first
        if mine.open_until <= now and await self._claim(session, first, now):
            return first
        if second is not None and not _is_open(known.get(second.name), now):
            return second
        until = mine.open_until if mine.open_until > now else now + self._rest
        return Held(first.name, until, as_written(mine.reason))

    async def note(self, database: Database, provider: str, failure: ProviderFailure | None, now: datetime) -> None:
        """Learn from one send: `failure` is what went wrong on the provider's side, None that it answered.

        A row that all senders of a failing provider write would be their bottleneck: it is written outside the sends'
        own transactions, and by one task of a process at a time, which takes along what the others have seen.
        """
        try:
            if failure is not None:
                _failures.labels(provider, failure.kind).inc()
                self._failing.add(provider)
                self._pending[provider].append(failure)
                await self._write(database, provider, now)
            elif provider in self._failing or not _is_clean(self._known.get(provider)):
                self._failing.discard(provider)
                self._read_at = None
                async with database.transaction() as session:
                    await circuit_breakers.succeeded(session, provider, now=now)
        except (exc.SQLAlchemyError, OSError) as error:
            log.warning("a provider's state was not noted", provider=provider, error=type(error).__name__)

    async def _write(self, database: Database, provider: str, now: datetime) -> None:
        if provider in self._writing:
            return
        self._writing.add(provider)
        try:
            while self._pending[provider]:
                seen, self._pending[provider] = self._pending[provider], []
                async with database.transaction() as session:
                    last = seen[-1]
                    await circuit_breakers.failed(
                        session,
                        provider,
                        last.kind,
                        last.reason,
                        count=len(seen),
                        now=now,
                        allowed=self._allowed,
                        rest=self._rest,
                    )
                self._read_at = None
        finally:
            self._writing.discard(provider)

    async def _claim(self, session: AsyncSession, provider: Provider, now: datetime) -> bool:
        self._read_at = None
        return await circuit_breakers.claim_trial(session, provider.name, now=now, rest=self._rest)

    async def _read(self, session: AsyncSession, now: datetime) -> Mapping[str, CircuitBreaker]:
        if self._read_at is None or not timedelta(0) <= now - self._read_at < FRESH:
            found = await circuit_breakers.every(session)
            self._known, self._read_at = {row.provider: row for row in found}, now
            for row in found:
                _open.labels(row.provider).set(_is_open(row, now))
        return self._known


def _is_clean(breaker: CircuitBreaker | None) -> bool:
    return breaker is None or breaker.failures == 0


def _is_open(breaker: CircuitBreaker | None, now: datetime) -> bool:
    return breaker is not None and breaker.open_until is not None and breaker.open_until > now
