"""A journey at rest takes up its move to another version of the campaign."""

from activities.journey_run import Advance, JourneyRun
from activities.moves import Move, make_move
from activities.nodes import waits
from activities.sending import ledger
from domain.flow import SEND_CHANNEL, ListeningNode, WaitNode
from domain.i18n import sentence
from domain.version_migration import MigrationEffect, effect_of
from domain.vocabulary import MessageState
from store.campaigns import journeys
from store.messages import messages
from workflows.contracts import Decision


async def take_up_move(walk: JourneyRun, move: Move) -> Decision:
    """Go on in the new version: wait by its words, enter the node that stands for the present one, or exit."""
    old, seq, before = walk.node, walk.journey.seq, walk.version.number
    since = await journeys.entered_at(walk.session, walk.journey.id, seq) or walk.now
    if old.type in SEND_CHANNEL:
        await _withdraw(walk)
    here = await make_move(walk, move)
    becomes = effect_of(old, here)
    if here is None:
        return await walk.removed()
    moved = sentence("moved", before=before, after=walk.version.number)
    if becomes is MigrationEffect.ENTERS:
        return await walk.jump(here, moved)
    assert isinstance(here, WaitNode | ListeningNode)
    walk.journey.node_id = here.id
    outcome = await waits.wait_on(walk, here, since)
    details = {**outcome.details, "moved": str(moved), "since": since.isoformat()}
    if isinstance(outcome, Advance):
        return await walk.leave(outcome.port, sentence("moved_and", moved=moved, why=outcome.why), details)
    return await walk.stay_on(here, outcome.with_words(sentence("why_moved", why=outcome.why, moved=moved), details))


async def _withdraw(walk: JourneyRun) -> None:
    """The present step's message, put off so far, will not be sent any more."""
    found = await messages.read(walk.session, ledger.message_id_of(walk))
    if found is not None and found.state == MessageState.DEFERRED:
        reason = sentence("edited_before_sent")
        await messages.settle(walk.session, found.id, MessageState.SKIPPED, reason=reason)
