"""What an operator sees of a journey in Temporal's own UI, and finds it by: asked of the real server."""

import asyncio

from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client

from config.temporal import SEARCH_ATTRIBUTES
from store.campaigns import outbox
from store.campaigns.outbox import OutboxMessage
from tests.journey_driver import END, ENTRY, World, flow, push, wait

KNOWN_ONLY_TO_THE_SHOP = ("Ada", "ada@shop.example", "ada-lovelace-1815")


async def listed(client: Client, query: str) -> list[str]:
    """Workflow ids; the list comes a little later than the workflow."""
    for _ in range(100):
        if found := [each.id async for each in client.list_workflows(query)]:
            return found
        await asyncio.sleep(0.1)
    return []


async def test_the_server_has_our_search_attributes(temporal_client: Client):
    asked = ListSearchAttributesRequest(namespace="default")
    found = await temporal_client.operator_service.list_search_attributes(asked)
    assert SEARCH_ATTRIBUTES.keys() <= found.custom_attributes.keys()


async def test_a_journey_is_found_says_where_it_is_and_leads_to_the_app(world: World, temporal_client: Client):
    nap = wait("nap", days=2)
    nap["data"]["label"] = "Two days"
    campaign_id = await world.campaign(flow(ENTRY, push("hello"), nap, END), slug="seen-in-temporal")
    customer_id = await world.customer("ada-lovelace-1815", first_name="Ada", email="ada@shop.example")
    journey_id = await world.journey(campaign_id, customer_id)
    row = await world.read_journey(journey_id)
    started = {
        "campaign_id": str(campaign_id), "customer_id": str(customer_id), "version_number": 1,
        "campaign_name": "Seen in Temporal",
    }  # fmt: skip
    async with world.database.transaction() as session:
        await outbox.add(session, [OutboxMessage("start_journey", journey_id, row.workflow_id, started)])
    async with world.workers(temporal_client, relay=True):
        for query in (
            "WorkflowId STARTS_WITH 'journey/seen-in-temporal/'",
            f"CustomerId = '{customer_id}'",
            f"CampaignId = '{campaign_id}' AND CampaignVersion = 1 AND ExecutionStatus = 'Running'",
        ):
            assert await listed(temporal_client, query) == [row.workflow_id], query
        handle = temporal_client.get_workflow_handle(row.workflow_id)
        now = ""
        for _ in range(200):
            now = (await handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)).current_details
            if "Two days" in now:
                break
            await asyncio.sleep(0.1)
        assert "**Waiting** at Two days until" in now
        assert "entry → hello → Two days" in now

    described = await handle.describe()
    assert await described.static_summary() == "Seen in Temporal"
    details = await described.static_details() or ""
    for link in (f"journeys/{journey_id}", f"customers/{customer_id}", "campaigns/seen-in-temporal/monitor"):
        assert f"(https://app.example/app/{link})" in details
    history = (await handle.fetch_history()).to_json()
    assert '"summary"' in history or "userMetadata" in history, "activities and timers carry their labels"
    for personal in KNOWN_ONLY_TO_THE_SHOP:
        assert personal not in history
        assert personal not in details + now
    await handle.terminate()
