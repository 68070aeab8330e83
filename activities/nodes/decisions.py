"""Nodes that branch: check, channel split, random split."""

from itertools import accumulate
from typing import Any

import structlog

from activities.channel_selection import foretold_rates, own_engagement, reachable_channels
from activities.condition_scope import scope_of
from activities.journey_run import Advance, JourneyRun
from activities.sending.whatsapp_session import is_closed_behind
from domain.channel_selection import choose_channel
from domain.condition_text import say
from domain.errors import InvalidError
from domain.flow import ChannelSplitNode, CheckNode, RandomSplitNode
from domain.i18n import ListParam, sentence
from domain.ids import hashed_share
from domain.vocabulary import BlockReason, Channel
from store.experiments import assignments
from store.messages.contactability import Contactability
from store.segments import segments

log = structlog.get_logger()


async def check(walk: JourneyRun, node: CheckNode) -> Advance:
    """The first branch whose condition holds now, else `else`; one statement for all branches."""
    branches = node.data.branches
    conditions = [branch.condition for branch in branches]
    try:
        found = await segments.first_match(walk.session, conditions, walk.customer.id, scope_of(walk))
    except InvalidError as error:  # no retry heals it: the customer goes on, and the log says why
        log.warning("a check can't be asked", campaign_id=str(walk.version.campaign_id), node=node.id)
        return Advance("else", sentence("check_not_asked", problem=str(error)))
    if found is None:
        return Advance("else", sentence("none_of", conditions=ListParam([say(condition) for condition in conditions])))
    return Advance(branches[found].id, say(branches[found].condition))


async def channel_split(walk: JourneyRun, node: ChannelSplitNode) -> Advance:
    """The channel that this customer most likely opens, among those they can be reached on."""
    data, session = node.data, walk.session
    settings = walk.version.settings
    reach = await reachable_channels(
        session, walk.customer, data.channels, walk.services.providers.channels, settings.category, topic=settings.topic
    )
    if Channel.WHATSAPP in reach and reach[Channel.WHATSAPP].reachable and await is_closed_behind(walk, node):
        closed = Contactability(False, None, sentence("session_closed"), BlockReason.SESSION_CLOSED)
        reach = {**reach, Channel.WHATSAPP: closed}
    app = walk.services.settings
    pace = app.learning_time_scale
    own = await own_engagement(session, walk.customer, data.channels, walk.now, pace)
    foretold = await foretold_rates(
        session, walk.customer, data.channels, own, unsubscribe_cost=app.unsubscribe_cost, time_scale=pace
    )
    choice = choose_channel(
        reachable=[channel for channel in data.channels if reach[channel].reachable],
        own=own,
        population=await walk.services.population.get(session, walk.now, pace),
        order=data.channels,
        last_resort_channels=data.last_resort_channels,
        expected=foretold.rates,
        share=app.channel_exploration,
        seed=f"{walk.journey.id}:{node.id}:{walk.journey.visit}",
    )
    details: dict[str, Any] = {
        "scores": choice.scores,
        "left_to_record": {channel.value: why for channel, why in foretold.left.items()},
        "unreachable": {c.value: str(r.why) for c, r in reach.items() if not r.reachable},
    }
    if choice.propensities:
        details |= {"propensities": choice.propensities, "explored": choice.explored}
    return Advance(choice.channel.value if choice.channel else "none", choice.why, details)


async def random_split(walk: JourneyRun, node: RandomSplitNode) -> Advance:
    """An arm by weight; the same customer always gets the same arm of this node."""
    arms = node.data.arms
    tried = await assignments.at_split(walk.session, walk.version.campaign_id, node.id, walk.customer.id)
    if tried is not None:
        port = tried.arm or await assignments.assign(walk.session, tried, walk.customer.id, walk.now)
        found = next((arm for arm in arms if arm.id == port), None)
        if found is not None:  # a version may have lost the arm: then the split decides as it does without
            why = sentence("arm_experiment", arm=found.label or found.id)
            return Advance(found.id, why, {"experiment": str(tried.experiment_id), "holdout": found.holdout})
    share = hashed_share("split", str(walk.version.campaign_id), node.id, str(walk.customer.id))
    total = sum(arm.weight for arm in arms)
    bounds = accumulate(arm.weight / total for arm in arms)
    arm = next((arm for arm, bound in zip(arms, bounds, strict=True) if share < bound), arms[-1])
    why = sentence("arm_holdout" if arm.holdout else "arm", arm=arm.label or arm.id)
    return Advance(arm.id, why, {"share": round(share, 6), "holdout": arm.holdout})
