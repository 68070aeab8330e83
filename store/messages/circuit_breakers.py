"""How providers fare, shared by all workers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import case, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import CircuitBreaker


async def every(session: AsyncSession) -> Sequence[CircuitBreaker]:
    """Those that failed once, or whose key was checked."""
    return (await session.scalars(select(CircuitBreaker).order_by(col(CircuitBreaker.provider)))).all()


FailureKind = Literal["configuration", "transient", "ambiguous"]
"""Our key or account; the provider was away; nobody knows whether it took the message."""


async def failed(
    session: AsyncSession,
    provider: str,
    kind: FailureKind,
    reason: str,
    *,
    count: int,
    now: datetime,
    allowed: int,
    rest: timedelta,
) -> None:
    """So many more failures in a row; from `allowed` on, the provider is left alone for `rest`."""
    first = {"failures": count, "open_until": now + rest if allowed <= count else None, "failing_since": now}
    failures = col(CircuitBreaker.failures) + count
    again = {
        "failures": failures,
        "open_until": case((failures >= allowed, now + rest), else_=col(CircuitBreaker.open_until)),
        "failing_since": case((col(CircuitBreaker.failures) == 0, now), else_=col(CircuitBreaker.failing_since)),
    }
    said = {"reason": reason[:500], "kind": kind, "updated_at": now}
    await session.execute(
        insert(CircuitBreaker)
        .values(provider=provider, **first, **said)
        .on_conflict_do_update(index_elements=["provider"], set_=again | said)
    )


async def succeeded(session: AsyncSession, provider: str, *, now: datetime) -> None:
    """The provider answers: nothing bad is known of it any more."""
    await session.execute(
        update(CircuitBreaker)
        .where(col(CircuitBreaker.provider) == provider, col(CircuitBreaker.failures) > 0)
        .values(failures=0, open_until=None, failing_since=None, updated_at=now)
    )


KeyCheckResult = Literal["accepted", "refused", "unreachable", "not_checked"]
"""What a vendor said of our key; it did not answer; it has no call that tells without a message."""


async def key_checked(session: AsyncSession, provider: str, result: KeyCheckResult, *, now: datetime) -> None:
    """Keep what was said. An accepted key ends a failure of configuration: the new key is in force."""
    said = {"key_check": result, "key_checked_at": now}
    await session.execute(
        insert(CircuitBreaker)
        .values(provider=provider, failures=0, reason="", updated_at=now, **said)
        .on_conflict_do_update(index_elements=["provider"], set_=said)
    )
    if result == "accepted":
        await session.execute(
            update(CircuitBreaker)
            .where(col(CircuitBreaker.provider) == provider, col(CircuitBreaker.kind) == "configuration")
            .values(failures=0, open_until=None, failing_since=None, updated_at=now)
        )


async def claim_trial(session: AsyncSession, provider: str, *, now: datetime, rest: timedelta) -> bool:
    """May this one message try the provider again? One of all workers' may, in each `rest`."""
    claimed = await session.execute(
        update(CircuitBreaker)
        .where(col(CircuitBreaker.provider) == provider, col(CircuitBreaker.open_until) <= now)
        .values(open_until=now + rest, updated_at=now)
        .returning(col(CircuitBreaker.provider))
    )
    return claimed.first() is not None
