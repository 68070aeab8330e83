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
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.nodes.sends import category_of, topic_of
from activities.outgoing import Prepared, prepare
from activities.services import Services
from activities.walk import Walk
from domain import ids
from domain.flow import SEND_CHANNEL, SendNode
from domain.vocabulary import Channel, Hindrance, JourneyState, MessageState
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
        if walk.journey.state == JourneyState.ENDED or walk.journey.seq != input.seq:
            return walk.standing()
        found = await messages.read(session, message_id_of(walk))
        if found is not None and found.state != MessageState.DEFERRED:
            return await _already(walk, found)
        barred = await walk.barred()
        if barred is not None:
            await _withhold(walk, found, walk.journey.why)
            return barred
        return await self._offer(walk, found)

    async def _offer(self, walk: Walk, found: Message | None) -> Reserved | Decision:
        """Reserve the message, unless something forbids it."""
        node = walk.node
        assert node.type in SEND_CHANNEL
        try:
            prepared = await prepare(walk, node)  # type: ignore[arg-type]
        except RenderError as error:
            return await _not_sent(walk, found, MessageState.FAILED, f"template: {error}")
        if prepared.withheld is not None or prepared.provider is None or prepared.outgoing is None:
            why = prepared.withheld or "no provider"
            return await _not_sent(walk, found, MessageState.WITHHELD, why, prepared.hindrance)
        at_once = prepared.outgoing.channel is Channel.IN_APP
        if found is None:
            await messages.write(walk.session, _row(walk, prepared, at_once=at_once))
        else:
            await messages.reserve_again(walk.session, found.id)
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


def message_id_of(walk: Walk) -> UUID:
    """Id of the message that the journey's present step may cause."""
    journey = walk.journey
    assert journey.node_id is not None
    return ids.message_id(journey.id, journey.node_id, journey.visit)


async def give_up(walk: Walk) -> Decision:
    """The deadline of a send has passed without the provider taking it."""
    found = await messages.read(walk.session, message_id_of(walk))
    if found is not None and found.state == MessageState.RESERVED:
        return await _already(walk, found)
    return await _not_sent(walk, found, MessageState.FAILED, "the provider would not take it for a day")


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


async def _already(walk: Walk, found: Message) -> Decision:
    """An attempt before this one got further than it could say."""
    details = {"message_id": str(found.id)}
    if found.state == MessageState.RESERVED:
        reason = "the sender died before it knew the provider's answer"
        await messages.settle(walk.session, found.id, MessageState.UNKNOWN, reason=reason)
        return await walk.leave("next", f"unknown whether sent: {reason}", details)
    if found.state in (MessageState.FAILED, MessageState.WITHHELD):
        return await walk.leave("not_sent", found.reason or found.state, details)
    return await walk.leave("next", f"sent by {found.channel}", details)


async def _withhold(walk: Walk, found: Message | None, why: str) -> None:
    """A message that was put off and will not be sent any more leaves the ledger's open states."""
    if found is not None and walk.journey.state == JourneyState.ENDED:
        await messages.settle(
            walk.session, found.id, MessageState.WITHHELD, reason=why, withheld_by=Hindrance.JOURNEY_ENDED
        )


async def _not_sent(
    walk: Walk, found: Message | None, state: MessageState, reason: str, by: Hindrance | None = None
) -> Decision:
    node = walk.node
    if found is None:
        row = _base_row(walk, node) | {"state": state.value, "reason": reason, "withheld_by": by}  # type: ignore[arg-type]
        await messages.write(walk.session, row)
    else:
        await messages.settle(walk.session, found.id, state, reason=reason, withheld_by=by)
    return await walk.leave("not_sent", f"not sent: {reason}", {"message_id": str(message_id_of(walk))})


def _base_row(walk: Walk, node: SendNode) -> dict[str, object]:
    journey = walk.journey
    return {
        "id": message_id_of(walk),
        "journey_id": journey.id,
        "campaign_id": journey.campaign_id,
        "run_id": journey.run_id,
        "node_id": node.id,
        "visit": journey.visit,
        "customer_id": walk.customer.id,
        "channel": SEND_CHANNEL[node.type].value,
        "category": category_of(walk, node).value,
        "topic": topic_of(walk, node),
        "content": {},
        "attempts": 0,
        "reserved_at": walk.now,
    }


def _row(walk: Walk, prepared: Prepared, *, at_once: bool) -> dict[str, object]:
    assert prepared.outgoing is not None
    assert prepared.provider is not None
    state = MessageState.ACCEPTED if at_once else MessageState.RESERVED
    return _base_row(walk, walk.node) | {  # type: ignore[arg-type]
        "state": state.value,
        "provider": prepared.provider.name,
        "address": prepared.outgoing.address,
        "content": prepared.stored,
        "attempts": 1,
        "sent_at": walk.now if at_once else None,
    }
