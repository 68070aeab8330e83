"""The numbers of a scoring: a row a customer, a few columns a score; and where each score stands among all."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.stats import rankdata

from intelligence.evaluation_metrics import Numbers
from intelligence.scoring import NOTHING, PredictedScore
from intelligence.targets import VALUES
from store.intelligence.score_batches import Places

_DOUBLES = "<f8"


@dataclass(frozen=True)
class ScoreMatrix:
    """How the numbers of these scores lie in a row, until they are ranked."""

    names: tuple[str, ...]

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Column of each score's value, from 0; the low and the high of one that has them follow it."""
        found, place = {}, 0
        for name in self.names:
            found[name] = place
            place += _columns(name)
        return found

    @cached_property
    def width(self) -> int:
        """Columns of a row."""
        return sum(map(_columns, self.names))

    def blank(self, customers: int) -> Numbers:
        """Rows of customers of whom nothing is said."""
        return np.full((customers, self.width), NOTHING)

    def put(self, numbers: Numbers, name: str, said: PredictedScore) -> None:
        """Write what was said of each row's customer."""
        place = self.places[name]
        for offset, column in enumerate((said.value, said.low, said.high)[: _columns(name)]):
            numbers[:, place + offset] = column

    def read(self, kept: bytes) -> Numbers:
        """The rows that `kept` made bytes of; not to be written to."""
        return np.frombuffer(kept, dtype=_DOUBLES).reshape(-1, self.width)


def kept(numbers: Numbers) -> bytes:
    """Rows as they are kept until all are there."""
    return numbers.astype(_DOUBLES, copy=False).tobytes()


def percentiles(values: Numbers) -> Numbers:
    """Share of the values that are lower, 0 to 100, to two digits; `NOTHING` stays it, and counts for none."""
    said = ~np.isnan(values)
    found = np.full(len(values), NOTHING)
    others = max(int(said.sum()) - 1, 1)
    found[said] = np.round((rankdata(values[said], method="min") - 1) / others * 100, 2)
    return found


def ranked(
    sheet: ScoreMatrix, numbers: Numbers, failed: Iterable[str], usual: Mapping[str, float] | None = None
) -> tuple[Numbers, dict[str, Places]]:
    """Percentiles of every score, a column each, and where each score is once they follow the sheet's columns.

    Those that failed on any page are left out: theirs would be the rank among some.

    Args:
        sheet: where the numbers are.
        numbers: everybody's.
        failed: scores that failed.
        usual: score -> what it says of customers of whom nothing is known. They have no rank, and count for none.

    """
    of_strangers = usual or {}

    def own(name: str) -> Numbers:
        column = numbers[:, sheet.places[name]]
        return np.where(column == of_strangers.get(name, NOTHING), NOTHING, column)

    names = [name for name in sheet.names if name not in set(failed)]
    ranks, places = np.empty((len(numbers), len(names))), {}
    with ThreadPoolExecutor() as pool:  # sorting lets go of Python's lock
        columns = pool.map(lambda name: percentiles(own(name)), names)
        for turn, column in enumerate(columns):
            ranks[:, turn] = column
    for turn, name in enumerate(names):
        value = sheet.places[name]
        ranged = _columns(name) > 1
        places[name] = Places(
            value=value + 1,
            percentile=sheet.width + turn + 1,
            low=value + 2 if ranged else None,
            high=value + 3 if ranged else None,
        )
    return ranks, places


def _columns(name: str) -> int:
    return 3 if name in VALUES else 1
