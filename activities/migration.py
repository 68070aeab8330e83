"""Telling a campaign's journeys to move to another version, page by page, each once."""

from datetime import UTC, datetime
from uuid import UUID

from temporalio import activity

from activities.services import Services
from store.campaigns import journey_migrations
from store.campaigns.journey_migrations import Place
from workflows.contracts import TELL_MOVE, MigrationInput, MigrationResult

PAGE = 1_000
"""Journeys told in one transaction."""
_STRETCH = 20
"""Pages of one activity: long enough to cost no history, short enough that progress is fresh."""
_BEGINNING: Place = (datetime.min.replace(tzinfo=UTC), UUID(int=0))


class MigrationActivities:
    """Idempotent: a journey that was told is not told again, whoever died in between."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @activity.defn(name=TELL_MOVE)
    async def tell_move(self, input: MigrationInput) -> MigrationResult:
        """Tell a stretch of journeys, from the beginning of those not told; none left closes the migration."""
        after, told = _BEGINNING, 0
        for _ in range(_STRETCH):
            async with self._services.database.transaction() as session:
                migration = await journey_migrations.read(session, input.migration_id)
                page = await journey_migrations.tell(session, migration, after, PAGE)
                if not page and not await journey_migrations.untold(session, migration):
                    await journey_migrations.finish(session, migration.id)
                    break
            told += len(page)
            # Those that were locked a moment ago are found from the beginning.
            after = page[-1] if page else _BEGINNING
            activity.heartbeat(told)
        return MigrationResult(told=told)
