"""Surveys through the API: definitions, the page, and what becomes of answers."""

import asyncio
import re
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from store.database.engine import Database
from tests.api.conftest import client_of

HUMAN = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"}
ASKED: dict[str, Any] = {
    "questions": [
        {
            "id": "score",
            "kind": "nps",
            "prompt": {"en": "Would you recommend us?", "it": "Ci consiglieresti?"},
            "jumps": [{"groups": ["passive"], "to": "end"}],
        },
        {"id": "why", "kind": "text", "prompt": {"en": "Why?", "it": "Perché?"}, "required": False},
    ],
    "thanks": {"en": "Thanks a lot"},
}


async def made(api: httpx.AsyncClient, survey: dict[str, Any] = ASKED, key: str = "nps", **more: Any) -> dict[str, Any]:
    answer = await api.post("/surveys", json={"key": key, "name": "After the order", "survey": survey | more})
    assert answer.status_code == 201, answer.text
    started = await api.patch(f"/surveys/{answer.json()['id']}", json={"revision": 1, "state": "active"})
    assert started.status_code == 200, started.text
    return started.json()


async def link(api: httpx.AsyncClient, survey: dict[str, Any], customer: str | None = "ann") -> str:
    if customer is not None:
        await api.put(f"/customers/{customer}", json={"email": f"{customer}@shop.example"})
    answer = await api.post(f"/surveys/{survey['id']}/links", json={"customer": customer})
    assert answer.status_code == 201, answer.text
    return re.sub(r"^https?://[^/]+", "", answer.json()["url"])


async def answers(database: Database) -> list[tuple[Any, ...]]:
    async with database.transaction() as session:
        rows = await session.execute(
            text("SELECT question_id, value, answer_group, revision FROM survey_answers ORDER BY question_id")
        )
        return [tuple(row) for row in rows]


async def told(database: Database) -> list[dict[str, Any]]:
    async with database.transaction() as session:
        rows = await session.execute(
            text("SELECT properties FROM events WHERE name = 'Survey Answered' ORDER BY occurred_at")
        )
        return list(rows.scalars())


@pytest.fixture
async def person(app) -> Any:
    async with client_of(app, None) as client:
        client.headers.update(HUMAN)
        yield client


async def test_a_click_in_a_mail_selects_and_a_button_answers(api, person, database):
    page = await link(api, await made(api))
    shown = await person.get(page, params={"a": "9"})
    assert shown.status_code == 200
    assert re.search(r'value="9"[^>]* checked', shown.text)
    assert await answers(database) == []
    sent = await person.post(page, data={"question": "score", "answer": "9"})
    assert (sent.status_code, sent.headers["location"]) == (303, page)
    assert "Why?" in (await person.get(page)).text
    assert await answers(database) == [("score", 9, "promoter", 1)]
    [event] = await told(database)
    assert (event["survey"], event["score"], event["group"], event["changed"]) == ("nps", 9, "promoter", False)
    await person.post(page, data={"question": "why", "answer": "Fast and kind"})
    assert "Thanks a lot" in (await person.get(page)).text
    assert len(await told(database)) == 2


async def test_machines_that_open_all_links_answer_nothing(api, app, database):
    page = await link(api, await made(api))
    async with client_of(app, None) as scanner:
        for agent in ("", "Mozilla/5.0", "Barracuda Sentinel", HUMAN["User-Agent"]):
            for score in range(11):
                for method in ("GET", "HEAD"):
                    got = await scanner.request(method, page, params={"a": str(score)}, headers={"User-Agent": agent})
                    assert got.status_code == 200
        doubted = await scanner.post(
            page, data={"question": "score", "answer": "0"}, headers={"User-Agent": "Barracuda"}
        )
        assert doubted.status_code == 403
        assert 'name="sure"' in doubted.text
        assert await answers(database) == []
        again = {"question": "score", "answer": "0", "sure": "1"}
        assert (await scanner.post(page, data=again, headers={"User-Agent": "Barracuda"})).status_code == 303
    assert await answers(database) == [("score", 0, "detractor", 1)]


async def test_branches_lead_on_and_answers_can_be_changed(api, person, database):
    page = await link(api, await made(api))
    await person.post(page, data={"question": "score", "answer": "8"})
    assert "Thanks a lot" in (await person.get(page)).text
    assert 'value="8"' in (await person.get(page, params={"q": "score"})).text
    for _ in range(2):  # the same answer twice is one
        await person.post(page, data={"question": "score", "answer": "3"})
    assert await answers(database) == [("score", 3, "detractor", 2)]
    assert [event["changed"] for event in await told(database)] == [False, True]
    assert "Why?" in (await person.get(page)).text
    skipped = await person.post(page, data={"question": "why", "skip": "1"})
    assert "Thanks a lot" in (await person.get(skipped.headers["location"])).text


async def test_answers_at_the_same_time_are_one_answer_and_one_event(api, person, database):
    page = await link(api, await made(api))
    sent = await asyncio.gather(*(person.post(page, data={"question": "score", "answer": "9"}) for _ in range(12)))
    assert {each.status_code for each in sent} == {303}
    assert await answers(database) == [("score", 9, "promoter", 1)]
    assert len(await told(database)) == 1
    await asyncio.gather(*(person.post(page, data={"question": "score", "answer": str(n)}) for n in range(11)))
    [(_, value, _, revision)] = await answers(database)
    events = await told(database)
    assert len(events) == revision
    assert value in {event["answer"] for event in events}


async def test_the_last_free_place_is_one_persons(api, person, database):
    survey = await made(api, quota=2)
    pages = [await link(api, survey, f"c{number}") for number in range(6)]
    sent = await asyncio.gather(*(person.post(page, data={"question": "score", "answer": "9"}) for page in pages))
    assert sorted(each.status_code for each in sent) == [303, 303, 409, 409, 409, 409]
    won = next(page for page, each in zip(pages, sent, strict=True) if each.status_code == 303)
    assert (await person.post(won, data={"question": "score", "answer": "1"})).status_code == 303


async def test_links_of_others_of_before_and_of_nobody_say_so(api, person, database):
    survey = await made(api)
    page = await link(api, survey)
    forged = page[:-2] + ("AA" if page[-2:] != "AA" else "BB")
    for wrong in (forged, "/v/x", "/v/" + "A" * 3000, "/v/%00", page + "A"):
        for method in ("GET", "POST"):
            found = await person.request(method, wrong, data={"question": "score", "answer": "9"})
            assert found.status_code in {400, 404, 414}, wrong
    wave = await api.post(f"/surveys/{survey['id']}/waves", json={"revision": survey["revision"]})
    assert wave.json()["wave"] == 2
    assert "earlier survey" in (await person.get(page)).text
    assert (await person.post(page, data={"question": "score", "answer": "9"})).status_code == 409
    anew = await link(api, wave.json())
    assert anew != page
    assert (await person.post(anew, data={"question": "score", "answer": "9"})).status_code == 303
    ended = await api.patch(f"/surveys/{survey['id']}", json={"revision": 3, "state": "ended"})
    assert ended.status_code == 200
    assert "has ended" in (await person.get(anew)).text
    assert await answers(database) == [("score", 9, "promoter", 1)]


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"question": "score", "answer": "11"}, 422),
        ({"question": "score", "answer": "-1"}, 422),
        ({"question": "score", "answer": "²"}, 422),
        ({"question": "score"}, 422),
        ({"question": "nope", "answer": "1"}, 404),
        ({}, 404),
        ({"question": "why", "answer": "x" * 4001}, 422),
        ({"question": "why", "answer": "a\x00b\u202e"}, 303),
        ({"question": "why", "answer": "x" * 70_000}, 413),
    ],
)
async def test_what_is_no_answer_is_refused(api, person, form, status):
    page = await link(api, await made(api))
    assert (await person.post(page, data=form)).status_code == status


async def test_an_app_answers_by_json(api, app):
    page = await link(api, await made(api))
    async with client_of(app, None) as client:
        asked = (await client.get(page + "/survey")).json()
        assert (asked["next"], asked["questions"][0]["highest"]) == ("score", 10)
        left = (await client.post(page + "/answers", json={"question": "score", "answer": 2})).json()
        assert (left["next"], left["answers"]) == ("why", {"score": 2})
        for wrong in ({"question": "score", "answer": True}, {"question": "score", "answer": "ten"}):
            assert (await client.post(page + "/answers", json=wrong)).status_code == 422


async def test_the_page_speaks_the_customers_language(api, person):
    page = await link(api, await made(api), "bea")
    await api.patch("/customers/bea", json={"locale": "it-IT"})
    await api.put("/customers/bea", json={"email": "bea@shop.example", "locale": "it-IT"})
    shown = (await person.get(page)).text
    assert "Ci consiglieresti?" in shown
    assert 'lang="it"' in shown


async def test_trials_count_nowhere_and_can_be_removed(api, person, database):
    survey = (await api.post("/surveys", json={"key": "draft_one", "name": "x", "survey": ASKED})).json()
    page = await link(api, survey, None)
    assert (await person.post(page, data={"question": "score", "answer": "9"})).status_code == 303
    assert await told(database) == []
    assert (await api.get(f"/surveys/{survey['id']}/answers")).json()["items"] == []
    assert (await api.delete(f"/surveys/{survey['id']}/test-answers")).json() == {"answers": 1}
    assert (await person.get(page)).status_code == 404


async def test_what_was_answered_keeps_its_questions(api, person):
    survey = await made(api)
    page = await link(api, survey)
    await person.post(page, data={"question": "score", "answer": "9"})
    texts = ASKED | {"thanks": {"en": "Many thanks"}}
    one = f"/surveys/{survey['id']}"
    assert (await api.patch(one, json={"revision": 2, "survey": texts})).status_code == 200
    other = ASKED | {"questions": ASKED["questions"][:1]}
    assert (await api.patch(one, json={"revision": 3, "survey": other})).status_code == 409
    assert (await api.patch(one, json={"revision": 2, "survey": texts})).status_code == 409
    again = await api.post("/surveys", json={"key": "nps", "name": "x", "survey": ASKED})
    assert again.status_code == 409
    found = (await api.get(f"{one}/answers", params={"group": "promoter"})).json()["items"]
    assert [each["value"] for each in found] == [9]
    assert (await api.get(f"{one}/answers", params={"search": "%"})).json()["items"] == []


async def test_an_erased_customer_leaves_no_answer(api, person, database):
    page = await link(api, await made(api))
    await person.post(page, data={"question": "why", "answer": "My name is Zoe"})
    assert (await api.post("/customers/ann/erase")).status_code == 200
    assert await answers(database) == []
    assert (await person.get(page)).status_code == 404
