"""`python -m campaigns.rollout BUILD` (or `--unversioned`): new workflows begin on that build, sleeping journeys move.

Start workers of the build first: Temporal knows a build by its workers. End the old ones when
`temporal worker deployment describe-version` says that the old build is drained.
"""

import argparse
import asyncio
import sys

from campaigns.builds import roll_out
from config.settings import Settings
from config.shutdown import exit_process
from config.temporal import connect
from store.database.engine import Database


async def _run(settings: Settings, build: str) -> int:
    database = Database(settings)
    try:
        return await roll_out(database, await connect(settings), settings, build)
    finally:
        await database.close()


def main() -> None:
    """Read the command line, roll out, and say what was done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("build", nargs="?", default="", help="CAMPAIGN_FLOW_WORKER_BUILD_ID of the new workers")
    which.add_argument("--unversioned", action="store_true", help="go back to workers without a build id")
    arguments = parser.parse_args()
    try:
        campaigns = asyncio.run(_run(Settings(), "" if arguments.unversioned else arguments.build))
    except Exception as error:
        sys.stderr.write(f"rollout: {error}\n")
        exit_process(1)
    name = arguments.build or "workers without a build id"
    sys.stdout.write(f"{name}: in force. Sleeping journeys of {campaigns} campaigns are being woken by the relay.\n")
    exit_process(0)


if __name__ == "__main__":
    main()
