"""`make learn`: five weekly runs before customers with secrets; what was found out, beside the truth.

Knobs, by environment: LEARN_AUDIENCE customers (1200); LEARN_DAY_SECONDS real seconds a day lasts (24);
LEARN_SEED of everybody's secrets (2026).
"""

import asyncio
import contextlib
import json
import os

from config.shutdown import exit_process
from stack.console import Console, describe
from stack.demo import unless_stopped
from stack.processes import StackError
from stack.run_folder import RUN, acquire_any
from stack.serve import enter, stop_on_signals
from stack.simulation.population import SEED, behaviour
from stack.simulation.report import table
from stack.simulation.schedule import LearningOptions, Weeks
from stack.supervisor import Stack, StackOptions

REPORT_FILE = RUN / "learning-report.json"


def options_from_environment() -> LearningOptions:
    """Read the knobs. Raises StackError for one that is not a number."""
    try:
        return LearningOptions(
            audience=int(os.environ.get("LEARN_AUDIENCE", "1200")),
            day_seconds=float(os.environ.get("LEARN_DAY_SECONDS", "24")),
            seed=int(os.environ.get("LEARN_SEED", str(SEED))),
        )
    except ValueError as error:
        raise StackError(f"a LEARN_* setting is not a number: {error}") from error


async def play(console: Console, options: LearningOptions) -> int:
    """All of it; the exit code is 1 where something hidden was not found."""
    scale = options.day_seconds / 86_400
    chosen = StackOptions(
        time_scale=scale,
        fresh=True,
        environment={"CAMPAIGN_FLOW_LEARNING_TIME_SCALE": repr(scale)},
        sandbox=("--behaviour", behaviour(options.seed).model_dump_json()),
    )
    stop = stop_on_signals()
    async with contextlib.AsyncExitStack() as exits:
        stack = Stack(acquire_any("learning"), chosen, console.say)
        if not await enter(exits, stack, stop):
            return 130
        report = await unless_stopped(Weeks(stack, options, console).run(), stack, stop)
        if report is None:
            return 130
        REPORT_FILE.write_text(json.dumps(report.as_json(), indent=2) + "\n")
        console.rich.print(table(report))
        for words in report.decided():
            console.rich.print(words, markup=False)
        for words in report.problems():
            console.problem(words)
        console.say(f"the report is in {REPORT_FILE}; stopping")
        return 1 if report.problems() or stack.complaints() else 0


def main() -> None:
    """Play, and end with the code of how it went."""
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
