"""Sends: at most once, and accounted for always.

1. *Reserve*, in a transaction: the customer is locked, everything that could forbid the message is asked, and the
   ledger row is committed as `reserved`.
2. *Hand over* to the provider, outside any transaction.
3. *Settle*, in a transaction: the answer goes to the ledger, and the journey walks on.

A retry that finds `reserved` does not know whether step 2 happened. It does not send again: the message is `unknown`
until the provider's webhook settles it.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import ledger
from activities.moving import take_up_move
from activities.outgoing import prepare
from activities.putting_off import over_limit
from activities.services import Services
from activities.walk import Walk
from domain.flow import SEND_CHANNEL
from domain.vocabulary import Channel, JourneyState, MessageState
from models import Message
from providers.base import (
    Accepted,
    AmbiguousError,
    ConfigurationError,
    Outgoing,
    PermanentError,
    Provider,
    SendError,
    ThrottledError,
    TransientError,
)
from rendering.errors import RenderError
from store import messages, suppressions
from workflows.contracts import SEND_MESSAGE, Decision, StepInput

CONFIGURATION_RETRY = timedelta(minutes=1)
"""A wrong key fails every send alike: it is tried again at this pace until somebody mends it."""


@dataclass(frozen=True)
class Reserved:
    """The ledger holds the message: it may be handed over, once."""

    outgoing: Outgoing
    provider: Provider


@dataclass(frozen=True)
class Outcome:
    """What is known after handing over."""

    state: MessageState
    why: str
    reason: str | None = None
    provider_message_id: str | None = None
    suppress: str | None = None


class SendActivities:
    """Run on the task queue of a channel, whose rate the server holds for the whole fleet."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @activity.defn(name=SEND_MESSAGE)
    async def send_message(self, input: StepInput) -> Decision:
        """Send the message of step `seq`, and walk on.

        Raises:
            ApplicationError: the provider said "not now"; the retry sends. Everything else is recorded, not raised.

        """
        async with self._services.database.transaction() as session:
            reserved = await self._reserve(session, input)
        if isinstance(reserved, Decision):
            return reserved
        outcome = await _hand_over(reserved)
        if isinstance(outcome, SendError):
            await self._defer(reserved.outgoing, outcome)
            raise _try_again(outcome)
        return await self._settle(input, reserved, outcome)

    async def _reserve(self, session: AsyncSession, input: StepInput) -> Reserved | Decision:
        walk = await Walk.begin(session, self._services, input.journey_id)
        if walk.journey.state == JourneyState.ENDED or walk.journey.seq != input.seq or _is_put_off(walk):
            return walk.standing()
        found = await messages.read(session, ledger.message_id_of(walk))
        if found is not None and found.state != MessageState.DEFERRED:
            return await ledger.already(walk, found)
        barred = await walk.barred()
        if barred is not None:
            await ledger.withhold_when_over(walk, found)
            return barred
        move = await walk.pending_move()
        if move is not None:  # nothing was handed over yet: the new version decides whether this is sent
            return await take_up_move(walk, move)
        return await self._offer(walk, found)

    async def _offer(self, walk: Walk, found: Message | None) -> Reserved | Decision:
        """Reserve the message, unless something forbids it."""
        try:
            prepared = await prepare(walk, ledger.send_of(walk), found)
        except RenderError as error:
            return await ledger.not_sent(walk, found, MessageState.FAILED, f"template: {error}")
        if prepared.over_limit is not None:
            return await over_limit(walk, found, prepared.over_limit)
        if prepared.provider is None or prepared.outgoing is None:
            why = prepared.withheld or "no provider"
            return await ledger.not_sent(walk, found, MessageState.WITHHELD, why, prepared.hindrance)
        at_once = prepared.outgoing.channel is Channel.IN_APP
        await ledger.reserve(walk, found, prepared, at_once=at_once)
        if at_once:  # the ledger row itself is the inbox: there is nothing to hand over
            return await walk.leave("next", "put into the inbox")
        return Reserved(prepared.outgoing, prepared.provider)

    async def _settle(self, input: StepInput, reserved: Reserved, outcome: Outcome) -> Decision:
        message = reserved.outgoing
        async with self._services.database.transaction() as session:
            walk = await Walk.begin(session, self._services, input.journey_id)
            accepted = outcome.state is MessageState.ACCEPTED
            await messages.settle(
                session,
                message.message_id,
                outcome.state,
                reason=outcome.reason,
                provider_message_id=outcome.provider_message_id,
                sent_at=walk.now if accepted else None,
            )
            if outcome.suppress is not None:
                await suppressions.suppress(
                    session, message.channel, message.address, outcome.suppress, source=reserved.provider.name
                )
            if walk.journey.state == JourneyState.ENDED or walk.journey.seq != input.seq:
                return walk.standing()
            port = "not_sent" if outcome.state is MessageState.FAILED else "next"
            details = {"message_id": str(message.message_id), "provider": reserved.provider.name}
            return await walk.leave(port, outcome.why, details)

    async def _defer(self, message: Outgoing, error: SendError) -> None:
        async with self._services.database.transaction() as session:
            await messages.settle(session, message.message_id, MessageState.DEFERRED, reason=error.reason)


def _is_put_off(walk: Walk) -> bool:
    """Whether an attempt before this one put the message off: then its timer comes first."""
    return walk.journey.step is not None and walk.journey.step["kind"] == "wait"


async def close_message(walk: Walk) -> None:
    """The journey is held or over: what it had put off and will never send leaves the ledger's open states."""
    if walk.journey.state == JourneyState.ENDED and walk.node.type in SEND_CHANNEL:
        await ledger.withhold_when_over(walk, await messages.read(walk.session, ledger.message_id_of(walk)))


async def give_up(walk: Walk) -> Decision:
    """The deadline of a send has passed without the provider taking it."""
    found = await messages.read(walk.session, ledger.message_id_of(walk))
    if found is not None and found.state != MessageState.DEFERRED:
        return await ledger.already(walk, found)
    return await ledger.not_sent(walk, found, MessageState.FAILED, "the provider would not take it for a day")


async def _hand_over(reserved: Reserved) -> Outcome | SendError:
    """Call the provider, once. Returned errors are those after which a retry may send."""
    try:
        accepted: Accepted = await reserved.provider.send(reserved.outgoing)
    except PermanentError as error:
        return Outcome(MessageState.FAILED, f"refused: {error.reason}", error.reason, suppress=error.suppress)
    except AmbiguousError as error:
        return Outcome(MessageState.UNKNOWN, f"unknown whether sent: {error.reason}", error.reason)
    except (TransientError, ConfigurationError) as error:
        return error
    return Outcome(
        MessageState.ACCEPTED,
        f"sent by {reserved.outgoing.channel.value} with {reserved.provider.name}",
        provider_message_id=accepted.provider_message_id,
    )


def _try_again(error: SendError) -> ApplicationError:
    delay: timedelta | None = None
    if isinstance(error, ThrottledError) and error.retry_after is not None:
        delay = timedelta(seconds=error.retry_after)
    elif isinstance(error, ConfigurationError):
        delay = CONFIGURATION_RETRY
    return ApplicationError(error.reason, type=type(error).__name__, next_retry_delay=delay)
