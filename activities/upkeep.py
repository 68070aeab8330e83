"""What is done from time to time: segments swept, partitions made and dropped, what is old forgotten."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta

from temporalio import activity

from activities.services import Services
from ingestion import sweeping
from store import partitions, retention
from workflows.contracts import (
    DUE_SEGMENTS,
    SWEEP_SEGMENT,
    UPKEEP_TABLES,
    DueSegments,
    SweepInput,
    UpkeepResult,
)

AHEAD = timedelta(days=200)
"""Partitions are there so long before the first event can fall into them."""


class UpkeepActivities:
    """Each may be repeated at any time: what is done already is not done again."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._database = services.database

    @activity.defn(name=DUE_SEGMENTS)
    async def due_segments(self) -> DueSegments:
        """Which segments are to be swept now."""
        now = await self._services.clock.now()
        due = await sweeping.due(self._database, now=now)
        return DueSegments(segment_ids=due.moving, whole_ids=due.whole)

    @activity.defn(name=SWEEP_SEGMENT)
    async def sweep_segment(self, input: SweepInput) -> int:
        """Bring a segment's members up to date; how many came or went."""
        return await sweeping.sweep(
            self._database,
            input.segment_id,
            now=await self._services.clock.now(),
            time_scale=self._services.settings.time_scale,
            beat=activity.heartbeat,
            whole=input.whole,
        )

    @activity.defn(name=UPKEEP_TABLES)
    async def upkeep_tables(self) -> UpkeepResult:
        """Make coming partitions, drop those that retention no longer keeps, forget old receipts and histories."""
        now = await self._services.clock.now()
        settings = self._services.settings
        async with self._database.transaction() as session:
            made = await partitions.ensure_partitions(session, first=now.date(), last=(now + AHEAD).date())
        dropped: list[str] = []
        if settings.event_retention_days is not None:
            async with self._database.transaction() as session:
                dropped = await partitions.drop_older(session, before=_day(now, settings.event_retention_days))
        receipts = await self._all(retention.forget_receipts, now, settings.event_receipt_days)
        journeys = 0
        if settings.history_retention_days is not None:
            journeys = await self._all(retention.forget_histories, now, settings.history_retention_days)
        return UpkeepResult(
            partitions_made=made, partitions_dropped=dropped, receipts_forgotten=receipts, journeys_forgotten=journeys
        )

    async def _all(self, forget: Callable[..., Awaitable[int]], now: datetime, days: int) -> int:
        """Batch by batch, a transaction each, until nothing older is left; how many went."""
        total = 0
        while True:
            async with self._database.transaction() as session:
                gone = await forget(session, now=now, keep=timedelta(days=days))
            total += gone
            activity.heartbeat(total)
            if gone == 0:
                return total


def _day(now: datetime, days: int) -> date:
    return (now - timedelta(days=days)).date()
