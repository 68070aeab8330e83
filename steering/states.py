"""Pause, resume, retire, stop: the campaign's state decides, and journeys are told to look at it."""

from dataclasses import dataclass

from temporalio.client import Client

from domain.errors import ConflictError
from domain.sentences import sentence
from domain.sentences import state as called
from domain.vocabulary import CampaignState
from models import Campaign
from steering import schedule
from steering.wake import wake_journeys
from store.campaigns import campaigns
from store.database.engine import Database


@dataclass(frozen=True)
class _Move:
    """From which states one may go to `to`; being there already is no error."""

    to: CampaignState
    sources: frozenset[CampaignState]


_PAUSE = _Move(CampaignState.PAUSED, frozenset({CampaignState.ACTIVE}))
_RESUME = _Move(CampaignState.ACTIVE, frozenset({CampaignState.PAUSED}))
_RETIRE = _Move(CampaignState.RETIRED, frozenset({CampaignState.ACTIVE, CampaignState.PAUSED}))
_STOP = _Move(CampaignState.STOPPED, frozenset({CampaignState.ACTIVE, CampaignState.PAUSED, CampaignState.RETIRED}))


async def _move(database: Database, slug: str, move: _Move) -> Campaign:
    async with database.transaction() as session:
        campaign = await campaigns.require(session, slug, lock=True)
        state = CampaignState(campaign.state)
        if state is not move.to:
            if state not in move.sources:
                raise ConflictError(
                    sentence("cant_become", state=called(state.value), to=called(move.to.value)), state=state.value
                )
            await campaigns.set_state(session, campaign.id, move.to)
            await session.refresh(campaign)
    return campaign


async def pause(database: Database, client: Client, slug: str) -> Campaign:
    """Hold every journey at its next step, and start none.

    The schedule stays on: a launch that it makes meanwhile enrols nobody, and is written down as refused.

    Raises:
        NotFoundError: there is no such campaign.
        ConflictError: it is neither active nor paused.
        UnavailableError: Temporal can't be reached; the state is saved, and a repeat does the rest.

    """
    campaign = await _move(database, slug, _PAUSE)
    await wake_journeys(client, campaign.id, "pause")
    return campaign


async def resume(database: Database, client: Client, slug: str) -> Campaign:
    """Let held journeys go on. Waits that ended meanwhile end now. Errors as for `pause`."""
    campaign = await _move(database, slug, _RESUME)
    await schedule.let_go_on(client, slug)
    await wake_journeys(client, campaign.id, "resume")
    return campaign


async def retire(database: Database, client: Client, slug: str) -> Campaign:
    """Take nobody new; those inside finish (held ones go on). Errors as for `pause`."""
    campaign = await _move(database, slug, _RETIRE)
    await schedule.turn_off(client, slug)
    await wake_journeys(client, campaign.id, "retire")
    return campaign


async def stop(database: Database, client: Client, slug: str) -> Campaign:
    """End every journey at once, with reason `stopped`. Errors as for `pause`."""
    campaign = await _move(database, slug, _STOP)
    await schedule.turn_off(client, slug)
    await wake_journeys(client, campaign.id, "stop")
    return campaign
