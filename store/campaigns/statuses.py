"""What the statuses of campaigns follow from, read for many campaigns at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from domain.broadcasts import BEFORE_MESSAGE
from domain.campaign_status import RunFacts, StatusFacts
from domain.flow import CampaignSchedule
from domain.occurrences import occurrences
from domain.vocabulary import CampaignState, RunState

# Journeys are counted by the index (campaign_id, state, node_id); those of a launch only while it enrols.
_FACTS = text("""
    SELECT c.id, c.state, c.schedule_on, b.campaign_id IS NOT NULL AS broadcast,
           coalesce(v.flow @> '{"nodes": [{"type": "entry", "data": {"trigger": {"kind": "segment"}}}]}', false)
               AS launched,
           CASE WHEN c.schedule_on THEN v.flow #> '{settings,schedule}' END AS schedule,
           r.state AS run_state, r.not_before, r.audience, r.refused,
           CASE WHEN r.state IN ('starting', 'running')
                THEN (SELECT count(*) FROM journeys AS j WHERE j.run_id = r.id) ELSE r.started END AS entered,
           (SELECT count(*) FROM journeys AS j
             WHERE b.campaign_id IS NOT NULL AND j.campaign_id = c.id AND j.state IN ('starting', 'active', 'paused')
               AND (j.node_id IS NULL OR j.node_id = ANY(:before))) AS pending,
           EXISTS (SELECT FROM journeys AS j
                    WHERE j.campaign_id = c.id AND j.state IN ('starting', 'active', 'paused')) AS inside,
           (SELECT count(*) FROM journeys AS j
             WHERE j.campaign_id = c.id AND j.state = 'failed' AND j.run_id = r.id) AS failed
      FROM campaigns AS c
      LEFT JOIN broadcasts AS b ON b.campaign_id = c.id
      LEFT JOIN campaign_versions AS v ON v.id = c.current_version_id
      LEFT JOIN LATERAL (SELECT * FROM campaign_runs WHERE campaign_id = c.id
                          ORDER BY created_at DESC, id LIMIT 1) AS r ON true
     WHERE c.id = ANY(:campaigns)
""").bindparams(bindparam("campaigns", type_=ARRAY(Uuid())))


async def facts(session: AsyncSession, campaign_ids: Sequence[UUID], now: datetime) -> dict[UUID, StatusFacts]:
    """Campaign id -> what its status follows from; a campaign that is not there is left out."""
    rows = await session.execute(_FACTS, {"campaigns": list(campaign_ids), "before": list(BEFORE_MESSAGE)})
    return {row.id: _facts(row, now) for row in rows}


def _facts(row: Any, now: datetime) -> StatusFacts:
    schedule = CampaignSchedule.model_validate(row.schedule) if row.schedule else None
    upcoming = occurrences(schedule, now, 1) if schedule else []
    run = None
    if row.run_state is not None:
        run = RunFacts(RunState(row.run_state), row.not_before, row.audience, row.entered, row.refused)
    return StatusFacts(
        state=CampaignState(row.state),
        broadcast=row.broadcast,
        launched=row.launched,
        recurring=bool(schedule and schedule.recurrence and upcoming),
        next_at=upcoming[0] if upcoming else None,
        run=run,
        inside=int(row.inside),
        pending=row.pending,
        failed=row.failed,
    )
