"""A person watches a campaign, opens one customer, acts as a recipient, and sees the campaign move."""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from scripts import web
from stack import examples
from tests.api import drawing
from tests.e2e import pages, predictions, shop
from tests.e2e.browser import chromium
from tests.e2e.builder import Builder, typed
from tests.e2e.runs import Run

PATIENCE = 30_000
SLUG = "win-back"
Visit = Callable[..., Page]
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def state() -> Iterator[dict[str, Any]]:
    """A stack where the win-back has been launched to everybody; its recipients do nothing by themselves."""
    web.build()
    folder = Path(tempfile.mkdtemp(prefix="campaign-flow-e2e-"))
    run = Run("stack.serve", folder / "run")
    run.until_ready()
    shop.fill(run.state())
    with shop.client(run.state()) as api:
        _launch(api)
    yield run.state()
    run.end()
    shutil.rmtree(folder, ignore_errors=True)


def _launch(api: Any) -> None:
    example = examples.read("win_back")
    segment = example.segments[0]["condition"]
    api.post("/segments", json={"name": "Everybody asleep", "condition": segment}).raise_for_status()
    body = {"example": "win_back", "slug": SLUG, "name": "Win-back"}
    api.post("/campaigns/from-template", json=body).raise_for_status()
    for step in ("publish", "launch"):
        api.post(f"/campaigns/{SLUG}/{step}", json={}).raise_for_status()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def visit(browser: Browser, state: dict[str, Any]) -> Iterator[Visit]:
    """Opens a page of the app, signed in; a page that throws fails the test."""
    contexts, thrown = [], []

    def go(path: str, *, key: str = state["keys"]["api_key"], **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, "locale": "en-GB", **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: thrown.append(str(error)))
        page.goto(f"{state['urls']['api']}/app{path}#key={key}")
        return page

    yield go
    for context in contexts:
        context.close()
    assert thrown == []


def figure(page: Page, label: str) -> Locator:
    """The number under that heading at the top of the monitor."""
    return page.locator(".mantine-Paper-root", has=page.get_by_text(label, exact=True)).locator(".figures").first


def test_the_monitor_moves_by_itself_and_leads_to_each_customer(visit: Visit, state: dict[str, Any]) -> None:
    page = visit(f"/campaigns/{SLUG}/monitor")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    expect(figure(page, "Entered")).to_have_text(str(shop.CUSTOMERS))
    waits = page.locator(".watched", has_text="E-mail: wait 2 days")
    expect(waits.locator(".watched-inside")).to_be_visible()
    expect(page.locator(".flow-count", has_text=re.compile(f"^{shop.CUSTOMERS}$")).first).to_be_visible()

    waits.click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("cell", name="Active here")).to_be_visible()
    person = drawer.get_by_role("link", name=re.compile("^Person ")).first
    name, external_id = person.inner_text(), person.get_attribute("title")
    with shop.client(state) as api:
        order = {"userId": external_id, "event": "Order Completed", "properties": {"order_id": "now", "revenue": 55}}
        write_key = (state["keys"]["write_key"], "")
        api.post("/v1/track", json={**order, "messageId": f"now-{external_id}"}, auth=write_key).raise_for_status()
    expect(figure(page, "Conversions")).to_have_text("1")
    expect(figure(page, "Revenue from goals")).to_contain_text("55.00")

    drawer.get_by_text("Exit: reached the goal (1)").click()
    drawer.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Person")
    expect(page.get_by_text("In no campaign now.")).to_be_visible()
    page.get_by_role("tab", name="Journeys").click()
    expect(page.get_by_text("did Order Completed")).to_be_visible()


def _waiting_for_a_call(slug: str) -> dict[str, Any]:
    """A campaign whose customers wait for the event "Called", and get an SMS then."""
    body = "Hello. Reply STOP to opt out."
    nodes = [
        {"id": "entry", "type": "entry", "data": {"trigger": {"kind": "event", "on": {"event": "Asked"}}}},
        {
            "id": "call",
            "type": "wait_event",
            "data": {"timeout": {"days": 2}, "branches": [{"id": "called", "on": {"event": "Called"}}]},
        },
        {"id": "sms", "type": "send_sms", "data": {"content": {"channel": "sms", "body": body}}},
        {"id": "done", "type": "end", "data": {"reason": "done"}},
    ]
    edges = [
        {"id": "1", "source": "entry", "target": "call"},
        {"id": "2", "source": "call", "sourceHandle": "called", "target": "sms"},
        {"id": "3", "source": "call", "sourceHandle": "timeout", "target": "done"},
        {"id": "4", "source": "sms", "target": "done"},
    ]
    return {"slug": slug, "name": "Call", "flow": {"nodes": nodes, "edges": edges}}


def test_a_pause_says_what_it_does_and_holds_each_at_their_next_step(visit: Visit, state: dict[str, Any]) -> None:
    def tell(event: str) -> None:
        body = {"userId": "person-3", "event": event, "messageId": f"call-{event}"}
        api.post("/v1/track", json=body, auth=(state["keys"]["write_key"], "")).raise_for_status()

    with shop.client(state) as api:
        api.post("/campaigns", json=_waiting_for_a_call("call")).raise_for_status()
        api.post("/campaigns/call/publish", json={}).raise_for_status()
        tell("Asked")
        page = visit("/campaigns/call/monitor")
        expect(figure(page, "Active")).to_have_text("1")
        page.get_by_role("button", name="Pause", exact=True).click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_text("Nothing is sent.", exact=False)).to_be_visible()
        dialog.get_by_role("button", name="Pause", exact=True).click()
        expect(page.get_by_role("button", name="Resume", exact=True)).to_be_visible()
        tell("Called")
        expect(page.get_by_text("1 paused", exact=True)).to_be_visible()
        page.get_by_role("button", name="Resume", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name="Resume", exact=True).click()
        expect(page.get_by_text("1 paused", exact=True)).to_be_hidden()
        expect(figure(page, "Active")).to_have_text("0")


def test_whom_a_pause_kept_out_is_told_with_the_reason(visit: Visit, state: dict[str, Any]) -> None:
    slug, event = "thanks", {"kind": "event", "on": {"event": "Thanked"}}
    with shop.client(state) as api:
        drawn = {"slug": slug, "name": "Thanks", "flow": drawing.flow(event)}
        for path, body in (("/campaigns", drawn), (f"/campaigns/{slug}/publish", {}), (f"/campaigns/{slug}/pause", {})):
            api.post(path, json=body).raise_for_status()
        thanked = {"userId": "person-2", "event": "Thanked", "messageId": "thanked-2"}
        api.post("/v1/track", json=thanked, auth=(state["keys"]["write_key"], "")).raise_for_status()
    page = visit(f"/campaigns/{slug}/monitor")
    page.get_by_role("tab", name="Entry rejections").click()
    row = page.get_by_role("row", name=re.compile("^Person 2"))
    expect(row).to_contain_text("paused")
    expect(page.get_by_text("paused: 1")).to_be_visible()


def test_a_segment_says_why_somebody_is_in_and_a_persona_shows_on_their_profile(
    visit: Visit, state: dict[str, Any]
) -> None:
    condition = {"kind": "attribute", "name": "external_id", "op": "in", "value": ["person-3", "person-4"]}
    with shop.client(state) as api:
        body = {"name": "Pioneer", "description": "Came first", "persona": True, "condition": condition}
        segment = api.post("/segments", json=body).raise_for_status().json()["id"]
    page = visit(f"/segments/{segment}")
    for name, answer in (("person-3", "Is in the segment"), ("person-5", "Is not in the segment")):
        chosen = page.get_by_role("combobox", name="Why is this customer in, or not?")
        typed(chosen, name)
        page.get_by_role("option", name=re.compile(name)).click()
        expect(page.get_by_text(answer, exact=True)).to_be_visible()
        expect(page.get_by_text(f"({name})", exact=True)).to_be_visible()
    page = visit("/customers/person-3")
    now = page.get_by_role("region", name="At this moment")
    expect(now.get_by_role("heading", name="Personas")).to_be_visible()
    expect(now.get_by_role("link", name="Pioneer")).to_be_visible()
    expect(now.get_by_text("Came first")).to_be_visible()


def test_from_an_empty_canvas_to_why_one_customer_left(visit: Visit, state: dict[str, Any]) -> None:
    page = visit("/campaigns")
    builder = Builder(page, state["urls"]["api"])
    builder.begin("A word by SMS")
    page.get_by_role("button", name="Choose audience").click()
    builder.panel.get_by_role("button", name="Edit condition").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Add condition").click()
    expect(dialog.get_by_test_id("condition-count")).to_have_text(f"{shop.CUSTOMERS} customers now")
    dialog.get_by_role("button", name="Done").click()
    builder.name("Bought lately")
    builder.add_by_key("SMS")
    builder.name("Thank you")
    builder.write_here()
    builder.add_by_key("Wait")
    builder.wait_seconds(1)
    builder.name("A moment")
    builder.add_by_key("End")
    builder.name("Done")
    builder.to_mend(0)
    builder.saved()
    page.get_by_role("button", name="Review", exact=True).click()
    builder.launch()
    dialog.get_by_role("link", name="View report").click()

    expect(figure(page, "Entered")).to_have_text(str(shop.CUSTOMERS))
    expect(figure(page, "Active")).to_have_text("0", timeout=2 * PATIENCE)
    end = page.locator(".watched", has_text="Done")
    expect(end).to_contain_text(f"{shop.CUSTOMERS} exited: went to the end")
    end.click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text(f"Exit: went to the end ({shop.CUSTOMERS})")).to_be_visible()
    drawer.get_by_role("link", name=re.compile("^Person ")).first.click()
    page.get_by_role("tab", name="Journeys").click()
    page.get_by_role("tabpanel").get_by_role("link", name="A word by SMS").first.click()
    steps = page.get_by_label("Steps")
    for said in ("sent by sms with", "the wait is over", "Exit: went to the end"):
        expect(steps.get_by_text(said, exact=False)).to_be_visible()


def test_a_recipient_buys_and_the_journey_moves(visit: Visit) -> None:
    page = visit("/sandbox?channel=email")
    letter = page.get_by_role("article").last
    letter.get_by_role("button", name="Buy").click()
    expect(letter.get_by_text("bought", exact=True)).to_be_visible()
    letter.get_by_role("link", name="Its life and its journey").click()
    page.get_by_role("main").get_by_role("link", name=SLUG).click()
    expect(page.get_by_label("Steps").get_by_text("Exit: reached the goal")).to_be_visible()


def test_a_recipient_replies_stop(visit: Visit) -> None:
    page = visit("/sandbox?channel=sms")
    letter = page.get_by_role("article").first
    name = letter.get_by_role("link").first.get_attribute("title")
    letter.get_by_role("button", name="Reply").click()
    expect(letter.get_by_text("replied", exact=True)).to_be_visible()
    page = visit(f"/customers/{name}?tab=consents")
    everything = page.get_by_role("checkbox", name="Everything: SMS")
    expect(everything).not_to_be_checked()


def test_a_recipient_unsubscribes_in_the_sandbox(visit: Visit) -> None:
    page = visit("/sandbox?channel=email")
    letter = page.get_by_role("article").first
    name = letter.get_by_role("link").first.get_attribute("title")
    letter.get_by_role("button", name="Unsubscribe").click()
    expect(letter.get_by_text("unsubscribed", exact=True)).to_be_visible()
    page = visit(f"/customers/{name}?tab=consents")
    everything = page.get_by_role("checkbox", name="Everything: E-mail")
    expect(everything).to_be_visible()
    expect(everything).not_to_be_checked()


def test_figures_can_be_taken_away(visit: Visit) -> None:
    page = visit(f"/campaigns/{SLUG}/monitor?tab=messages")
    with page.expect_download() as table:
        page.get_by_role("button", name="CSV").last.click()
    lines = Path(table.value.path()).read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("Message,Sent,Attempted,Delivered")
    assert len(lines) > 2
    page.get_by_role("tab", name="Over time").click()
    with page.expect_download() as chart:
        page.get_by_role("button", name="PNG").click()
    assert Path(chart.value.path()).read_bytes().startswith(b"\x89PNG")


def test_everything_is_said_in_italian(visit: Visit) -> None:
    page = visit(f"/campaigns/{SLUG}/monitor", locale="it-IT")
    expect(page.get_by_text("In diretta", exact=True)).to_be_visible()
    expect(page.get_by_role("tab", name="Nel tempo")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_axe_finds_nothing_on_any_page(visit: Visit, state: dict[str, Any], width: int, scheme: str) -> None:
    with shop.client(state) as api:
        titles = pages.paths(api, SLUG)
    wrong = {}
    page = visit("/customers", viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce")
    for path, title in titles.items():
        page.goto(f"{state['urls']['api']}/app{path}")
        pages.settled(page)
        expect(page.locator("h1", has_text=re.compile(f"^{re.escape(title)}")).first).to_be_attached()
        if found := pages.broken(page):
            wrong[path] = found
    assert wrong == {}


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_axe_finds_nothing_on_a_wait_for_the_best_hour_and_a_note(
    visit: Visit, state: dict[str, Any], width: int, scheme: str
) -> None:
    slug = f"at-their-hour-{width}"
    with shop.client(state) as api:
        body = {"slug": slug, "name": "At their hour", "flow": pages.hours_flow()}
        api.post("/campaigns", json=body).raise_for_status()
    size = {"width": width, "height": 900}
    page = visit(f"/campaigns/{slug}/edit", viewport=size, color_scheme=scheme, reduced_motion="reduce")
    note = page.get_by_role("textbox", name="Note")
    expect(note).to_have_value("Ask Legal")
    note.click()
    expect(page.get_by_role("button", name="Remove this note")).to_be_visible()
    assert pages.broken(page) == []
    page.locator(".step", has_text="Their hour").click()
    expect(page.get_by_label("Within how many hours")).to_have_value("24")
    expect(page.get_by_text("nothing is known yet of when customers are there", exact=False)).to_be_visible()
    assert pages.broken(page) == []


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_axe_finds_nothing_on_what_was_learned(visit: Visit, state: dict[str, Any], width: int, scheme: str) -> None:
    with shop.client(state) as api:
        predictions.put_in(state, api, SLUG, "person-7")
    size = {"width": width, "height": 900}
    page = visit("/models", viewport=size, color_scheme=scheme, reduced_motion="reduce")
    wrong = {}
    for path, said in predictions.paths(SLUG, "person-7").items():
        page.goto(f"{state['urls']['api']}/app{path}")
        pages.settled(page)
        expect(page.get_by_role("main").get_by_text(said).filter(visible=True).first).to_be_visible()
        if found := pages.broken(page):
            wrong[path] = found
    assert wrong == {}


def test_what_was_learned_is_told_in_italian(visit: Visit, state: dict[str, Any]) -> None:
    with shop.client(state) as api:
        predictions.put_in(state, api, SLUG, "person-7")
    page = visit("/models", locale="it-IT")
    expect(page.get_by_role("link", name="Ore migliori")).to_be_visible()
    row = page.get_by_role("row", name=re.compile("^Rischio di abbandono"))
    expect(row.filter(has_text="1 dei tre momenti necessari hanno una storia")).to_be_visible()
    page.goto(f"{state['urls']['api']}/app/models/{predictions.model_id('purchase_30')}")
    expect(page.get_by_text("Giorni dall'ultimo ordine").first).to_be_visible()


# what the API would refuse to a viewer, by the words on it
_NOT_FOR_VIEWERS = re.compile(
    "^(New|Import|Suppress|Save|Delete|Lift|Pause|Resume|Publish|Create|Upload|Make|Revoke|Merge|Erase|Add|Unsubscribe|Buy)"
)


def test_a_viewer_meets_no_button_that_would_be_refused(visit: Visit, state: dict[str, Any]) -> None:
    with shop.client(state) as api:
        key = api.post("/api-keys", json={"name": "PendingSignals on", "role": "viewer"}).json()["key"]
        found = pages.paths(api, SLUG)
    page = visit("/campaigns", key=key)
    refused: list[str] = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status == HTTPStatus.FORBIDDEN else None)
    offered = {}
    for path in found:
        page.goto(f"{state['urls']['api']}/app{path}")
        expect(page.get_by_role("status", name="Loading")).to_have_count(0)
        buttons = page.get_by_role("button", disabled=False).or_(page.locator("a.mantine-Button-root"))
        if names := [name for name in buttons.all_inner_texts() if _NOT_FOR_VIEWERS.match(name.strip())]:
            offered[path] = names
    assert (offered, refused) == ({}, [])
    for gone in ("API keys", "Audit log"):
        expect(page.get_by_role("link", name=gone)).to_have_count(0)


def test_an_unknown_key_is_told_so(visit: Visit) -> None:
    page = visit("/campaigns", key="cf_of-nobody")
    expect(page.get_by_text("This key is unknown or was revoked.")).to_be_visible()


def test_what_was_read_stays_while_the_server_is_away(visit: Visit) -> None:
    page = visit(f"/messages?campaign={SLUG}")
    rows = page.get_by_role("table").get_by_role("row")
    expect(rows.nth(1)).to_be_visible()
    page.context.set_offline(True)
    away = page.get_by_text("What you see may be out of date", exact=False)
    expect(away).to_be_visible()
    expect(rows.nth(1)).to_be_visible()
    page.get_by_role("link", name="Imports").click()  # a page whose file was never fetched
    expect(page.get_by_role("alert").get_by_text("The server does not answer")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("heading", level=1, name="Imports")).to_be_visible()
    expect(away).to_be_hidden()
