"""An experiment from the split's panel to its end: the better arm is rolled out, a crossed guardrail rolls back.

Recipients' habits are planted by subject (`tests.e2e.planted`); days pass in seconds.
"""

import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from scripts import web
from tests.e2e import shop
from tests.e2e.browser import chromium
from tests.e2e.builder import Builder, typed
from tests.e2e.runs import Run

PATIENCE = 150_000
PEOPLE = {"spring": 360, "autumn": 220}
"""Customers by the value of their attribute `batch`; an arm says nothing before a hundred."""


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """A stack with people to try things on."""
    web.build()
    folder = Path(tempfile.mkdtemp(prefix="campaign-flow-e2e-"))
    run = Run("tests.e2e.planted", folder / "run")
    run.until_ready()
    with shop.client(run.state()) as api:
        for batch, count in PEOPLE.items():
            people = [
                {"external_id": f"{batch}-{n}", "email": f"{batch}-{n}@people.example", "attributes": {"batch": batch}}
                for n in range(count)
            ]
            api.post("/customers/bulk", json={"customers": people}).raise_for_status()
    yield run
    run.end()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def state(run: Run) -> dict[str, Any]:
    """Where it answers."""
    return run.state()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def builder(browser: Browser, state: dict[str, Any]) -> Iterator[Builder]:
    """A signed-in window; a page that throws fails the test."""
    thrown: list[str] = []
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.on("pageerror", lambda error: thrown.append(str(error)))
    opened = Builder(page, state["urls"]["api"])
    opened.sign_in(state["keys"]["api_key"])
    yield opened
    context.close()
    assert thrown == []


def draw(api: httpx.Client, slug: str, batch: str, arms: dict[str, str | None]) -> None:
    """A published campaign of a split; each arm is an e-mail of that subject, or none at all."""
    sends = [
        {
            "id": f"mail-{arm}",
            "type": "send_email",
            "data": {"content": {"channel": "email", "subject": subject, "html": "<p>Look at this.</p>"}},
        }
        for arm, subject in arms.items()
        if subject
    ]
    split = [{"id": arm, "label": arm.upper(), "weight": 1, "holdout": not subject} for arm, subject in arms.items()]
    flow = {
        "nodes": [
            {
                "id": "entry",
                "type": "entry",
                "data": {
                    "trigger": {
                        "kind": "segment",
                        "condition": {"kind": "attribute", "name": "attributes.batch", "op": "eq", "value": batch},
                    }
                },
            },
            {"id": "split", "type": "random_split", "data": {"label": "Which subject", "arms": split}},
            *sends,
            {"id": "end", "type": "end", "data": {}},
        ],
        "edges": [
            {"id": "in", "source": "entry", "target": "split"},
            *(
                {
                    "id": f"to-{arm}",
                    "source": "split",
                    "sourceHandle": arm,
                    "target": f"mail-{arm}" if subject else "end",
                }
                for arm, subject in arms.items()
            ),
            *({"id": f"from-{each['id']}", "source": each["id"], "target": "end"} for each in sends),
        ],
    }
    api.post("/campaigns", json={"slug": slug, "name": slug.title(), "flow": flow}).raise_for_status()


def plan(builder: Builder, name: str, customers: int) -> None:
    """In the open panel of the split: write the experiment down, as a person types it."""
    page = builder.page
    builder.panel.get_by_role("button", name="Set up an experiment…").click()
    dialog = page.get_by_role("dialog")
    typed(dialog.get_by_label("Name", exact=True), name)
    typed(dialog.get_by_label("Hypothesis", exact=True), "A brighter subject is opened more often")
    typed(dialog.get_by_label("Smallest difference worth finding (points)"), "20")
    expect(dialog.get_by_test_id("power")).to_contain_text("customers")
    typed(dialog.get_by_label("Planned customers"), str(customers))
    dialog.get_by_role("button", name="Write it down").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def begin(page: Page) -> None:
    """Press "Start…" and say yes."""
    page.get_by_role("button", name="Start…").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Start the experiment").click()
    expect(page.get_by_test_id("experiment-state")).to_have_text("Running")


def widths(seen: dict[str, Any], arm: str) -> list[float]:
    """How wide the arm's interval was at each look that said something."""
    effects = [each for look in seen["looks"] for each in look["effects"] if each["arm"] == arm]
    return [each["high"] - each["low"] for each in effects if each["low"] is not None]


def test_the_better_arm_wins_by_itself(builder, state):
    page = builder.page
    with shop.client(state) as api:
        arms = {"a": "Sober news", "b": "Bright news", "c": "Dull news", "nothing": None}
        draw(api, "spring", "spring", arms)
        builder.open("spring")
        builder.step("Which subject").click()
        border = builder.panel.get_by_role("slider", name="Border behind C")
        box = border.bounding_box()
        bar = builder.panel.locator(".share-bar").bounding_box()
        assert box is not None
        assert bar is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 10)
        page.mouse.down()
        page.mouse.move(bar["x"] + bar["width"] * 0.96, box["y"] + 10, steps=6)
        page.mouse.up()
        for name, presses in (("B", 14), ("A", 7)):
            builder.panel.get_by_role("slider", name=f"Border behind {name}").focus()
            for _ in range(presses):
                page.keyboard.press("ArrowRight")
        expect(builder.panel.locator(".share-part")).to_have_text(["A 32 %", "B 32 %", "C 32 %", "NOTHING 4 %"])
        builder.saved()
        api.post("/campaigns/spring/publish").raise_for_status()
        plan(builder, "Subjects in spring", 330)
        begin(page)
        api.post("/campaigns/spring/launch", json={"key": "one"}).raise_for_status()
        expect(page.locator('[data-kind="winner_found"][data-arm="b"]')).to_be_visible(timeout=PATIENCE)
        expect(page.locator('[data-verdict="better"][data-arm="b"]')).to_contain_text("B is better than A")
        expect(page.locator('[data-kind="arm_retired"][data-arm="c"]')).to_be_visible()
        expect(page.get_by_role("img", name="The difference over time")).to_be_visible()
        expect(page.get_by_test_id("experiment-state")).to_have_text("Decided", timeout=PATIENCE)
        seen = api.get(f"/experiments/{page.url.rsplit('/', 1)[1]}").json()
    assert seen["winner"] == "b"
    assert [step["ramp"] for step in seen["decisions"] if step["kind"] == "ramped"] == [0.05, 0.25, 0.5, 1.0]
    assert seen["sample_ratio_ok"]
    wide = widths(seen, "b")
    assert wide[-1] <= wide[0]
    page.get_by_role("link", name="Experiments", exact=True).click()
    typed(page.get_by_role("textbox", name="Find by name or hypothesis"), "brighter")
    expect(page.get_by_role("link", name="Subjects in spring")).to_be_visible()


def test_a_planted_unsubscribe_rate_rolls_it_back(builder, state):
    page = builder.page
    with shop.client(state) as api:
        draw(api, "autumn", "autumn", {"a": "Sober leaves", "b": "Loud leaves"})
        api.post("/campaigns/autumn/publish").raise_for_status()
        builder.open("autumn")
        builder.step("Which subject").click()
        plan(builder, "Subjects in autumn", 2000)
        begin(page)
        api.post("/campaigns/autumn/launch", json={"key": "one"}).raise_for_status()
        expect(page.get_by_test_id("experiment-state")).to_have_text("Rolled back", timeout=PATIENCE)
        expect(page.locator('[data-kind="rolled_back"]')).to_contain_text("Unsubscribed")
        page.get_by_role("link", name="Home", exact=True).click()
        expect(page.get_by_text("Subjects in autumn: rolled back")).to_be_visible()


SEEDED = """
    WITH who AS (INSERT INTO customers (id, external_id)
                 SELECT gen_random_uuid(), 'seeded-' || g FROM generate_series(1, 600) g RETURNING id, external_id),
         a AS (INSERT INTO experiment_assignments
                      (experiment_id, customer_id, arm, counted, crossed, assigned_at, exposed_at)
               SELECT %(experiment)s, id, CASE WHEN substr(external_id, 8)::int %% 2 = 0 THEN 'a' ELSE 'b' END,
                      true, false, now() - interval '1 second', now() - interval '1 second'
                 FROM who RETURNING customer_id, arm)
    INSERT INTO events (id, occurred_at, customer_id, name, properties, source)
    SELECT gen_random_uuid(), now() - interval '0.5 seconds', customer_id, 'message_opened',
           jsonb_build_object('campaign_id', %(campaign)s::text), 'test'
      FROM a WHERE arm = 'b' OR substr(customer_id::text, 1, 1) = '0'
"""


def test_kills_between_steps_neither_repeat_nor_skip_one(run, state):
    with shop.client(state) as api:
        draw(api, "winter", "nobody", {"a": "Sober snow", "b": "Bright snow"})
        api.post("/campaigns/winter/publish").raise_for_status()
        said = {
            "hypothesis": "Steps are taken once",
            "control": "a",
            "primary": {"event": "message_opened"},
            "planned_customers": 600,
            "win": "any_look",
        }
        body = {"campaign": "winter", "node_id": "split", "name": "Subjects in winter", "plan": said}
        made = api.post("/experiments", json=body).raise_for_status().json()
        api.post(f"/experiments/{made['id']}/start").raise_for_status()
        campaign = api.get("/campaigns/winter").json()["id"]
    with psycopg.connect(state["database_url"], autocommit=True) as connection:
        connection.execute(SEEDED, {"experiment": made["id"], "campaign": campaign})

        def steps() -> list[tuple[int, str, float | None, int | None]]:
            query = "SELECT step, kind, ramp, look FROM experiment_decisions WHERE experiment_id = %s ORDER BY step"
            return connection.execute(query, [made["id"]]).fetchall()

        killed = 0
        while len(steps()) < 6:
            seen = len(steps())
            # whoever asks for looks, and who answers the page: gone between any two steps
            for process in run.pids("worker-campaigns") + run.pids("api"):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            killed += 1
            run.until(lambda seen=seen: len(steps()) > seen, f"step {seen + 1}")
        assert [step[:3] for step in steps()] == [
            (1, "started", None),
            (2, "winner_found", None),
            *((3 + at, "ramped", share) for at, share in enumerate((0.05, 0.25, 0.5, 1.0))),
        ]
        looks = [step[3] for step in steps()[1:]]
        assert looks == sorted(set(looks))
        assert killed == 5
