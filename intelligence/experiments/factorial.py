"""Designs over several factors (subject x button x hour): which cells there are, and what they say of each factor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from intelligence.experiments.sums import MeanEstimate

Cell = tuple[int, ...]
"""A level of each factor, from 0."""
Key = tuple[tuple[int, ...], tuple[int, ...]]
"""Factors, and the level of each that is compared with level 0."""


@dataclass(frozen=True)
class Effect:
    """What changing a factor does, averaged over the others; or by how much two factors' changes depend on each other.

    Attributes:
        factors: one for a main effect, two for an interaction.
        levels: of each, compared with level 0.
        estimate: on the metric's own scale.
        aliases: other effects that this design can't tell from it; empty in a full design.

    """

    factors: tuple[int, ...]
    levels: tuple[int, ...]
    estimate: MeanEstimate
    aliases: tuple[tuple[int, ...], ...] = ()


def full_design(levels: Sequence[int]) -> list[Cell]:
    """Every combination."""
    return list(product(*(range(count) for count in levels)))


def half_fraction(factors: int) -> list[Cell]:
    """Half the combinations of two-level factors: those in which an even number is at level 1.

    Its defining relation is the product of all factors: a main effect is aliased with the interaction of all others.
    """
    return [cell for cell in full_design([2] * factors) if sum(cell) % 2 == 0]


def effects(cells: Mapping[Cell, MeanEstimate]) -> list[Effect]:
    """Main effects and two-way interactions from the cells' means.

    Args:
        cells: mean of each cell of the design; cells are independent.

    """
    design = sorted(cells)
    means = np.array([float(cells[cell].value) for cell in design])
    variances = np.array([float(cells[cell].variance) for cell in design])
    total = float(sum(float(cells[cell].n) for cell in design))
    several = [sorted({cell[factor] for cell in design}) for factor in range(len(design[0]))]
    wanted: list[Key] = [((factor,), (level,)) for factor, levels in enumerate(several) for level in levels[1:]]
    wanted += [
        ((one, other), (a, b))
        for one, other in combinations(range(len(several)), 2)
        for a in several[one][1:]
        for b in several[other][1:]
    ]
    contrasts = {key: _contrast(design, *key) for key in wanted}
    found = []
    for (factors, levels), weights in contrasts.items():
        if weights is None:
            continue
        estimate = MeanEstimate(float(weights @ means), float(weights**2 @ variances), total)
        found.append(Effect(factors, levels, estimate, _aliases(factors, levels, weights, contrasts)))
    return found


def _contrast(design: list[Cell], factors: tuple[int, ...], levels: tuple[int, ...]) -> np.ndarray | None:
    """Weights of the cells: the mean at the levels less the mean at level 0, the difference of such for two factors."""
    weights = np.zeros(len(design))
    for corner in product((0, 1), repeat=len(factors)):
        asked = [level if up else 0 for level, up in zip(levels, corner, strict=True)]
        among = [all(cell[f] == level for f, level in zip(factors, asked, strict=True)) for cell in design]
        if not any(among):
            return None
        sign = 1 if (len(factors) - sum(corner)) % 2 == 0 else -1
        weights[np.array(among)] = sign / sum(among)
    return weights


def _aliases(
    factors: tuple[int, ...],
    levels: tuple[int, ...],
    weights: np.ndarray,
    contrasts: Mapping[Key, np.ndarray | None],
) -> tuple[tuple[int, ...], ...]:
    alike = []
    for (other, at), others in contrasts.items():
        if (other, at) == (factors, levels) or others is None:
            continue
        same = abs(float(weights @ others)) / float(np.linalg.norm(weights) * np.linalg.norm(others))
        if same > 1 - 1e-9:
            alike.append(other)
    return tuple(alike)
