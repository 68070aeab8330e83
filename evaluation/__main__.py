"""`make eval`: how right the models are, on data nobody here made.

Writes `.run/eval-report.json` (a key a data set, each figure beside its reference) and the figures of docs/models.md.
`ARGS="--data FOLDER --only cdnow"` reads another folder, or one data set.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console

from evaluation import (
    alarms,
    analytics,
    cdnow,
    complete_journey,
    data_fidelity,
    document,
    experiments,
    hillstrom,
    nab,
    starbucks,
)
from evaluation.figures import Section, Skipped
from evaluation.sources import MissingError, Sources

ROOT = Path(__file__).resolve().parent.parent
RUN = ROOT / ".run"
REPORT = RUN / "eval-report.json"
PAGE = ROOT / "docs" / "models.md"
DATA_SETS: dict[str, tuple[str, Callable[[Sources], Section]]] = {
    "cdnow": ("CDNOW, 39 weeks ahead", cdnow.evaluate),
    "complete_journey": ("The Complete Journey", complete_journey.evaluate),
    "experiments": ("Experiments", experiments.evaluate),
    "hillstrom": ("Hillstrom's e-mail test", hillstrom.evaluate),
    "starbucks": ("Starbucks (simulated)", starbucks.evaluate),
    "uplift_rule": ("Uplift's rule, on planted campaigns", alarms.evaluate),
    "analytics": ("Reports against second implementations", analytics.evaluate),
    "data_fidelity": ("Vendors' own libraries", data_fidelity.evaluate),
    "alerts": ("Anomalies in time series (Numenta benchmark)", nab.evaluate),
}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="one folder a data set")
    parser.add_argument("--only", choices=DATA_SETS, action="append", help="may be given several times")
    return parser.parse_args()


def measure(sources: Sources, keys: list[str], console: Console) -> list[Section | Skipped]:
    """Evaluate each data set that is here."""
    results: list[Section | Skipped] = []
    for key in keys:
        title, evaluate = DATA_SETS[key]
        began = time.perf_counter()
        try:
            results.append(evaluate(sources))
        except MissingError as missing:
            results.append(Skipped(key, title, str(missing)))
        console.print(document.table(results[-1]))
        console.print(f"[dim]{time.perf_counter() - began:.0f} s[/dim]")
    return results


def _beside(known: dict[str, Any], result: Section | Skipped) -> dict[str, Any]:
    """What was measured, beside what tests wrote under the same key (`data_fidelity.clients_passed`)."""
    kept = {name: value for name, value in known.items() if name != "skipped"} if isinstance(result, Section) else {}
    return kept | document.as_json(result)


def main() -> None:
    """Measure, print, write. A data set that was not asked for keeps its figures."""
    options, console = _options(), Console()
    sources = Sources(options.data, RUN / "eval-data")
    results = measure(sources, options.only or list(DATA_SETS), console)
    RUN.mkdir(exist_ok=True)
    known = json.loads(REPORT.read_text()) if REPORT.exists() else {}
    report = known | {result.key: _beside(known.get(result.key, {}), result) for result in results}
    REPORT.write_text(json.dumps(report, indent=2) + "\n")
    document.write(PAGE, results)
    console.print(f"written to {REPORT.relative_to(ROOT)} and {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
