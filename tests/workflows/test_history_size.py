"""What a journey costs: history events, bytes, billable actions. Counted on the dev server."""

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from config.temporal import connect
from providers.base import TransientError
from tests.journey_driver import END, ENTRY, World, flow, push, readable, wait
from tests.workflows.test_journey import OPENED

SILENT = {
    "id": "refresh",
    "type": "send_silent_push",
    "data": {"content": {"channel": "silent_push", "data": {"refresh": "recommendations"}}},
}


def path(*, silent: bool):
    """The win-back path: (silent push,) push, wait, check, push, end."""
    check = {"id": "opened", "type": "check", "data": {"branches": [{"id": "yes", "condition": OPENED}]}}
    first = ["entry>refresh", "refresh>first"] if silent else ["entry>first"]
    return flow(
        *([ENTRY, SILENT] if silent else [ENTRY]),
        push("first", "We miss you! Here's a 10% discount on your next purchase."),
        wait("two_days", days=2),
        check,
        push("second", "Don't miss out! 10% off just for you."),
        END,
        edges=[*first, "first>two_days", "two_days>opened", "opened.yes>end", "opened.else>second", "second>end"],
    )


def billable_actions(events) -> int:
    """Temporal's own list of actions, for what journeys use.

    A start, each activity, each timer, each signal, each search-attribute upsert, each continue-as-new; local
    activities count one for each workflow task that records any.
    """
    single = {
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
        EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
        EventType.EVENT_TYPE_TIMER_STARTED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
        EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
    }
    markers = {
        event.marker_recorded_event_attributes.workflow_task_completed_event_id
        for event in events
        if event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED
    }
    return sum(event.event_type in single for event in events) + len(markers)


@pytest.mark.parametrize(("silent", "most_events"), [(False, 28), (True, 34)])
async def test_the_win_back_path_stays_cheap(world: World, temporal_client: Client, silent: bool, most_events: int):
    world.settings.time_scale = 1e-6
    async with world.workers(temporal_client):
        campaign_id = await world.campaign(path(silent=silent))
        journey_id = await world.journey(campaign_id, await world.customer())
        handle = await world.start(temporal_client, journey_id)
        await handle.result()
        history = await handle.fetch_history()
        described = await handle.describe()
    size = described.raw_description.workflow_execution_info.history_size_bytes
    assert len(history.events) <= most_events
    assert size <= 8_000
    assert billable_actions(history.events) <= (9 if silent else 8)


async def test_history_holds_ids_and_no_personal_data(world: World, temporal_address: str):
    """Nor do failures, whoever says them: a vendor, or a database that quotes what it was given."""
    world.settings.time_scale = 1e-6
    world.settings.send_deadline_hours = 1e6  # a day would be over before a busy machine has tried twice
    world.settings.temporal_address = temporal_address
    world.providers.provider.script = [
        TransientError("450 secret.person@shop.example is busy"),
        None,
        ValueError("Key (email)=(secret.person@shop.example) already exists"),  # type: ignore[list-item]
    ]
    client = await connect(world.settings)
    async with world.workers(client):
        campaign_id = await world.campaign(path(silent=True))
        customer_id = await world.customer("shop-77", email="secret.person@shop.example", phone="+393339998877")
        handle = await world.start(client, await world.journey(campaign_id, customer_id))
        await handle.result()
        history = readable((await handle.fetch_history()).to_json())
    assert "secret.person" not in history
    assert "393339998877" not in history
    assert "token-shop-77" not in history
    assert "shop-77" not in history
    # what is searched is really what was written: ids stand in it, in the clear and inside payloads
    assert f'"{customer_id}"' in history
    assert '"next":' in history
    assert "TransientError: the ledger says why" in history
