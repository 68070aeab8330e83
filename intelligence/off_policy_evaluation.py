"""How good the channel choices are, and what other ways to choose would have earned: off-policy, from the live log.

A decision earns 1 where its message was answered (opened; clicked, for SMS), less the cost of an unsubscription.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from domain.i18n import sentence
from domain.vocabulary import ModelKind
from intelligence.evaluation_metrics import bootstrap
from intelligence.model_selection import ModelCandidate, NotEnoughError, Result
from intelligence.ope_estimators import Choices, Log, doubly_robust, inverse_propensity, mean_by_customer

NAME = "channel_choice"
SINCE, SETTLES = timedelta(days=90), timedelta(days=3)
FEWEST = 200
"""Decisions below which nothing is said."""
BEST = "always what looks best"


@dataclass(frozen=True)
class LoggedDecision:
    """One channel split's decision, and what came of it; `expected` was foretold of each channel, less its cost."""

    customer: Any
    campaign: str
    channel: str
    propensities: Mapping[str, float]
    expected: Mapping[str, float]
    reward: float


def decision_of(row: Any, unsubscribe_cost: float) -> LoggedDecision:
    """A row of `store.intelligence.channel_decisions.logged`."""
    scores = row.scores or {}
    expected = {name: float(score["expected"]) - float(score.get("cost", 0)) for name, score in scores.items()}
    reward = float(row.answered) - unsubscribe_cost * float(row.left)
    return LoggedDecision(row.customer_id, row.slug, row.port, row.propensities, expected, reward)


def judge_choices(decisions: Sequence[LoggedDecision]) -> Result:
    """What the choices earned and other policies would have, of everything and of each campaign.

    Raises:
        NotEnoughError: too few decisions are old enough to be judged.

    """
    usable = [each for each in decisions if each.propensities.get(each.channel, 0) > 0]
    if len(usable) < FEWEST:
        raise NotEnoughError(sentence("needs_choices", choices=len(usable), fewest=FEWEST))
    slugs = sorted({each.campaign for each in usable})
    parts = {slug: [each for each in usable if each.campaign == slug] for slug in slugs}
    everything = _judged(usable)
    card: dict[str, Any] = {
        "score": NAME,
        "says": "what choosing the channel earns: answers less unsubscriptions, a message",
        "metrics": {"earned": everything["earned"]},
        "all": everything,
        "campaigns": {slug: _judged(part) for slug, part in parts.items() if len(part) >= FEWEST},
        "features": [],
    }
    best = everything["policies"][BEST]["doubly_robust"]
    earned = round(everything["earned"]["value"], 3)
    words = sentence("choices_judged", earned=earned, best=BEST, value=round(best["value"], 3))
    return Result(ModelCandidate(ModelKind.POLICY, "{}", card, -everything["earned"]["value"]), [], words)


def _judged(decisions: Sequence[LoggedDecision]) -> dict[str, Any]:
    channels = sorted({channel for each in decisions for channel in each.propensities})
    place = {channel: number for number, channel in enumerate(channels)}
    customers = {who: number for number, who in enumerate(dict.fromkeys(each.customer for each in decisions))}
    log = Log(
        action=np.array([place[each.channel] for each in decisions], dtype=np.intp),
        propensity=np.array([each.propensities[each.channel] for each in decisions]),
        reward=np.array([each.reward for each in decisions]),
        who=np.array([customers[each.customer] for each in decisions], dtype=np.intp),
    )
    expected = np.array([[each.expected.get(channel, 0.0) for channel in channels] for each in decisions])
    policies: dict[str, Callable[[LoggedDecision], str]] = {BEST: _best} | {
        f"always {channel}": _always(channel) for channel in channels
    }
    judged = {}
    for name, policy in policies.items():
        chosen: Choices = np.array([place[policy(each)] for each in decisions], dtype=np.intp)
        judged[name] = {
            "inverse_propensity": asdict(mean_by_customer(inverse_propensity(log, chosen), log.who)),
            "doubly_robust": asdict(mean_by_customer(doubly_robust(log, chosen, expected), log.who)),
            "as_chosen": float((chosen == log.action).mean()),
        }
    rewards = log.reward
    return {
        "decisions": len(decisions),
        "customers": len(customers),
        "explored": float(np.mean([_best(each) != each.channel for each in decisions])),
        "earned": asdict(bootstrap(lambda rows: float(rewards[rows].mean()), len(rewards), rounds=200)),
        "policies": judged,
    }


def _best(decision: LoggedDecision) -> str:
    return max(sorted(decision.propensities), key=lambda channel: decision.expected.get(channel, 0.0))


def _always(channel: str) -> Callable[[LoggedDecision], str]:
    """That channel, or the best where it was not to be had."""
    return lambda decision: channel if channel in decision.propensities else _best(decision)
