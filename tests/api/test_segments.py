import csv
import io
import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from domain.vocabulary import ModelKind
from models import Score
from store.database.engine import Database
from store.intelligence import model_registry
from store.intelligence.model_registry import NewModel
from tests.api import drawing, rows
from tests.scores import put_in
from tests.store.test_sentences import FREQUENT, LOOKED_HARD, QUIET_SINCE_ORDER, VIP, WIN_BACK, YEAR_AGO

LONDON = {"kind": "attribute", "name": "city", "op": "eq", "value": "London"}


async def test_a_segment_is_saved_previewed_explained_and_deleted(api: httpx.AsyncClient):
    for number in range(5):
        await rows.customer(api, f"c-{number}", city="London" if number else "Paris")
    preview = (await api.post("/segments/preview", json={"condition": LONDON, "sample": 2})).json()
    assert (preview["count"], len(preview["sample"])) == (4, 2)
    assert "London" in preview["words"]
    made = (await api.post("/segments", json={"name": "Londoners", "condition": LONDON})).json()
    assert made["condition"] == LONDON
    path = f"/segments/{made['id']}"
    seen, cursor = [], None
    while True:
        page = (await api.get(f"{path}/members", params={"limit": 3} | ({"cursor": cursor} if cursor else {}))).json()
        seen += [item["external_id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == ["c-1", "c-2", "c-3", "c-4"]
    assert [(await api.get(f"{path}/explanations/{name}")).json()["holds"] for name in ("c-0", "c-1")] == [False, True]
    nested = {"kind": "not", "condition": {"kind": "segment", "segment_id": made["id"]}}
    others = (await api.post("/segments/preview", json={"condition": nested})).json()
    assert others["count"] == 1
    assert "Londoners" in others["words"]
    renamed = await api.patch(path, json={"name": "From London"})
    assert renamed.json()["name"] == "From London"
    assert [item["name"] for item in (await api.get("/segments")).json()["items"]] == ["From London"]
    assert (await api.delete(path)).status_code == 204
    assert (await api.delete(path)).status_code == 404


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"kind": "segment", "segment_id": "00000000-0000-0000-0000-000000000001"}, 422),
        ({"kind": "engagement", "action": "opened", "this_journey": True}, 422),
        ({"kind": "attribute", "name": "city", "op": "eq"}, 422),
        ({"kind": "nonsense"}, 422),
        ({"kind": "event", "event": "x", "window": {"kind": "last", "days": 1e300}}, 422),
    ],
)
async def test_a_condition_that_cannot_be_asked_is_refused(api: httpx.AsyncClient, condition: object, status: int):
    for path, body in (("/segments/preview", {}), ("/segments", {"name": "x"})):
        answer = await api.post(path, json={"condition": condition, **body})
        assert answer.status_code == status, answer.text


SIX = {
    "has not logged in for 15 days but bought in the last 30": WIN_BACK,
    "viewed a product over 500 at least 3 times in 30 minutes": LOOKED_HARD,
    "no activity for 10 days after a purchase": QUIET_SINCE_ORDER,
    "PurchaseFrequency over 3": FREQUENT,
    "first purchase one year ago today": YEAR_AGO,
    "revenue passed 1,000 (VIP)": VIP,
}


@pytest.mark.parametrize("sentence", SIX)
async def test_what_can_be_said_in_a_segment_can_be_said_in_a_check(api: httpx.AsyncClient, sentence: str):
    await rows.customer(api, "ada")
    segment = (await api.post("/segments", json={"name": sentence, "condition": SIX[sentence]})).json()
    preview = (await api.post("/segments/preview", json={"condition": SIX[sentence]})).json()
    assert (preview["count"], preview["words"]) == (0, segment["words"])
    explained = (await api.get(f"/segments/{segment['id']}/explanations/ada")).json()
    assert (explained["holds"], explained["words"]) == (False, segment["words"])
    drawn = drawing.flow()
    drawn["nodes"].append(
        {"id": "check", "type": "check", "data": {"branches": [{"id": "so", "condition": SIX[sentence]}]}}
    )
    drawn["edges"] = [
        {"id": "a", "source": "entry", "target": "check"},
        {"id": "b", "source": "check", "sourceHandle": "so", "target": "hello"},
        {"id": "c", "source": "check", "sourceHandle": "else", "target": "end"},
        {"id": "d", "source": "hello", "target": "end"},
    ]
    slug = await drawing.publish(api, drawn)
    assert (await api.get(f"/campaigns/{slug}")).json()["state"] == "active"


async def test_segments_that_contain_each_other_are_refused(api: httpx.AsyncClient):
    def inside(segment_id: str) -> dict[str, str]:
        return {"kind": "segment", "segment_id": segment_id}

    ids: list[str] = []
    for name in "abc":
        condition = inside(ids[-1]) if ids else LONDON
        ids.append((await api.post("/segments", json={"name": name, "condition": condition})).json()["id"])
    for segment_id in ids:
        refused = await api.patch(f"/segments/{ids[0]}", json={"condition": inside(segment_id)})
        assert refused.status_code == 422
        assert "contains itself" in refused.text
    assert (await api.get(f"/segments/{ids[0]}")).json()["condition"] == LONDON


async def test_segments_that_double_at_each_level_come_to_an_end(api: httpx.AsyncClient):
    condition: dict[str, Any] = LONDON
    for level in range(12):
        made = await api.post("/segments", json={"name": f"level {level}", "condition": condition})
        if made.status_code != 201:
            break
        inside = {"kind": "segment", "segment_id": made.json()["id"]}
        condition = {"kind": "any", "of": [inside, inside]}
    assert (made.status_code, level) == (422, 8)
    assert "segments within segments" in made.text


async def test_a_name_is_taken_once(api: httpx.AsyncClient):
    for status in (201, 409):
        assert (await api.post("/segments", json={"name": "x", "condition": LONDON})).status_code == status


async def test_a_persona_is_shown_on_the_profiles_of_those_who_meet_it(api: httpx.AsyncClient):
    await rows.customer(api, "ada", city="London")
    await rows.customer(api, "bob", city="Rome")
    body = {"name": "Londoner", "description": "Lives in London", "condition": LONDON, "persona": True}
    made = (await api.post("/segments", json=body)).json()
    await api.post("/segments", json={"name": "not a persona", "condition": LONDON})
    shown = {name: (await api.get(f"/customers/{name}")).json()["personas"] for name in ("ada", "bob")}
    assert shown == {"ada": [{"id": made["id"], "name": "Londoner", "description": "Lives in London"}], "bob": []}
    await api.patch(f"/segments/{made['id']}", json={"persona": False})
    assert (await api.get("/customers/ada")).json()["personas"] == []


async def test_a_preview_says_whether_it_counted(api: httpx.AsyncClient):
    await rows.customer(api, "ada", city="London")
    for exact in (False, True):
        preview = (await api.post("/segments/preview", json={"condition": LONDON, "exact": exact})).json()
        assert (preview["count"], preview["exact"], preview["error"]) == (1, True, 0)


async def test_a_segment_that_a_campaign_listens_to_stays_watched(api: httpx.AsyncClient):
    made = (await api.post("/segments", json={"name": "Londoners", "condition": LONDON})).json()
    assert made["tracked"] is False
    await drawing.publish(api, drawing.flow({"kind": "segment_change", "segment_id": made["id"]}), slug="welcome")
    assert (await api.get(f"/segments/{made['id']}")).json()["tracked"] is True
    refused = await api.patch(f"/segments/{made['id']}", json={"tracked": False})
    assert refused.status_code == 409
    assert "welcome" in refused.text
    assert (await api.delete(f"/segments/{made['id']}")).status_code == 409


async def test_members_are_taken_away_with_their_scores(api: httpx.AsyncClient, database: Database):
    ada = await rows.customer(api, "ada", city="London", first_name="=1+1", tags=["a", "b"])
    await rows.customer(api, "bob", city="London")
    await rows.customer(api, "eve", city="Paris")
    segment = (await api.post("/segments", json={"name": "Londoners", "condition": LONDON})).json()["id"]
    async with database.transaction() as session:
        model = NewModel("churn", ModelKind.BASELINE, "{}", {"metrics": {}})
        row = await model_registry.keep(session, model, now=rows.NOON)
        score = Score(customer_id=ada, name="churn", value=0.25, percentile=0.0, model_id=row.id, at=rows.NOON)
        await put_in(session, [score])
    path = f"/segments/{segment}/export"
    answer = await api.get(path, params={"score": "churn"})
    assert answer.headers["content-type"].startswith("text/csv")
    told = {line["external_id"]: line for line in csv.DictReader(io.StringIO(answer.text))}
    assert set(told) == {"ada", "bob"}
    assert (told["ada"]["churn"], told["ada"]["churn_percentile"], told["ada"]["tags"]) == ("0.25", "0.0", "a;b")
    assert told["ada"]["first_name"] == "'=1+1"
    assert (told["bob"]["churn"], told["bob"]["email"]) == ("", "")
    lines = (await api.get(path, params={"format": "ndjson", "score": "churn"})).text.splitlines()
    assert {json.loads(line)["external_id"]: json.loads(line)["churn"] for line in lines} == {"ada": 0.25, "bob": None}
    assert "churn" not in (await api.get(path)).text
    refused = await api.get(path, params={"score": "luck"})
    assert refused.status_code == 422
    assert refused.json()["detail"] == "No model makes the score luck. There are: churn"
    assert (await api.get(f"/segments/{uuid4()}/export")).status_code == 404


async def test_what_is_wrong_is_said_with_a_code(api: httpx.AsyncClient):
    missing = (await api.get(f"/segments/{(one := uuid4())}")).json()
    assert missing["detail"] == f"There is no segment {one}"
    assert missing["said"] == {"code": "no_segment", "params": {"segment": str(one)}}
    refused = (await api.post("/segments", json={"name": "", "condition": LONDON, "colour": "red"})).json()
    said = {error["path"]: error["said"] for error in refused["errors"]}
    assert said == {
        "/body/name": {"code": "field_empty", "params": {}},
        "/body/colour": {"code": "field_unknown", "params": {}},
    }
