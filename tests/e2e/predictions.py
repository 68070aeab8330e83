"""What trainings leave behind, put in by hand: 24 customers are too few to learn from."""

from typing import Any
from uuid import UUID, uuid5

import httpx
import psycopg
from psycopg.types.json import Jsonb

from domain.holdouts import score_name
from domain.i18n import sentence

_OURS = UUID("6f1c1a52-4f0c-4f0e-9d55-0a4f4b0a7c11")
_MODEL = """
    INSERT INTO models (id, name, kind, state, card, drift, artifact, trained_at, promoted_at)
    VALUES (%s, %s, %s, 'champion', %s, %s, '{}', now(), now())
    ON CONFLICT DO NOTHING
"""
_COLUMN = """
    INSERT INTO score_columns (scored_at, name, model_id, made_at,
                                 value_index, low_index, high_index, percentile_index)
    VALUES ('2026-06-01', %s, %s, now(), %s, %s, %s, 5) ON CONFLICT DO NOTHING
"""
_SCORES = """
    INSERT INTO customer_scores (customer_id, scored_at, numbers)
    VALUES (%s, '2026-06-01', '{0.4, 80, 10, 210, 75}') ON CONFLICT DO NOTHING
"""


_OUTCOME = """
    INSERT INTO training_runs (name, moment, why, said) VALUES (%s, now(), %s, %s) ON CONFLICT DO NOTHING
"""
_OUTCOMES = (
    ("purchase_30", "model_stays", {"used": 0.31, "new": 0.32}),
    ("churn", "needs_moments", {"moments": 1}),
)


def model_id(name: str) -> UUID:
    """The id of that score's model."""
    return uuid5(_OURS, name)


def put_in(state: dict[str, Any], api: httpx.Client, slug: str, customer: str) -> None:
    """A model of every look, and the customer's scores by two of them; put in again, they are the same."""
    who = api.get(f"/customers/{customer}").raise_for_status().json()["id"]
    campaign = api.get(f"/campaigns/{slug}").raise_for_status().json()["id"]
    models = {
        "purchase_30": ("boosted", _LIKELIHOOD, _DRIFT),
        "ltv_90": ("value", _WORTH, {}),
        "cluster": ("clusters", _CLUSTERS, {}),
        "hours": ("hours", _HOURS, {}),
        score_name(UUID(campaign)): ("uplift", _UPLIFT, _DRIFT),
        "channel_choice": ("policy", {"metrics": {"earned": _figure(0.4)}, "campaigns": {slug: _JUDGED}}, {}),
    }
    with psycopg.connect(state["database_url"]) as connection:
        for name, (kind, card, drift) in models.items():
            connection.execute(_MODEL, (model_id(name), name, kind, Jsonb(card), Jsonb(drift)))
        for name, *places in (("purchase_30", 1, None, None), ("ltv_90", 2, 3, 4)):
            connection.execute(_COLUMN, (name, model_id(name), *places))
        connection.execute(_SCORES, (who,))
        for name, code, params in _OUTCOMES:
            words = sentence(code, **params)
            connection.execute(_OUTCOME, (name, str(words), Jsonb(words.said())))


def paths(slug: str, customer: str) -> dict[str, str]:
    """Path of each page that tells of it -> something that it says."""
    return {
        "/models": "1 of the three moments needed have a history",
        f"/models/{model_id('purchase_30')}": "Days since the last order",
        f"/models/{model_id('ltv_90')}": "251.0 to 301.9",
        f"/models/{model_id('hours')}": "Own hours only",
        f"/models/{model_id('cluster')}": "The clusters in use",
        "/clusters?cluster=1": "2: lapsing",
        f"/customers/{customer}?tab=scores": "10.00 to 210.00",
        f"/campaigns/{slug}/monitor?tab=learned": "always what looks best",
    }


def _figure(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.05, "high": value + 0.05}


_DRIFT = {"at": "2026-06-01T02:00:00Z", "score": 0.02, "features": {"recency": 0.31, "orders_30": 0.12, "spend": 0.01}}
_LIKELIHOOD = {
    "learned_from": {"customers": 5_000, "moments": ["2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"]},
    "judged_on": {"customers": 2_400, "days": 30, "moment": "2026-05-01T00:00:00Z", "share": 0.42},
    "metrics": {"log_loss": _figure(0.4), "auc": _figure(0.8), "calibration_error": _figure(0.02)},
    "beside": {"baseline": {"log_loss": _figure(0.5), "auc": _figure(0.7), "calibration_error": _figure(0.01)}},
    "curve": [{"expected": share, "happened": share + 0.02, "count": 240} for share in (0.1, 0.4, 0.9)],
    "importances": {"recency": 0.7, "frequency": 0.4, "spend_90": 0.0737},
}
_WORTH = {
    "learned_from": {"customers": 1_400},
    "judged_on": {"customers": 1_300, "days": 90},
    "metrics": {"rmse": {"value": 275.6, "low": 251.0, "high": 301.9}, "total_ratio": 0.98},
    "beside": {"baseline": {"rmse": {"value": 280.8, "low": 255.0, "high": 306.2}, "total_ratio": 1.2}},
}
_HOURS = {
    "learned_from": {"customers": 700, "visits": 9_000},
    "judged_on": {"customers": 650, "visits": 2_100},
    "metrics": {"log_loss": _figure(3.5)},
    "beside": {name: {"log_loss": _figure(loss)} for name, loss in (("everyone", 4.0), ("own", 3.5), ("raw", 4.1))},
    "personal": True,
}
_CLUSTERS = {
    "learned_from": {"customers": 3_000},
    "metrics": {"silhouette": 0.35, "stability": 0.9, "hierarchy_agreement": 0.6},
    "tried": [{"count": count, "silhouette": 0.4 - count / 50, "stability": 0.9} for count in (2, 3)],
    "clusters": [
        {"number": 0, "name": "frequent, high value", "share": 0.3, "profile": {"frequency": 1.2, "spend_365": 1.1}},
        {"number": 1, "name": "lapsing", "share": 0.7, "profile": {"frequency": -0.5, "spend_365": -4e-16}},
    ],
    "segments": {},
    "map": [{"x": at / 10, "y": (at * 7 % 10) / 10, "cluster": at % 2} for at in range(40)],
}
_UPLIFT = {
    "usable": True,
    "verdict": "the ranking holds",
    "learner": "two models",
    "response": {"event": "Order Completed", "days": 14},
    "learned_from": {"customers": 400, "contacted": 250, "held_out": 150},
    "metrics": {"effect": _figure(0.15), "qini": _figure(0.25), "evidence": 4.3},
    "beside": {"two models": {"qini": _figure(0.25), "evidence": 4.3}},
    "fifths": [{"customers": 80, "expected": at / 10, "effect": _figure(at / 10)} for at in (3, 2, 1, 0, -1)],
    "groups": {
        "persuadables": {"customers": 120, "effect": _figure(0.37), "proven": True},
        "do_not_disturb": {"customers": 80, "effect": _figure(-0.04), "proven": False},
    },
}
_JUDGED = {
    "decisions": 800,
    "customers": 400,
    "explored": 0.05,
    "earned": _figure(0.4),
    "policies": {
        name: {"inverse_propensity": _figure(value), "doubly_robust": _figure(value), "as_chosen": 0.7}
        for name, value in (("always email", 0.31), ("always sms", 0.29), ("always what looks best", 0.41))
    },
}
