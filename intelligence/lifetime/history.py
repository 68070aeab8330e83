"""A customer's purchases, in the few numbers that lifetime models need."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class PurchaseHistory:
    """Purchases of n customers, one entry each; times in any one unit.

    Attributes:
        repeats: purchases after the first (several on one day count once).
        recency: time from the first purchase to the last; 0 without repeats.
        age: time from the first purchase to now.

    """

    repeats: Numbers
    recency: Numbers
    age: Numbers

    def __len__(self) -> int:
        return len(self.repeats)

    def take(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> "PurchaseHistory":
        """The history of some of the customers."""
        return PurchaseHistory(self.repeats[rows], self.recency[rows], self.age[rows])

    def distinct(self) -> tuple["PurchaseHistory", Numbers, NDArray[np.intp]]:
        """Histories without repeats, how many customers share each, and which of them each customer has."""
        table = np.column_stack([self.repeats, self.recency, self.age])
        unique, which, counts = np.unique(table, axis=0, return_inverse=True, return_counts=True)
        history = PurchaseHistory(unique[:, 0], unique[:, 1], unique[:, 2])
        return history, counts.astype(np.float64), which.ravel()
