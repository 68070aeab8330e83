"""Pause, resume, retire, stop: the campaign's state decides; who must know of it is told by the outbox."""

from dataclasses import dataclass

from temporalio.client import Client

from campaigns import schedule_sync
from domain.errors import ConflictError
from domain.i18n import sentence
from domain.i18n import state as called
from domain.vocabulary import CampaignState, ExitReason, JourneyState
from models import Campaign
from store.campaigns import campaigns, failures, wakeups
from store.database.engine import Database


@dataclass(frozen=True)
class _Move:
    """From which states one may go to `to`; being there already is no error."""

    reason: str
    to: CampaignState
    sources: frozenset[CampaignState]
    wakes: tuple[JourneyState, ...]
    """The journeys that are signalled: a pause wakes nobody, as each finds the state at its next step."""


_PAUSED = (JourneyState.PAUSED,)
_PAUSE = _Move("pause", CampaignState.PAUSED, frozenset({CampaignState.ACTIVE}), ())
_RESUME = _Move("resume", CampaignState.ACTIVE, frozenset({CampaignState.PAUSED}), _PAUSED)
_RETIRE = _Move("retire", CampaignState.RETIRED, frozenset({CampaignState.ACTIVE, CampaignState.PAUSED}), _PAUSED)
_STOP = _Move(
    "stop",
    CampaignState.STOPPED,
    frozenset({CampaignState.ACTIVE, CampaignState.PAUSED, CampaignState.RETIRED}),
    (JourneyState.STARTING, JourneyState.ACTIVE, JourneyState.PAUSED),
)


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
        if move.to is CampaignState.STOPPED:
            await failures.end(session, ExitReason.STOPPED, sentence("campaign_stopped"), campaign_id=campaign.id)
        if move.wakes:
            await wakeups.request(session, campaign.id, move.reason, move.wakes)
        if move is not _PAUSE:
            # a stop or a retirement is for good; a resume lets a schedule go on that was paused in Temporal
            await schedule_sync.request(session, campaign.id, on=None if move is _RESUME else False, unpause=True)
    return campaign


async def pause(database: Database, slug: str) -> Campaign:
    """Hold every journey at its next step, and start none.

    The schedule stays on: a launch that it makes meanwhile enrols nobody, and is written down as refused. A launch that
    is under way waits.

    Raises:
        NotFoundError: there is no such campaign.
        ConflictError: it is neither active nor paused.
    """
    return await _move(database, slug, _PAUSE)


async def resume(database: Database, client: Client, slug: str) -> Campaign:
    """Let held journeys go on. Waits that ended meanwhile end now. Errors as for `pause`."""
    return await _tell(database, client, await _move(database, slug, _RESUME))


async def retire(database: Database, client: Client, slug: str) -> Campaign:
    """Take nobody new; those inside finish (held ones go on). Errors as for `pause`."""
    return await _tell(database, client, await _move(database, slug, _RETIRE))


async def stop(database: Database, client: Client, slug: str) -> Campaign:
    """End every journey at once, with reason `stopped`. Errors as for `pause`."""
    return await _tell(database, client, await _move(database, slug, _STOP))


async def _tell(database: Database, client: Client, campaign: Campaign) -> Campaign:
    await schedule_sync.sync_now(client, database, campaign.id, unpause=True)
    return campaign
