"""Figures of answers with a score, each with its 95 % interval."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from intelligence.evaluation_metrics import Interval

_Z = 1.959964
_TOP = {"csat": 4, "stars": 4, "ces": 5}
"""From which score on an answer counts as a good one."""


@dataclass(frozen=True)
class Scored:
    """What the answers to a question come to.

    Attributes:
        answers: how many.
        mean: their mean score.
        figure: NPS (-100 to 100); else the share of good answers, in per cent. None without answers.

    """

    answers: int
    mean: float | None
    figure: Interval | None


def scored(kind: str, counts: Mapping[int, int]) -> Scored:
    """The figure of a question.

    Args:
        kind: of the question; yes counts as 1 and no as 0.
        counts: answers by score.

    """
    total = sum(counts.values())
    if total == 0:
        return Scored(0, None, None)
    mean = sum(score * count for score, count in counts.items()) / total
    if kind == "nps":
        promoters = sum(count for score, count in counts.items() if score >= 9)
        detractors = sum(count for score, count in counts.items() if score <= 6)
        return Scored(total, mean, net_promoter_score(promoters, detractors, total))
    good = sum(count for score, count in counts.items() if score >= _TOP.get(kind, 1))
    return Scored(total, mean, share(good, total))


def net_promoter_score(promoters: int, detractors: int, total: int) -> Interval:
    """Per cent of promoters minus per cent of detractors, -100 to 100.

    The interval is the multinomial one with four answers added (one of each kind, and another passive): the plain one
    is far too short where almost all answers are alike, and of length nothing where they all are.
    """
    value = (promoters - detractors) / total
    size = total + 4
    up, down = (promoters + 1) / size, (detractors + 1) / size
    middle = up - down
    half = _Z * sqrt(max(up + down - middle * middle, 0.0) / size)
    low, high = max(-1.0, min(middle - half, value)), min(1.0, max(middle + half, value))
    return Interval(100 * value, 100 * low, 100 * high)


def share(good: int, total: int) -> Interval:
    """Per cent of good answers; Wilson's interval."""
    rate, square = good / total, _Z * _Z
    middle = (rate + square / (2 * total)) / (1 + square / total)
    half = _Z * sqrt(rate * (1 - rate) / total + square / (4 * total * total)) / (1 + square / total)
    return Interval(100 * rate, 100 * max(0.0, middle - half), 100 * min(1.0, middle + half))
