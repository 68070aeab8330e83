"""`python -m campaigns.reconcile [--all] [--dry-run]`: start again what should run in Temporal and does not.

By default what is overdue is checked. `--all` checks every open journey: use it after Temporal's database was lost or
restored.
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
from store.database.engine import Database
from workflows.contracts import Reconciled


async def reconcile_all(settings: Settings, *, everybody: bool, dry_run: bool) -> Reconciled:
    """Check page by page, to the end; what was started again (with `dry_run`: what would be)."""
    database = Database(settings)
    try:
        client = await connect(settings)
        reconciler = Reconciler(database, client, dry_run=dry_run, schedules=partial(heal, client, database))
        # after a loss nothing is in hand, and nobody should have to wait
        before = datetime.now(UTC) - (IN_HAND * 0 if everybody else IN_HAND)
        found = await reconciler.others(before=before)
        after: UUID | None = UUID(int=0)
        while after is not None:
            page, after = await reconciler.journeys(after, before=before, everybody=everybody)
            found = found.plus(page)
    finally:
        await database.close()
    return found


def main() -> None:
    """Read the command line, reconcile, and say what was done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="every open journey, not only what is overdue")
    parser.add_argument("--dry-run", action="store_true", help="only count")
    arguments = parser.parse_args()
    settings = Settings()
    configure_logs(settings, process="reconcile")
    try:
        found = asyncio.run(reconcile_all(settings, everybody=arguments.all, dry_run=arguments.dry_run))
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
