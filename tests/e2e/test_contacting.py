"""Who may be contacted, as people say it in the app: limits, topics, the suppression list; roles see what they may."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from scripts import web
from stack import postgres
from stack.ports import Ports
from stack.run_folder import ROOT
from tests.e2e.browser import chromium

AXE = web.WEB / "node_modules" / "axe-core" / "axe.min.js"
_BROKEN = """() => axe.run({resultTypes: ['violations']})
  .then(({violations}) => violations.map(({id, nodes}) => [id, nodes.map(({html}) => html)]))"""
_SETTLED = "() => Promise.allSettled(document.getAnimations().map(({finished}) => finished)).then(() => null)"
_ADMIN = "an-admin-key-for-the-contacting-pages"
_PATIENCE = 60.0
PAGES = {
    "contact-policy": "Frequency & quiet hours",
    "topics": "Subscription topics",
    "suppressions": "Suppressions",
    "possible-opt-outs": "Replies to review",
}

Open = Callable[..., Page]


def _until_served(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        assert process.poll() is None, "the API ended"
        try:
            client.get("/me").raise_for_status()
        except httpx.TransportError:
            assert time.monotonic() < deadline, "the API does not answer"
            time.sleep(0.1)
        else:
            return


@pytest.fixture(scope="module")
def database(postgres_url: str) -> str:
    """The URL of a database for these tests alone."""
    return postgres.create_database(postgres_url, f"test_{uuid4().hex[:12]}", template="campaign_flow_template")


@pytest.fixture(scope="module")
def api(database: str) -> Iterator[httpx.Client]:
    """The API as a process, on a database of its own; nothing here needs a worker."""
    web.build()
    ports = Ports()
    port = ports.claim(["contacting"])["contacting"]
    process = subprocess.Popen(
        [sys.executable, "-m", "api", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "CAMPAIGN_FLOW_DATABASE_URL": database, "CAMPAIGN_FLOW_BOOTSTRAP_API_KEY": _ADMIN},
    )
    headers = {"Authorization": f"Bearer {_ADMIN}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, trust_env=False, timeout=30) as client:
        _until_served(client, process)
        yield client
    process.terminate()
    assert process.wait(timeout=_PATIENCE) == 0
    ports.release()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def open_page(browser: Browser, api: httpx.Client) -> Iterator[Open]:
    """Opens a page in a window of its own, signed in; a script that breaks fails the test."""
    complaints: list[str] = []
    contexts = []

    def begin(path: str, role: str | None = None, width: int = 1440, **options: Any) -> Page:
        key = api.post("/api-keys", json={"name": role, "role": role}).json()["key"] if role else _ADMIN
        context = browser.new_context(viewport={"width": width, "height": 900}, **{"locale": "en-GB", **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{api.base_url}/app/{path}#key={key}")
        return page

    yield begin
    for context in contexts:
        context.close()
    assert complaints == []


def _policy(api: httpx.Client) -> dict[str, Any]:
    policy: dict[str, Any] = api.get("/contact-policy").json()["policy"]
    return policy


def _forget(api: httpx.Client) -> None:
    revision = api.get("/contact-policy").json()["revision"]
    api.put("/contact-policy", json={"policy": {}, "revision": revision}).raise_for_status()


def _switch(page: Page, name: str) -> None:
    page.get_by_role("switch", name=re.compile(f"^{name}")).press("Space")


def _choose(page: Page, field: Locator, option: str) -> None:
    field.click()
    page.get_by_role("option", name=option, exact=True).click()


def test_limits_are_set_said_back_and_kept(open_page: Open, api: httpx.Client) -> None:
    _forget(api)
    page = open_page("contact-policy")
    words = page.get_by_test_id("in-words")
    expect(words).to_contain_text("As many messages as the campaigns want to send.")
    page.get_by_role("button", name="Add a cap").click()
    expect(words).to_contain_text("All channels together: at most 2 messages a day.")
    page.get_by_role("button", name="Add a cap").click()
    second = page.get_by_test_id("cap").nth(1)
    _choose(page, second.get_by_role("combobox", name="Counted"), "SMS")
    _choose(page, second.get_by_role("combobox", name="Allowed"), "None at all")
    expect(words).to_contain_text("SMS: no marketing message at all.")
    expect(page.get_by_text("stops every marketing message by SMS")).to_be_visible()
    _choose(page, second.get_by_role("combobox", name="Allowed"), "No limit")
    _choose(page, second.get_by_role("combobox", name="In"), "A rolling window")
    expect(words).to_contain_text("SMS: no limit in any 1 week.")
    expect(page.get_by_text("It does not lift the other caps.")).to_be_visible()

    tired = page.get_by_role("switch", name="Fatigue rules")
    expect(tired).to_be_disabled()
    _switch(page, "Minimum gap")
    expect(tired).to_be_enabled()
    _switch(page, "Fatigue rules")
    expect(words).to_contain_text("rests 2 times as long: 8 hours.")
    _switch(page, "Quiet hours")
    page.get_by_role("textbox", name="From").fill("22:30")
    page.get_by_role("textbox", name="Until").fill("22:30")
    save = page.get_by_role("button", name="Save the limits")
    expect(save).to_be_disabled()
    page.get_by_role("textbox", name="Until").fill("07:00")
    expect(words).to_contain_text("from 22:30 to 07:00 the next morning")
    _switch(page, "Suppress after soft bounces")
    save.click()
    expect(page.get_by_text("The limits are saved.")).to_be_visible()

    kept = _policy(api)
    assert [(cap["channel"], cap["per"], cap["limit"]) for cap in kept["caps"]] == [
        (None, "day", 2),
        ("sms", "rolling", None),
    ]
    assert kept["quiet_hours"] == {"start": "22:30:00", "end": "07:00:00"}
    assert (kept["cooldown"]["hours"], kept["fatigue"]["unopened"], kept["soft_bounces"]) == (4, 5, None)
    page.reload()
    expect(words).to_contain_text("from 22:30 to 07:00 the next morning")
    expect(save).to_have_count(0)


@pytest.mark.parametrize(("button", "limit"), [("Save mine over theirs", 2), ("Keep theirs, discard mine", 9)])
def test_two_who_change_the_limits_at_once_are_told(
    open_page: Open, api: httpx.Client, button: str, limit: int
) -> None:
    _forget(api)
    page = open_page("contact-policy")
    page.get_by_role("button", name="Add a cap").click()
    revision = api.get("/contact-policy").json()["revision"]
    theirs = {"caps": [{"limit": 9}]}
    api.put("/contact-policy", json={"policy": theirs, "revision": revision}).raise_for_status()
    page.get_by_role("button", name="Save the limits").click()
    told = page.get_by_role("alert").filter(has_text="Somebody else changed the limits")
    expect(told.get_by_text("at most 9 messages a day")).to_be_visible()
    expect(told.get_by_text("at most 2 messages a day")).to_be_visible()
    assert _policy(api)["caps"][0]["limit"] == 9
    told.get_by_role("button", name=button).click()
    expect(told).to_have_count(0)
    expect(page.get_by_test_id("in-words")).to_contain_text(f"at most {limit} messages a day")
    expect(page.get_by_role("button", name="Save the limits")).to_have_count(0)
    assert _policy(api)["caps"][0]["limit"] == limit


def test_changes_are_not_left_behind_unasked(open_page: Open, api: httpx.Client) -> None:
    _forget(api)
    page = open_page("contact-policy")
    page.get_by_role("button", name="Add a cap").click()
    page.get_by_role("link", name="Subscription topics").click()
    page.get_by_role("dialog").get_by_role("button", name="Stay here").click()
    expect(page.get_by_test_id("cap")).to_have_count(1)
    page.get_by_role("link", name="Subscription topics").click()
    page.get_by_role("dialog").get_by_role("button", name="Leave, discard changes").click()
    expect(page.get_by_role("heading", name="Subscription topics", level=1)).to_be_visible()
    assert _policy(api)["caps"] == []


def test_a_topic_is_made_changed_and_deleted(open_page: Open, api: httpx.Client) -> None:
    page = open_page("topics")
    page.get_by_role("button", name="New topic").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name").fill("Fashion shows & più")
    expect(dialog.get_by_role("textbox", name="Key")).to_have_value("fashion-shows-piu")
    dialog.get_by_role("radio", name="Opt-in only").check()
    dialog.get_by_role("button", name="Save").click()
    row = page.get_by_role("row").filter(has_text="Fashion shows & più")
    expect(row).to_contain_text("Opt-in only")
    assert api.get("/topics").json()[0]["opt_in"] is True

    page.get_by_role("button", name="New topic").click()
    dialog.get_by_role("textbox", name="Name").fill("Other")
    dialog.get_by_role("textbox", name="Key").fill("fashion-shows-piu")
    expect(dialog.get_by_text("There is a topic with this key.")).to_be_visible()
    expect(dialog.get_by_role("button", name="Save")).to_be_disabled()
    page.keyboard.press("Escape")

    row.get_by_role("button", name="Fashion shows & più", exact=True).click()
    dialog.get_by_role("radio", name="Everyone except those who opted out").check()
    expect(dialog.get_by_text("everyone gets it who has not opted out")).to_be_visible()
    dialog.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("Everyone except those who opted out")
    row.get_by_role("button", name="Delete").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No topics yet")).to_be_visible()
    assert api.get("/topics").json() == []


def test_an_address_is_suppressed_found_and_lifted(open_page: Open, api: httpx.Client) -> None:
    page = open_page("suppressions")
    page.get_by_role("button", name="Suppress an address").click()
    dialog = page.get_by_role("dialog")
    address = dialog.get_by_role("textbox", name="E-mail address")
    address.fill("nobody")
    dialog.get_by_role("button", name="Suppress").click()
    expect(dialog.get_by_text("is not an e-mail address").first).to_be_visible()
    address.fill("Grace@Shop.example")
    dialog.get_by_role("button", name="Suppress").click()
    expect(dialog).to_be_hidden()
    row = page.get_by_role("row").filter(has_text="grace@shop.example")
    expect(row).to_contain_text("Manual")
    page.get_by_role("textbox", name="Search an address").fill("nowhere")
    expect(page.get_by_text("No address on the list matches")).to_be_visible()
    page.get_by_role("textbox", name="Search an address").fill("GRACE")
    row.get_by_role("button", name="Remove").click()
    expect(dialog).to_contain_text("Ask why before you lift it.")
    dialog.get_by_role("button", name="Remove from list").click()
    expect(row).to_have_count(0)
    assert api.get("/suppressions").json()["items"] == []


@pytest.fixture
def filled(api: httpx.Client) -> Iterator[None]:
    """Something on each page."""
    revision = api.get("/contact-policy").json()["revision"]
    policy = {"caps": [{"limit": 2}, {"channel": "sms", "limit": 0}], "cooldown": {"hours": 4}}
    api.put("/contact-policy", json={"policy": policy, "revision": revision}).raise_for_status()
    api.put("/topics/offers", json={"name": "Offers", "opt_in": True}).raise_for_status()
    ada = {"channel": "email", "address": "ada@shop.example"}
    api.post("/suppressions", json=ada).raise_for_status()
    yield
    api.post("/suppressions/lift", json=ada).raise_for_status()
    api.delete("/topics/offers").raise_for_status()


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("viewer", set()),
        ("marketer", {"New topic", "Delete “Offers”", "Suppress an address"}),
        ("operator", {"Add a cap", "New topic", "Delete “Offers”", "Suppress an address", "Remove ada@shop.example"}),
    ],
)
def test_nobody_is_offered_what_would_be_refused(open_page: Open, role: str, offered: set[str]) -> None:
    known = {"Add a cap", "New topic", "Delete “Offers”", "Suppress an address", "Remove ada@shop.example"}
    seen: set[str] = set()
    page = open_page("contact-policy", role)
    for path, text in (("contact-policy", "at most 2 messages"), ("topics", "Offers"), ("suppressions", "ada@")):
        page.get_by_role("link", name=PAGES[path]).click()
        expect(page.get_by_role("heading", name=PAGES[path], level=1)).to_be_visible()
        expect(page.locator("#content").get_by_text(text).first).to_be_visible()
        seen |= {name for name in known if page.get_by_role("button", name=name, exact=True).count()}
    assert seen == offered


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (390, "light")])
def test_axe_finds_nothing_and_nothing_is_cut_off(open_page: Open, width: int, scheme: str) -> None:
    for path in (*PAGES, "topics?new", "suppressions?new"):
        page = open_page(path, width=width, color_scheme=scheme)
        expect(page.get_by_role("heading", name=PAGES[path.removesuffix("?new")], level=1)).to_be_visible()
        if path.endswith("?new"):
            expect(page.get_by_role("dialog")).to_be_visible()
        expect(page.get_by_role("status", name="Loading…")).to_have_count(0)
        page.evaluate(_SETTLED)
        page.evaluate(AXE.read_text())
        assert page.evaluate(_BROKEN) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_it_is_said_in_italian(open_page: Open, api: httpx.Client) -> None:
    _forget(api)
    page = open_page("contact-policy", locale="it-IT")
    expect(page.get_by_role("heading", name="Frequenza e ore di quiete", level=1)).to_be_visible()
    expect(page.get_by_test_id("in-words")).to_contain_text("A qualsiasi ora del giorno.")


def _written_by(database: str, number: str, text: str) -> None:
    with psycopg.connect(database.replace("postgresql+psycopg", "postgresql")) as connection:
        connection.execute(
            """INSERT INTO possible_opt_outs (id, channel, address, text, state)
               VALUES (gen_random_uuid(), 'sms', %s, %s, 'open')""",
            (number, text),
        )


def test_a_person_decides_about_replies_that_may_ask_to_stop(open_page: Open, api: httpx.Client, database: str) -> None:
    _written_by(database, "+393331112233", "Please stop texting me")
    _written_by(database, "+393331112244", "Cancel my order")
    page = open_page("suppressions")
    page.get_by_role("link", name="Replies to review").click()
    expect(page.get_by_label("2 wait for you")).to_be_visible()
    page.get_by_role("button", name="Opt out +393331112233").click()
    expect(page.get_by_text("Please stop texting me", exact=True)).to_be_hidden()
    page.get_by_role("button", name="Dismiss the reply of +393331112244").click()
    expect(page.get_by_text("No reply to review")).to_be_visible()
    suppressed = [item["address"] for item in api.get("/suppressions", params={"reason": "stop"}).json()["items"]]
    assert suppressed == ["+393331112233"]
    page.get_by_text("Opted out", exact=True).click()
    expect(page.get_by_text("Please stop texting me", exact=True)).to_be_visible()
    viewer = open_page("possible-opt-outs?state=dismissed", role="viewer")
    expect(viewer.get_by_text("Cancel my order", exact=True)).to_be_visible()
