"""Surveys: are themes, feelings and intervals right?"""

import time

import numpy as np
from sklearn.metrics import adjusted_rand_score, f1_score

from evaluation import survey_texts
from evaluation.figures import Figure, Section
from evaluation.sources import Sources
from intelligence.surveys import sentiment
from intelligence.surveys.languages import language_of
from intelligence.surveys.scores import net_promoter_score
from intelligence.surveys.scrubbing import scrubbed
from intelligence.surveys.themes import find_themes

_CUT = 0.5
_LEARNT = 2_000
_SIZES = (20, 50, 100, 300, 1_000)
_MIXES = ((0.5, 0.3, 0.2), (0.7, 0.2, 0.1), (0.3, 0.4, 0.3), (0.2, 0.2, 0.6), (0.85, 0.1, 0.05), (0.1, 0.8, 0.1))
_RUNS = 2_000


def evaluate(sources: Sources) -> Section:
    """Plant answers and scores, and judge texts that people rated."""
    figures = _themes() | _sentiment(sources) | {"interval_coverage": _coverage(), "analyse_seconds": _seconds()}
    notes = [
        "Planted answers are put together from phrases in English, Italian and German, which were written apart from the "
        "words that the product knows; a theme counts for the planted one that most of its answers are of.",
        "Sentiment: Amazon snippets of Hutto and Gilbert (2014), each rated by 20 people; positive above 0.5, negative "
        "below -0.5; learnt from 2,000, judged on the others; macro F1.",
    ]
    return Section("surveys", "Surveys", "planted here, with seeds; human ratings", figures, notes)


def _themes() -> dict[str, Figure]:
    texts, planted = survey_texts.answers(1_000, seed=1)
    first = _labels(texts)
    later, _ = survey_texts.answers(1_000, seed=2)
    second = _labels([*later, *texts])[len(later) :]
    right = sum(
        max(np.bincount([planted[place] for place in np.flatnonzero(first == label)]))
        for label in set(first.tolist())
        if label >= 0
    )
    return {
        "theme_accuracy": Figure(
            "1,000 planted answers in 8 themes: in the right theme", right / len(texts), least=0.9
        ),
        "theme_stability": Figure(
            "the same answers, read again among next week's: adjusted Rand index",
            float(adjusted_rand_score(first, second)),
            least=0.8,
        ),
    }


def _labels(texts: list[str]) -> np.ndarray:
    labels = np.full(len(texts), -1)
    for number, theme in enumerate(find_themes([scrubbed(text) for text in texts])):
        labels[theme.answers] = number
    return labels


def _sentiment(sources: Sources) -> dict[str, Figure]:
    rated = sources.rated_snippets()
    texts = rated["text"].tolist()
    truth = np.where(rated["rating"] > _CUT, 2, np.where(rated["rating"] < -_CUT, 0, 1))
    order = np.random.default_rng(0).permutation(len(texts))
    learnt, judged = order[:_LEARNT], order[_LEARNT:]
    model = sentiment.learn([texts[one] for one in learnt], [sentiment.CLASSES[truth[one]] for one in learnt])
    assert model is not None
    found = model.predict([texts[one] for one in judged]).argmax(axis=1)
    words = [sentiment.CLASSES.index(sentiment.class_of(sentiment.lexicon_score(texts[one]))) for one in judged]
    return {
        "sentiment_f1": Figure(
            "Amazon snippets, three classes: F1 after learning from 2,000",
            float(f1_score(truth[judged], found, average="macro")),
            reference=float(f1_score(truth[judged], words, average="macro")),
            reference_name="by words alone, in this run",
            least=0.72,
        )
    }


def _coverage() -> Figure:
    draws = np.random.default_rng(1)
    held = []
    for size in _SIZES:
        for mix in _MIXES:
            for promoters, _, detractors in draws.multinomial(size, mix, _RUNS):
                found = net_promoter_score(int(promoters), int(detractors), size)
                held.append(found.low <= 100 * (mix[0] - mix[2]) <= found.high)
    return Figure(
        "the interval of NPS holds the truth, 20 to 1,000 answers", float(np.mean(held)), least=0.94, most=0.96
    )


def _seconds() -> Figure:
    texts, _ = survey_texts.answers(10_000, seed=3)
    began = time.perf_counter()
    clean = [scrubbed(text) for text in texts]
    _ = [language_of(text) for text in clean]
    find_themes(clean)
    sentiment.judge(clean, None)
    return Figure("10,000 answers read, seconds", time.perf_counter() - began, most=30)
