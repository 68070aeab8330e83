"""The home page and the lists behind it, as somebody uses them who signs in."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.api.drawing import flow
from tests.e2e import shop
from tests.e2e.builder import Builder, typed
from tests.e2e.conftest import small_shop
from tests.e2e.pages import broken, broken_in_any_look, settled

_MILAN = {"kind": "attribute", "name": "city", "op": "eq", "value": "Milan"}
_WEEKLY = {"timezone": "Europe/Rome", "recurrence": {"frequency": "daily", "time": "17:05"}}
_REACHED = 5
_PATIENCE = 60.0

Open = Callable[..., Builder]


@pytest.fixture(scope="module")
def state() -> Iterator[dict[str, Any]]:
    """A stack of this file's own: Home sums up what all campaigns send."""
    yield from small_shop()


@pytest.fixture(scope="module")
def campaigns(state: dict[str, Any]) -> None:
    """One that greeted five customers and is paused, one that its schedule launches daily, one that is a draft."""
    with shop.client(state) as api:
        for slug, name, drawn in (
            ("greeting", "Greeting", flow()),
            (
                "daily-offer",
                "Daily offer",
                flow({"kind": "segment", "condition": _MILAN}, settings={"schedule": _WEEKLY}),
            ),
            ("spring", "Spring sale", flow()),
        ):
            api.post("/campaigns", json={"slug": slug, "name": name, "flow": drawn}).raise_for_status()
        for slug in ("greeting", "daily-offer"):
            api.post(f"/campaigns/{slug}/publish").raise_for_status()
        api.put("/campaigns/daily-offer/schedule").raise_for_status()
        names = [{"external_id": f"person-{number}"} for number in range(_REACHED)]
        api.post("/campaigns/greeting/journeys", json={"customers": names, "idempotency_key": "1"}).raise_for_status()
        _until(lambda: _sent(api) >= _REACHED)
        api.post("/campaigns/greeting/pause").raise_for_status()
        _until(lambda: bool(api.get("/upcoming-launches").json()["launches"]))


def _sent(api: httpx.Client) -> int:
    sent: int = api.get("/home/performance").json()["now"]["sent"]
    return sent


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "nothing came of it"
        time.sleep(0.3)


def _section(page: Page, name: str) -> Any:
    return page.get_by_role("region", name=name, exact=True)


@pytest.mark.usefixtures("campaigns")
def test_home_tells_what_was_sent_what_needs_somebody_and_what_runs_next(open_builder: Open) -> None:
    page = open_builder().page
    expect(_section(page, "Sent")).to_contain_text(str(_REACHED))
    expect(_section(page, "Sent")).to_contain_text("nothing before")
    expect(_section(page, "Open rate")).to_contain_text("–")
    page.get_by_text("7 days", exact=True).click()
    expect(page.get_by_text("Compared with the 7 days before.", exact=False)).to_be_visible()
    expect(_section(page, "Next launches")).to_contain_text("Europe/Rome")
    expect(_section(page, "Next launches").get_by_role("link", name="Daily offer")).to_have_count(8)
    page.get_by_role("button", name="more launches").click()
    expect(_section(page, "Next launches").get_by_role("link", name="Daily offer")).to_have_count(14)

    steps = _section(page, "First steps")
    expect(steps).to_contain_text("3 of 7 done")
    expect(steps.get_by_role("link", name="New campaign")).to_have_count(0)
    steps.get_by_role("button", name="Hide first steps").click()
    expect(steps).to_have_count(0)
    page.reload()
    expect(_section(page, "Sent")).to_be_visible()
    expect(steps).to_have_count(0)

    _section(page, "Needs attention").get_by_role("link", name="Greeting is paused").click()
    expect(page.get_by_role("heading", name="Greeting")).to_be_visible()


@pytest.mark.usefixtures("campaigns")
def test_lists_are_sought_sorted_and_followed_by_a_click_on_a_row(open_builder: Open) -> None:
    page = open_builder().page
    page.get_by_role("link", name="Campaigns", exact=True).click()
    rows = page.get_by_role("table", name="Campaigns").locator("tbody tr")
    greeting = rows.filter(has_text="Greeting")
    expect(greeting.get_by_role("cell").nth(4)).to_have_text(str(_REACHED))
    expect(rows.filter(has_text="Daily offer")).to_contain_text("17:05")
    page.get_by_role("button", name="Sent", exact=True).click()
    expect(rows.first).to_contain_text("Greeting")
    expect(page.get_by_role("columnheader", name="Sent")).to_have_attribute("aria-sort", "descending")
    typed(page.get_by_role("textbox", name="Find a campaign"), "nothing like it")
    page.get_by_role("button", name="Clear search and filter").click()
    typed(page.get_by_role("textbox", name="Find a campaign"), "spring")
    expect(rows).to_have_count(1)
    rows.first.get_by_role("cell").nth(6).click()
    expect(page.get_by_test_id("saving")).to_be_visible()

    page.goto(page.url.split("/app/")[0] + "/app/customers")
    expect(page.get_by_text(f"{shop.CUSTOMERS} customers", exact=True)).to_be_visible()
    typed(page.get_by_role("textbox", name="Name, e-mail, phone or id"), "person-7")
    expect(page.get_by_text("1 customer", exact=True)).to_be_visible()
    page.get_by_role("table").locator("tbody tr").first.get_by_role("cell").nth(2).click()
    expect(page.get_by_role("heading", name="Person 7")).to_be_visible()


@pytest.mark.usefixtures("campaigns")
def test_axe_finds_nothing_and_nothing_is_too_wide(open_builder: Open) -> None:
    page = open_builder(reduced_motion="reduce").page
    wrong = {}
    for path in ("", "campaigns", "calendar?view=month"):
        page.goto(page.url.split("/app/")[0] + f"/app/{path}")
        settled(page)
        wrong[path] = broken_in_any_look(page)
    assert not any(wrong.values()), wrong


@pytest.mark.usefixtures("campaigns")
def test_it_is_said_in_italian(open_builder: Open, state: dict[str, Any]) -> None:
    page = open_builder().page
    page.get_by_role("button", name="Account").click()
    page.get_by_text("Italiano").click()
    expect(_section(page, "Da controllare").get_by_role("link", name="Greeting è in pausa")).to_be_visible()

    # whoever signs in next begins at the beginning, not on this person's last page
    page.get_by_role("link", name="Chiavi API").click()
    expect(page.get_by_role("heading", level=1, name="Chiavi API")).to_be_visible()
    page.get_by_role("button", name="Utente").click()
    page.get_by_text("Esci", exact=True).click()
    typed(page.get_by_label("Chiave API", exact=True), state["keys"]["api_key"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Home")).to_be_visible()


@pytest.mark.usefixtures("campaigns")
def test_campaigns_are_tagged_filed_found_and_paused_several_at_a_time(open_builder: Open) -> None:
    page = open_builder().page
    page.get_by_role("link", name="Campaigns", exact=True).click()
    for name in ("Daily offer", "Spring sale"):
        page.get_by_role("checkbox", name=f"Select {name}").click()
    actions = page.get_by_role("toolbar", name="Actions on the selected campaigns")
    expect(actions).to_contain_text("2 selected")
    actions.get_by_role("button", name="Tags").click()
    typed(page.get_by_role("dialog").get_by_label("Tags").first, "Offers")
    page.keyboard.press("Enter")
    page.keyboard.type("2026")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    actions.get_by_role("button", name="Move to folder").click()
    typed(page.get_by_role("dialog").get_by_label("Folder").first, "Seasonal")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()

    table = page.get_by_role("table", name="Campaigns")
    page.get_by_label("Folder").first.click()
    page.get_by_role("option", name="Seasonal").click()
    expect(page.get_by_role("status").filter(has_text="2 campaigns")).to_be_visible()
    expect(table.get_by_text("Offers", exact=True)).to_have_count(2)
    page.reload()
    expect(page.get_by_role("status").filter(has_text="2 campaigns")).to_be_visible()
    typed(page.get_by_role("textbox", name="Find a campaign"), "daily")
    expect(page.get_by_role("status").filter(has_text="1 campaign")).to_be_visible()

    page.get_by_role("checkbox", name="Select all").click()
    page.get_by_role("button", name="Pause 1 campaign").click()
    expect(table.get_by_text("Paused")).to_be_visible()
    page.get_by_role("button", name="Resume 1 campaign").click()
    expect(table.get_by_text("Active")).to_be_visible()
    assert broken(page) == []
