"""A decided experiment's winner becomes the only way of the campaign's draft; publishing it stays a person's act."""

from sqlalchemy.ext.asyncio import AsyncSession

from domain.experiments import ExperimentState
from domain.flow import Flow
from domain.split_folding import folded
from models import Campaign, Experiment
from store.campaigns import campaigns


async def fold(session: AsyncSession, row: Experiment) -> Campaign:
    """Take the split out of the draft; whoever has the draft open is told by its revision.

    Raises:
        LookupError: the experiment has no winner yet, or the draft has no such split or arm.

    """
    if row.winner is None or row.state != ExperimentState.DECIDED:
        raise LookupError(row.node_id)
    [named] = await campaigns.by_ids(session, [row.campaign_id])
    campaign = await campaigns.require(session, named.slug, lock=True)
    flow = folded(Flow.model_validate(campaign.draft), row.node_id, row.winner)
    campaign.draft = flow.model_dump(mode="json", by_alias=True)
    campaign.revision += 1
    await session.flush()
    return campaign


async def fold_if_untouched(session: AsyncSession, row: Experiment) -> None:
    """The same by itself: a draft that somebody has begun to change, or that has lost the split, is left alone."""
    [named] = await campaigns.by_ids(session, [row.campaign_id])
    campaign = await campaigns.require(session, named.slug, lock=True)
    version = await campaigns.current_version(session, campaign)
    if version is None or Flow.model_validate(version.flow) != Flow.model_validate(campaign.draft):
        return
    try:
        await fold(session, row)
    except LookupError:
        return
