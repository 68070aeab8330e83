"""Models, clusters and scores, as the API tells of them."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models import Model, Score
from tests.api.rows import NOON, customer


async def model(database, name="churn", state="champion", *, days=0, card=None):
    at = NOON + timedelta(days=days - 60)
    row = Model(
        id=uuid4(),
        name=name,
        kind="boosted",
        state=state,
        card=card or {"metrics": {"auc": {"value": 0.8}}, "curve": []},
        artifact="{}",
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
    row = await model(database)
    async with database.transaction() as session:
        session.add(
            Score(
                customer_id=who, name="churn", value=0.7, percentile=93.0, reasons=["ordered lately"], model_id=row.id,
                at=NOON,
            )
        )  # fmt: skip
    [found] = (await api.get("/customers/ada/scores")).json()
    assert (found["name"], found["value"], found["percentile"]) == ("churn", 0.7, 93.0)
    assert found["reasons"] == ["ordered lately"]
    condition = {"kind": "score", "score": "churn", "of": "percentile", "is": {"op": "gte", "value": 90}}
    preview = (await api.post("/segments/preview", json={"condition": condition})).json()
    assert preview["count"] == 1
    assert "percentile" in preview["words"]


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
    first = (await steered.post("/intelligence/train", json={"names": ["churn"]})).json()
    again = (await steered.post("/intelligence/train", json={})).json()
    assert first["workflow_id"] == again["workflow_id"]
    assert (await steered.post("/intelligence/score")).status_code == 202


@pytest.mark.parametrize("names", [["nonsense"], []])
async def test_what_can_t_be_learned_is_refused(steered, names):
    answer = await steered.post("/intelligence/train", json={"names": names})
    assert answer.status_code == 422


async def test_without_temporal_it_is_said(api):
    assert (await api.post("/intelligence/score")).status_code == 503


@pytest.mark.parametrize("path", ["/models/{id}", "/models/{id}/promote"])
async def test_an_unknown_model_is_not_found(api, path):
    call = api.post if path.endswith("promote") else api.get
    assert (await call(path.format(id=uuid4()))).status_code == 404
