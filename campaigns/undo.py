"""Take a launch back, as long as no message of it has left."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.errors import ConflictError, NotFoundError
from domain.i18n import as_row, sentence
from domain.vocabulary import ExitReason, JourneyState, RunState
from models import Campaign, CampaignRun
from store.access import audit
from store.campaigns import campaigns, runs, wakeups
from store.database.engine import Database
from store.database.retry import run_in_transaction

_OPEN = (JourneyState.STARTING, JourneyState.ACTIVE, JourneyState.PAUSED)


class AlreadySendingError(ConflictError):
    """Messages have left. `extra["left"]` is how many."""

    code, title = "already_sending", "Messages have left already"


@dataclass(frozen=True)
class Undone:
    """A launch that was taken back."""

    run_id: UUID
    ended: int
    """Journeys that it had started; each of them ends before its first message."""
    repeated: bool
    """It was taken back before."""


async def undo(database: Database, slug: str, run_id: UUID) -> Undone:
    """Take one launch back.

    Danger: who sends holds the lock of the journey while the message is reserved. So every journey of the launch is
    locked before messages are counted: what is counted as zero stays zero.

    Raises:
        NotFoundError: there is no such campaign, or launch of it.
        AlreadySendingError: messages have left.

    """

    async def work(session: AsyncSession) -> Undone:
        campaign = await campaigns.require(session, slug)
        return await undo_run(session, campaign, run_id)

    return await run_in_transaction(database, work)


async def undo_run(session: AsyncSession, campaign: Campaign, run_id: UUID) -> Undone:
    """`undo` in the caller's transaction."""
    run = await runs.lock_run(session, campaign.id, run_id)
    if run is None:
        raise NotFoundError(sentence("no_run_of", run=str(run_id), slug=campaign.slug))
    if run.state == RunState.CANCELLED:
        return Undone(run.id, 0, repeated=True)
    await _refuse_if_any_left(session, run)
    signal = {"reason": ExitReason.CANCELLED.value, "event_id": None, **as_row(sentence("launch_undone"))}
    ended = await runs.end_journeys_of(session, run.id, signal)
    await _refuse_if_any_left(session, run)
    await runs.cancel_run(session, run.id)
    if ended:
        await wakeups.request(session, campaign.id, "undo", _OPEN)
    await audit.note(session, "launch undone", "campaign", campaign.slug, {"run_id": str(run.id)})
    return Undone(run.id, ended, repeated=False)


async def _refuse_if_any_left(session: AsyncSession, run: CampaignRun) -> None:
    left = await runs.messages_left(session, run.id)
    if left:
        raise AlreadySendingError(sentence("already_sending", count=left), left=left)
