"""One call of a provider's webhook: taken as a whole, or, where that fails, item by item.

A report is a fact. One that can't be applied must not keep the others of its call out, and a provider that is told
to try again sends the same call for days: what can't be taken alone is set aside with its reason.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncSession

from domain.events import IncomingMessageEvent
from ingestion.inbound_sms import record_replies
from ingestion.message_events import Recorded, record_reports
from providers.base import Parsed, Reply
from store.database.engine import Database
from store.database.retry import run_in_transaction
from store.messages import message_events

log = structlog.get_logger()

_AWAY = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError, OSError)
"""The database is not there: nothing is wrong with the call, and the provider is to send it again."""


async def record_call(
    database: Database, provider: str, parsed: Parsed, *, now: datetime, time_scale: float
) -> Recorded:
    """Take a call in, committed.

    Args:
        database: where; the transactions are made here.
        provider: whose call.
        parsed: what it held.
        now: the present instant, UTC.
        time_scale: see `ingestion.pipeline.ingest`.

    Raises:
        sqlalchemy.exc.DBAPIError: the database is away.

    """
    try:
        return await run_in_transaction(
            database, lambda session: _all(session, provider, parsed, now=now, time_scale=time_scale)
        )
    except _AWAY:
        raise
    except Exception as error:
        log.warning("a webhook's call is taken item by item", provider=provider, error=type(error).__name__)
    return await _one_by_one(database, provider, parsed, now=now, time_scale=time_scale)


async def _all(session: AsyncSession, provider: str, parsed: Parsed, *, now: datetime, time_scale: float) -> Recorded:
    recorded = await record_reports(session, parsed.reports, now=now, time_scale=time_scale)
    answers = await record_replies(session, parsed.replies, now=now, time_scale=time_scale)
    await message_events.set_aside(session, provider, parsed.rejected, now=now)
    aside = recorded.set_aside + len(parsed.rejected) + len(parsed.replies) - answers
    return Recorded(taken=recorded.taken + answers, repeats=recorded.repeats, set_aside=aside)


async def _one_by_one(
    database: Database, provider: str, parsed: Parsed, *, now: datetime, time_scale: float
) -> Recorded:
    found = [await _report(database, provider, report, now=now, time_scale=time_scale) for report in parsed.reports]
    found += [await _reply(database, provider, reply, now=now, time_scale=time_scale) for reply in parsed.replies]
    for raw, reason in parsed.rejected:
        found.append(await _aside(database, provider, raw, reason, now))
    return Recorded(*(sum(getattr(each, name) for each in found) for name in ("taken", "repeats", "set_aside")))


async def _report(
    database: Database, provider: str, report: IncomingMessageEvent, *, now: datetime, time_scale: float
) -> Recorded:
    record = partial(record_reports, reports=[report], now=now, time_scale=time_scale)
    # The second: another profile with this address has got the message of a launch meanwhile. The report stays a fact,
    # and the message stays failed, because the launch reaches an address once.
    ways: Sequence[Callable[[AsyncSession], Awaitable[Recorded]]] = [record, partial(record, revive=False)]
    problem = ""
    for way in ways:
        try:
            return await run_in_transaction(database, way)
        except _AWAY:
            raise
        except Exception as error:
            problem = type(error).__name__
    return await _aside(database, provider, report.raw, f"can't be applied: {problem}", now)


async def _reply(database: Database, provider: str, reply: Reply, *, now: datetime, time_scale: float) -> Recorded:
    try:
        answers = await run_in_transaction(
            database, lambda session: record_replies(session, [reply], now=now, time_scale=time_scale)
        )
    except _AWAY:
        raise
    except Exception as error:
        return await _aside(database, provider, reply.raw, f"can't be applied: {type(error).__name__}", now)
    return Recorded(taken=answers, repeats=0, set_aside=1 - answers)


async def _aside(database: Database, provider: str, raw: dict[str, object], reason: str, now: datetime) -> Recorded:
    async def aside(session: AsyncSession) -> None:
        await message_events.set_aside(session, provider, [(raw, reason)], now=now)

    await run_in_transaction(database, aside)
    return Recorded(taken=0, repeats=0, set_aside=1)
