"""Who is credited with a conversion: the messages before it, by several models. Pure; amounts are exact.

| model | credit |
|---|---|
| `first`, `last` | all of it to the first, or last, touch |
| `linear` | the same to each |
| `position` | 40 % to the first, 40 % to the last, the rest to those between |
| `time_decay` | halved for each half-life between touch and conversion |
| `markov` | by how many conversions would be lost if the channel were not there (first-order chain) |
| `shapley` | by the mean of what it adds to the touches that came before, over all orders |

Markov and Shapley weigh what touches are of (a channel, say) by all journeys together; each conversion's credit is
shared in these weights.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from itertools import pairwise
from math import factorial

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
ENDS = 0.4
"""The share of the first, and of the last touch, by position."""
CENT = Decimal("0.000001")
"""Credit is exact to this; what rounding leaves goes to the last touch."""
MOST_PLAYERS = 12
"""Shapley's values are computed over all sets of so many; of more, the rarest are one together."""
START, CONVERSION, NOTHING = "", "\x01", "\x02"


class AttributionModel(StrEnum):
    """How credit is shared."""

    FIRST = "first"
    LAST = "last"
    LINEAR = "linear"
    POSITION = "position"
    TIME_DECAY = "time_decay"
    MARKOV = "markov"
    SHAPLEY = "shapley"


@dataclass(frozen=True)
class Touch:
    """A contact before a conversion; `player` is what credit is given to (a channel, a campaign, a message)."""

    player: str
    at: datetime


@dataclass(frozen=True)
class Path:
    """The touches of one customer up to a conversion, or up to now without one.

    Attributes:
        touches: in the order of time.
        converted_at: when; None without.
        value: net revenue, what was given back taken off.

    """

    touches: tuple[Touch, ...]
    converted_at: datetime | None = None
    value: Decimal = Decimal(0)


@dataclass(frozen=True)
class Credit:
    """What a player is credited with: conversions (parts of them) and revenue."""

    conversions: Decimal
    revenue: Decimal


def attribute(
    paths: Sequence[Path], model: AttributionModel, *, half_life: timedelta = timedelta(days=7)
) -> dict[str, Credit]:
    """Share every conversion's one and its value among the players of its touches.

    Args:
        paths: of all customers who were touched: those who did not convert too, which Markov and Shapley learn from.
        model: how.
        half_life: for time decay.

    Returns:
        Player -> credit. Credits add up to the conversions with a touch, and to their value, exactly.

    """
    weigh = _weights(paths, model, half_life)
    conversions: defaultdict[str, Decimal] = defaultdict(Decimal)
    revenue: defaultdict[str, Decimal] = defaultdict(Decimal)
    for path in paths:
        if path.converted_at is None or not path.touches:
            continue
        weights = weigh(path)
        for touch, one, value in zip(
            path.touches, shared(Decimal(1), weights), shared(path.value, weights), strict=True
        ):
            conversions[touch.player] += one
            revenue[touch.player] += value
    return {player: Credit(conversions[player], revenue[player]) for player in sorted(conversions)}


def shared(amount: Decimal, weights: Sequence[float]) -> list[Decimal]:
    """The amount in parts by these weights, which add up to it exactly; all of it to the last if all are zero."""
    total = sum(weights)
    if total <= 0:
        return [Decimal(0)] * (len(weights) - 1) + [amount]
    parts = [(amount * Decimal(repr(weight / total))).quantize(CENT, ROUND_HALF_EVEN) for weight in weights[:-1]]
    return [*parts, amount - sum(parts, Decimal(0))]


_Weigh = Callable[[Path], list[float]]


def _weights(paths: Sequence[Path], model: AttributionModel, half_life: timedelta) -> _Weigh:
    match model:
        case AttributionModel.FIRST:
            return lambda path: [1.0] + [0.0] * (len(path.touches) - 1)
        case AttributionModel.LAST:
            return lambda path: [0.0] * (len(path.touches) - 1) + [1.0]
        case AttributionModel.LINEAR:
            return lambda path: [1.0] * len(path.touches)
        case AttributionModel.POSITION:
            return lambda path: _position(len(path.touches))
        case AttributionModel.TIME_DECAY:
            return lambda path: _decayed(path, half_life)
        case AttributionModel.MARKOV:
            return _by_player(removal_effects(paths))
        case AttributionModel.SHAPLEY:
            return _by_player(shapley_values(paths))


def _position(count: int) -> list[float]:
    if count <= 2:
        return [1.0] * count
    return [ENDS, *[(1 - 2 * ENDS) / (count - 2)] * (count - 2), ENDS]


def _decayed(path: Path, half_life: timedelta) -> list[float]:
    assert path.converted_at is not None
    # from the last touch: a touch of long ago would make all weights zero
    last = path.touches[-1].at
    return [float(0.5 ** min((last - touch.at) / half_life, 1_000.0)) for touch in path.touches]


def _by_player(weights: Mapping[str, float]) -> _Weigh:
    def weigh(path: Path) -> list[float]:
        times = Counter(touch.player for touch in path.touches)
        known = [max(weights.get(touch.player, 0.0), 0.0) / times[touch.player] for touch in path.touches]
        return known if sum(known) > 0 else [1.0] * len(known)

    return weigh


def removal_effects(paths: Iterable[Path]) -> dict[str, float]:
    """By what share of all conversions there would be fewer without a player, in the chain that the paths make."""
    steps: Counter[tuple[str, str]] = Counter()
    for path in paths:
        if path.touches:
            end = NOTHING if path.converted_at is None else CONVERSION
            steps.update(pairwise([START, *(touch.player for touch in path.touches), end]))
    players = sorted({source for source, _ in steps} - {START})
    whole = _conversion_rate(steps, players, None)
    if whole <= 0:
        return dict.fromkeys(players, 0.0)
    return {player: 1 - _conversion_rate(steps, players, player) / whole for player in players}


def _conversion_rate(steps: Mapping[tuple[str, str], int], players: Sequence[str], removed: str | None) -> float:
    """The chance to come from the start to a conversion; who comes to what was removed is lost."""
    states = [START, *players]
    place = {state: index for index, state in enumerate(states)}
    leaving: Counter[str] = Counter()
    for (source, _), count in steps.items():
        leaving[source] += count
    moves, wins = np.zeros((len(states), len(states))), np.zeros(len(states))
    for (source, target), count in steps.items():
        if source == removed:
            continue
        share = count / leaving[source]
        if target == CONVERSION:
            wins[place[source]] = share
        elif target in place and target != removed:
            moves[place[source], place[target]] = share
    return float(np.linalg.solve(np.eye(len(states)) - moves, wins)[0])


def shapley_values(paths: Sequence[Path]) -> dict[str, float]:
    """Each player's mean contribution over all orders in which the players could have come.

    A set of players is worth the share of conversions among the paths that were touched by none but them. Of more than
    `MOST_PLAYERS`, those of the fewest paths are one player, whose value they share by their paths.
    """
    seen = [(frozenset(touch.player for touch in path.touches), path.converted_at is not None) for path in paths]
    often = Counter(player for players, _ in seen for player in players)
    ranked = sorted(often, key=lambda player: (-often[player], player))
    place = {player: min(index, MOST_PLAYERS - 1) for index, player in enumerate(ranked)}
    many = min(len(ranked), MOST_PLAYERS)
    total, won = np.zeros(1 << many), np.zeros(1 << many)
    for players, converted in seen:
        if players:
            mask = sum(1 << index for index in {place[player] for player in players})
            total[mask] += 1
            won[mask] += converted
    values = _shapley(_over_subsets(won), _over_subsets(total), many)
    crowd = sum(often[player] for player in ranked[MOST_PLAYERS - 1 :]) or 1
    return {
        player: values[place[player]] * (1.0 if place[player] < MOST_PLAYERS - 1 else often[player] / crowd)
        for player in ranked
    }


def _over_subsets(counts: Numbers) -> Numbers:
    """For each set, the sum over all of its subsets."""
    sums = counts.copy()
    for bit in range(len(counts).bit_length() - 1):
        pairs = sums.reshape(-1, 2, 1 << bit)
        pairs[:, 1] += pairs[:, 0]
    return sums


def _shapley(won: Numbers, total: Numbers, many: int) -> list[float]:
    worth = np.divide(won, total, out=np.zeros_like(won), where=total > 0)
    masks = np.arange(len(worth))
    sizes = np.array([mask.bit_count() for mask in masks.tolist()])
    chance = np.array(
        [factorial(size) * factorial(max(many - size - 1, 0)) / factorial(many) for size in range(many + 1)]
    )
    values = []
    for player in range(many):
        without = masks[(masks >> player) & 1 == 0]
        gained = worth[without | (1 << player)] - worth[without]
        values.append(float((chance[sizes[without]] * gained).sum()))
    return values
