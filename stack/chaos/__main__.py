"""`python -m stack.chaos`: the win-back campaign while every process of the stack is killed again and again.

Knobs, all by environment: CHAOS_JOURNEYS (500), CHAOS_ROUNDS kills of each process (3), CHAOS_PAUSE seconds between two
kills (4), CHAOS_SEED (drawn), CHAOS_DAY_SECONDS real seconds a business day lasts (20), CHAOS_ORDER_DAYS (60),
CHAOS_SETTLE=0 to compare as soon as all reports are in, without waiting for what nobody reports on to be closed.
"""

import asyncio
import contextlib
import json
import os
import random

from config.exit import exit_process
from stack.chaos.ordeal import ChaosOptions, Ordeal
from stack.chaos.reckoning import ChaosReport, table
from stack.console import Console, describe
from stack.demo import load_shop, unless_stopped
from stack.processes import StackError
from stack.run_folder import RUN, acquire_any
from stack.serve import enter, stop_on_signals
from stack.supervisor import Stack

REPORT_FILE = RUN / "chaos-report.json"


def options_from_environment() -> ChaosOptions:
    """Read the knobs. Raises StackError for one that is not a number."""

    def number(name: str, default: str) -> float:
        value = os.environ.get(f"CHAOS_{name}") or default
        try:
            return float(value)
        except ValueError:
            raise StackError(f"CHAOS_{name} is not a number: {value}") from None

    return ChaosOptions(
        journeys=int(number("JOURNEYS", "500")),
        rounds=int(number("ROUNDS", "3")),
        pause=number("PAUSE", "4"),
        seed=int(number("SEED", str(random.SystemRandom().randrange(1_000_000)))),
        day_seconds=number("DAY_SECONDS", "20"),
        order_days=int(number("ORDER_DAYS", "60")),
        settle=number("SETTLE", "1") != 0,
    )


async def play(console: Console, options: ChaosOptions) -> int:
    """The whole run; the exit code."""
    # It kills its database server: never one that was given by URL and may be somebody's.
    os.environ.pop("CAMPAIGN_FLOW_DATABASE_URL", None)
    folder = acquire_any("chaos")
    stop = stop_on_signals()
    console.say(f"seed {options.seed}: CHAOS_SEED={options.seed} draws the same kills again")
    async with contextlib.AsyncExitStack() as exits:
        stack = Stack(folder, options.stack(), console.say)
        loading = asyncio.ensure_future(load_shop(stack, options.journeys, options.order_days))
        exits.callback(loading.cancel)
        if not await enter(exits, stack, stop):
            return 130
        await loading
        report: ChaosReport | None = await unless_stopped(Ordeal(stack, options, console).run(), stack, stop)
        if report is None:
            return 130
        REPORT_FILE.write_text(json.dumps({"chaos": report.as_json()}, indent=2) + "\n")
        console.rich.print(table(report))
        for words in report.problems:
            console.problem(f"broken: {words}")
        console.say(f"the report is in {REPORT_FILE}; stopping")
    return 1 if report.problems else 0


def main() -> None:
    """Run it, and end with the code of how it went."""
    describe(__doc__)
    console = Console()
    try:
        code = asyncio.run(play(console, options_from_environment()))
    except StackError as error:
        console.problem(str(error))
        code = 1
    except Exception:
        console.rich.print_exception()
        code = 1
    exit_process(code)


if __name__ == "__main__":
    main()
