"""`python -m stack.chaos`: the win-back campaign while every process of the stack is killed again and again.

Knobs, all by environment: CHAOS_JOURNEYS (500), CHAOS_ROUNDS kills of each process (3), CHAOS_PAUSE seconds between two
kills (4), CHAOS_SEED (drawn), CHAOS_DAY_SECONDS real seconds a business day lasts (20), CHAOS_ORDER_DAYS (60),
CHAOS_LOST_JOURNEYS (1000) under which Temporal's database is deleted in the end, CHAOS_LOST_DAY_SECONDS (60),
CHAOS_SETTLE=0 to compare as soon as all reports are in, without waiting for what nobody reports on to be closed.
"""

import asyncio
import contextlib
import json
import os
import random

from config.shutdown import exit_process
from stack.chaos.invariants import ChaosReport, table
from stack.chaos.namespace_lost import NamespaceLost, lose_namespace, stack_options
from stack.chaos.scenario import ChaosOptions, ChaosScenario
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
        report: ChaosReport | None = await unless_stopped(ChaosScenario(stack, options, console).run(), stack, stop)
        if report is None:
            return 130
        console.rich.print(table(report))
        for words in report.problems:
            console.problem(f"broken: {words}")
        console.say("stopping")
    lost = await play_namespace_lost(console, stop)
    if lost is None:
        return 130
    found = {**report.as_json(), "namespace_lost": lost.as_json()}
    REPORT_FILE.write_text(json.dumps({"chaos": found}, indent=2) + "\n")
    console.say(f"the report is in {REPORT_FILE}")
    return 1 if report.problems or lost.problems else 0


async def play_namespace_lost(console: Console, stop: asyncio.Event) -> NamespaceLost | None:
    """Delete Temporal's database under CHAOS_LOST_JOURNEYS journeys, on a stack of its own; None when stopped."""
    folder = acquire_any("chaos-lost")
    journeys = int(os.environ.get("CHAOS_LOST_JOURNEYS") or "1000")
    day_seconds = float(os.environ.get("CHAOS_LOST_DAY_SECONDS") or "60")
    async with contextlib.AsyncExitStack() as exits:
        stack = Stack(folder, stack_options(day_seconds), console.say)
        loading = asyncio.ensure_future(load_shop(stack, journeys, 30))
        exits.callback(loading.cancel)
        if not await enter(exits, stack, stop):
            return None
        await loading
        lost: NamespaceLost | None = await unless_stopped(lose_namespace(stack), stack, stop)
        if lost is not None:
            console.say(
                f"Temporal's data deleted under {lost.open_when_lost} of {lost.journeys} journeys: {lost.reconciled}"
                f" in {lost.reconcile_seconds} s; {lost.ended} ended, {lost.duplicates} sent twice, {lost.lost} lost"
            )
            for words in lost.problems:
                console.problem(f"broken: {words}")
    return lost


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
