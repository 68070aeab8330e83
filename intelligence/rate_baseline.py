"""What a customer's own record foretells: what a channel split goes by while no model is more right than it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.channel_selection import PopulationTally, fit_prior
from intelligence.classifier import Slice
from intelligence.evaluation_metrics import Numbers


@dataclass(frozen=True)
class Record:
    """The mean of a Beta posterior: everybody's record as the prior (`domain.channel_selection.fit_prior`).

    Attributes:
        channel: of the messages.
        mean: how often everybody answers.
        strength: how many messages that is worth.

    """

    channel: str
    mean: float
    strength: float

    @classmethod
    def fit(cls, slices: Sequence[Slice], channel: str) -> "Record":
        """Take the prior from what was known of everybody at the latest of these moments."""
        sent, answered = _tallies(slices[-1].features, channel)
        tried = sent > 0
        population = PopulationTally(
            customers=int(tried.sum()),
            sent=int(sent.sum()),
            answered=int(answered.sum()),
            sent_squared=float((sent**2).sum()),
            answered_squared_per_sent=float((answered[tried] ** 2 / sent[tried]).sum()),
        )
        return cls(channel, *fit_prior(population))

    def probabilities(self, features: pd.DataFrame) -> Numbers:
        """Probability that each customer answers the next message."""
        sent, answered = _tallies(features, self.channel)
        rates: Numbers = (answered + self.mean * self.strength) / (sent + self.strength)
        return rates


def _tallies(features: pd.DataFrame, channel: str) -> tuple[Numbers, Numbers]:
    sent, answered = (
        np.nan_to_num(features[f"{what}_{channel}"].to_numpy(dtype=np.float64)) for what in ("sent", "answered")
    )
    return sent, answered
