"""`make bench`: each figure beside its reference, measured in the same run on the same machine.

`ARGS="--journeys 600 --rounds 4"` makes it longer; the figures go to `.run/bench-report.json`.
"""

import argparse
import asyncio
import json

from rich.console import Console
from rich.table import Table

from benchmarks import builder, imports, ingest, intelligence, journeys, latency, launches, monitor, segments, sweeps
from benchmarks.installation import Installation, Report
from config.shutdown import exit_process
from stack.processes import StackError
from stack.run_folder import RUN, RunFolder

REPORT = RUN / "bench-report.json"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--journeys", type=int, default=200, help="journeys a side and round")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; the two sides take turns")
    parser.add_argument("--starts", type=int, default=1000, help="journeys that a launch starts")
    parser.add_argument("--events", type=int, default=200, help="events timed from arrival to the next step")
    parser.add_argument("--nodes", type=int, default=200, help="nodes of the drawing that the builder opens")
    parser.add_argument("--sent", type=int, default=50_000, help="events sent to /v1/batch, and inserted")
    parser.add_argument("--messages", type=int, default=1_000_000, help="messages of the campaign that is monitored")
    parser.add_argument("--customers", type=int, default=1_000_000, help="customers asked about; ten events each")
    parser.add_argument("--imported", type=int, default=1_000_000, help="events imported from Parquet, and copied")
    return parser.parse_args()


async def measure(options: argparse.Namespace, console: Console) -> Report:
    """Run every benchmark on one installation."""
    folder = RunFolder("bench")
    if not folder.acquire():
        raise StackError(f"a benchmark runs already: {folder.path}")
    async with Installation(folder, console.print) as installation:
        parts = []
        # launches come last: what they start is walked afterwards, and would keep the others from being idle
        for part in (
            builder.measure(installation, options.nodes),
            latency.measure(installation, options.events),
            journeys.measure(installation, options.journeys, options.rounds),
            launches.measure(installation, options.starts, options.rounds),
        ):
            parts.append(await part)
            console.print(*parts[-1].rows, sep="\n")
    # on a server of their own: nothing else runs beside what is measured
    for part in (
        ingest.measure(options.sent, folder.path / "ingest", console.print),
        monitor.measure(options.messages, folder.path / "monitor", console.print),
        imports.measure(options.imported, folder.path / "imports", console.print),
        segments.on_kept_data(options.customers, console.print),
        sweeps.on_kept_data(options.customers, console.print),
        intelligence.on_kept_data(options.customers, console.print),
    ):
        parts.append(await part)
    return Report(
        figures={name: figure for part in parts for name, figure in part.figures.items()},
        rows=[row for part in parts for row in part.rows],
    )


def show(report: Report, console: Console) -> None:
    """Print the figures, each with what it is held against."""
    table = Table(title="benchmarks", title_justify="left")
    for heading in ("figure", "ours", "reference", "ratio or limit"):
        table.add_column(heading, justify="left" if heading == "figure" else "right")
    for row in report.rows:
        table.add_row(*row)
    console.print(table)


def main() -> None:
    """Measure, print, write."""
    console = Console()
    try:
        report = asyncio.run(measure(_options(), console))
    except StackError as error:
        console.print(f"[red]{error}[/red]")
        exit_process(1)
    show(report, console)
    known = json.loads(REPORT.read_text()) if REPORT.exists() else {}
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(known | report.figures, indent=2) + "\n")
    console.print(f"written to {REPORT.relative_to(RUN.parent)}")
    exit_process(0)


if __name__ == "__main__":
    main()
