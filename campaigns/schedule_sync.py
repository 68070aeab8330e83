"""A campaign's schedule is on because its row says so; Temporal is brought to what the row says, as often as it takes.

`request` writes the wish and a row of the outbox in the caller's transaction, and the relay calls `sync`. So nothing
depends on a call after a commit, and `heal` makes the schedules of a lost namespace again.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio.client import Client
from temporalio.service import RPCError

from campaigns import launch_schedule
from campaigns.missed_launches import missed, plan_of
from domain.errors import DomainError, UnavailableError
from store.campaigns import outbox, scheduled
from store.campaigns.outbox import SYNC_SCHEDULE, OutboxMessage
from store.campaigns.scheduled import WantedSchedule
from store.database.engine import Database
from workflows.contracts import RenewedSchedules

log = structlog.get_logger()


async def request(session: AsyncSession, campaign_id: UUID, *, on: bool | None = None, unpause: bool = False) -> None:
    """Turn a campaign's schedule on or off, and have Temporal told. The caller commits.

    Args:
        session: the transaction.
        campaign_id: whose.
        on: what it is from now on; None leaves it, where its times or the campaign's state have changed.
        unpause: also let it go on if somebody paused it in Temporal.

    """
    if on is not None:
        await scheduled.turn(session, campaign_id, on=on)
    payload = {"unpause": unpause}
    note = OutboxMessage(SYNC_SCHEDULE, campaign_id, f"{SYNC_SCHEDULE}/{campaign_id}", payload)
    await outbox.add(session, [note])


async def sync(client: Client, database: Database, campaign_id: UUID, *, unpause: bool = False) -> None:
    """Make Temporal's schedule what the campaign's row says. Any number may do so at once.

    Raises:
        UnavailableError: Temporal can't be reached.

    """
    async with database.transaction() as session:
        # Danger: whoever read an older row must not be the last to tell Temporal.
        await scheduled.lock(session, campaign_id)
        found = await scheduled.wanted(session, campaign_id)
        if not found or found[0].on is None:
            return
        [campaign] = found
        plan = plan_of(campaign)
        if plan is None:
            await launch_schedule.disable(client, campaign.slug)
        else:
            await launch_schedule.put(client, campaign.id, campaign.slug, campaign.name, plan, unpause=unpause)


async def sync_now(client: Client, database: Database, campaign_id: UUID, *, unpause: bool = False) -> None:
    """`sync` ahead of the relay, so that who asks next sees it; if Temporal is away, the relay does it later."""
    try:
        await sync(client, database, campaign_id, unpause=unpause)
    except UnavailableError:
        log.warning("schedule told later", campaign_id=str(campaign_id))


async def heal(client: Client, database: Database, *, dry_run: bool = False) -> int:
    """Make schedules again that are on and that Temporal does not have, and take away those that are off; how many.

    Raises:
        UnavailableError: Temporal can't be reached.

    """
    there = await launch_schedule.listed(client)
    if not dry_run:
        await _adopt(database, there)
    async with database.transaction() as session:
        campaigns = await scheduled.wanted(session)
    wrong = [campaign for campaign in campaigns if await _is_wrong(client, campaign, campaign.slug in there)]
    for campaign in wrong:
        log.warning("schedule put right", campaign=campaign.slug, dry_run=dry_run)
        if not dry_run:
            await sync(client, database, campaign.id)
            await _catch_up(client, database, campaign)
    return len(wrong)


async def _catch_up(client: Client, database: Database, campaign: WantedSchedule) -> None:
    """Make good what was due while Temporal had no such schedule, as far back as the schedule itself catches up."""
    plan = plan_of(campaign)
    if plan is None:
        return
    now = datetime.now(UTC)
    async with database.transaction() as session:
        due = await missed(session, campaign, now, in_hand=timedelta(0))
    late = [at for at in due if at >= now - timedelta(seconds=plan.catchup.total_seconds)]
    if late:
        log.warning("launches made good", campaign=campaign.slug, due=[at.isoformat() for at in late])
        await launch_schedule.catch_up(client, campaign.slug, plan, late)


async def _is_wrong(client: Client, campaign: WantedSchedule, is_listed: bool) -> bool:
    """Whether Temporal has what it should not, or has not what it should. Its list comes later: it is asked again."""
    plan = plan_of(campaign)
    wanted = plan is not None and launch_schedule.lies_ahead(plan)
    if wanted == is_listed or campaign.on is None or (plan is not None and not wanted):
        return False
    return (await launch_schedule.look(client, campaign.slug) is not None) is not wanted


async def _adopt(database: Database, there: set[str]) -> None:
    """Schedules that an earlier release turned on are known to Temporal alone: their rows say so from now on."""
    async with database.transaction() as session:
        for campaign in await scheduled.wanted(session):
            if campaign.on is None and campaign.slug in there:
                await scheduled.turn(session, campaign.id, on=campaign.may_launch, unknown_only=True)


async def renew_all(client: Client, database: Database) -> RenewedSchedules:
    """Give every schedule that is on the runs that lie ahead now. One that can't be renewed keeps none of the others.

    Raises:
        UnavailableError: Temporal can't be reached.

    """
    await heal(client, database)
    async with database.transaction() as session:
        campaigns = [campaign for campaign in await scheduled.wanted(session) if plan_of(campaign) is not None]
    renewed = failed = 0
    for campaign in campaigns:
        try:
            await sync(client, database, campaign.id)
            renewed += 1
        except (DomainError, ValueError, RPCError):
            log.exception("schedule not renewed", campaign=campaign.slug)
            failed += 1
    return RenewedSchedules(renewed=renewed, failed=failed)
