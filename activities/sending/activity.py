"""Sends: at most once, and accounted for always.

1. *Reserve*, in a transaction: the customer is locked, everything that could forbid the message is asked, it is
   written, and the ledger row is committed as `reserved`.
2. *Dispatch*: the provider is called, outside any transaction.
3. *Settle*: the answer goes to the ledger, committed alone.
4. *Go on*, in a transaction: the journey leaves the send. What fails here is done again, and sends nothing.

A retry that finds `reserved` does not know whether step 2 happened. It does not send again: the message is `unknown`
until the provider's webhook settles it. A transactional message may ask to be sent again instead
(`retry_on_unknown`): rather twice than never.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.failing import fails_for_good
from activities.journey_run import JourneyRun
from activities.moving import take_up_move
from activities.nodes.sends import category_of
from activities.sending import closing, deadlines, eligibility, ledger, rendering, settlement
from activities.sending.deferral import over_limit
from activities.sending.dispatch import Reserved, hand_over, to_the_end
from activities.sending.eligibility import OnHold, Withheld
from activities.sending.limits import Verdict
from activities.sending.settlement import Settled, TryAgain
from activities.services import WorkerServices
from domain.i18n import sentence
from domain.vocabulary import BlockReason, Category, Channel, MessageState
from models import Message
from rendering.errors import RenderError
from store.messages import messages
from workflows.contracts import SEND_MESSAGE, Decision, StepInput

MAX_SEND_ATTEMPTS = 3
"""Of one transactional message that asks to be sent again when nobody knows whether it was."""


@dataclass(frozen=True)
class _SenderDied:
    """An attempt before this one reserved the message and left no word."""

    message_id: UUID


@dataclass(frozen=True)
class _Waits:
    """Its provider is left alone for now: what to tell Temporal, and since when its turn has come."""

    retry: ApplicationError
    first_offered_at: datetime


_Reservation = Reserved | Decision | Settled | _SenderDied | _Waits


class SendActivities:
    """Run on the task queue of a channel, whose rate the server holds for the whole fleet."""

    def __init__(self, services: WorkerServices) -> None:
        self._services = services

    @activity.defn(name=SEND_MESSAGE)
    @fails_for_good
    async def send_message(self, input: StepInput) -> Decision:
        """Send the message of step `seq`, and go on.

        Raises:
            ApplicationError: the provider said "not now"; the retry sends. Everything else is recorded, not raised.

        """
        async with self._services.database.transaction() as session:
            reserved = await self._reserve(session, input)
        match reserved:
            case Decision():
                return reserved
            case _Waits(retry=retry, first_offered_at=first):
                return await self._try_again(input, retry, first)
            case _SenderDied(message_id=message_id):
                await settlement.commit_sender_died(self._services.database, message_id)
                return await self._go_on(input, None)
            case Settled():
                return await self._go_on(input, reserved)
            case Reserved():
                return await self._send(input, reserved)

    async def _send(self, input: StepInput, reserved: Reserved) -> Decision:
        settled = await to_the_end(self._dispatch_and_settle(reserved))
        if isinstance(settled, Settled):
            return await self._go_on(input, settled)
        if settled.state is MessageState.DEFERRED:
            return await self._try_again(input, settled.retry, reserved.first_offered_at)
        raise settled.retry

    async def _dispatch_and_settle(self, reserved: Reserved) -> Settled | TryAgain:
        outcome = await hand_over(reserved)
        now = await self._services.clock.now()
        return await settlement.commit(self._services.database, self._services.breakers, reserved, outcome, now)

    async def _go_on(self, input: StepInput, settled: Settled | None) -> Decision:
        """Leave the send by what the ledger says; where this attempt does not know it, the row is read."""
        async with self._services.database.transaction() as session:
            walk = await JourneyRun.begin(session, self._services, input.journey_id)
            if walk.is_over or walk.journey.seq != input.seq:
                return walk.standing()
            if settled is None:
                found = await messages.read(session, ledger.message_id_of(walk))
                assert found is not None
                settled = settlement.of_row(found)
            return await settlement.go_on(walk, settled)

    async def _try_again(self, input: StepInput, retry: ApplicationError, first: datetime) -> Decision:
        """Let Temporal try again; past its deadline the message is given up.

        Raises:
            ApplicationError: it will be tried again.

        """
        now, settings = await self._services.clock.now(), self._services.settings
        if not deadlines.is_past(first, now, settings):
            raise deadlines.in_time(retry, first, now, settings)
        async with self._services.database.transaction() as session:
            walk = await JourneyRun.begin(session, self._services, input.journey_id)
            if walk.is_over or walk.journey.seq != input.seq:
                return walk.standing()
            return await closing.give_up(walk)

    async def _reserve(self, session: AsyncSession, input: StepInput) -> _Reservation:
        walk = await JourneyRun.begin(session, self._services, input.journey_id)
        if walk.is_over or walk.journey.seq != input.seq or _is_put_off(walk):
            return walk.standing()
        found = await messages.read(session, ledger.message_id_of(walk))
        if found is not None and found.state != MessageState.DEFERRED and not _may_send_again(walk, found):
            return _SenderDied(found.id) if found.state == MessageState.RESERVED else settlement.of_row(found)
        barred = await walk.barred()
        if barred is not None:
            await ledger.withhold_when_over(walk, found)
            return barred
        move = await walk.pending_move()
        if move is not None:  # nothing was handed over yet: the new version decides whether this is sent
            return await take_up_move(walk, move)
        return await self._offer(walk, found)

    async def _offer(self, walk: JourneyRun, found: Message | None) -> Reserved | Decision | _Waits:
        """Reserve the message, unless something forbids it."""
        node = ledger.send_of(walk)
        eligible = await eligibility.ask(walk, node, found)
        match eligible:
            case Withheld(why=why, block_reason=block_reason):
                return await ledger.not_sent(walk, found, MessageState.SKIPPED, why, block_reason)
            case Verdict():
                return await over_limit(walk, found, eligible)
            case OnHold(why=why):
                return _Waits(_after(eligible, walk.now), await ledger.hold(walk, found, why))
            case eligibility.Eligible():
                pass
            case _:
                assert_never(eligible)
        try:
            outgoing = await rendering.write(walk, node, eligible)
        except RenderError as error:
            why = sentence("template_fails", problem=str(error))
            return await ledger.not_sent(walk, found, MessageState.FAILED, why)
        attempt = 1 if found is None else found.attempts + 1  # before `reserve`, which counts on in this very object
        at_once = outgoing.channel is Channel.IN_APP
        if not await ledger.reserve(walk, found, outgoing, eligible.provider.name, at_once=at_once):
            why = sentence("same_address")
            return await ledger.not_sent(walk, found, MessageState.SKIPPED, why, BlockReason.SAME_ADDRESS)
        if at_once:  # the ledger row itself is the inbox: there is nothing to hand over
            return await walk.leave("next", sentence("put_into_inbox"))
        return Reserved(
            outgoing,
            eligible.provider,
            first_offered_at=ledger.first_offer(found, walk.now),
            resend=_resends(walk) and attempt < MAX_SEND_ATTEMPTS,
        )


def _after(hold: OnHold, now: datetime) -> ApplicationError:
    # spread, so that not all that wait come back in the same second
    delay = max(hold.until - now, timedelta(seconds=1)) * random.uniform(1, 1.5)
    kind = "ProviderFails"
    return ApplicationError(
        f"{kind}: nothing is offered to {hold.provider} now",
        type=kind,
        next_retry_delay=delay,
        category=ApplicationErrorCategory.BENIGN,
    )


def _resends(walk: JourneyRun) -> bool:
    node = ledger.send_of(walk)
    return node.data.retry_on_unknown and category_of(walk, node) is Category.TRANSACTIONAL


def _may_send_again(walk: JourneyRun, found: Message) -> bool:
    """Whether a message that may have been taken is sent all the same, because its author wants it so."""
    unknown = found.state in (MessageState.RESERVED, MessageState.UNKNOWN)
    return unknown and found.attempts < MAX_SEND_ATTEMPTS and _resends(walk)


def _is_put_off(walk: JourneyRun) -> bool:
    """Whether an attempt before this one put the message off: then its timer comes first."""
    return walk.journey.step is not None and walk.journey.step["kind"] == "wait"
