"""Who responds because of a campaign: learned from its holdout, judged out of fold; or that nobody can be told."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy.ext.asyncio import AsyncSession

from domain.i18n import sentence
from domain.vocabulary import ModelKind
from intelligence import features
from intelligence.evaluation_metrics import Distribution, Interval, Numbers, bootstrap
from intelligence.features import NAMES, Span
from intelligence.model_selection import ModelCandidate, NotEnoughError, Result
from intelligence.training_data import CutoffHistory, each_span, sampled_spans
from intelligence.uplift import (
    LEARNERS,
    Flags,
    UpliftModel,
    UpliftSample,
    average_effect,
    cross_fitted_uplift,
    evidence,
    normalised_qini,
)
from store.intelligence import holdouts
from store.intelligence.holdouts import HeldOut

FEWEST_OF_AN_ARM, FEWEST_RESPONSES = 100, 20
NOTHING_USABLE = "no usable heterogeneity found"
_WEEK = timedelta(days=7)
_WEEKS = 12
"""Older entrances are left out."""
_ROUNDS = 200
_SURE = 2.5
"""Standard errors of evidence: one chance in 160 of a learner, halved for the median, and two learners try: 2.5 %."""
_PERSUADABLE, _LEFT_ALONE = 0.3, 0.2
"""Shares of customers in the two groups, from the top and from the bottom."""


@dataclass(frozen=True)
class Trials:
    """Customers of a holdout, row by row, as known before they entered."""

    known: pd.DataFrame
    treated: Flags
    outcome: Numbers

    def trial(self, typical: Numbers) -> UpliftSample:
        """As numbers that a learner takes."""
        return UpliftSample(UpliftModel.numbers(self.known, typical), self.treated, self.outcome)


async def trials(past: CutoffHistory, held: HeldOut, moment: datetime, *, seed: int = 0) -> Trials:
    """Who came to the split, with features as of the first entrance of that week, and whether they responded since."""
    scale = past.time_scale
    within = held.holdout.within * scale
    until, oldest = moment - within, moment - within - _WEEKS * _WEEK * scale

    async def one(session: AsyncSession, span: Span) -> list[tuple[pd.DataFrame, Flags, Numbers]]:
        rows = await holdouts.entered(session, held, span.first, span.last, until=until, within=within)
        weeks: dict[int, list[Any]] = {}
        for row in rows:
            if row.entered_at >= oldest:
                weeks.setdefault(int((until - row.entered_at) / (_WEEK * scale)), []).append(row)
        return [await _week(session, span, found, scale) for found in weeks.values()]

    parts = [week for span in await each_span(past, await sampled_spans(past, seed), one) for week in span]
    if not parts:
        return Trials(pd.DataFrame(columns=list(NAMES), dtype=float), np.zeros(0, dtype=np.intp), np.zeros(0))
    return Trials(
        pd.concat([known for known, _, _ in parts]),
        np.concatenate([treated for _, treated, _ in parts]),
        np.concatenate([outcome for _, _, outcome in parts]),
    )


async def _week(
    session: AsyncSession, span: Span, rows: list[Any], time_scale: float
) -> tuple[pd.DataFrame, Flags, Numbers]:
    before = min(row.entered_at for row in rows)
    known = await features.read(session, before, span, time_scale=time_scale)
    return (
        known.reindex([row.customer_id for row in rows]),
        np.array([0 if row.held_out else 1 for row in rows], dtype=np.intp),
        np.array([float(row.responded) for row in rows]),
    )


@dataclass(frozen=True)
class Judgement:
    """How far each learner's ranking is to be believed, out of fold (ADR 0010)."""

    rankings: dict[str, Numbers]
    """By learner, a row for each way to fold."""
    sure: dict[str, float]
    """Standard errors of evidence that customers are moved unequally, as ranked."""
    qinis: dict[str, Interval]

    @property
    def best(self) -> str:
        """The learner with the most evidence."""
        return max(self.sure, key=lambda name: self.sure[name])

    @property
    def usable(self) -> bool:
        """Whether the best one's ranking may choose whom to contact."""
        return self.sure[self.best] > _SURE and self.qinis[self.best].low > 0


def judge(trial: UpliftSample, *, seed: int = 0) -> Judgement:
    """Let the learners rank a trial's customers, each ranked by models that never saw them, and judge the rankings."""
    rankings = {name: cross_fitted_uplift(trial, learner, seed=seed) for name, learner in LEARNERS.items()}
    return Judgement(
        rankings,
        sure={name: evidence(trial, ranked) for name, ranked in rankings.items()},
        qinis={name: _qini(trial, ranked.mean(axis=0)) for name, ranked in rankings.items()},
    )


def learn_uplift(held: HeldOut, found: Trials, *, seed: int = 0) -> Result:
    """The better of both learners, if its ranking holds out of fold; else the verdict that nothing usable was found.

    Raises:
        NotEnoughError: too few customers or responses in an arm.

    """
    _require_enough(found)
    typical = UpliftModel.typical_of(found.known)
    trial = found.trial(typical)
    judged = judge(trial, seed=seed)
    best, usable, sure, qinis = judged.best, judged.usable, judged.sure, judged.qinis
    ranking = judged.rankings[best].mean(axis=0)
    effect, groups = average_effect(trial), _groups(trial, ranking)
    model = UpliftModel.fit(trial, best, typical, seed=seed)
    predicted = model.uplift(found.known)
    card: dict[str, Any] = {
        "score": held.score,
        "says": f"how much a contact of “{held.title}” changes their chance to respond",
        "campaign": {"id": str(held.campaign_id), "slug": held.slug, "name": held.title},
        "response": {"event": held.holdout.event, "days": held.holdout.within.days},
        "learned_from": {
            "customers": len(trial.treated),
            "contacted": int(trial.treated.sum()),
            "held_out": int((1 - trial.treated).sum()),
        },
        "metrics": {"effect": asdict(effect), "qini": asdict(qinis[best]), "evidence": sure[best]},
        "beside": {name: {"qini": asdict(qini), "evidence": sure[name]} for name, qini in qinis.items()},
        "learner": best,
        "usable": usable,
        "verdict": "the ranking holds" if usable else NOTHING_USABLE,
        "fifths": _fifths(trial, ranking),
        "groups": groups if usable else {},
        "features": list(NAMES),
        "reference": {name: asdict(Distribution.of(found.known[name].to_numpy(dtype=np.float64))) for name in NAMES},
        "score_reference": asdict(Distribution.of(predicted)),
    }
    candidate = ModelCandidate(ModelKind.UPLIFT, model.dump(), card, -qinis[best].value)
    said = sentence(
        "uplift_figures",
        **{
            name: round(100 * each, 1)
            for name, each in (("effect", effect.value), ("low", effect.low), ("high", effect.high))
        },
        qini=round(qinis[best].value, 3),
        qini_low=round(qinis[best].low, 3),
        qini_high=round(qinis[best].high, 3),
        evidence=round(sure[best], 1),
    )
    if not usable:
        return Result(None, [candidate], sentence("uplift_unusable", figures=said), retires=True)
    return Result(candidate, [], sentence("uplift_ranks", learner=best, figures=said))


def _require_enough(found: Trials) -> None:
    for arm, code in ((1, "needs_contacted"), (0, "needs_held_out")):
        outcome = found.outcome[found.treated == arm]
        rarer = int(min(outcome.sum(), len(outcome) - outcome.sum()))
        if len(outcome) < FEWEST_OF_AN_ARM or rarer < FEWEST_RESPONSES:
            raise NotEnoughError(
                sentence(code, customers=len(outcome), rarer=rarer, fewest=FEWEST_OF_AN_ARM, answers=FEWEST_RESPONSES)
            )


def _qini(trial: UpliftSample, uplift: Numbers) -> Interval:
    def of(rows: Any) -> float:
        return normalised_qini(trial.outcome[rows], trial.treated[rows], uplift[rows])

    return bootstrap(of, len(uplift), rounds=_ROUNDS)


def _fifths(trial: UpliftSample, uplift: Numbers) -> list[dict[str, Any]]:
    """What the contact did to each fifth, from those ranked highest down."""
    order = np.argsort(-uplift, kind="stable")
    return [
        {
            "expected": float(uplift[rows].mean()),
            "customers": len(rows),
            "effect": asdict(average_effect(trial.take(rows))),
        }
        for rows in np.array_split(order, 5)
    ]


def _groups(trial: UpliftSample, uplift: Numbers) -> dict[str, dict[str, Any]]:
    """The two groups that make segments, each with the effect that was measured in it."""
    top = (uplift >= np.quantile(uplift, 1 - _PERSUADABLE)) & (uplift > 0)
    bottom = (uplift <= np.quantile(uplift, _LEFT_ALONE)) & (uplift < 0)
    groups: dict[str, dict[str, Any]] = {}
    for name, inside in (("persuadables", top), ("do_not_disturb", bottom)):
        rows = np.flatnonzero(inside)
        if min(trial.treated[rows].sum(), (1 - trial.treated[rows]).sum()) < 2:
            continue
        effect = average_effect(trial.take(rows))
        proven = effect.low > 0 if name == "persuadables" else effect.high < 0
        groups[name] = {"customers": len(rows), "effect": asdict(effect), "proven": proven}
    return groups


SHARES = {"persuadables": 100 * (1 - _PERSUADABLE), "do_not_disturb": 100 * _LEFT_ALONE}
"""The percentile of the score at which each group's segment begins or ends."""
