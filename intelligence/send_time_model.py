"""Learning at which hours of the week customers are there, and whether hours of one's own foretell anything."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from domain.i18n import sentence
from domain.send_time import DAY, FEWEST_VISITS, HOURS, HourlyProfile, shrink
from domain.vocabulary import ModelKind
from intelligence.evaluation_metrics import Numbers, bootstrap
from intelligence.hour_mixture import Labels, group_shares, mixture, strength
from intelligence.model_selection import FEWEST_CUSTOMERS, ModelCandidate, NotEnoughError, Result

NAME = "hours"
_SMALLEST_GROUP = 50
_ASKED = 2_000
"""Customers whose later visits judge."""


@dataclass(frozen=True)
class Visits:
    """Visits by hour of the local week, one row a customer: those to learn from, and the later ones that judge.

    Attributes:
        before: of the months before the last weeks.
        after: of the last weeks.
        group: each one's behavioural cluster; -1 for none.

    """

    before: Numbers
    after: Numbers
    group: Labels


def learn_weeks(visits: Visits) -> Result:
    """Learn habits, and judge them on the last weeks against everybody's hours and everyone's own raw ones.

    Raises:
        NotEnoughError: too few customers were there in both parts.

    """
    both = (visits.before.sum(axis=1) > 0) & (visits.after.sum(axis=1) > 0)
    if both.sum() < FEWEST_CUSTOMERS or visits.before.sum() < FEWEST_VISITS:
        raise NotEnoughError(sentence("needs_seen", customers=int(both.sum()), fewest=FEWEST_CUSTOMERS))
    fitted = _fit(visits.before, visits.after, visits.group)
    losses = _judge(fitted, visits, both)
    gained = losses["everyone"] - losses["own"]
    better = bootstrap(lambda rows: float(gained[rows].mean()), len(gained), rounds=200)
    # what was judged learned from the months before; what is used knows the last weeks too
    everything = _shares(visits.before + visits.after, visits.group)
    kept = HourlyProfile(*everything, fitted.day_strengths, fitted.week_strength, personal=better.low > 0)
    used = "own" if kept.personal else "everyone"
    card: dict[str, Any] = {
        "score": NAME,
        "says": "at which hours of their week a customer is there",
        "learned_from": {"customers": len(visits.before), "visits": int(visits.before.sum())},
        "judged_on": {"customers": int(both.sum()), "visits": int(visits.after[both].sum())},
        "metrics": {"log_loss": asdict(_mean(losses[used]))},
        "beside": {name: {"log_loss": asdict(_mean(losses[name]))} for name in ("everyone", "own", "raw")},
        "gained": {"everyone": asdict(better)},
        "strengths": {"day": kept.day_strengths, "week": kept.week_strength},
        "personal": kept.personal,
        "everyone": [round(share, 6) for share in kept.everyone],
        "features": [],
    }
    loss = float(losses[used].mean())
    words = sentence(
        "own_hours" if kept.personal else "no_own_hours",
        own=round(float(losses["own"].mean()), 3),
        everyone=round(float(losses["everyone"].mean()), 3),
    )
    return Result(ModelCandidate(ModelKind.HOURS, dump(kept), card, loss), [], words)


def dump(habits: HourlyProfile) -> str:
    """The model as JSON."""
    return json.dumps(asdict(habits))


def _fit(before: Numbers, after: Numbers, group: Labels) -> HourlyProfile:
    everyone, groups = _shares(before, group)
    prior = np.array([groups.get(str(each), everyone) for each in group])
    by_day = before.reshape(len(before), 7, DAY).sum(axis=1)
    usual = prior.reshape(len(prior), 7, DAY).sum(axis=1)
    seen = by_day.sum(axis=1) > 1
    day = mixture(by_day[seen], usual[seen])
    asked = after.sum(axis=1) > 0
    some = np.flatnonzero(asked)[:_ASKED]
    # a prior made of visits can't be weighed on the same visits: the later ones weigh it
    tilted = np.array([shrink(before[row], prior[row].tolist(), day, 1e9) for row in some])
    return HourlyProfile(everyone, groups, day, strength(after[some], np.maximum(tilted, 1e-9)), personal=True)


def _shares(counts: Numbers, group: Labels) -> tuple[list[float], Mapping[str, list[float]]]:
    everyone = (counts.sum(axis=0) + 1) / (counts.sum() + HOURS)
    large = [int(each) for each in np.unique(group) if each >= 0 and (group == each).sum() >= _SMALLEST_GROUP]
    if not large:
        return everyone.tolist(), {}
    labels = np.searchsorted(np.array(large), group)
    inside = np.isin(group, large)
    shares = group_shares(counts[inside], labels[inside])
    return everyone.tolist(), {str(each): shares[place].tolist() for place, each in enumerate(large)}


def _judge(habits: HourlyProfile, visits: Visits, both: "np.ndarray[Any, np.dtype[np.bool_]]") -> dict[str, Numbers]:
    """Log-loss of each customer's later visits, per visit, by who foretells them."""
    rows = np.flatnonzero(both)[:_ASKED]
    after = visits.after[rows]
    own = np.array(
        [
            shrink(
                visits.before[row],
                habits.groups.get(str(visits.group[row]), habits.everyone),
                habits.day_strengths,
                habits.week_strength,
            )
            for row in rows
        ]
    )
    raw = (visits.before[rows] + 0.01) / (visits.before[rows].sum(axis=1, keepdims=True) + 0.01 * HOURS)
    everyone = np.broadcast_to(np.array(habits.everyone), own.shape)
    total = after.sum(axis=1)
    return {
        name: np.asarray(-(after * np.log(np.maximum(shares, 1e-9))).sum(axis=1) / total, dtype=np.float64)
        for name, shares in (("own", own), ("raw", raw), ("everyone", everyone))
    }


def _mean(values: Numbers) -> Any:
    return bootstrap(lambda rows: float(values[rows].mean()), len(values), rounds=100)
