"""Every page of the web app, and what is asked of each of them."""

import time
from typing import Any

import httpx
from playwright.sync_api import Page, expect

from scripts import web

_AXE = web.WEB / "node_modules" / "axe-core" / "axe.min.js"
# what a message holds is its author's, and in a frame where nothing runs
_BROKEN = """() => axe.run({exclude: [['iframe']]}, {resultTypes: ['violations'], iframes: false})
    .then(({violations}) => violations)"""

_TABS = ("map", "messages", "funnel", "time", "runs", "refusals", "learned")
_PATIENCE = 30.0
_FADES_MS = 1500
NOBODY = "00000000-0000-0000-0000-000000000000"
_CUSTOMER_TABS = ("timeline", "journeys", "scores", "consents")


def paths(api: httpx.Client, slug: str) -> dict[str, str]:
    """Path -> the title of its page, or how it begins; of a campaign that runs and of what it left behind."""
    journey = _first(api, f"/campaigns/{slug}/journeys")
    message = _first(api, "/messages")
    template = _first(api, "/templates")
    segment = _first(api, "/segments")
    name = _first(api, f"/campaigns/{slug}")["name"]
    customer = api.get(f"/customers/{journey['external_id']}").json()
    known = f"/customers/{customer['external_id']}"
    monitor = f"/campaigns/{slug}/monitor"
    return {
        "/": "Home",
        "/campaigns": "Campaigns",
        "/campaigns?new": "Campaigns",
        f"/campaigns/{slug}/edit": name,
        **{f"{monitor}?tab={tab}": name for tab in _TABS},
        f"{monitor}?tab=map&run={journey['run_id']}&node={journey['node_id']}": name,
        "/campaigns/nobody/monitor": "This is not there",
        "/customers": "Customers",
        **{f"{known}?tab={tab}": customer["first_name"] for tab in _CUSTOMER_TABS},
        f"{known}?tab=why&campaign={slug}": customer["first_name"],
        f"/journeys/{journey['id']}": "Journey",
        "/segments": "Segments",
        "/segments/new": "New segment",
        f"/segments/{segment['id']}": segment["name"],
        "/templates": "Templates",
        f"/templates/{template['id']}": template["name"],
        f"/messages?campaign={slug}&state=delivered": "Messages",
        f"/messages/{message['id']}": "",
        "/shop": "Shop",
        "/status": "Status",
        "/models": "Predictive models",
        f"/models/{NOBODY}": "This is not there",
        "/clusters": "Behavioural clusters",
        "/contact-policy": "Frequency & quiet hours",
        "/topics?new": "Subscription topics",
        "/suppressions": "Suppressions",
        "/imports?new": "Imports",
        f"/imports/{_imported(api)['id']}": "people.csv",
        "/sandbox": "Test inbox",
        "/audit": "Audit log",
        "/keys": "API keys",
        "/nowhere": "There is no such page",
    }


def hours_flow() -> dict[str, Any]:
    """A wait for the best hour, and a note beside it."""
    until = {"kind": "best_hour", "within_hours": 24}
    nodes = [
        {"id": "in", "type": "entry", "position": {"x": 0, "y": 0}, "data": {"trigger": {"kind": "api"}}},
        {"id": "hour", "type": "wait", "position": {"x": 0, "y": 150}, "data": {"label": "Their hour", "until": until}},
        {"id": "end", "type": "end", "position": {"x": 0, "y": 300}, "data": {}},
    ]
    edges = [
        {"id": f"{source}:next", "source": source, "sourceHandle": "next", "target": target}
        for source, target in (("in", "hour"), ("hour", "end"))
    ]
    note = {"id": "note", "text": "Ask Legal", "colour": "pink", "position": {"x": 0, "y": 450}}
    return {"nodes": nodes, "edges": edges, "notes": [note], "settings": {}}


def _first(api: httpx.Client, path: str) -> dict[str, Any]:
    """What is there, or the first of them, once there is one: a launch was answered before anything was sent."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        answer: dict[str, Any] = api.get(path).raise_for_status().json()
        if answer.get("items", True):
            return answer["items"][0] if "items" in answer else answer
        assert time.monotonic() < deadline, f"nothing at {path} within {_PATIENCE:.0f} s"
        time.sleep(0.2)


def _imported(api: httpx.Client) -> dict[str, Any]:
    """An import one of whose rows is refused."""
    query = {"kind": "customers", "format": "csv", "name": "people.csv"}
    rows = b"external_id,email\nnew-1,one@people.example\n,two@people.example\n"
    kind = {"Content-Type": "application/octet-stream"}
    answer: dict[str, Any] = api.post("/imports", params=query, content=rows, headers=kind).raise_for_status().json()
    return answer


def settled(page: Page) -> None:
    """Wait until nothing on the page is being loaded."""
    expect(page.locator("h1").first).to_be_attached()
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)


def broken(page: Page) -> list[str]:
    """What axe finds wrong with the page, in words; and whether it is wider than the screen."""
    page.evaluate(_AXE.read_text())
    found = page.evaluate(_BROKEN)
    if found:  # perhaps the colours of what is fading in, or a title that is not there yet
        page.wait_for_timeout(_FADES_MS)
        found = page.evaluate(_BROKEN)
    wrong = [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]
    over: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [*wrong, f"{over} pixels too wide"] if over > 0 else wrong


def broken_in_any_look(page: Page) -> list[str]:
    """What is wrong with the page on a desktop and on a telephone."""
    wrong = []
    for width in (1440, 360):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(100)
        wrong += [f"{width}: {each}" for each in broken(page)]
    return wrong
