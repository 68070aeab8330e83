"""What a launch would come to, said before it: audience, reach, exclusions, and whom a template fails for."""

from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest

from campaigns.review_cost import dearest
from domain.flow import Flow
from domain.vocabulary import Channel
from ingestion.inbound_sms import record_replies
from providers.base import Reply
from store.database.engine import Database
from tests.api.drawing import create, flow

_BODY = "<mjml><mj-body><mj-section><mj-column><mj-text>{text}</mj-text></mj-column></mj-section></mj-body></mjml>"


def mail(text: str) -> dict[str, object]:
    return {
        "id": "mail",
        "type": "send_email",
        "data": {"content": {"channel": "email", "subject": "News", "mjml": _BODY.format(text=text)}},
    }


def drawn(text: str) -> dict[str, object]:
    entry = {"kind": "segment", "condition": {"kind": "tag", "tag": "reviewed"}}
    made = flow(entry)
    made["nodes"][1] = mail(text)
    made["edges"] = [
        {"id": "e1", "source": "entry", "target": "mail"},
        {"id": "e2", "source": "mail", "target": "end"},
    ]
    return made


@pytest.fixture
async def people(api: httpx.AsyncClient) -> None:
    """Four with the tag: one without an address, one who refused e-mail, one without a tier."""
    people: list[dict[str, object]] = [
        {"external_id": "r-1", "email": "r1@people.example", "attributes": {"tier": "gold"}},
        {"external_id": "r-2", "email": "r2@people.example", "attributes": {"tier": "gold"}},
        {"external_id": "r-3", "email": "r3@people.example"},
        {"external_id": "r-4"},
        {"external_id": "r-5", "email": "r5@people.example"},
    ]
    tagged: list[dict[str, object]] = [{**person, "tags": ["reviewed"]} for person in people[:4]]
    body = {"customers": [*tagged, *people[4:]]}
    (await api.post("/customers/bulk", json=body)).raise_for_status()
    refusal = {"consents": [{"channel": "email", "status": "unsubscribed"}]}
    (await api.put("/customers/r-2/consents", json=refusal)).raise_for_status()


async def test_a_review_counts_who_is_reached_and_who_is_not(api: httpx.AsyncClient, people: None):
    slug = await create(api, drawn("Hello"))
    review = (await api.get(f"/campaigns/{slug}/review")).raise_for_status().json()
    assert (review["audience"], review["checked"], review["kept_out"], review["unreachable"]) == (4, 4, 0, 2)
    (email,) = review["channels"]
    assert (email["channel"], email["reachable"]) == ("email", 2)
    assert email["blocked"] == {"no_address": 1, "consent": 1}
    assert (review["failing"], review["failures"]) == (0, [])
    assert review["seconds"] > 0


async def test_a_review_says_whom_a_template_fails_for(api: httpx.AsyncClient, people: None):
    slug = await create(api, drawn("Tier {{ attributes.tier }}"))
    review = (await api.get(f"/campaigns/{slug}/review")).json()
    assert review["failing"] == 1
    (failure,) = review["failures"]
    assert (failure["node_id"], failure["customers"], failure["examples"]) == ("mail", 1, ["r-3"])
    assert "attributes.tier has no value" in failure["reason"]


async def test_an_empty_list_fails_for_nobody(api: httpx.AsyncClient, people: None):
    slug = await create(api, drawn("{% for product in recommended_products %}{{ product.name }}{% endfor %}"))
    assert (await api.get(f"/campaigns/{slug}/review")).json()["failing"] == 0


async def test_who_enters_one_by_one_is_no_audience(api: httpx.AsyncClient):
    slug = await create(api)
    review = (await api.get(f"/campaigns/{slug}/review")).json()
    assert (review["audience"], review["channels"], review["seconds"]) == (None, [], None)


async def test_a_review_counts_who_has_not_consented_where_consent_is_asked_for(api: httpx.AsyncClient, people: None):
    policy = {"policy": {"opt_in_channels": ["email"]}, "revision": 0}
    (await api.put("/contact-policy", json=policy)).raise_for_status()
    consent = {"consents": [{"channel": "email", "status": "subscribed"}]}
    (await api.put("/customers/r-1/consents", json=consent)).raise_for_status()
    slug = await create(api, drawn("Hello"))
    (email,) = (await api.get(f"/campaigns/{slug}/review")).raise_for_status().json()["channels"]
    assert (email["reachable"], email["blocked"]) == (1, {"no_address": 1, "consent": 2})


@pytest.mark.parametrize(
    ("content", "reachable", "blocked"),
    [
        ({"template_sid": "HX" + "0" * 32}, 2, {"consent": 1}),
        ({"body": "Hello"}, 1, {"consent": 1, "session_closed": 1}),
    ],
    ids=["template", "free text"],
)
async def test_a_broadcast_by_whatsapp_is_reviewed_with_consent_and_session(
    api: httpx.AsyncClient, database: Database, content: dict[str, object], reachable: int, blocked: dict[str, int]
):
    """One wrote lately, one agreed and did not write, one did neither."""
    body = {"customers": [{"external_id": f"w-{n}", "phone": f"+3933312345{n}0", "tags": ["chat"]} for n in (1, 2, 3)]}
    (await api.post("/customers/bulk", json=body)).raise_for_status()
    for name in ("w-1", "w-2"):
        agreed = {"consents": [{"channel": "whatsapp", "status": "subscribed"}]}
        (await api.put(f"/customers/{name}/consents", json=agreed)).raise_for_status()
    reply = Reply(uuid4(), "twilio", Channel.WHATSAPP, "+393331234510", "Is it in?", {})
    async with database.transaction() as session:
        await record_replies(session, [reply], now=datetime.now(UTC))
    said = {
        "audience": {"condition": {"kind": "tag", "tag": "chat"}},
        "message": {"channel": "whatsapp", "content": {"channel": "whatsapp", **content}},
    }
    made = (await api.post("/broadcasts", json={"name": "Chat", "broadcast": said})).raise_for_status().json()
    review = (await api.get(f"/broadcasts/{made['id']}/review")).raise_for_status().json()
    (channel,) = review["channels"]
    assert (channel["channel"], channel["reachable"], channel["blocked"]) == ("whatsapp", reachable, blocked)


async def test_a_review_counts_whom_limits_delay_and_whom_they_leave_out(api: httpx.AsyncClient, people: None):
    policy = {"caps": [{"channel": "email", "per": "day", "limit": 0}], "opt_in_channels": []}
    (await api.put("/contact-policy", json={"policy": policy, "revision": 0})).raise_for_status()
    slug = await create(api, drawn("Hello"))
    review = (await api.get(f"/campaigns/{slug}/review")).raise_for_status().json()
    (email,) = review["channels"]
    # nothing lifts a cap of nothing: it is no delay
    assert (email["reachable"], email["blocked"]) == (0, {"no_address": 1, "consent": 1, "cap": 2})
    assert (email["delayed"], email["delayed_until"], review["unreachable"]) == ({}, None, 4)


async def test_a_review_says_by_when_quiet_hours_let_them_through_and_on_whose_clock(
    api: httpx.AsyncClient, people: None
):
    for name in ("r-1", "r-3"):
        (await api.put(f"/customers/{name}", json={"timezone": "Asia/Tokyo"})).raise_for_status()
    quiet = {"quiet_hours": {"start": "00:00", "end": "23:59"}, "opt_in_channels": []}
    (await api.put("/contact-policy", json={"policy": quiet, "revision": 0})).raise_for_status()
    slug = await create(api, drawn("Hello"))
    review = (await api.get(f"/campaigns/{slug}/review")).raise_for_status().json()
    (email,) = review["channels"]
    assert (email["reachable"], email["delayed"]) == (2, {"quiet_hours": 2})
    assert email["delayed_until"] is not None
    assert {each["timezone"]: each["customers"] for each in review["zones"]}["Asia/Tokyo"] == 2


async def test_a_review_says_what_is_spent_on_the_dearest_way(api: httpx.AsyncClient, people: None):
    shop = {"currency": "EUR", "message_costs": {"email": 800, "sms": 45_000}, "revision": 0}
    saved = (await api.put("/shop", json=shop)).raise_for_status().json()
    assert saved["message_costs"] == {"email": 800, "sms": 45_000}
    slug = await create(api, drawn("Hello"))
    # two of four are reached, by one e-mail each
    assert (await api.get(f"/campaigns/{slug}/review")).json()["cost"] == {"currency": "EUR", "amount": 0.0}
    dear = {"currency": "EUR", "message_costs": {"email": 8_000_000}, "revision": saved["revision"]}
    (await api.put("/shop", json=dear)).raise_for_status()
    assert (await api.get(f"/campaigns/{slug}/review")).json()["cost"] == {"currency": "EUR", "amount": 16.0}
    none = {"currency": "EUR", "message_costs": {}, "revision": saved["revision"] + 1}
    (await api.put("/shop", json=none)).raise_for_status()
    assert (await api.get(f"/campaigns/{slug}/review")).json()["cost"] is None


def test_the_dearest_way_takes_one_branch():
    made = Flow.model_validate(flow())
    assert dearest(made, {"hello": 3}) == 3
    split = flow()
    entry, hello, end = split["nodes"]
    arms = [{"id": "a", "label": "A", "weight": 50}, {"id": "b", "label": "B", "weight": 50}]
    split["nodes"] = [
        entry,
        {"id": "s", "type": "random_split", "data": {"arms": arms}},
        hello,
        {**hello, "id": "two"},
        end,
    ]
    ways = [
        ("entry", "next", "s"),
        ("s", "a", "hello"),
        ("s", "b", "two"),
        ("hello", "next", "end"),
        ("two", "next", "end"),
    ]
    split["edges"] = [
        {"id": str(index), "source": source, "sourceHandle": port, "target": target}
        for index, (source, port, target) in enumerate(ways)
    ]
    assert dearest(Flow.model_validate(split), {"hello": 5, "two": 3}) == 5
