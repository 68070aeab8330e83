"""What is done from time to time: segments swept, partitions made and dropped, what is old forgotten."""

from collections.abc import Awaitable, Callable, Coroutine
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import structlog
from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity

from activities.services import WorkerServices
from activities.surveys import analyse
from ingestion import segment_refresh
from ingestion.profile_merge import UNDO_DAYS
from store.customers import visitors
from store.events import partitions, retention
from store.metrics import heartbeats
from store.surveys import themes
from workflows.contracts import (
    LIST_DUE_SEGMENTS,
    MAINTAIN_TABLES,
    REFRESH_SEGMENT,
    DueSegments,
    SweepInput,
    UpkeepResult,
)

log = structlog.get_logger()
failures = Counter("campaign_flow_upkeep_failures_total", "Steps of the daily upkeep that failed.", ["step"])
_Result = TypeVar("_Result")


class UpkeepActivities:
    """Each may be repeated at any time: what is done already is not done again."""

    def __init__(self, services: WorkerServices) -> None:
        self._services = services
        self._database = services.database

    @activity.defn(name=LIST_DUE_SEGMENTS)
    async def due_segments(self) -> DueSegments:
        """Which segments are to be swept now."""
        now = await self._services.clock.now()
        due = await segment_refresh.due(self._database, now=now)
        async with self._database.transaction() as session:
            await heartbeats.beat(session, heartbeats.SWEEP)
        return DueSegments(segment_ids=due.moving, whole_ids=due.whole)

    @activity.defn(name=REFRESH_SEGMENT)
    async def sweep_segment(self, input: SweepInput) -> int:
        """Bring a segment's members up to date; how many came or went."""
        return await segment_refresh.sweep(
            self._database,
            input.segment_id,
            now=await self._services.clock.now(),
            time_scale=self._services.settings.time_scale,
            beat=activity.heartbeat,
            whole=input.whole,
        )

    @activity.defn(name=MAINTAIN_TABLES)
    async def upkeep_tables(self) -> UpkeepResult:
        """Make coming partitions, drop those that retention no longer keeps, delete what is too old.

        A step that fails keeps none of the others from being done; the result names it.
        """
        now = await self._services.clock.now()
        steps = Steps()
        made = await steps.done("partitions", self._make_partitions(now), 0)
        moved = await steps.done("default_partition", self._empty_default(now), 0)
        dropped: list[str] = await steps.done("old_partitions", self._drop_partitions(now), [])
        receipts = await steps.done("receipts", self._forget_receipts(now), 0)
        journeys = await steps.done("histories", self._forget_histories(now), 0)
        await steps.done("merge_undo", self._forget_undo(now), 0)
        nameless = await steps.done("visitors", self._forget_visitors(now), 0)
        await steps.done("surveys", self._read_surveys(now), 0)
        purged = {table: await steps.done(table, self._purge(table, now), 0) for table in retention.PURGED}
        return UpkeepResult(
            partitions_made=made,
            partitions_dropped=dropped,
            receipts_forgotten=receipts,
            journeys_forgotten=journeys,
            events_moved_for=moved,
            purged={table: count for table, count in (*purged.items(), ("customers", nameless)) if count},
            failed=steps.failed,
        )

    async def _read_surveys(self, now: datetime) -> int:
        """Read the open answers of surveys that have new ones; how many surveys."""
        async with self._database.transaction() as session:
            waiting = await themes.waiting(session)
        for survey_id in waiting:
            activity.heartbeat()
            await analyse(self._database, survey_id, now=now, time_scale=self._services.settings.time_scale)
        return len(waiting)

    async def _make_partitions(self, now: datetime) -> int:
        return await partitions.make_quarters(self._database, first=now.date(), last=(now + partitions.AHEAD).date())

    async def _empty_default(self, now: datetime) -> int:
        """Move events of the past out of the default partition; those that are too old go."""
        days = self._services.settings.event_retention_days
        if days is not None:
            await self._batches(partial(partitions.cut_default, before=now - timedelta(days=days)))
        span = {"first": (now - partitions.BEHIND).date(), "last": (now + partitions.AHEAD).date()}
        async with self._database.transaction() as session:
            held = await partitions.default_days(session, **span)
        activity.heartbeat()
        return await partitions.make_quarters_of(self._database, held)

    async def _drop_partitions(self, now: datetime) -> list[str]:
        days = self._services.settings.event_retention_days
        return await partitions.drop_older(self._database, before=_day(now, days)) if days is not None else []

    async def _forget_receipts(self, now: datetime) -> int:
        keep = timedelta(days=self._services.settings.event_receipt_days)
        return await self._batches(partial(retention.forget_receipts, now=now, keep=keep))

    async def _forget_histories(self, now: datetime) -> int:
        days = self._services.settings.history_retention_days
        if days is None:
            return 0
        return await self._batches(partial(retention.forget_histories, now=now, keep=timedelta(days=days)))

    async def _forget_undo(self, now: datetime) -> int:
        return await self._batches(partial(retention.forget_undo, now=now, keep=timedelta(days=UNDO_DAYS)))

    async def _forget_visitors(self, now: datetime) -> int:
        days = self._services.settings.visitor_days
        if days is None:
            return 0
        gone, place = 0, visitors.START
        while True:
            async with self._database.transaction() as session:
                count, following = await visitors.forget(session, now - timedelta(days=days), place)
            gone += count
            activity.heartbeat(gone)
            if following is None:
                return gone
            place = following

    async def _purge(self, table: str, now: datetime) -> int:
        settings = self._services.settings
        days = {
            "webhook_rejects": settings.webhook_reject_days,
            "possible_opt_outs": settings.possible_opt_out_days,
            "intake_notes": settings.intake_note_days,
            "import_rejects": settings.import_reject_days,
            "entry_rejections": settings.refusal_days,
            "promotion_refusals": settings.refusal_days,
            "audience_members": settings.audience_days,
            "audit_log": settings.audit_days,
        }[table]
        if days is None:
            return 0
        return await self._batches(partial(retention.purge, table=table, now=now, keep=timedelta(days=days)))

    async def _batches(self, forget: Callable[[AsyncSession], Awaitable[int]]) -> int:
        """Batch by batch, a transaction each, until nothing older is left; how many went."""
        total = 0
        while True:
            async with self._database.transaction() as session:
                gone = await forget(session)
            total += gone
            activity.heartbeat(total)
            if gone == 0:
                return total


class Steps:
    """Things to be done one after the other, none of which may keep the next from being done."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    async def done(self, name: str, step: Coroutine[Any, Any, _Result], otherwise: _Result) -> _Result:
        """The step's result; `otherwise` when it failed, which is counted and logged."""
        activity.heartbeat()
        try:
            return await step
        except Exception:
            log.exception("upkeep step failed", step=name)
            failures.labels(name).inc()
            self.failed.append(name)
            return otherwise


def _day(now: datetime, days: int) -> date:
    return (now - timedelta(days=days)).date()
