"""The Complete Journey: next purchase, churn, coupon response, clusters; every question asked of a later time."""

from collections.abc import Callable, Sequence
from dataclasses import asdict

import numpy as np
import pandas as pd

from evaluation.best_hours import best_hours
from evaluation.figures import ROUNDS, Figure, Section, resampled
from evaluation.households import CLUSTERING, Households
from evaluation.sources import Sources
from intelligence.classifier import Baseline, Boosted, Slice
from intelligence.clusters import Clusters, Words, bootstrap_agreement
from intelligence.evaluation_metrics import (
    Numbers,
    auc,
    calibration_curve,
    calibration_error,
    calibration_interval,
    log_losses,
)

TRAINING = pd.date_range("2017-04-01", "2017-10-01", freq="MS")
ASKED = pd.date_range("2017-10-01", "2017-12-01", freq="MS")
HORIZON = pd.Timedelta(days=30)
COUPONS_FROM = pd.Timestamp("2017-09-01")
CLUSTERS_AT = pd.Timestamp("2018-01-01")
WORDS = {
    "recency": Words("lapsing", "bought lately"),
    "frequency": Words("frequent", "seldom"),
    "spend_90": Words("high value", "low value"),
    "mean_basket": Words("big baskets", "small baskets"),
    "discount_share": Words("bargain hunters", "full price"),
    "coupon_share": Words("coupon users", "no coupons"),
    "weekend_share": Words("at weekends", "on weekdays"),
    "hour": Words("late in the day", "early in the day"),
    "stores": Words("many shops", "one shop"),
}


def evaluate(sources: Sources) -> Section:
    """Measure purchase, churn, coupon response and clusters."""
    tables, origin = sources.complete_journey()
    households = Households(tables)
    figures: dict[str, Figure] = {}
    curves = {}
    for key, words, ask in (
        ("purchase_30", "buys within 30 days", households.purchase_slice),
        ("churn_30", "of those who bought within 60 days, buys nothing for 30", households.churn_slice),
    ):
        found, curve = _by_time(key, words, ask)
        figures |= found
        curves[key] = curve
    found, curves["coupon"] = _coupons(households)
    figures |= found | _clusters(households) | best_hours(tables["baskets"], ASKED)
    notes = [
        "Its origin is disputed: the Python package says it is simulated, the R package says it is of real households.",
        "Asked at the start of October, November and December; each time learned from earlier moments whose 30 days "
        "were over. The baseline is logistic regression on the logarithms of recency and frequency.",
        "Best hour: by the code that journeys run, without clusters, at the same three moments. An hour of every day "
        "of the week is chosen for each household; what counts is how often a week they buy in one, in the four weeks "
        "that follow.",
        "Coupon response: each campaign from September on, learned from campaigns that had ended before it began.",
    ]
    return Section("complete_journey", "The Complete Journey", origin, figures, notes, curves)


def _by_time(
    key: str, words: str, ask: Callable[[pd.Timestamp, pd.Timedelta], Slice]
) -> tuple[dict[str, Figure], list[dict[str, float]]]:
    parts = []
    for moment in ASKED:
        known = [ask(each, HORIZON) for each in TRAINING if each + HORIZON <= moment]
        later = ask(moment, HORIZON)
        parts.append((later.outcome, *_probabilities(known, later.features)))
    happened, ours, theirs = (np.concatenate(column) for column in zip(*parts, strict=True))
    curve = [asdict(point) for point in calibration_curve(happened, ours)]
    return _compare(key, words, happened, ours, theirs, calibrated=True), curve


def _coupons(households: Households) -> tuple[dict[str, Figure], list[dict[str, float]]]:
    sends = households.coupon_sends()
    parts = []
    for campaign in sorted(sends, key=lambda each: each.start):
        if campaign.start < COUPONS_FROM:
            continue
        known = sorted((each for each in sends if each.end < campaign.start), key=lambda each: each.end)
        third = max(len(known) * 2 // 3, 1)
        slices = [_together([each.slice for each in group]) for group in (known[:third], known[third:])]
        parts.append((campaign.slice.outcome, *_probabilities(slices, campaign.slice.features)))
    happened, ours, theirs = (np.concatenate(column) for column in zip(*parts, strict=True))
    curve = [asdict(point) for point in calibration_curve(happened, ours)]
    return _compare("coupon", "redeems a coupon of the campaign", happened, ours, theirs, calibrated=False), curve


def _together(slices: Sequence[Slice]) -> Slice:
    return Slice(
        slices[-1].moment,
        pd.concat([each.features for each in slices]),
        np.concatenate([each.outcome for each in slices]),
    )


def _probabilities(known: Sequence[Slice], asked: pd.DataFrame) -> tuple[Numbers, Numbers]:
    return Boosted.fit(known).probabilities(asked), Baseline.fit(known).probabilities(asked)


def _compare(
    key: str, words: str, happened: Numbers, ours: Numbers, theirs: Numbers, *, calibrated: bool
) -> dict[str, Figure]:
    """AUC and log-loss beside the baseline's, with intervals of the differences; calibration."""
    baseline = "recency-frequency logistic regression"
    plain = {"auc": auc(happened, theirs), "loss": log_loss(happened, theirs)}
    gain = resampled(lambda was, mine, other: auc(was, mine) - auc(was, other), happened, ours, theirs)
    saved = resampled(lambda was, mine, other: log_loss(was, mine) - log_loss(was, other), happened, ours, theirs)
    limit = 0.02 if calibrated else None
    return {
        f"{key}.auc": Figure.of(
            f"{words}: AUC",
            resampled(auc, happened, ours),
            reference=round(plain["auc"], 4),
            reference_name=baseline,
            least=plain["auc"],
        ),
        f"{key}.auc_gain": Figure.of(f"{words}: AUC gained", gain, least=0.0),
        f"{key}.log_loss": Figure.of(
            f"{words}: log-loss",
            resampled(log_loss, happened, ours),
            reference=round(plain["loss"], 4),
            reference_name=baseline,
            most=plain["loss"],
        ),
        f"{key}.log_loss_change": Figure.of(f"{words}: log-loss changed by", saved, most=0.0),
        f"{key}.calibration_error": Figure.of(
            f"{words}: calibration error",
            calibration_interval(happened, ours, rounds=ROUNDS),
            reference=round(calibration_error(happened, theirs), 4),
            reference_name=baseline,
            most=limit,
        ),
    }


def log_loss(happened: Numbers, probability: Numbers) -> float:
    """Mean log-loss."""
    return float(log_losses(happened, probability).mean())


def _clusters(households: Households) -> dict[str, Figure]:
    features = households.features(CLUSTERS_AT)[list(CLUSTERING)]
    clusters = Clusters.fit(features, WORDS)
    agreement = bootstrap_agreement(clusters.scale.apply(features), clusters.chosen.count, rounds=20, seed=1)
    return {
        "clusters.count": Figure("clusters chosen of 2-12: " + "; ".join(clusters.names), clusters.chosen.count),
        "clusters.silhouette": Figure("clusters: silhouette", clusters.chosen.silhouette),
        "clusters.bootstrap_ari": Figure.of(
            "clusters: adjusted Rand index between bootstrap runs", resampled(np.mean, agreement), least=0.8
        ),
        "clusters.hierarchy_ari": Figure(
            "clusters: adjusted Rand index with Ward's hierarchy", clusters.hierarchy_agreement
        ),
    }
