"""What was found out, beside the truth: `.run/learning-report.json`, and a table."""

from dataclasses import asdict, dataclass, field
from typing import Any

from rich.table import Table

WANTED = 0.8
"""The share of right channels that the last run has to exceed."""


@dataclass(frozen=True)
class RunFound:
    """One weekly run.

    Attributes:
        run: from 1.
        contacted: customers who came to the channel split.
        right_channel: share of them who were sent to the channel that they answer.
        right_hour: share of the waits that led to the hour at which the customer is there.
        by_model: share of the channel choices that a model's scores decided.
        trained: what the training after the run said of each lesson.

    """

    run: int
    contacted: int
    right_channel: float
    right_hour: float
    by_model: float
    trained: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class UpliftFound:
    """The effect of a contact. `planted` and `realised` are the truth: as drawn up, and as chance then had it."""

    planted: float
    realised: float
    found: float
    low: float
    high: float
    usable: bool
    verdict: str
    by_kind: dict[str, dict[str, float]]
    """Kind of person -> planted effect, and the mean score that those of the kind were given."""


@dataclass(frozen=True)
class LearningReport:
    """All of it."""

    audience: int
    day_seconds: float
    chance: float
    runs: list[RunFound]
    uplift: UpliftFound

    def problems(self) -> list[str]:
        """What was hidden and not found, in words."""
        last, uplift = self.runs[-1], self.uplift
        kinds = sorted(uplift.by_kind.values(), key=lambda kind: kind["planted"])
        rules = {
            f"the last run's share of right channels is {last.right_channel:.0%}, not over {WANTED:.0%}": (
                last.right_channel > WANTED
            ),
            f"the interval {uplift.low:+.1%} to {uplift.high:+.1%} misses the planted effect {uplift.planted:+.1%}": (
                uplift.low <= uplift.planted <= uplift.high
            ),
            f"whom a contact moves was not found: {uplift.verdict}": uplift.usable,
            "those whom a contact moves more are not given the higher scores": (kinds[0]["found"] < kinds[-1]["found"]),
        }
        return [words for words, holds in rules.items() if not holds]

    def decided(self) -> list[str]:
        """Who chooses after each training, and why, in words."""
        return [f"after run {run.run}, {lesson}: {said}" for run in self.runs for lesson, said in run.trained.items()]

    def as_json(self) -> dict[str, Any]:
        """For the file."""
        return asdict(self) | {"problems": self.problems()}


def table(report: LearningReport) -> Table:
    """For a terminal."""
    grid = Table(title=f"{report.audience} customers with secrets", title_justify="left")
    for name in ("", "right channel", "right hour", "decided by a model"):
        grid.add_column(name, justify="left" if not name else "right")
    grid.add_row("by chance", f"{report.chance:.0%}", f"{report.chance:.0%}", "")
    for run in report.runs:
        grid.add_row(
            f"run {run.run} ({run.contacted} contacted)",
            f"{run.right_channel:.0%}",
            f"{run.right_hour:.0%}",
            f"{run.by_model:.0%}",
        )
    grid.add_section()
    uplift = report.uplift
    grid.add_row(
        "effect of a contact",
        f"planted {uplift.planted:+.1%}",
        f"found {uplift.found:+.1%}",
        f"{uplift.low:+.1%} to {uplift.high:+.1%}",
    )
    for kind, effect in uplift.by_kind.items():
        grid.add_row(f"  on a {kind}", f"planted {effect['planted']:+.1%}", f"mean score {effect['found']:+.1%}", "")
    grid.add_row("  verdict", uplift.verdict, "", "")
    return grid
