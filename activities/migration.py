"""Signalling a campaign's journeys to move to another version, page by page, each once."""

from datetime import UTC, datetime
from uuid import UUID

from temporalio import activity

from activities.services import WorkerServices
from store.campaigns import journey_migrations
from store.campaigns.journey_migrations import Place
from workflows.contracts import SIGNAL_MIGRATIONS, MigrationResult, MigrationStretch

PAGE = 1_000
"""Journeys told in one transaction."""
_STRETCH = 20
"""Pages of one activity: long enough to cost no history, short enough that progress is fresh."""
_BEGINNING: Place = (datetime.min.replace(tzinfo=UTC), UUID(int=0))


class MigrationActivities:
    """Idempotent: a journey that was told is not told again, whoever died in between."""

    def __init__(self, services: WorkerServices) -> None:
        self._services = services

    @activity.defn(name=SIGNAL_MIGRATIONS)
    async def tell_move(self, input: MigrationStretch) -> MigrationResult:
        """Tell a stretch of journeys, from behind `after`. It is done when no journey is left, locked ones included."""
        after, told = input.after or _BEGINNING, 0
        for _ in range(_STRETCH):
            async with self._services.database.transaction() as session:
                migration = await journey_migrations.read(session, input.migration_id)
                page = await journey_migrations.enqueue_signals(session, migration, after, PAGE)
                if not page and not await journey_migrations.unsignalled(session, migration):
                    await journey_migrations.finish(session, migration.id)
                    return MigrationResult(told=told, done=True)
            told += len(page)
            activity.heartbeat(told)
            if not page:  # what is left was locked a moment ago: another stretch finds it, from the beginning
                return MigrationResult(told=told)
            after = page[-1]
        return MigrationResult(told=told, after=after)
