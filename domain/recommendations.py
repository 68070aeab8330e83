"""Product recommendations for one customer: recently viewed, then neighbours' purchases, then best-sellers.

Recent purchases are left out. Pure arithmetic on learned neighbours (intelligence.recommendation_model): training
evaluates exactly what a message shows.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

SHOWN = 10
"""Products a customer is recommended at most."""
NEIGHBOURS = 30
"""Products kept beside each."""
SEEDS = 20
"""Products of theirs, the newest first, whose neighbours are looked at."""
JUST_BOUGHT = timedelta(days=60)
_BROWSED_FIRST = 3
_FADING = 0.85
"""Weight of a seed beside the one newer by one."""

Neighbours = Mapping[str, Sequence[tuple[str, float]]]


@dataclass(frozen=True)
class ProductInterest:
    """What is known of a customer's taste: product ids, the newest first."""

    viewed: Sequence[str] = ()
    bought: Sequence[str] = ()

    @property
    def seeds(self) -> list[str]:
        """What neighbours are sought of."""
        return list(dict.fromkeys([*self.viewed, *self.bought]))[:SEEDS]


@dataclass(frozen=True)
class Pick:
    """A recommended product, and why: `browsed`, `alike` or `popular`."""

    product_id: str
    why: str


def recommend(
    taste: ProductInterest, neighbours: Neighbours, popular: Sequence[str], *, most: int = SHOWN
) -> list[Pick]:
    """The products, the best first.

    Args:
        taste: the customer's.
        neighbours: product -> products alike with their weights; products without any may be missing.
        popular: what everybody takes, the most popular first.
        most: how many.

    """
    picked: dict[str, Pick] = {}
    for pick in _in_order(taste, neighbours, popular):
        if len(picked) == most:
            break
        picked.setdefault(pick.product_id, pick)
    return list(picked.values())


def _in_order(taste: ProductInterest, neighbours: Neighbours, popular: Sequence[str]) -> Iterator[Pick]:
    bought = frozenset(taste.bought)
    yield from (
        Pick(each, "browsed") for each in [each for each in taste.viewed if each not in bought][:_BROWSED_FIRST]
    )
    yield from (Pick(each, "alike") for each in _alike(taste, neighbours, bought))
    yield from (Pick(each, "popular") for each in popular if each not in bought)


def _alike(taste: ProductInterest, neighbours: Neighbours, bought: Collection[str]) -> list[str]:
    weights: dict[str, float] = {}
    for place, seed in enumerate(taste.seeds):
        for product, weight in neighbours.get(seed, ()):
            if product not in bought:
                weights[product] = weights.get(product, 0.0) + _FADING**place * weight
    # equal weights by id: the same customer is shown the same list
    return sorted(weights, key=lambda product: (-weights[product], product))
