"""Models, clusters and scores, as the API tells of them."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.holdouts import score_name
from domain.i18n import sentence
from intelligence.classifier import Baseline
from models import Event, Model, Product, Score
from store.intelligence import training_runs
from tests.api.rows import NOON, customer
from tests.scores import put_in

DAY = timedelta(days=1)
PLAIN = Baseline(("recency", "frequency"), (1.0, 1.0), (1.0, 1.0), (0.5, -0.5), 0.0).dump()


async def model(database, name="churn", state="champion", *, days=0, card=None, artifact="{}", kind="boosted"):
    at = NOON + timedelta(days=days - 60)
    row = Model(
        id=uuid4(),
        name=name,
        kind=kind,
        state=state,
        card=card or {"metrics": {"auc": {"value": 0.8}}, "curve": []},
        artifact=artifact,
        trained_at=at,
        promoted_at=None if state == "challenger" else at,
    )
    async with database.transaction() as session:
        session.add(row)
    return row


async def states(api, name="churn"):
    return [row["state"] for row in (await api.get("/models", params={"score": name})).json()]


async def test_models_are_listed_newest_first_and_shown_with_their_card(api, database):
    old = await model(database, state="retired")
    new = await model(database, days=7)
    await model(database, "purchase_30")
    listed = (await api.get("/models", params={"score": "churn"})).json()
    assert [row["id"] for row in listed] == [str(new.id), str(old.id)]
    assert listed[0]["metrics"] == {"auc": {"value": 0.8}}
    assert "card" not in listed[0]
    assert (await api.get(f"/models/{new.id}")).json()["card"]["curve"] == []
    assert len((await api.get("/models")).json()) == 3


async def test_a_model_is_promoted_and_rolled_back(api, database):
    old = await model(database, state="retired")
    used = await model(database, days=7)
    better = await model(database, state="challenger", days=14)
    assert (await api.post(f"/models/{better.id}/promote")).json()["state"] == "champion"
    assert await states(api) == ["champion", "retired", "retired"]
    assert (await api.post("/scores/churn/rollback")).json()["id"] == str(used.id)
    assert (await api.post("/scores/churn/rollback")).json()["id"] == str(old.id)
    answer = await api.post("/scores/churn/rollback")
    assert answer.status_code == 409
    assert "before the present one" in answer.json()["detail"]


async def test_promoting_the_champion_changes_nothing(api, database):
    used = await model(database)
    await api.post(f"/models/{used.id}/promote")
    assert await states(api) == ["champion"]


async def test_a_customer_s_scores_come_with_reasons(api, database):
    who = await customer(api, "ada")
    row = await model(database, artifact=PLAIN, kind="baseline")
    async with database.transaction() as session:
        session.add(Event(id=uuid4(), customer_id=who, name="Order Completed", occurred_at=NOON - DAY, source="test"))
        score = Score(customer_id=who, name="churn", value=0.7, percentile=93.0, model_id=row.id, at=NOON)
        await put_in(session, [score])
    [found] = (await api.get("/customers/ada/scores")).json()
    assert (found["name"], found["value"], found["percentile"]) == ("churn", 0.7, 93.0)
    assert found["reasons"] == ["a plain model of recency and frequency"]
    condition = {"kind": "score", "score": "churn", "of": "percentile", "is": {"op": "gte", "value": 90}}
    preview = (await api.post("/segments/preview", json={"condition": condition})).json()
    assert preview["count"] == 1
    assert "percentile" in preview["words"]


async def test_what_came_of_trainings_is_told_in_any_language(api, database):
    assert (await api.get("/training-runs")).json() == []
    words = sentence("not_learned", missing=sentence("needs_moments", moments=2))
    async with database.transaction() as session:
        for name in ("channel_choice", "uplift_0123456789ab", "hours", "churn"):
            await training_runs.note(session, name, words, moment=NOON)
    found, *others = (await api.get("/training-runs")).json()
    assert [each["name"] for each in others] == ["hours", "uplift_0123456789ab", "channel_choice"]
    assert (found["name"], found["why"], found["model_id"]) == ("churn", str(words), None)
    assert found["said"] == words.said()


async def test_clusters_are_shown_with_their_segments(api, database):
    missing = await api.get("/clusters")
    assert (missing.status_code, "train" in missing.json()["detail"]) == (404, True)
    segment = str(uuid4())
    card = {
        "metrics": {"silhouette": 0.3, "stability": 0.9, "hierarchy_agreement": 0.5},
        "tried": [{"count": 2, "silhouette": 0.3, "stability": 0.9}],
        "clusters": [{"number": 0, "name": "frequent", "share": 1.0, "profile": {"frequency": 1.2}}],
        "segments": {"0": segment},
        "map": [{"x": 0.1, "y": 0.2, "cluster": 0}],
    }
    await model(database, "cluster", card=card)
    found = (await api.get("/clusters")).json()
    assert found["clusters"][0]["segment_id"] == segment
    assert (found["stability"], len(found["map"])) == (0.9, 1)


async def test_training_and_scoring_start_once_and_are_found_again(steered):
    first = (await steered.post("/training-runs", json={"names": ["churn"]})).json()
    again = (await steered.post("/training-runs", json={})).json()
    assert first["workflow_id"] == again["workflow_id"]
    assert (await steered.post("/scoring-runs")).status_code == 202


@pytest.mark.parametrize("names", [["nonsense"], []])
async def test_what_can_t_be_learned_is_refused(steered, names):
    answer = await steered.post("/training-runs", json={"names": names})
    assert answer.status_code == 422


async def test_without_temporal_it_is_said(api):
    assert (await api.post("/scoring-runs")).status_code == 503


@pytest.mark.parametrize("path", ["/models/{id}", "/models/{id}/promote"])
async def test_an_unknown_model_is_not_found(api, path):
    call = api.post if path.endswith("promote") else api.get
    assert (await call(path.format(id=uuid4()))).status_code == 404


UPLIFT = {
    "usable": False,
    "verdict": "no usable heterogeneity found",
    "learner": "two models",
    "response": {"event": "Order Completed", "days": 14},
    "learned_from": {"customers": 400, "contacted": 200, "held_out": 200},
    "metrics": {
        "effect": {"value": 0.1, "low": 0.02, "high": 0.18},
        "qini": {"value": 0.01, "low": -0.05, "high": 0.07},
        "evidence": 0.4,
    },
    "fifths": [],
    "groups": {},
}


async def drawn_campaign(api, *, holdout):
    arms = [{"id": "a", "weight": 1}, {"id": "b", "weight": 1, "holdout": holdout}]
    flow = {
        "nodes": [
            {"id": "in", "type": "entry", "data": {"trigger": {"kind": "segment", "condition": {"kind": "all"}}}},
            {"id": "split", "type": "random_split", "data": {"arms": arms}},
            {"id": "end", "type": "end", "data": {}},
        ],
        "edges": [
            {"id": "1", "source": "in", "sourceHandle": "next", "target": "split"},
            {"id": "2", "source": "split", "sourceHandle": "a", "target": "end"},
            {"id": "3", "source": "split", "sourceHandle": "b", "target": "end"},
        ],
    }
    made = await api.post("/campaigns", json={"slug": "spring", "name": "Spring", "flow": flow})
    assert made.status_code == 201, made.text
    published = await api.post("/campaigns/spring/publish", json={})
    return UUID(made.json()["id"]), published


async def test_uplift_says_what_was_learned_and_whether_anybody_is_held_out(api, database):
    id_, _ = await drawn_campaign(api, holdout=True)
    shown = (await api.get("/campaigns/spring/uplift")).json()
    assert (shown["score"], shown["learned"]) == (score_name(id_), None)
    await model(database, score_name(id_), "challenger", card=UPLIFT)
    learned = (await api.get("/campaigns/spring/uplift")).json()["learned"]
    assert (learned["usable"], learned["verdict"]) == (False, "no usable heterogeneity found")
    assert learned["metrics"]["effect"] == {"value": 0.1, "low": 0.02, "high": 0.18}


async def test_uplift_without_a_holdout_or_a_campaign_is_refused(steered):
    api = steered
    await drawn_campaign(api, holdout=False)
    assert (await api.get("/campaigns/spring/uplift")).json()["holdout"] is False
    refused = await api.post("/campaigns/spring/uplift")
    assert (refused.status_code, refused.headers["content-type"]) == (409, "application/problem+json")
    assert (await api.get("/campaigns/nobody/uplift")).status_code == 404
    assert (await api.get("/campaigns/nobody/channel-choices")).status_code == 404


async def test_channel_choices_are_shown_once_they_were_judged(api, database):
    await drawn_campaign(api, holdout=False)
    assert (await api.get("/campaigns/spring/channel-choices")).json() == {"judged_at": None, "judged": None}
    figure = {"value": 0.4, "low": 0.3, "high": 0.5}
    policy = {"inverse_propensity": figure, "doubly_robust": figure, "as_chosen": 0.9}
    judged = {
        "decisions": 300,
        "customers": 200,
        "explored": 0.05,
        "earned": figure,
        "policies": {"always email": policy},
    }
    await model(database, "channel_choice", card={"metrics": {}, "campaigns": {"spring": judged}})
    assert (await api.get("/campaigns/spring/channel-choices")).json()["judged"] == judged


async def test_a_customers_recommendations_are_what_a_message_would_show(api, database):
    who = await customer(api, "ada")
    assert (await api.get(f"/customers/{who}/recommendations")).json() == []
    async with database.transaction() as session:
        session.add(Product(id="P1", details={"name": "Tent", "price": 80}, neighbours=[], rank=0))
    [shown] = (await api.get(f"/customers/{who}/recommendations")).json()
    assert (shown["product_id"], shown["why"], shown["details"]["name"]) == ("P1", "popular", "Tent")
    assert (await api.get("/customers/nobody/recommendations")).status_code == 404


async def test_a_wait_for_the_best_hour_can_be_looked_at(api, database):
    body = {"until": {"kind": "best_hour", "within_hours": 24}, "timezone": "Europe/Rome"}
    shown = await api.post("/previews/wait", json=body)
    assert shown.status_code == 200, shown.text
    assert shown.json()["late"] is True
    assert "nothing is known yet" in shown.json()["words"]
    refused = await api.post("/previews/wait", json={"until": {"kind": "best_hour", "within_hours": 500}})
    assert refused.status_code == 422
