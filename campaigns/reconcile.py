"""`python -m campaigns.reconcile [--all | --restored] [--dry-run]`: start again what should run and does not.

By default what is overdue is checked. `--all` checks every open journey: use it after Temporal's database was lost.
`--restored` does so, too, and tells every journey to look for what it missed: use it after Temporal's database was
restored from a backup that is older than PostgreSQL, as signals that came in between are lost with it.
"""

import argparse
import asyncio
import sys
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from activities.reconciler import IN_HAND, Reconciler
from campaigns.schedule_sync import heal
from config.logs import configure_logs
from config.settings import Settings
from config.shutdown import exit_process
from config.temporal import connect
from store.campaigns import wakeups
from store.database.engine import Database
from workflows.contracts import Reconciled


async def reconcile_all(settings: Settings, *, everybody: bool, dry_run: bool, restored: bool = False) -> Reconciled:
    """Check page by page, to the end; what was started again (with `dry_run`: what would be)."""
    database = Database(settings)
    try:
        client = await connect(settings)
        schedules = partial(heal, client, database)
        reconciler = Reconciler(database, client, dry_run=dry_run, schedules=schedules, app_url=settings.public_url)
        # after a loss nothing is in hand, and nobody should have to wait
        before = datetime.now(UTC) - (IN_HAND * 0 if everybody else IN_HAND)
        found = await reconciler.others(before=before)
        after: UUID | None = UUID(int=0)
        while after is not None:
            page, after = await reconciler.journeys(after, before=before, everybody=everybody)
            found = found.plus(page)
        if restored and not dry_run:
            async with database.transaction() as session:
                await wakeups.request_all(session, "temporal-restored", catch_up=True)
    finally:
        await database.close()
    return found


async def _work(settings: Settings, given: argparse.Namespace) -> Reconciled:
    everybody = given.all or given.restored
    return await reconcile_all(settings, everybody=everybody, dry_run=given.dry_run, restored=given.restored)


def main() -> None:
    """Read the command line, reconcile, and say what was done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="every open journey, not only what is overdue")
    parser.add_argument("--restored", action="store_true", help="as --all, where Temporal is older than PostgreSQL")
    parser.add_argument("--dry-run", action="store_true", help="only count")
    arguments = parser.parse_args()
    settings = Settings()
    configure_logs(settings, process="reconcile")
    try:
        found = asyncio.run(_work(settings, arguments))
    except Exception as error:
        sys.stderr.write(f"reconcile: {error}\n")
        exit_process(1)
    verb = "would be started again" if arguments.dry_run else "started again"
    sys.stdout.write(
        f"{found.checked} open rows checked; {verb}: {found.journeys} journeys, {found.runs} launches,"
        f" {found.migrations} migrations, {found.imports} imports, {found.schedules} schedules\n"
    )
    exit_process(0)


if __name__ == "__main__":
    main()
