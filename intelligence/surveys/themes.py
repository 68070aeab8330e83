"""What open answers are about: themes that keep their identity from one week to the next.

An answer that speaks of something that shops' customers speak of everywhere (`concepts`) belongs to that theme, in
whatever language. Those that say it in other words are found by their likeness to the first, and what is left is
divided by NMF of TF-IDF into as many themes as are found again in halves of the answers.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix
from sklearn.decomposition import NMF
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import adjusted_rand_score

from intelligence.surveys.concepts import NAMES, concepts_of, words_of
from intelligence.surveys.languages import STOP_WORDS

Floats = NDArray[np.float64]
_LEAST = 8
"""Answers that make a theme."""
_LIKE = 0.12
"""Cosine to a theme's middle from which on an answer belongs to it."""
_ALIKE = 0.35
"""Cosine of the words of two themes from which on they are one."""
_MOST_NEW = 6
_STEM = 6
_QUOTED = 3


@dataclass(frozen=True)
class Theme:
    """A theme.

    Attributes:
        terms: words and their weights, the heaviest first; the first is `concept:<key>` for a concept.
        name: in words.
        answers: places of its answers in what was given, the most typical first.

    """

    terms: list[tuple[str, float]]
    name: str
    answers: list[int] = field(default_factory=list)

    @property
    def quotations(self) -> list[int]:
        """Places of the answers that stand for it."""
        return self.answers[:_QUOTED]


def find_themes(texts: Sequence[str], known: Sequence[Sequence[tuple[str, float]]] = ()) -> list[Theme]:
    """Divide answers into themes; an answer that belongs to none is in none.

    Args:
        texts: answers, scrubbed.
        known: terms of the themes that were found before without a concept: what is like them stays one.

    """
    words = [words_of(text) for text in texts]
    if not any(words):
        return []
    matrix = _matrix(words)
    labels, sure = _by_concept(words)
    names = sorted({label for label in labels if label})
    labels = _by_likeness(matrix, labels, names)
    rest = np.array([place for place, label in enumerate(labels) if not label and words[place]], dtype=int)
    found = [_theme(f"concept:{name}", NAMES[name], labels, name, sure) for name in names]
    found += _new_themes(matrix, words, rest, known)
    return [theme for theme in found if theme.answers]


def _matrix(words: Sequence[list[str]]) -> csr_matrix:
    stems = [[word[:_STEM] for word in row if word not in STOP_WORDS and len(word) > 2] for row in words]
    pairs = [[*row, *(f"{one} {other}" for one, other in pairwise(row))] for row in stems]
    enough = 2 if len(words) >= 50 else 1
    made = TfidfVectorizer(analyzer=lambda row: row, min_df=enough, max_features=4_000, sublinear_tf=True)
    try:
        return csr_matrix(made.fit_transform(pairs))
    except ValueError:  # no word is said twice
        return csr_matrix((len(words), 1))


def _by_concept(words: Sequence[list[str]]) -> tuple[list[str], Floats]:
    """The concept that most speaks for, where one does, and how surely."""
    labels, sure = [], np.zeros(len(words))
    for place, row in enumerate(words):
        spoken = concepts_of(row)
        best = sorted(spoken, key=lambda each: (-spoken[each], each))[:2]
        clear = bool(best) and (len(best) == 1 or spoken[best[0]] > spoken[best[1]])
        labels.append(best[0] if clear else "")
        sure[place] = spoken[best[0]] if clear else 0.0
    counts = Counter(labels)
    return [label if counts[label] >= _LEAST else "" for label in labels], sure


def _by_likeness(matrix: csr_matrix, labels: list[str], names: list[str]) -> list[str]:
    """Give answers without a theme that of the answers that they are most like."""
    if not names:
        return labels
    middles = np.vstack(
        [
            np.asarray(matrix[[place for place, label in enumerate(labels) if label == name]].mean(axis=0))
            for name in names
        ]
    )
    middles /= np.maximum(np.linalg.norm(middles, axis=1, keepdims=True), 1e-12)
    likeness = np.asarray(matrix @ middles.T)
    best = likeness.argmax(axis=1)
    return [
        label or (names[best[place]] if likeness[place, best[place]] >= _LIKE else "")
        for place, label in enumerate(labels)
    ]


def _theme(term: str, name: str, labels: list[str], label: str, sure: Floats) -> Theme:
    places = [place for place, each in enumerate(labels) if each == label]
    return Theme([(term, 1.0)], name, sorted(places, key=lambda place: (-sure[place], place)))


def _new_themes(
    matrix: csr_matrix, words: Sequence[list[str]], rest: NDArray[np.int_], known: Sequence[Sequence[tuple[str, float]]]
) -> list[Theme]:
    if len(rest) < 2 * _LEAST:
        return []
    part = matrix[rest]
    count = _how_many(part)
    weights = _weights(part, count)
    label = weights.argmax(axis=1)
    found = []
    for number in range(count):
        inside = [
            place for place in np.argsort(-weights[:, number]) if label[place] == number and weights[place, number] > 0
        ]
        if len(inside) >= _LEAST:
            places = [int(rest[place]) for place in inside]
            terms = _terms([words[place] for place in places])
            found.append(Theme(terms, ", ".join(word for word, _ in terms[:3]), places))
    return _with_known_terms(found, known)


def _how_many(part: csr_matrix) -> int:
    """The most themes that are found again in other answers, as nearly as by the steadiest number of them."""
    sample = part[np.random.default_rng(0).permutation(part.shape[0])[:1_500]]
    most = min(_MOST_NEW, part.shape[0] // _LEAST, part.shape[1] - 1)
    steady = {count: _steadiness(sample, count) for count in range(2, most + 1)}
    best = max(steady.values(), default=0.0)
    return max((count for count, found in steady.items() if found >= best - 0.05), default=1)


def _steadiness(sample: csr_matrix, count: int) -> float:
    draws = np.random.default_rng(count)
    labels = []
    for _ in range(2):
        half = draws.permutation(sample.shape[0])[: max(count + 1, sample.shape[0] * 4 // 5)]
        model = _model(count).fit(sample[half])
        labels.append(model.transform(sample).argmax(axis=1))
    return float(adjusted_rand_score(labels[0], labels[1]))


def _model(count: int) -> NMF:
    return NMF(count, init="nndsvda", max_iter=120, tol=1e-3, random_state=0)


def _weights(part: csr_matrix, count: int) -> Floats:
    if min(part.shape) <= count:
        return np.ones((part.shape[0], 1))
    return np.asarray(_model(count).fit_transform(part))


def _terms(rows: Sequence[list[str]]) -> list[tuple[str, float]]:
    counts = Counter(word for row in rows for word in set(row) if word not in STOP_WORDS and len(word) > 2)
    return [(word, round(number / len(rows), 4)) for word, number in counts.most_common(12)]


def _with_known_terms(found: list[Theme], known: Sequence[Sequence[tuple[str, float]]]) -> list[Theme]:
    """Themes that are like known ones get the known one's terms, so that they are found to be the same."""
    if not found or not known:
        return found
    likeness = np.array([[_cosine(theme.terms, terms) for terms in known] for theme in found])
    pairs = zip(*linear_sum_assignment(-likeness), strict=True)
    same = {int(one): list(known[other]) for one, other in pairs if likeness[one, other] >= _ALIKE}
    return [Theme(same.get(place, theme.terms), theme.name, theme.answers) for place, theme in enumerate(found)]


def _cosine(one: Sequence[tuple[str, float]], other: Sequence[tuple[str, float]]) -> float:
    left, right = dict(one), dict(other)
    dot = sum(weight * right.get(word, 0.0) for word, weight in left.items())
    size = np.linalg.norm(list(left.values())) * np.linalg.norm(list(right.values()))
    return float(dot / size) if size else 0.0
