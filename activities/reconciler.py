"""The reconciler: whatever the rows say is open runs in Temporal, or is started again from its row.

A workflow that failed, timed out, was terminated, or went with its namespace loses nothing but its place in Temporal:
the row knows the step, and the ledger knows which messages left. So a start under the same id goes on where the row is.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

import structlog
from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from activities.journey_client import (
    JourneyStart,
    start_experiment,
    start_import,
    start_journey,
    start_migration,
    start_run,
    wait_for_reservation,
)
from activities.services import WorkerServices
from models import Experiment
from store.campaigns import reconcile
from store.campaigns.reconcile import OpenMigration, OpenRun, UnfinishedJourney
from store.database.engine import Database
from store.experiments import experiments
from store.promotions import orders as promotion_orders
from workflows.contracts import RECONCILE, Reconciled, ReconcileInput

PAGE = 500
AT_ONCE = 32
"""Questions to Temporal under way at the same time."""
IN_HAND = timedelta(minutes=5)
"""What is younger, or fell due later, may be on its way through the outbox or a queue."""
_PAGES_A_STRETCH = 200

log = structlog.get_logger()
_Item = TypeVar("_Item")


class HealSchedules(Protocol):
    """Puts right the schedules of campaigns; how many were wrong."""

    async def __call__(self, *, dry_run: bool) -> int: ...  # noqa: D102


class Reconciler:
    """Compares, and starts again. Any number may run: a workflow that another has started is no error."""

    def __init__(
        self,
        database: Database,
        client: Client,
        *,
        dry_run: bool = False,
        schedules: HealSchedules | None = None,
        app_url: str = "",
    ) -> None:
        """A reconciler.

        Args:
            database: where the rows are.
            client: the connection to Temporal.
            dry_run: only count.
            schedules: `campaigns.schedule_sync.heal`, bound.
            app_url: of the application, for links from Temporal's UI.

        """
        self._app_url = app_url
        self._database = database
        self._client = client
        self._dry_run = dry_run
        self._schedules = schedules

    async def journeys(self, after: UUID, *, before: datetime, everybody: bool) -> tuple[Reconciled, UUID | None]:
        """Check one page; what was found, and where the next page begins (None: there is none)."""
        async with self._database.transaction() as session:
            page = await reconcile.open_journeys(session, after=after, before=before, everybody=everybody, limit=PAGE)
        healed = sum(await self._each(page, self._journey))
        return Reconciled(checked=len(page), journeys=healed), page[-1].id if len(page) == PAGE else None

    async def others(self, *, before: datetime) -> Reconciled:
        """Launches, migrations, imports and campaigns' schedules."""
        schedules = await self._schedules(dry_run=self._dry_run) if self._schedules is not None else 0
        async with self._database.transaction() as session:
            runs = await reconcile.open_runs(session, before=before)
            migrations = await reconcile.open_migrations(session, before=before)
            imports = await reconcile.open_imports(session, before=before)
            tried = await experiments.running(session)
            reservations = await promotion_orders.overdue(session, PAGE)
        for key in reservations:
            if not self._dry_run:
                await wait_for_reservation(self._client, key, f"promotion-order/{key}")
        return Reconciled(
            checked=len(runs) + len(migrations) + len(imports) + len(tried),
            runs=sum(await self._each(runs, self._run)),
            migrations=sum(await self._each(migrations, self._migration)),
            imports=sum(await self._each(imports, self._import)),
            schedules=schedules,
            experiments=sum(await self._each(tried, self._experiment)),
        )

    async def _run(self, run: OpenRun) -> bool:
        return await self._heal(run.workflow_id, lambda: start_run(self._client, run))

    async def _migration(self, row: OpenMigration) -> bool:
        def start() -> Awaitable[None]:
            return start_migration(self._client, row.id, row.workflow_id, row.campaign_id)

        return await self._heal(row.workflow_id, start)

    async def _import(self, import_id: UUID) -> bool:
        return await self._heal(f"import/{import_id}", lambda: start_import(self._client, import_id, again=True))

    async def _experiment(self, row: Experiment) -> bool:
        return await self._heal(f"experiment/{row.id}", lambda: start_experiment(self._client, row.id, row.campaign_id))

    async def _each(self, items: Sequence[_Item], heal: Callable[[_Item], Awaitable[bool]]) -> list[bool]:
        calls = asyncio.Semaphore(AT_ONCE)

        async def one(item: _Item) -> bool:
            async with calls:
                return await heal(item)

        return await asyncio.gather(*(one(item) for item in items))

    async def _journey(self, journey: UnfinishedJourney) -> bool:
        start = JourneyStart(
            journey_id=journey.id,
            workflow_id=journey.workflow_id,
            campaign_id=journey.campaign_id,
            customer_id=journey.customer_id,
            version_number=journey.version_number,
            priority=journey.priority,
            campaign_name=journey.campaign_name,
        )

        async def again() -> None:
            async with self._database.transaction() as session:
                ended = not await reconcile.is_open(session, journey.id)
            if not ended:  # it may have ended since the page was read
                await start_journey(self._client, start, again=True, app_url=self._app_url)

        return await self._heal(journey.workflow_id, again)

    async def _heal(self, workflow_id: str, start: Callable[[], Awaitable[object]]) -> bool:
        found = await self._status(workflow_id)
        if found is WorkflowExecutionStatus.RUNNING:
            return False
        if not self._dry_run:
            await start()
        said = found.name.lower() if found is not None else "not there"
        log.warning("workflow started again from its row", workflow=workflow_id, was=said, dry_run=self._dry_run)
        return True

    async def _status(self, workflow_id: str) -> WorkflowExecutionStatus | None:
        try:
            return (await self._client.get_workflow_handle(workflow_id).describe()).status
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise


class ReconcileActivities:
    """What the schedule runs: what is overdue each hour, and everybody once a day."""

    def __init__(self, services: WorkerServices, client: Client, schedules: HealSchedules | None = None) -> None:
        self._services = services
        self._client = client
        self._schedules = schedules

    @activity.defn(name=RECONCILE)
    async def reconcile(self, input: ReconcileInput) -> Reconciled:
        """Check a stretch, from behind `input.after` on; `after` of the result is where the next one begins."""
        reconciler = Reconciler(
            self._services.database,
            self._client,
            schedules=self._schedules,
            app_url=self._services.settings.public_url,
        )
        before = await self._services.clock.now() - IN_HAND
        found = await reconciler.others(before=before) if input.after == UUID(int=0) else Reconciled()
        after: UUID | None = input.after
        for _ in range(_PAGES_A_STRETCH):
            assert after is not None
            page, after = await reconciler.journeys(after, before=before, everybody=input.everybody)
            found = found.plus(page)
            activity.heartbeat(str(after))
            if after is None:
                break
        return found.model_copy(update={"after": after})
