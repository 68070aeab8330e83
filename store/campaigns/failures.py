"""Failed journeys: made, retried, ended. Each changes rows and outbox alone, so nothing can be lost behind a commit."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.i18n import Sentence
from domain.vocabulary import CampaignState, ExitReason, FailureCode, JourneyState
from models import Campaign, Journey
from store.campaigns import outbox
from store.campaigns.outbox import RETRY_JOURNEYS, OutboxMessage
from store.campaigns.outbox_notifier import announce_after_commit

PAGE = 1_000
"""Journeys retried in one transaction."""

# The workflow of a journey that has failed just now may still be closing: a start would meet it.
_RETRY = text("""
    WITH page AS (
        SELECT id, failed_at FROM journeys
         WHERE state = 'failed' AND campaign_id = :campaign AND failed_at <= :until
           AND (CAST(:journey AS uuid) IS NULL OR id = CAST(:journey AS uuid))
         ORDER BY created_at, id LIMIT :limit FOR NO KEY UPDATE),
    again AS (
        UPDATE journeys AS j
           SET state = CASE WHEN seq = 0 THEN 'starting' WHEN step ->> 'kind' = 'pause' THEN 'paused' ELSE 'active' END,
               failed_at = NULL, failure_code = NULL, failure_error = NULL
          FROM page WHERE j.id = page.id
        RETURNING j.id, j.workflow_id, j.campaign_id, j.customer_id, j.version_id, page.failed_at),
    noted AS (
        INSERT INTO outbox (kind, journey_id, workflow_id, attempts, available_at, payload)
        SELECT 'start_journey', a.id, a.workflow_id, 0, greatest(now(), a.failed_at + interval '2 seconds'),
               jsonb_build_object('campaign_id', a.campaign_id, 'customer_id', a.customer_id,
                                  'version_number', v.number, 'campaign_name', c.name, 'again', true,
                                  'priority', coalesce((v.flow -> 'settings' ->> 'priority')::int, 3))
          FROM again AS a JOIN campaign_versions AS v ON v.id = a.version_id
          JOIN campaigns AS c ON c.id = a.campaign_id)
    SELECT count(*) FROM again
""")
_END = text("""
    WITH ended AS (
        UPDATE journeys
           SET state = 'ended', exit_reason = CAST(:reason AS text), ended_at = now(), waiting_until = NULL,
               why = :why, said = CAST(:said AS jsonb),
               step = jsonb_build_object('kind', 'end', 'node', node_id, 'seq', seq, 'reason', CAST(:reason AS text))
         WHERE state = 'failed' AND (CAST(:campaign AS uuid) IS NULL OR campaign_id = CAST(:campaign AS uuid))
           AND (CAST(:customer AS uuid) IS NULL OR customer_id = CAST(:customer AS uuid))
           AND (CAST(:journey AS uuid) IS NULL OR id = CAST(:journey AS uuid))
        RETURNING id, seq),
    closed AS (
        UPDATE journey_steps AS s SET left_at = now(), why = :why, said = CAST(:said AS jsonb)
          FROM ended WHERE s.journey_id = ended.id AND s.seq = ended.seq AND s.left_at IS NULL)
    SELECT count(*) FROM ended
""").bindparams(bindparam("said", type_=JSONB))


async def state_for_update(session: AsyncSession, campaign_id: UUID) -> CampaignState:
    """The campaign's state, which nobody changes until the transaction ends: a stop finds whoever failed before it."""
    query = select(col(Campaign.state)).where(col(Campaign.id) == campaign_id).with_for_update(read=True)
    return CampaignState((await session.scalars(query)).one())


def fail(journey: Journey, code: FailureCode, error: str, now: datetime) -> None:
    """Put a locked journey aside; its step stays as it was, so that a retry takes it up.

    Args:
        journey: locked by the caller.
        code: why.
        error: the name of the error's type.
        now: the present instant.

    """
    journey.state = JourneyState.FAILED
    journey.failed_at, journey.failure_code, journey.failure_error = now, code.value, error


async def retry_all(session: AsyncSession, campaign_id: UUID, until: datetime) -> None:
    """Ask the relay to retry the campaign's journeys that had failed by then."""
    payload = {"until": until.isoformat()}
    await outbox.add(session, [OutboxMessage(RETRY_JOURNEYS, campaign_id, f"{RETRY_JOURNEYS}/{campaign_id}", payload)])


async def retry(session: AsyncSession, campaign_id: UUID, journey_id: UUID, until: datetime) -> bool:
    """Let one journey go on from its row; False where it has not failed."""
    announce_after_commit(session)
    values = {"campaign": campaign_id, "journey": journey_id, "until": until, "limit": 1}
    return bool(await session.scalar(_RETRY, values))


async def expand(session: AsyncSession, note: OutboxMessage, *, limit: int = PAGE) -> int:
    """Retry one page of what `retry_all` asked for, and write a note for the rest if there may be any; how many."""
    until = datetime.fromisoformat(note.payload["until"])
    announce_after_commit(session)
    values = {"campaign": note.journey_id, "journey": None, "until": until, "limit": limit}
    found: int = await session.scalar(_RETRY, values) or 0
    if found == limit:
        await outbox.add(session, [note])
    return found


async def end(
    session: AsyncSession,
    reason: ExitReason,
    why: Sentence,
    *,
    campaign_id: UUID | None = None,
    customer_id: UUID | None = None,
    journey_id: UUID | None = None,
) -> int:
    """End failed journeys: of a campaign, of a customer, or one. They have no workflow that could. How many."""
    if campaign_id is None and customer_id is None and journey_id is None:
        raise ValueError("end failed journeys of whom?")
    values = {"reason": reason.value, "why": str(why), "said": why.said()}
    found = await session.scalar(
        _END, values | {"campaign": campaign_id, "customer": customer_id, "journey": journey_id}
    )
    return found or 0


async def count(session: AsyncSession, campaign_id: UUID) -> int:
    """How many journeys of a campaign have failed."""
    query = text("SELECT count(*) FROM journeys WHERE state = 'failed' AND campaign_id = :campaign")
    return await session.scalar(query, {"campaign": campaign_id}) or 0
