"""What somebody should look at, and how far a new installation is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models import Import, TrainingRun
from store.metrics.heartbeats import EVENTS

MOST = 20
"""So many of each kind are listed."""


@dataclass(frozen=True)
class OfCampaign:
    """How many of something a campaign has."""

    slug: str
    name: str
    count: int


@dataclass(frozen=True)
class Dropped:
    """Events that intake rejected, or took but for a part."""

    rejected: int
    noted: int


@dataclass(frozen=True)
class ExperimentNotice:
    """A step of an experiment that somebody should know of, or arms that don't hold their shares."""

    experiment_id: UUID
    name: str
    campaign_name: str
    kind: str
    """A `domain.experiments.DecisionKind`, or `sample_ratio`."""
    arm: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Attention:
    """What somebody should look at."""

    paused: Sequence[OfCampaign]
    """Paused campaigns, and the journeys that they hold."""
    failed_journeys: Sequence[OfCampaign]
    """Journeys that stand still until somebody retries or ends them."""
    endless_journeys: Sequence[OfCampaign]
    """Journeys that were ended because they took too many steps."""
    failed_messages: Sequence[OfCampaign]
    imports: Sequence[Import]
    """Those that failed, or of which rows were rejected."""
    dropped: Dropped
    trainings: Sequence[TrainingRun]
    """Trainings whose last try failed."""
    experiments: Sequence[ExperimentNotice]


@dataclass(frozen=True)
class Checklist:
    """What a new installation has had so far."""

    source: bool
    """Live events came."""
    customers: bool
    currency: bool
    """An operator said which one the shop's is."""
    consent_rule: bool
    """An operator said, in the contact policy, on which channels marketing needs consent."""
    consent: bool
    segment: bool
    sent: bool
    """A campaign sent a message."""


_PAUSED = text("""
    SELECT slug, name, (SELECT coalesce(sum(n), 0)::bigint
                          FROM (SELECT n FROM campaign_counters
                                 WHERE campaign_id = c.id AND metric = 'active'
                                 UNION ALL
                                SELECT n FROM campaign_counter_deltas
                                 WHERE campaign_id = c.id AND metric = 'active') AS seen)
      FROM campaigns AS c WHERE state = 'paused' ORDER BY updated_at DESC LIMIT :most
""")
_COUNTED = """
    SELECT c.slug, c.name, sum(n)::bigint AS count
      FROM (SELECT campaign_id, n FROM campaign_counters WHERE {what} AND bucket >= :since
             UNION ALL
            SELECT campaign_id, n FROM campaign_counter_deltas WHERE {what} AND at >= :since) AS seen
      JOIN campaigns AS c ON c.id = seen.campaign_id
     GROUP BY c.id ORDER BY count DESC, c.slug LIMIT :most
"""
_FAILED_JOURNEYS = text("""
    SELECT c.slug, c.name, sum(n)::bigint AS count
      FROM (SELECT campaign_id, n FROM campaign_counters
             WHERE metric = 'active' AND dimension = 'failed' AND n <> 0
             UNION ALL
            SELECT campaign_id, n FROM campaign_counter_deltas
             WHERE metric = 'active' AND dimension = 'failed') AS seen
      JOIN campaigns AS c ON c.id = seen.campaign_id
     GROUP BY c.id HAVING sum(n) > 0 ORDER BY count DESC, c.slug LIMIT :most
""")
_ENDLESS_JOURNEYS = text(_COUNTED.format(what="metric = 'ended' AND dimension = 'over_limit'"))
_FAILED_MESSAGES = text(_COUNTED.format(what="metric = 'failed'"))
_DROPPED = text("""
    SELECT coalesce(sum(count) FILTER (WHERE outcome = 'rejected'), 0)::bigint,
           coalesce(sum(count) FILTER (WHERE outcome = 'noted'), 0)::bigint
      FROM intake_notes WHERE day >= :since
""")
_EXPERIMENTS = text("""
    SELECT e.id, e.name, c.name, d.kind, coalesce(nullif(arm.label, ''), d.arm, ''), d.reason, d.at
      FROM experiment_decisions d
      JOIN experiments e ON e.id = d.experiment_id AND e.archived_at IS NULL
      JOIN campaigns c ON c.id = e.campaign_id
      LEFT JOIN LATERAL (SELECT a ->> 'label' AS label FROM jsonb_array_elements(e.arms) a
                          WHERE a ->> 'id' = d.arm) arm ON true
     WHERE d.at >= :since AND d.step = e.step
       AND (d.kind IN ('rolled_back', 'inconclusive', 'arm_retired', 'winner_found') OR d.ramp = 1)
       AND d.reason <> 'by hand'
     UNION ALL
    SELECT e.id, e.name, c.name, 'sample_ratio', '', '', l.at
      FROM experiments e
      JOIN campaigns c ON c.id = e.campaign_id
      JOIN experiment_looks l ON l.experiment_id = e.id AND l.number = e.looks
     WHERE e.state IN ('running', 'ramping') AND (l.readout ->> 'sample_ratio_ok')::bool IS FALSE
     ORDER BY 7 DESC LIMIT :most
""")
_CHECKLIST = text("""
    SELECT EXISTS (SELECT FROM heartbeats WHERE name = :events),
           EXISTS (SELECT FROM customers WHERE erased_at IS NULL),
           EXISTS (SELECT FROM shop_settings WHERE currency_from = 'set'),
           EXISTS (SELECT FROM contact_policy WHERE revision > 1),
           EXISTS (SELECT FROM consents),
           EXISTS (SELECT FROM segments WHERE owner_campaign_id IS NULL),
           EXISTS (SELECT FROM campaign_counters WHERE metric = 'sent')
        OR EXISTS (SELECT FROM campaign_counter_deltas WHERE metric = 'sent')
""").bindparams(bindparam("events", EVENTS))


async def attention(session: AsyncSession, since: datetime) -> Attention:
    """What stands now, and what went wrong since then; of each kind `MOST` at most, the gravest or newest first."""

    async def counted(statement: object, **given: object) -> list[OfCampaign]:
        rows = await session.execute(statement, {"most": MOST, **given})  # type: ignore[call-overload]
        return [OfCampaign(*row) for row in rows]

    imports = await session.scalars(
        select(Import)
        .where(col(Import.created_at) >= since, (col(Import.state) == "failed") | (col(Import.refused) > 0))
        .order_by(col(Import.created_at).desc())
        .limit(MOST)
    )
    trainings = await session.scalars(
        select(TrainingRun).where(col(TrainingRun.said)["code"].as_string() == "training_failed").limit(MOST)
    )
    dropped = (await session.execute(_DROPPED, {"since": since.date()})).one()
    return Attention(
        paused=await counted(_PAUSED),
        failed_journeys=await counted(_FAILED_JOURNEYS),
        endless_journeys=await counted(_ENDLESS_JOURNEYS, since=since),
        failed_messages=await counted(_FAILED_MESSAGES, since=since),
        imports=imports.all(),
        dropped=Dropped(*dropped),
        trainings=trainings.all(),
        experiments=[
            ExperimentNotice(*row) for row in await session.execute(_EXPERIMENTS, {"since": since, "most": MOST})
        ],
    )


async def checklist(session: AsyncSession) -> Checklist:
    """How far a new installation is."""
    return Checklist(*(await session.execute(_CHECKLIST)).one())
