"""What becomes of a message that will not be sent any more; asked by decisions, without a provider."""

from activities.journey_run import JourneyRun
from activities.nodes import sends
from activities.sending import deadlines, ledger, settlement
from domain.flow import SEND_CHANNEL
from domain.i18n import Words, read, sentence
from domain.vocabulary import JourneyState, MessageState
from models import Message
from store.messages import messages
from workflows.contracts import Decision


async def close_message(walk: JourneyRun) -> None:
    """The journey is held or over: what it had put off and will never send leaves the ledger's open states."""
    if walk.journey.state == JourneyState.ENDED and walk.node.type in SEND_CHANNEL:
        await ledger.withhold_when_over(walk, await messages.read(walk.session, ledger.message_id_of(walk)))


async def leave_out(walk: JourneyRun, why: Words) -> Decision:
    """The present step's message is not to be sent any more; unless it was handed over before the pause."""
    found = await messages.read(walk.session, ledger.message_id_of(walk))
    if found is not None and found.state != MessageState.DEFERRED:
        return await _already(walk, found)
    return await ledger.not_sent(walk, found, MessageState.SKIPPED, why)


async def give_up(walk: JourneyRun) -> Decision:
    """The provider has refused the present step's message past its deadline; where it has not, what stands is said."""
    found = await messages.read(walk.session, ledger.message_id_of(walk))
    settings = walk.services.settings
    if found is not None and found.state != MessageState.DEFERRED:
        return await _already(walk, found)
    if found is None or not deadlines.is_past(found.first_offered_at, walk.now, settings):
        return walk.standing()  # it waited for its turn: that is no refusal
    why = sentence("given_up", length=deadlines.length(settings), why=read(found.reason, found.said))
    return await ledger.not_sent(walk, found, MessageState.FAILED, why)


async def _already(walk: JourneyRun, found: Message) -> Decision:
    """An attempt before this one got further than it could say."""
    if found.state == MessageState.RESERVED:  # it died there: the send settles that before the journey goes on
        return await walk.again(sends.instruction(walk, ledger.send_of(walk)), sentence("sender_died"))
    return await settlement.go_on(walk, settlement.of_row(found))
