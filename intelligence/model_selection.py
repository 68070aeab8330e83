"""Who makes a score: the model in use, a new one, or a plain baseline. Whoever was most right on what came later.

Nobody, where none is clearly more right than the customers' own records: journeys go by these while there is no score.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol

import numpy as np
import pandas as pd

from domain.i18n import Sentence, sentence
from domain.i18n.values import Value
from domain.vocabulary import ModelKind
from intelligence.classifier import Baseline, Boosted, Slice
from intelligence.evaluation_metrics import (
    Distribution,
    Numbers,
    auc,
    bootstrap,
    calibration_curve,
    calibration_interval,
    log_losses,
)
from intelligence.rate_baseline import Record
from intelligence.targets import Target

FEWEST_CUSTOMERS, FEWEST_ANSWERS = 200, 20
"""Below these, in what is learned from or judged on, nothing is learned: chance would win."""
_ROUNDS = 100


class NotEnoughError(Exception):
    """There is too little to learn from; `missing` says what."""

    def __init__(self, missing: Sentence) -> None:
        """Take what is missing."""
        super().__init__(str(missing))
        self.missing = missing


class Scorer(Protocol):
    """What gives probabilities."""

    def probabilities(self, features: pd.DataFrame) -> Numbers:
        """Probability of each row."""
        ...

    def dump(self) -> str:
        """The model as JSON."""
        ...


@dataclass(frozen=True)
class Evidence:
    """What candidates are judged on: what they learned from, what came later, and what others said of it."""

    known: Sequence[Slice]
    later: Slice
    beside: dict[str, Numbers]


@dataclass(frozen=True)
class ModelCandidate:
    """A model that was learned just now, with its card."""

    kind: ModelKind
    artifact: str
    card: dict[str, Any]
    loss: float


@dataclass(frozen=True)
class Result:
    """How a contest ended.

    Attributes:
        winner: the new champion; None when the model in use stays.
        others: candidates that lost, the best first.
        words: what happened, for a log and for people.
        retires: without a winner, the model in use steps down too: nothing is to be told, or without one.

    """

    winner: ModelCandidate | None
    others: list[ModelCandidate]
    words: Sentence
    retires: bool = False


def load(kind: str, artifact: str) -> Scorer:
    """A kept model."""
    return Boosted.load(artifact) if kind == ModelKind.BOOSTED else Baseline.load(artifact)


def select_model(target: Target, slices: Sequence[Slice], in_use: Scorer | None) -> Result:
    """Learn from all slices but the last, and judge everyone on the last.

    Args:
        target: the question.
        slices: in order of time; the horizon of each ends before the last one's moment.
        in_use: the model that makes the score now. It was learned before the last slice's answers were known.

    Raises:
        NotEnoughError: too few customers, answers or moments.

    """
    _require_enough(slices)
    known, later = slices[:-1], slices[-1]
    boosted, baseline = Boosted.fit(known), Baseline.fit(known, target.baseline)
    theirs = baseline.probabilities(later.features)
    used = None if in_use is None else in_use.probabilities(later.features)
    beside = {"baseline": theirs} | ({} if used is None else {"in_use": used})
    if target.record and target.channel:
        beside["record"] = Record.fit(known, target.channel).probabilities(later.features)
    evidence = Evidence(known, later, beside)
    candidates = [
        _candidate(ModelKind.BOOSTED, boosted, target, evidence),
        _candidate(ModelKind.BASELINE, baseline, target, evidence),
    ]
    some = later.features.sample(min(2_000, len(later.features)), random_state=0)
    candidates[0].card["importances"] = boosted.importances(some)
    candidates.sort(key=lambda each: each.loss)
    best = candidates[0]
    if "record" in beside:
        new = next(each for each in candidates if each.kind == ModelKind.BOOSTED)
        known_better = [new.card["gained"]]
        if used is not None:
            known_better.append({who: _gained(later.outcome, used, beside[who]) for who in ("record", "baseline")})
        if not any(map(_knows_more, known_better)):
            record = _loss(later.outcome, beside["record"])
            plain = _loss(later.outcome, theirs)
            words = sentence("records_stay", record=round(record, 4), plain=round(plain, 4), new=round(new.loss, 4))
            return Result(None, candidates, words, retires=used is not None)
        candidates.sort(key=lambda each: each is not new)  # a plain baseline knows the record alone
        best = new
    before = None if used is None else round(_loss(later.outcome, used), 4)
    if used is not None and before is not None and _loss(later.outcome, used) <= best.loss:
        return Result(None, candidates, sentence("model_stays", used=before, new=round(best.loss, 4)))
    found: dict[str, Value] = {
        "model": sentence("model_boosted" if best.kind == ModelKind.BOOSTED else "model_baseline"),
        "new": round(best.loss, 4),
        "baseline": round(_loss(later.outcome, theirs), 4),
    }
    words = (
        sentence("model_takes_over", **found)
        if before is None
        else sentence("model_takes_over_from", **found, used=before)
    )
    return Result(best, candidates[1:], words)


def _knows_more(gained: dict[str, dict[str, float]]) -> bool:
    """Whether a model is more right than the customers' records beyond what chance can do, and knows more than these.

    What was sent was chosen by the records, so that whatever is learned from it fits those whom they chose, and says
    too much of channels that were not tried. A plain baseline of the record alone gains from just that: a model has
    to beat it too.
    """
    return all(gained[who]["low"] > 0 for who in ("record", "baseline"))


def _require_enough(slices: Sequence[Slice]) -> None:
    if len(slices) < 3:
        raise NotEnoughError(sentence("needs_moments", moments=len(slices)))
    for code, rows in (("needs_customers_to_learn", slices[:-1]), ("needs_customers_to_judge", slices[-1:])):
        outcome = np.concatenate([piece.outcome for piece in rows])
        rarer = int(min(outcome.sum(), len(outcome) - outcome.sum()))
        if len(outcome) < FEWEST_CUSTOMERS or rarer < FEWEST_ANSWERS:
            raise NotEnoughError(
                sentence(code, customers=len(outcome), rarer=rarer, fewest=FEWEST_CUSTOMERS, answers=FEWEST_ANSWERS)
            )


def _candidate(kind: ModelKind, model: Scorer, target: Target, evidence: Evidence) -> ModelCandidate:
    known, later, beside = evidence.known, evidence.later, evidence.beside
    ours = model.probabilities(later.features)
    card = {
        "score": target.name,
        "says": target.words,
        "learned_from": {
            "moments": [_said(piece.moment) for piece in known],
            "customers": sum(len(piece.outcome) for piece in known),
            "share": float(np.concatenate([piece.outcome for piece in known]).mean()),
        },
        "judged_on": {
            "moment": _said(later.moment),
            "days": target.horizon.days,
            "customers": len(later.outcome),
            "share": float(later.outcome.mean()),
        },
        "metrics": _metrics(later.outcome, ours),
        "beside": {name: _metrics(later.outcome, values) for name, values in beside.items()},
        "gained": {name: _gained(later.outcome, ours, values) for name, values in beside.items()},
        "curve": [asdict(point) for point in calibration_curve(later.outcome, ours)],
        "features": list(later.features.columns),
        "reference": {
            str(name): asdict(Distribution.of(later.features[name].to_numpy(dtype=np.float64)))
            for name in later.features
        },
        "score_reference": asdict(Distribution.of(ours)),
        "typical": {str(name): _median(later.features[name]) for name in later.features},
    }
    return ModelCandidate(kind, model.dump(), card, _loss(later.outcome, ours))


def _metrics(happened: Numbers, ours: Numbers) -> dict[str, Any]:
    losses, size = log_losses(happened, ours), len(happened)
    return {
        "log_loss": asdict(bootstrap(lambda rows: float(losses[rows].mean()), size, rounds=_ROUNDS)),
        "auc": asdict(bootstrap(lambda rows: auc(happened[rows], ours[rows]), size, rounds=_ROUNDS)),
        "calibration_error": asdict(calibration_interval(happened, ours, rounds=_ROUNDS)),
    }


def _gained(happened: Numbers, ours: Numbers, theirs: Numbers) -> dict[str, float]:
    """How much lower our log-loss is; above 0 is better."""
    gained = log_losses(happened, theirs) - log_losses(happened, ours)
    return asdict(bootstrap(lambda rows: float(gained[rows].mean()), len(gained), rounds=_ROUNDS))


def _loss(happened: Numbers, probability: Numbers) -> float:
    return float(log_losses(happened, probability).mean())


def _median(values: "pd.Series[float]") -> float | None:
    known = values.dropna()
    return float(known.median()) if len(known) else None


def _said(moment: datetime) -> str:
    return moment.isoformat()
