"""Behavioural clusters: how many there are, what sets each apart, and the same names from one run to the next."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.stats import skew
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, silhouette_score
from threadpoolctl import threadpool_limits  # scikit-learn brings it

from intelligence.evaluation_metrics import Numbers

Labels = NDArray[np.intp]
SMALLEST, LARGEST = 2, 12
STABLE = 0.8
"""Adjusted Rand index between bootstrap runs from which a number of clusters counts as stable."""
SILHOUETTE_SAMPLE = 3_000
HIERARCHY_SAMPLE = 2_000
TELLING = 0.5
"""Standard deviations from everyone's mean from which a feature names a cluster."""


@dataclass(frozen=True)
class Scale:
    """Logarithms of skewed features, then zero mean and unit variance; missing values become the mean."""

    features: tuple[str, ...]
    skewed: tuple[str, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]

    @classmethod
    def fit(cls, features: pd.DataFrame) -> "Scale":
        """Take the logarithm of a feature that is never negative and has a long tail (skewness above 1)."""
        names = [str(name) for name in features]
        values = {name: features[name].to_numpy(dtype=np.float64) for name in names}
        skewed = [name for name, column in values.items() if not np.any(column < 0) and _skewness(column) > 1]
        logs = _logs(features, skewed)
        deviations = logs.std(ddof=0).replace(0, 1).fillna(1)
        return cls(tuple(names), tuple(skewed), tuple(logs.mean().fillna(0)), tuple(deviations))

    def apply(self, features: pd.DataFrame) -> Numbers:
        """Scaled values, one row a customer, columns in the order of `features`; cut at four deviations."""
        logs = _logs(features[list(self.features)], self.skewed)
        scaled = (logs.to_numpy(dtype=np.float64) - np.array(self.means)) / np.array(self.deviations)
        return np.asarray(np.clip(np.nan_to_num(scaled), -4, 4), dtype=np.float64)


@dataclass(frozen=True)
class Choice:
    """One number of clusters that was tried.

    Attributes:
        count: of clusters.
        silhouette: -1 to 1.
        stability: mean adjusted Rand index between runs on bootstrap samples and the run on everyone.

    """

    count: int
    silhouette: float
    stability: float


@dataclass(frozen=True)
class Clusters:
    """A fitted clustering. Cluster i has centre i and name i.

    Attributes:
        scale: how features become comparable.
        centres: one row a cluster, in scaled features.
        names: from what sets each apart.
        tried: every number of clusters, with its silhouette and stability.
        hierarchy_agreement: adjusted Rand index with Ward's hierarchical clustering, on a sample.
        axes: two rows that project scaled features onto a map (the first two principal components).

    """

    scale: Scale
    centres: Numbers
    names: tuple[str, ...]
    tried: tuple[Choice, ...]
    hierarchy_agreement: float
    axes: Numbers = field(repr=False)

    @classmethod
    def fit(
        cls, features: pd.DataFrame, words: "Mapping[str, Words]", *, last: "Clusters | None" = None, seed: int = 0
    ) -> "Clusters":
        """Choose the number of clusters and find them.

        The one with the best silhouette among the stable ones; the most stable where none is stable.

        Args:
            features: one row a customer.
            words: what a high and a low value of a feature is called; others name nothing.
            last: the last run, whose clusters keep their place and, where they are much the same, their name.
            seed: of all that is random.

        """
        scale = Scale.fit(features)
        rows = scale.apply(features)
        tried = tuple(_try(rows, count, seed) for count in range(SMALLEST, min(LARGEST, len(rows) // 2) + 1))
        stable = [choice for choice in tried if choice.stability >= STABLE]
        best = max(stable, key=lambda each: each.silhouette) if stable else max(tried, key=lambda each: each.stability)
        centres = _kmeans(rows, best.count, seed).cluster_centers_
        centres = _in_order(centres, scale, last)
        names = _names(centres, scale, words, last)
        agreement = _hierarchy(rows, centres, seed)
        return cls(scale, centres, names, tried, agreement, PCA(2, random_state=seed).fit(rows).components_)

    @property
    def chosen(self) -> Choice:
        """The number that was chosen, with its figures."""
        return next(choice for choice in self.tried if choice.count == len(self.centres))

    def assign(self, features: pd.DataFrame) -> Labels:
        """The cluster of each row."""
        return _nearest(self.scale.apply(features), self.centres)

    def place(self, features: pd.DataFrame) -> Numbers:
        """Where each row is on the map: two columns."""
        return self.scale.apply(features) @ self.axes.T

    def profile(self) -> list[dict[str, float]]:
        """For each cluster, how many standard deviations each feature is from everyone's mean."""
        return [dict(zip(self.scale.features, map(float, centre), strict=True)) for centre in self.centres]

    def dump(self) -> str:
        """The clustering as JSON."""
        kept = {
            "scale": self.scale.__dict__,
            "centres": self.centres.tolist(),
            "names": self.names,
            "tried": [choice.__dict__ for choice in self.tried],
            "hierarchy_agreement": self.hierarchy_agreement,
            "axes": self.axes.tolist(),
        }
        return json.dumps(kept)

    @classmethod
    def load(cls, text: str) -> "Clusters":
        """The clustering that `dump` wrote."""
        kept = json.loads(text)
        return cls(
            Scale(**{name: tuple(values) for name, values in kept["scale"].items()}),
            np.array(kept["centres"]),
            tuple(kept["names"]),
            tuple(Choice(**choice) for choice in kept["tried"]),
            kept["hierarchy_agreement"],
            np.array(kept["axes"]),
        )


@dataclass(frozen=True)
class Words:
    """What a marketer calls a high and a low value of a feature."""

    high: str
    low: str


def bootstrap_agreement(rows: Numbers, count: int, *, rounds: int = 10, seed: int = 0) -> Numbers:
    """Adjusted Rand index of each bootstrap run with the run on everyone, both asked about everyone."""
    draws = np.random.default_rng(seed)
    whole = _kmeans(rows, count, seed).labels_
    scores = []
    for turn in range(rounds):
        sample = rows[draws.integers(0, len(rows), len(rows))]
        scores.append(adjusted_rand_score(whole, _kmeans(sample, count, seed + turn + 1).predict(rows)))
    return np.array(scores)


def _try(rows: Numbers, count: int, seed: int) -> Choice:
    labels = _kmeans(rows, count, seed).labels_
    size = min(SILHOUETTE_SAMPLE, len(rows))
    width = float(silhouette_score(rows, labels, sample_size=size, random_state=seed)) if len(set(labels)) > 1 else -1.0
    return Choice(count, width, float(bootstrap_agreement(rows, count, rounds=5, seed=seed).mean()))


def _kmeans(rows: Numbers, count: int, seed: int) -> KMeans:
    # so few rows gain nothing from threads, and on a busy machine these wait for each other more than they work
    with threadpool_limits(1):
        return KMeans(count, n_init=5, random_state=seed).fit(rows)


def _hierarchy(rows: Numbers, centres: Numbers, seed: int) -> float:
    some = np.random.default_rng(seed).permutation(len(rows))[:HIERARCHY_SAMPLE]
    ward = AgglomerativeClustering(len(centres), linkage="ward").fit_predict(rows[some])
    return float(adjusted_rand_score(ward, _nearest(rows[some], centres)))


def _nearest(rows: Numbers, centres: Numbers) -> Labels:
    squares = (centres**2).sum(axis=1) - 2 * rows @ centres.T
    return np.asarray(squares.argmin(axis=1), dtype=np.intp)


def _in_order(centres: Numbers, scale: Scale, last: Clusters | None) -> Numbers:
    """The places of the last run's nearest centres; new ones after them, largest first feature first."""
    fresh = centres[np.argsort(-centres[:, 0], kind="stable")]
    if last is None or last.scale.features != scale.features:
        return np.asarray(fresh)
    gaps = np.linalg.norm(last.centres[:, None, :] - fresh[None, :, :], axis=2)
    old, new = linear_sum_assignment(gaps)
    matched = [fresh[place] for _, place in sorted(zip(old, new, strict=True))]
    others = [centre for place, centre in enumerate(fresh) if place not in set(new)]
    return np.array(matched + others)


def _names(centres: Numbers, scale: Scale, words: Mapping[str, Words], last: Clusters | None) -> tuple[str, ...]:
    """Up to three features that set a cluster apart; a cluster that hardly moved keeps its name."""
    names: list[str] = []
    for place, centre in enumerate(centres):
        same = (
            last is not None
            and last.scale.features == scale.features
            and place < len(last.centres)
            and float(np.abs(last.centres[place] - centre).max()) < TELLING
        )
        name = last.names[place] if same and last is not None else _name(centre, scale.features, words)
        names.append(_unlike(name, names))
    return tuple(names)


def _name(centre: Numbers, features: Sequence[str], words: Mapping[str, Words]) -> str:
    strongest = sorted(range(len(features)), key=lambda place: -abs(centre[place]))
    telling = [place for place in strongest if features[place] in words and abs(centre[place]) >= TELLING][:3]
    said = [words[features[place]].high if centre[place] > 0 else words[features[place]].low for place in telling]
    return ", ".join(dict.fromkeys(said)) or "much like everyone"


def _unlike(name: str, others: Sequence[str]) -> str:
    number, result = 2, name
    while result in others:
        result, number = f"{name} ({number})", number + 1
    return result


def _skewness(column: Numbers) -> float:
    known = column[~np.isnan(column)]
    return float(np.nan_to_num(skew(known))) if len(known) > 2 else 0.0


def _logs(features: pd.DataFrame, skewed: Sequence[str]) -> pd.DataFrame:
    logs = features.astype(float).copy()
    logs[list(skewed)] = np.log1p(logs[list(skewed)].clip(lower=0))
    return logs
