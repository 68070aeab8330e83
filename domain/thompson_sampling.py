"""Now and then another channel than the one that looks best: what is never tried is never learned.

Thompson sampling: draw each channel's rate from what is believed of it, and take the highest draw. What is well known
is hardly ever drawn wrong; what is barely known gets its chance. How likely each channel was is kept with the choice,
so that another way of choosing can be judged by what this one did (see intelligence.ope_estimators).
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
_DRAWS = 200
_EDGE = 1e-3


@dataclass(frozen=True)
class BetaPosterior:
    """What is believed of a choice: its rate, how many observations that is worth, and what taking it costs."""

    rate: float
    weight: float
    cost: float = 0.0

    def draw(self, chance: Random) -> float:
        """A worth that it might have."""
        weight = max(self.weight, 1.0)
        rate = min(max(self.rate, _EDGE), 1 - _EDGE)
        return chance.betavariate(rate * weight, (1 - rate) * weight) - self.cost


@dataclass(frozen=True)
class Exploration(Generic[Key]):
    """What was taken, how likely each choice was, and whether it was tried rather than believed."""

    taken: Key
    propensities: dict[Key, float]
    tried: bool


def explore(beliefs: Mapping[Key, BetaPosterior], best: Key, *, share: float, seed: str) -> Exploration[Key]:
    """Take the best, or with probability `share` a Thompson draw.

    Args:
        beliefs: of every choice.
        best: the one that is believed to be best.
        share: how often to draw, 0 to 1.
        seed: of all chance in it: the same seed takes the same choice again.

    """
    order: Sequence[Key] = list(beliefs)
    if share <= 0 or len(order) < 2:
        return Exploration(best, {key: float(key == best) for key in order}, tried=False)
    chance = Random(seed)
    tried = chance.random() < share
    draws = [max(order, key=lambda key: beliefs[key].draw(chance)) for _ in range(_DRAWS)]
    taken = draws[0] if tried else best
    # the share of draws, with the drawn one among them: never 0 for what was taken
    propensities = {key: (1 - share) * (key == best) + share * draws.count(key) / _DRAWS for key in order}
    return Exploration(taken, propensities, tried=tried and taken != best)
