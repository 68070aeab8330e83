"""The installation's gauges."""

from uuid import uuid4

from prometheus_client import REGISTRY

from config.settings import Settings
from ingestion.sampling import Sampler
from models import Outbox
from store.database import Database
from tests.walking import END, ENTRY, flow, make_world, wait


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


async def test_the_gauges_tell_what_is_there(database: Database, settings: Settings):
    world = make_world(database, settings)
    campaign_id = await world.campaign(flow(ENTRY, wait("pause", days=1), END))
    for number in range(3):
        await world.journey(campaign_id, await world.customer(f"c-{number}"))
    async with database.transaction() as session:
        session.add(Outbox(kind="signal_journey", journey_id=uuid4(), workflow_id="w"))
    await Sampler(database).sample()
    assert value("campaign_flow_journeys", state="starting") == 3
    assert value("campaign_flow_journeys", state="held") == 0
    assert value("campaign_flow_outbox_notes") == 1
    assert (value("campaign_flow_outbox_lag_seconds") or -1) >= 0
    assert value("campaign_flow_messages_open", state="unknown") == 0
    async with database.transaction() as session:
        await session.delete((await world.rows(session, Outbox))[0])
    await Sampler(database).sample()
    assert value("campaign_flow_outbox_notes") == 0
