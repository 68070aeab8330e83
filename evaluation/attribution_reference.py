"""Attribution the slow way: every order of players, every walk of the chain. What the product's is held against."""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import pairwise, permutations

from domain.reports.attribution import Path

WALKS = 400


def shapley(paths: Sequence[Path]) -> dict[str, float]:
    """The mean over all orders of what each player adds; of a few players."""
    players = sorted({touch.player for path in paths for touch in path.touches})

    @cache
    def worth(group: frozenset[str]) -> float:
        inside = [path for path in paths if path.touches and {touch.player for touch in path.touches} <= group]
        return sum(path.converted_at is not None for path in inside) / len(inside) if inside else 0.0

    gained: Counter[str] = Counter()
    orders = list(permutations(players))
    for order in orders:
        for place, player in enumerate(order):
            gained[player] += worth(frozenset(order[: place + 1])) - worth(frozenset(order[:place]))  # type: ignore[assignment]
    return {player: gained[player] / len(orders) for player in players}


def removal_effects(paths: Sequence[Path]) -> dict[str, float]:
    """Markov's, by walking the chain step by step until next to nothing is under way."""
    players = sorted({touch.player for path in paths for touch in path.touches})
    whole = _walked(paths, None)
    return {player: 1 - _walked(paths, player) / whole if whole else 0.0 for player in players}


def _walked(paths: Sequence[Path], removed: str | None) -> float:
    following: dict[str, list[str]] = {}
    for path in paths:
        row = ["<start>", *(touch.player for touch in path.touches), "<won>" if path.converted_at else "<lost>"]
        if path.touches:
            for one, other in pairwise(row):
                following.setdefault(one, []).append(other)
    under_way, won = {"<start>": 1.0}, 0.0
    for _ in range(WALKS):
        moved: dict[str, float] = {}
        for state, mass in under_way.items():
            for target in following.get(state, []):
                share = mass / len(following[state])
                if target == "<won>":
                    won += share
                elif target not in ("<lost>", removed):
                    moved[target] = moved.get(target, 0.0) + share
        under_way = moved
    return won
