"""Sends: at most once, and accounted for always.

1. *Reserve*, in a transaction: the customer is locked, everything that could forbid the message is asked, and the
   ledger row is committed as `reserved`.
2. *Hand over* to the provider, outside any transaction.
3. *Settle*, in a transaction: the answer goes to the ledger, and the journey walks on.

A retry that finds `reserved` does not know whether step 2 happened. It does not send again: the message is `unknown`
until the provider's webhook settles it. A transactional message may ask to be sent again instead
(`resend_when_unknown`): rather twice than never.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import deadlines, ledger
from activities.handing_over import Outcome, Reserved, hand_over
from activities.moving import take_up_move
from activities.nodes.sends import category_of
from activities.outgoing import prepare
from activities.putting_off import over_limit
from activities.services import Services
from activities.walk import Walk
from domain.flow import SEND_CHANNEL
from domain.sentences import Words, read, sentence
from domain.vocabulary import Category, Channel, Hindrance, JourneyState, MessageState
from models import Message
from rendering.errors import RenderError
from store import messages, suppressions
from workflows.contracts import SEND_MESSAGE, Decision, StepInput

SENDS_AT_MOST = 3
"""Of one transactional message that asks to be sent again when nobody knows whether it was."""


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
        outcome = await hand_over(reserved)
        if outcome.retry is not None:
            return await self._leave_open(input, reserved, outcome, outcome.retry)
        return await self._settle(input, reserved, outcome)

    async def _reserve(self, session: AsyncSession, input: StepInput) -> Reserved | Decision:
        walk = await Walk.begin(session, self._services, input.journey_id)
        if walk.journey.state == JourneyState.ENDED or walk.journey.seq != input.seq or _is_put_off(walk):
            return walk.standing()
        found = await messages.read(session, ledger.message_id_of(walk))
        if found is not None and found.state != MessageState.DEFERRED and not _may_send_again(walk, found):
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
            return await ledger.not_sent(
                walk, found, MessageState.FAILED, sentence("template_fails", problem=str(error))
            )
        if prepared.over_limit is not None:
            return await over_limit(walk, found, prepared.over_limit)
        if prepared.provider is None or prepared.outgoing is None:
            why = prepared.withheld or sentence("no_provider")
            return await ledger.not_sent(walk, found, MessageState.WITHHELD, why, prepared.hindrance)
        attempt = 1 if found is None else found.attempts + 1
        at_once = prepared.outgoing.channel is Channel.IN_APP
        if not await ledger.reserve(walk, found, prepared, at_once=at_once):
            why = sentence("same_address")
            return await ledger.not_sent(walk, found, MessageState.WITHHELD, why, Hindrance.SAME_ADDRESS)
        if at_once:  # the ledger row itself is the inbox: there is nothing to hand over
            return await walk.leave("next", sentence("put_into_inbox"))
        return Reserved(
            prepared.outgoing,
            prepared.provider,
            first_offered_at=ledger.first_offer(found, walk.now),
            resend=_resends(walk) and attempt < SENDS_AT_MOST,
        )

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
            await self._note(session, reserved, outcome, walk.now)
            if walk.journey.state == JourneyState.ENDED or walk.journey.seq != input.seq:
                return walk.standing()
            port = "not_sent" if outcome.state is MessageState.FAILED else "next"
            details = {"message_id": str(message.message_id), "provider": reserved.provider.name}
            return await walk.leave(port, outcome.why, details)

    async def _leave_open(
        self, input: StepInput, reserved: Reserved, outcome: Outcome, retry: ApplicationError
    ) -> Decision:
        """Record what is known of a message that will be tried again; past its deadline it is given up.

        Raises:
            ApplicationError: it will be tried again.

        """
        now, settings = await self._services.clock.now(), self._services.settings
        async with self._services.database.transaction() as session:
            await messages.settle(session, reserved.outgoing.message_id, outcome.state, reason=outcome.reason)
            await self._note(session, reserved, outcome, now)
        if outcome.state is MessageState.DEFERRED and deadlines.is_past(reserved.first_offered_at, now, settings):
            async with self._services.database.transaction() as session:
                walk = await Walk.begin(session, self._services, input.journey_id)
                if walk.journey.state == JourneyState.ENDED or walk.journey.seq != input.seq:
                    return walk.standing()
                return await give_up(walk)
        raise deadlines.in_time(retry, reserved.first_offered_at, now, settings)

    async def _note(self, session: AsyncSession, reserved: Reserved, outcome: Outcome, now: datetime) -> None:
        await self._services.breakers.note(session, reserved.provider.name, outcome.failure, now)


def _resends(walk: Walk) -> bool:
    node = ledger.send_of(walk)
    return node.data.resend_when_unknown and category_of(walk, node) is Category.TRANSACTIONAL


def _may_send_again(walk: Walk, found: Message) -> bool:
    """Whether a message that may have been taken is sent all the same, because its author wants it so."""
    unknown = found.state in (MessageState.RESERVED, MessageState.UNKNOWN)
    return unknown and found.attempts < SENDS_AT_MOST and _resends(walk)


def _is_put_off(walk: Walk) -> bool:
    """Whether an attempt before this one put the message off: then its timer comes first."""
    return walk.journey.step is not None and walk.journey.step["kind"] == "wait"


async def close_message(walk: Walk) -> None:
    """The journey is held or over: what it had put off and will never send leaves the ledger's open states."""
    if walk.journey.state == JourneyState.ENDED and walk.node.type in SEND_CHANNEL:
        await ledger.withhold_when_over(walk, await messages.read(walk.session, ledger.message_id_of(walk)))


async def leave_out(walk: Walk, why: Words) -> Decision:
    """The present step's message is not to be sent any more; unless it was handed over before the pause."""
    found = await messages.read(walk.session, ledger.message_id_of(walk))
    if found is not None and found.state != MessageState.DEFERRED:
        return await ledger.already(walk, found)
    return await ledger.not_sent(walk, found, MessageState.WITHHELD, why)


async def give_up(walk: Walk) -> Decision:
    """The provider has refused the present step's message past its deadline; where it has not, what stands is said."""
    found = await messages.read(walk.session, ledger.message_id_of(walk))
    settings = walk.services.settings
    if found is not None and found.state != MessageState.DEFERRED:
        return await ledger.already(walk, found)
    if found is None or not deadlines.is_past(found.first_offered_at, walk.now, settings):
        return walk.standing()  # it waited for its turn: that is no refusal
    why = sentence("given_up", length=deadlines.length(settings), why=read(found.reason, found.said))
    return await ledger.not_sent(walk, found, MessageState.FAILED, why)
