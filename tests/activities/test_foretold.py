"""What models foretell, where journeys ask for it: in templates and at channel splits."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from activities.journey_run import JourneyRun
from models import Score
from tests.activities.test_sending import at_the_send, send, the_message
from tests.journey_driver import END, ENTRY, World, flow, push
from tests.scores import put_in


async def foretell(world: World, who: UUID, *, days_ago: float = 0, **values: float) -> None:
    async with world.database.transaction() as session:
        at = datetime.now(UTC) - timedelta(days=days_ago)
        facts: dict[str, Any] = {"customer_id": who, "model_id": uuid4(), "at": at}
        await put_in(session, [Score(name=name, value=value, **facts) for name, value in values.items()])


async def customer_of(world: World, step) -> UUID:
    return (await world.read_journey(step.journey_id)).customer_id


@pytest.mark.parametrize(("churn", "said"), [(0.73, "Stay! 0.73"), (None, "Hello")])
async def test_a_template_names_a_score(world: World, churn: float | None, said: str):
    step = await at_the_send(
        world, flow(ENTRY, push("hi", "{% if scores.churn %}Stay! {{ scores.churn }}{% else %}Hello{% endif %}"), END)
    )
    if churn is not None:
        await foretell(world, await customer_of(world, step), churn=churn)
    await send(world, step)
    assert (await the_message(world)).content["body"] == said


async def test_a_template_without_scores_asks_for_none(world: World, statements: list[str]):
    step = await at_the_send(world, flow(ENTRY, push("hi", "Hello"), END))
    await send(world, step)
    assert not [statement for statement in statements if "FROM scores" in statement]


SPLIT = {
    "id": "best",
    "type": "channel_split",
    "data": {"channels": ["push", "email", "sms"]},
}


async def decided(world: World, **scores: float):
    """The step of a channel split, for a customer with these scores (`days_ago` old)."""
    drawn = flow(
        ENTRY, SPLIT, END, edges=["entry>best", *(f"best.{port}>end" for port in ("push", "email", "sms", "none"))]
    )
    campaign = await world.campaign(drawn)
    who = await world.customer()
    journey = await world.journey(campaign, who)
    await foretell(world, who, **scores)
    async with world.database.transaction() as session:
        await (await JourneyRun.begin(session, world.services, journey)).enter()
    return next(step for step in await world.steps(journey) if step.kind == "channel_split")


async def test_the_channel_is_the_models_best(world: World):
    step = await decided(world, open_push=0.2, open_email=0.6, click_sms=0.1)
    assert step.port == "email"
    assert step.details["scores"]["email"]["by"] == "model"
    assert step.details["propensities"] == {"push": 0.0, "email": 1.0, "sms": 0.0}
    assert step.details["explored"] is False


async def test_what_would_make_them_unsubscribe_costs(world: World):
    step = await decided(world, open_push=0.5, open_email=0.6, click_sms=0.1, unsubscribe_email=0.02)
    assert step.port == "push"


async def test_a_stale_model_counts_no_more(world: World):
    step = await decided(world, open_push=0.1, open_email=0.9, days_ago=20)
    assert step.port == "push"
    assert "by" not in step.details["scores"]["email"]
    assert step.details["left_to_record"] == {"push": "stale", "email": "stale", "sms": "no_score"}


async def test_a_channel_without_a_model_is_judged_by_its_record(world: World):
    step = await decided(world, open_push=0.05)
    assert step.port == "email"
    assert "by" not in step.details["scores"]["email"]
    assert step.details["scores"]["push"]["by"] == "model"
    assert step.details["left_to_record"] == {"email": "no_score", "sms": "no_score"}


async def test_a_share_of_choices_explores_and_logs_how_likely_they_were(world: World):
    world.services.settings = world.settings.model_copy(update={"channel_exploration": 1.0})
    step = await decided(world, open_push=0.3, open_email=0.3, click_sms=0.3)
    chances = step.details["propensities"]
    assert sum(chances.values()) == pytest.approx(1.0, abs=0.001)
    assert min(chances.values()) > 0.1
