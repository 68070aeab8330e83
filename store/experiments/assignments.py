"""Who is in which arm of an experiment."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.experiments import Allocation, ExperimentArm, ExperimentPlan, ExperimentState, split_salt

# Danger: at every visit of a random split. One index row of the split, one of the customer.
_AT_SPLIT = text("""
    SELECT e.id, e.state, e.plan, e.arms, e.retired, e.winner, e.ramp, a.arm
      FROM experiments e
      LEFT JOIN experiment_assignments a ON a.experiment_id = e.id AND a.customer_id = :customer
     WHERE e.campaign_id = :campaign AND e.node_id = :node
       AND e.state IN ('running', 'ramping', 'decided', 'rolled_back')
""")
_ASSIGN = text("""
    INSERT INTO experiment_assignments (experiment_id, customer_id, arm, counted, crossed, assigned_at, exposed_at)
    VALUES (:experiment, :customer, :arm, :counted, false, :now, :now)
    ON CONFLICT (experiment_id, customer_id) DO UPDATE SET arm = experiment_assignments.arm
    RETURNING arm
""")
IN_SQL = """width_bucket(CAST(CAST('x' || left(md5(CAST(:salt AS text) || ':' || CAST({customer} AS text)), 13)
                     AS bit(52)) AS bigint), CAST(:begins AS bigint[]))"""
"""`domain.experiments.arm_index` in SQL."""


@dataclass(frozen=True)
class AtSplit:
    """The experiment on a split, and the arm of the customer who came to it, where they have one."""

    experiment_id: UUID
    allocation: Allocation
    arm: str | None


async def at_split(session: AsyncSession, campaign_id: UUID, node_id: str, customer_id: UUID) -> AtSplit | None:
    """What is to be known when a customer comes to a split; None where no experiment stands on it."""
    found = await session.execute(_AT_SPLIT, {"campaign": campaign_id, "node": node_id, "customer": customer_id})
    row = found.one_or_none()
    if row is None:
        return None
    plan = ExperimentPlan.model_validate(row.plan)
    allocation = Allocation(
        salt=split_salt(campaign_id, node_id),
        arms=[ExperimentArm.model_validate(arm) for arm in row.arms],
        control=plan.control,
        state=ExperimentState(row.state),
        winner=row.winner,
        ramp=row.ramp,
        retired=row.retired,
        slice=plan.slice,
    )
    return AtSplit(row.id, allocation, row.arm)


async def assign(session: AsyncSession, at: AtSplit, customer_id: UUID, now: datetime) -> str:
    """Write down the customer's arm; the one they have, where they have one."""
    arm, counted = at.allocation.assign(customer_id)
    values = {"experiment": at.experiment_id, "customer": customer_id, "arm": arm, "counted": counted, "now": now}
    kept: str = (await session.execute(_ASSIGN, values)).scalar_one()
    return kept


MERGE = (
    # Of two arms the earlier stays; who has been in both is counted nowhere.
    """UPDATE experiment_assignments s
          SET crossed = s.crossed OR g.crossed OR s.arm <> g.arm,
              arm = CASE WHEN g.assigned_at < s.assigned_at THEN g.arm ELSE s.arm END,
              counted = CASE WHEN g.assigned_at < s.assigned_at THEN g.counted ELSE s.counted END,
              exposed_at = least(s.exposed_at, g.exposed_at), assigned_at = least(s.assigned_at, g.assigned_at)
         FROM experiment_assignments g
        WHERE g.customer_id = :gone AND s.customer_id = :into AND g.experiment_id = s.experiment_id""",
    """INSERT INTO experiment_assignments
              (experiment_id, customer_id, arm, counted, crossed, assigned_at, exposed_at)
       SELECT experiment_id, :into, arm, counted, crossed, assigned_at, exposed_at
         FROM experiment_assignments WHERE customer_id = :gone ON CONFLICT DO NOTHING""",
    "DELETE FROM experiment_assignments WHERE customer_id = :gone",
)
"""What becomes of the assignments of two customers who become one."""
