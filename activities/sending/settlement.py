"""The provider's answer goes to the ledger: first, alone, and whatever it takes.

The transaction touches one ledger row, waits for no customer, and is done again until it is committed. Only then does
the journey go on, by `Settled`, which nothing else makes: so whatever fails behind it can delay, and never repeat.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NewType, TypeVar
from uuid import UUID

import structlog
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio.exceptions import ApplicationError

from activities.journey_run import JourneyRun
from activities.sending.breakers import Breakers
from activities.sending.dispatch import Outcome, Reserved
from domain.i18n import Words, channel, read, sentence
from domain.vocabulary import Channel, ConsentStatus, MessageState
from models import Message
from store.database.engine import Database
from store.messages import message_events, messages, suppressions
from store.messages.message_events import ConsentChange
from workflows.contracts import Decision

log = structlog.get_logger()

_Result = TypeVar("_Result")
_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 5.0
_OPEN = frozenset({MessageState.RESERVED, MessageState.DEFERRED})
_Committed = NewType("_Committed", object)
_COMMITTED = _Committed(object())


@dataclass(frozen=True)
class Settled:
    """A message whose answer is in the ledger, committed. Made by `commit` and `of_row` alone."""

    message_id: UUID
    state: MessageState
    why: Words
    proof: _Committed = field(repr=False)
    """Only this module has it."""
    details: dict[str, Any] = field(default_factory=dict)
    opted_out: ConsentChange | None = None
    """The recipient's word against the channel, where the provider refused the message because of it."""

    def __post_init__(self) -> None:
        if self.proof is not _COMMITTED or self.state in _OPEN:
            raise AssertionError(f"message {self.message_id} is {self.state}: its answer is not in the ledger")

    @property
    def port(self) -> str:
        """The port that its journey leaves by."""
        return "not_sent" if self.state in (MessageState.FAILED, MessageState.SKIPPED) else "next"


def of_row(found: Message) -> Settled:
    """What an attempt before this one, or a webhook, has settled.

    Raises:
        AssertionError: the row is still open.

    """
    state = MessageState(found.state)
    return Settled(found.id, state, _said(found, state), _COMMITTED, {"message_id": str(found.id)})


def _said(found: Message, state: MessageState) -> Words:
    if state in (MessageState.FAILED, MessageState.SKIPPED):
        return read(found.reason or found.state, found.said)
    if state is MessageState.UNKNOWN:
        return sentence("unknown_whether_sent", why=read(found.reason, found.said))
    return sentence("sent_by", channel=channel(Channel(found.channel)))


@dataclass(frozen=True)
class TryAgain:
    """The ledger knows that it was not taken, or that its author wants it sent again; Temporal's retry offers it."""

    retry: ApplicationError
    state: MessageState


async def commit(
    database: Database, breakers: Breakers, reserved: Reserved, outcome: Outcome, now: datetime
) -> Settled | TryAgain:
    """Put the answer into the ledger, then what follows from it for the address and for the provider."""
    message = reserved.outgoing
    sent_at = now if outcome.state is MessageState.ACCEPTED else None

    async def answer(session: AsyncSession) -> MessageState:
        return await messages.settle(
            session,
            message.message_id,
            outcome.state,
            reason=outcome.reason,
            provider_message_id=outcome.provider_message_id,
            sent_at=sent_at,
        )

    state = await until_committed(database, answer, about=message.message_id)
    await _learn(database, breakers, reserved, outcome, now)
    if outcome.retry is not None and state in (MessageState.DEFERRED, MessageState.UNKNOWN):
        return TryAgain(outcome.retry, state)
    details = {"message_id": str(message.message_id), "provider": reserved.provider.name}
    if state is outcome.state:
        return Settled(message.message_id, state, outcome.why, _COMMITTED, details, _opted_out(reserved, outcome, now))
    why = sentence("sent_by", channel=channel(message.channel))  # a webhook overtook the answer
    return Settled(message.message_id, state, why, _COMMITTED, details)


def _opted_out(reserved: Reserved, outcome: Outcome, now: datetime) -> ConsentChange | None:
    if outcome.suppress not in ("unsubscribed", "complaint"):
        return None
    message = reserved.outgoing
    source = f"provider:{reserved.provider.name}"
    return ConsentChange(message.customer_id, message.channel.value, ConsentStatus.UNSUBSCRIBED, source, now)


async def commit_sender_died(database: Database, message_id: UUID) -> None:
    """Nobody knows whether a message that was found reserved has left."""

    async def unknown(session: AsyncSession) -> None:
        await messages.settle(session, message_id, MessageState.UNKNOWN, reason=sentence("sender_died"))

    await until_committed(database, unknown, about=message_id)


async def _learn(database: Database, breakers: Breakers, reserved: Reserved, outcome: Outcome, now: datetime) -> None:
    if outcome.suppress is not None:
        reason, message, name = outcome.suppress, reserved.outgoing, reserved.provider.name

        async def suppress(session: AsyncSession) -> None:
            await suppressions.suppress(session, message.channel, message.address, reason, source=name)

        await until_committed(database, suppress, about=message.message_id)
    await breakers.note(database, reserved.provider.name, outcome.failure, now)


async def until_committed(
    database: Database, work: Callable[[AsyncSession], Awaitable[_Result]], *, about: UUID
) -> _Result:
    """Do `work` in a transaction, again and again until it is committed; it must bear being done twice.

    Args:
        database: where.
        work: what.
        about: the message, for the log.

    Raises:
        sqlalchemy.exc.DBAPIError: the database refuses the values themselves.

    """
    pause = _FIRST_PAUSE_SECONDS
    while True:
        try:
            async with database.transaction() as session:
                return await work(session)
        except (exc.DataError, exc.IntegrityError, exc.ProgrammingError):
            raise  # no repeat would help
        except (exc.DBAPIError, exc.TimeoutError, OSError) as error:
            # Danger: there is nothing better to do than to wait: the answer is known to this process alone.
            kind = type(error).__name__
            log.warning("the provider's answer waits for the database", message_id=str(about), error=kind)
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


async def go_on(walk: JourneyRun, settled: Settled) -> Decision:
    """The journey leaves its send."""
    if settled.opted_out is not None:
        await message_events.save_words(walk.session, [replace(settled.opted_out, customer_id=walk.customer.id)])
    return await walk.leave(settled.port, settled.why, settled.details)
