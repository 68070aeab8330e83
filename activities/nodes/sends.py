"""Entering a send: Temporal carries it out on its channel's queue, where the server holds the provider's rate."""

from activities.journey_run import Advance, Block, JourneyRun
from config.temporal import send_queue
from domain.flow import SEND_CHANNEL, SendNode
from domain.i18n import channel, sentence
from domain.vocabulary import Category
from workflows.contracts import Send

TRANSACTIONAL_PRIORITY = 1
HIGHEST_MARKETING_PRIORITY = 2


def category_of(walk: JourneyRun, node: SendNode) -> Category:
    """The node's own category, else the campaign's."""
    return node.data.category or walk.version.settings.category


def topic_of(walk: JourneyRun, node: SendNode) -> str | None:
    """The node's own topic, else the campaign's."""
    return node.data.topic or walk.version.settings.topic


def priority_of(walk: JourneyRun, category: Category) -> int:
    """Temporal's priority key: transactional messages go before all marketing."""
    if category is Category.TRANSACTIONAL:
        return TRANSACTIONAL_PRIORITY
    return max(HIGHEST_MARKETING_PRIORITY, walk.version.settings.priority)


async def enter(walk: JourneyRun, node: SendNode) -> Block | Advance:
    """Ask for the send, unless an edit of the campaign alone has led back to it."""
    if node.id in walk.journey.skip_nodes:
        walk.journey.skip_nodes = [other for other in walk.journey.skip_nodes if other != node.id]
        return Advance("next", sentence("had_message_before"))
    if walk.too_late is not None:
        return Advance("not_sent", walk.too_late)
    return Block(instruction(walk, node), why=sentence("sending_by", channel=channel(SEND_CHANNEL[node.type])))


def instruction(walk: JourneyRun, node: SendNode) -> Send:
    """What the workflow is told to send."""
    used = SEND_CHANNEL[node.type]
    return Send(
        node=node.id,
        seq=walk.journey.seq,
        queue=send_queue(used),
        label=node.data.label or used.value,
        priority=priority_of(walk, category_of(walk, node)),
        fairness=walk.version.campaign_id.hex[:12],
    )
