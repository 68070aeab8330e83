"""A message asks, the journey waits, and the answer leads it on; nobody is asked too often."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from temporalio.testing import ActivityEnvironment

from activities.journey import JourneyActivities
from activities.sending.activity import SendActivities
from activities.surveys import analyse
from config.settings import Settings
from domain.email_document import BrandKit
from domain.email_document.blocks import SurveyBlock
from rendering.email_document.blocks import block_mjml
from rendering.email_document.style import Style
from store.database.engine import Database
from tests.api.test_surveys import HUMAN, made
from tests.journey_driver import END, ENTRY, World, flow, make_world, push
from workflows.contracts import AdvanceInput, Send, StepInput

GROUPS = ("promoter", "passive", "detractor")
WAITS = {
    "id": "answer",
    "type": "survey",
    "data": {
        "survey": "nps",
        "question": "score",
        "answers": [{"id": group, "groups": [group]} for group in GROUPS],
        "timeout": {"days": 7},
    },
}
DRAWN = flow(
    ENTRY,
    push("ask", "How was it? {{ survey.nps }}"),
    WAITS,
    push("sorry", "We are sorry"),
    END,
    edges=[
        "entry>ask", "ask>answer", "answer.promoter>end", "answer.passive>end", "answer.detractor>sorry",
        "answer.timeout>end", "sorry>end",
    ],
)  # fmt: skip


@pytest.fixture
def world(database: Database, settings: Settings) -> World:
    return make_world(database, settings)


async def asked(world: World, slug: str, customer: UUID) -> tuple[UUID, Any]:
    """A journey that has come to its message and tried to send it; the decision that follows."""
    journey = await world.journey(await world.campaign(DRAWN, slug=slug), customer)
    steps = ActivityEnvironment()
    decision = await steps.run(
        JourneyActivities(world.services).advance, AdvanceInput(journey_id=journey, seq=0, cause="enter")
    )
    assert isinstance(decision.next, Send), decision
    sent = await steps.run(
        SendActivities(world.services).send_message, StepInput(journey_id=journey, seq=decision.next.seq)
    )
    return journey, sent


async def test_an_answer_wakes_the_journey_by_its_group(api: httpx.AsyncClient, database: Database, world: World):
    await made(api)
    _, waiting = await asked(world, "first", await world.customer("ann"))
    assert waiting.next.kind == "wait"
    [message] = world.sent
    url = message.content.body.split()[-1]  # type: ignore[union-attr]
    page = "/v/" + url.rpartition("/v/")[2]
    assert (await api.get(page, headers=HUMAN)).status_code == 200
    form = {"question": "score", "answer": "2"}
    assert (await api.post(page, data=form, headers=HUMAN)).status_code == 303
    async with database.transaction() as session:
        [signal] = await session.scalars(text("SELECT payload FROM outbox WHERE kind = 'signal_journey'"))
        [told] = await session.scalars(text("SELECT properties FROM events WHERE name = 'Survey Answered'"))
    assert signal["branch"] == "detractor"
    assert (told["channel"], told["node_id"], told["group"]) == ("push", "ask", "detractor")


async def test_nobody_is_asked_twice_within_the_pause(api: httpx.AsyncClient, world: World):
    await made(api)
    ann = await world.customer("ann")
    await asked(world, "first", ann)
    journey, _ = await asked(world, "second", ann)
    assert len(world.sent) == 1
    steps = [step for step in await world.steps(journey) if step.node_id == "ask"]
    assert "was asked by a survey" in steps[0].why


async def test_a_campaign_that_names_no_survey_is_not_published(api: httpx.AsyncClient):
    body = {"slug": "asks", "name": "Asks", "flow": DRAWN.model_dump(mode="json", by_alias=True)}
    await api.post("/campaigns", json=body)
    found = (await api.post("/campaigns/asks/validate")).json()
    assert [each["code"] for each in found["violations"]].count("survey_unknown") == 2
    await made(api)
    assert "survey_unknown" not in (await api.post("/campaigns/asks/validate")).text


@pytest.mark.parametrize(("kind", "links"), [("nps", 11), ("stars", 5), ("ces", 7), ("yes_no", 2), ("link", 1)])
def test_the_block_has_a_link_for_each_answer(kind, links):
    block = SurveyBlock(id="b1", survey="nps", question="Would <you> recommend us?", kind=kind)
    made_of = block_mjml(block, Style(BrandKit()))
    assert made_of.count("{{ survey['nps'] }}") == links
    assert "<you>" not in made_of


LATE = ["The parcel came too late", "Consegna in ritardo", "Paket kam viel zu spät", "Courier was late again"]
DEAR = ["Far too expensive for me", "Prezzi troppo alti", "Der Preis ist zu hoch", "Prices are high, no discount"]


async def test_open_answers_are_read(api: httpx.AsyncClient, database: Database):
    survey = await made(api)
    for number, words in enumerate([*LATE * 3, *DEAR * 3]):
        name = f"c{number}"
        await api.put(f"/customers/{name}", json={"email": f"{name}@shop.example", "first_name": "Zoe"})
        link = (await api.post(f"/surveys/{survey['id']}/links", json={"customer": name})).json()["url"]
        page = "/v/" + link.rpartition("/v/")[2]
        await api.post(page + "/answers", json={"question": "why", "answer": f"{words} {number % 3 * '!'}"})
    assert (await analyse(database, UUID(survey["id"]), now=datetime.now(UTC))).answers == 24
    one = f"/surveys/{survey['id']}"
    results = (await api.get(f"{one}/results")).json()
    themes = {theme["name"]: theme for theme in results["themes"]}
    assert {name: theme["answers"] for name, theme in themes.items()} == {"Delivery": 12, "Price": 12}
    assert len(themes["Delivery"]["quotations"]) == 3
    renamed = await api.patch(f"{one}/themes/{themes['Price']['id']}", json={"name": "Too dear"})
    assert renamed.status_code == 204
    assert (await api.post(f"{one}/analysis")).json() == {"answers": 24, "themes": 2}
    again = {theme["name"]: theme["id"] for theme in (await api.get(f"{one}/results")).json()["themes"]}
    assert again == {"Delivery": themes["Delivery"]["id"], "Too dear": themes["Price"]["id"]}
    merged = await api.patch(f"{one}/themes/{again['Too dear']}", json={"merge_into": again["Delivery"]})
    assert merged.status_code == 204
    await api.post(f"{one}/analysis")
    assert [theme["answers"] for theme in (await api.get(f"{one}/results")).json()["themes"]] == [24]
    async with database.transaction() as session:
        told = list(await session.scalars(text("SELECT properties FROM events WHERE name = 'Survey Answer Analyzed'")))
    assert len(told) == 24
    assert {each["theme"] for each in told} == {"Delivery", "Price"}
