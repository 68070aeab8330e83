"""What Prometheus is told of sends, decisions and the way from an event to a step."""

import pytest
from prometheus_client import REGISTRY
from temporalio.testing import ActivityEnvironment

from activities.journey import JourneyActivities
from activities.sending.activity import SendActivities
from providers.base import PermanentError, SendError
from tests.journey_driver import END, ENTRY, World, flow, push, wait
from workflows.contracts import AdvanceInput, Decision, JourneySignal, StepInput


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def advance(world: World, input: AdvanceInput) -> Decision:
    found: Decision = await ActivityEnvironment().run(JourneyActivities(world.services).advance, input)
    return found


@pytest.mark.parametrize(("error", "outcome"), [(None, "accepted"), (PermanentError("no such device"), "failed")])
async def test_sends_are_counted_by_channel_and_outcome(world: World, error: SendError | None, outcome: str):
    world.providers.provider.script = [error]
    campaign_id = await world.campaign(flow(ENTRY, push("offer"), END))
    journey_id = await world.journey(campaign_id, await world.customer())
    entered = await advance(world, AdvanceInput(journey_id=journey_id, seq=0, cause="enter"))
    labels = {"channel": "push", "provider": "fake", "outcome": outcome}
    before = value("campaign_flow_sends_total", **labels)
    done = value("campaign_flow_journeys_ended_total", reason="completed")
    step = StepInput(journey_id=journey_id, seq=entered.next.seq)
    await ActivityEnvironment().run(SendActivities(world.services).send_message, step)
    assert value("campaign_flow_sends_total", **labels) == before + 1
    assert value("campaign_flow_journeys_ended_total", reason="completed") == done + 1


async def test_the_way_from_an_event_to_its_step_is_measured(world: World):
    goal = {"goal": {"on": {"event": "Order Completed"}, "window": {"days": 7}}}
    campaign_id = await world.campaign(flow(ENTRY, wait("pause", days=1), END, settings=goal))
    customer_id = await world.customer()
    journey_id = await world.journey(campaign_id, customer_id)
    here = await advance(world, AdvanceInput(journey_id=journey_id, seq=0, cause="enter"))
    nothing = JourneySignal(id="resume")
    await advance(world, AdvanceInput(journey_id=journey_id, seq=here.next.seq, cause="signal", signals=[nothing]))
    before = value("campaign_flow_event_to_step_seconds_count")
    event_id = await world.happen(customer_id, "Order Completed")
    look = JourneySignal(id=str(event_id), event_id=event_id)
    await advance(world, AdvanceInput(journey_id=journey_id, seq=here.next.seq, cause="signal", signals=[look]))
    assert value("campaign_flow_event_to_step_seconds_count") == before + 1
