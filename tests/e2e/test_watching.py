"""A person watches a campaign, opens one customer, acts as a recipient, and sees the campaign move."""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from scripts import web
from stack import examples
from tests.api import drawing
from tests.e2e import shop
from tests.e2e.browser import chromium
from tests.e2e.runs import Run

AXE = web.WEB / "node_modules" / "axe-core" / "axe.min.js"
# what a message holds is its author's, and in a frame where nothing runs
_BROKEN = """() => axe.run({exclude: [['iframe']]}, {resultTypes: ['violations'], iframes: false})
    .then(({violations}) => violations)"""
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
    api.post("/examples/begin", json=body).raise_for_status()
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
    return page.locator(".mantine-Paper-root", has=page.get_by_text(label, exact=True)).locator("p").nth(1)


def test_the_monitor_moves_by_itself_and_leads_to_each_customer(visit: Visit, state: dict[str, Any]) -> None:
    page = visit(f"/campaigns/{SLUG}/monitor")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    expect(figure(page, "Entered")).to_have_text(str(shop.CUSTOMERS))
    waits = page.locator(".watched", has_text="E-mail: wait 2 days")
    expect(waits.locator(".watched-inside")).to_be_visible()

    waits.click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text("Here now")).to_be_visible()
    person = drawer.get_by_role("link", name=re.compile("^person-")).first
    name = person.inner_text()
    with shop.client(state) as api:
        order = {"userId": name, "event": "Order Completed", "properties": {"order_id": "now", "revenue": 55}}
        write_key = (state["keys"]["write_key"], "")
        api.post("/v1/track", json={**order, "messageId": f"now-{name}"}, auth=write_key).raise_for_status()
    expect(figure(page, "Reached the goal")).to_have_text("1")
    expect(figure(page, "Revenue from goals")).to_have_text("55.00")

    drawer.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Person")
    expect(page.get_by_text("In no campaign now.")).to_be_visible()
    page.get_by_role("tab", name="Journeys").click()
    expect(page.get_by_text("did Order Completed")).to_be_visible()


def test_a_pause_says_what_it_does_and_holds_everybody_until_the_resume(visit: Visit) -> None:
    page = visit(f"/campaigns/{SLUG}/monitor")
    page.get_by_role("button", name="Pause", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Nothing is sent.", exact=False)).to_be_visible()
    dialog.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_text("held by the pause")).to_be_visible()
    page.get_by_role("button", name="Resume", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Resume", exact=True).click()
    expect(page.get_by_text("held by the pause")).to_be_hidden()


def test_whom_a_pause_kept_out_is_told_with_the_reason(visit: Visit, state: dict[str, Any]) -> None:
    slug, event = "thanks", {"kind": "event", "on": {"event": "Thanked"}}
    with shop.client(state) as api:
        drawn = {"slug": slug, "name": "Thanks", "flow": drawing.flow(event)}
        for path, body in (("/campaigns", drawn), (f"/campaigns/{slug}/publish", {}), (f"/campaigns/{slug}/pause", {})):
            api.post(path, json=body).raise_for_status()
        thanked = {"userId": "person-2", "event": "Thanked", "messageId": "thanked-2"}
        api.post("/v1/track", json=thanked, auth=(state["keys"]["write_key"], "")).raise_for_status()
    page = visit(f"/campaigns/{slug}/monitor")
    page.get_by_role("tab", name="Not let in").click()
    row = page.get_by_role("row", name=re.compile("^person-2"))
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
        chosen.fill(name)
        page.get_by_role("option", name=re.compile(name)).click()
        expect(page.get_by_text(answer, exact=True)).to_be_visible()
        expect(page.get_by_text(f"({name})", exact=True)).to_be_visible()
    page = visit("/customers/person-3")
    now = page.get_by_role("region", name="Now")
    expect(now.get_by_role("heading", name="Personas")).to_be_visible()
    expect(now.get_by_role("link", name="Pioneer")).to_be_visible()
    expect(now.get_by_text("Came first")).to_be_visible()


def test_a_recipient_unsubscribes_in_the_sandbox(visit: Visit) -> None:
    page = visit("/sandbox?channel=email")
    letter = page.get_by_role("article").first
    name = letter.get_by_role("link").inner_text()
    letter.get_by_role("button", name="Unsubscribe").click()
    expect(letter.get_by_text("unsubscribed", exact=True)).to_be_visible()
    page = visit(f"/customers/{name}?tab=consents")
    everything = page.get_by_role("checkbox", name="Everything: E-mail")
    expect(everything).to_be_visible()
    expect(everything).not_to_be_checked()


def test_figures_can_be_taken_away(visit: Visit) -> None:
    page = visit(f"/campaigns/{SLUG}/monitor?tab=messages")
    with page.expect_download() as table:
        page.get_by_role("button", name="CSV").click()
    lines = Path(table.value.path()).read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("Message,Sent,Delivered")
    assert len(lines) > 2
    page.get_by_role("tab", name="Over time").click()
    with page.expect_download() as chart:
        page.get_by_role("button", name="PNG").click()
    assert Path(chart.value.path()).read_bytes().startswith(b"\x89PNG")


def test_a_viewer_sees_no_button_that_would_be_refused(visit: Visit, state: dict[str, Any]) -> None:
    with shop.client(state) as api:
        key = api.post("/api-keys", json={"name": "Looks on", "role": "viewer"}).json()["key"]
    page = visit(f"/campaigns/{SLUG}/monitor", key=key)
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    for name in ("Pause", "Resume", "More actions"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    expect(page.get_by_role("link", name="API keys")).to_have_count(0)
    page = visit("/segments", key=key)
    expect(page.get_by_role("link", name="Everybody asleep")).to_be_visible()
    expect(page.get_by_role("link", name="New segment")).to_have_count(0)


def test_everything_is_said_in_italian(visit: Visit) -> None:
    page = visit(f"/campaigns/{SLUG}/monitor", locale="it-IT")
    expect(page.get_by_text("In diretta", exact=True)).to_be_visible()
    expect(page.get_by_role("tab", name="Nel tempo")).to_be_visible()


PAGES = {
    "/customers": "Customers",
    "/customers/person-1": "Person 1",
    "/customers/person-1?tab=consents": "Person 1",
    f"/customers/person-1?tab=why&campaign={SLUG}": "Person 1",
    "/segments": "Segments",
    "/segments/new": "New segment",
    "/templates": "Templates",
    "/messages": "Messages",
    "/imports?new": "Imports",
    "/sandbox": "Sandbox inbox",
    "/audit": "Audit log",
    "/keys": "API keys",
    f"/campaigns/{SLUG}/monitor?tab=map": "Win-back",
    f"/campaigns/{SLUG}/monitor?tab=messages": "Win-back",
    f"/campaigns/{SLUG}/monitor?tab=funnel": "Win-back",
    f"/campaigns/{SLUG}/monitor?tab=time": "Win-back",
    f"/campaigns/{SLUG}/monitor?tab=runs": "Win-back",
    f"/campaigns/{SLUG}/monitor?tab=refusals": "Win-back",
}


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_axe_finds_nothing_on_any_page(visit: Visit, state: dict[str, Any], width: int, scheme: str) -> None:
    wrong = {}
    page = visit("/customers", viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce")
    for path, title in PAGES.items():
        page.goto(f"{state['urls']['api']}/app{path}")
        expect(page.get_by_role("heading", level=1, name=re.compile(f"^{title}"))).to_be_visible()
        expect(page.get_by_role("status", name="Loading")).to_have_count(0)
        page.evaluate(AXE.read_text())
        found = page.evaluate(_BROKEN)
        if found:
            wrong[path] = [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, f"{path} is too wide"
    assert wrong == {}
