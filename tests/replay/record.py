"""Record a history of each kind of walk and of each example: `python -m tests.replay.record <release>`.

Done once a release, on the code of that release; the files are never changed afterwards: those that are there are kept.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from temporalio.client import Client, WorkflowHandle

from config.settings import Settings
from config.shutdown import exit_process
from stack import examples, postgres, temporal
from stack.ports import Ports
from store.database.engine import Database
from store.migrate import migrate
from tests.examples.seed import put
from tests.journey_driver import END, ENTRY, World, flow, make_world, push, wait
from workflows.contracts import CAMPAIGN_WORKFLOW, CampaignRunInput

FOLDER = Path(__file__).parent / "histories"
OPENED = {"kind": "engagement", "action": "opened", "node_id": "first"}


def _win_back(entry=ENTRY):
    check = {"id": "opened", "type": "check", "data": {"branches": [{"id": "yes", "condition": OPENED}]}}
    return flow(
        entry,
        push("first", label="We miss you"),
        wait("wait", seconds=1),
        check,
        push("second"),
        END,
        edges=["entry>first", "first>wait", "wait>opened", "opened.yes>end", "opened.else>second", "second>end"],
        settings={"goal": {"on": {"event": "Order Completed"}, "window": {"days": 7}}},
    )


def _listening():
    data = {"branches": [{"id": "bought", "on": {"event": "Order Completed"}}], "timeout": {"days": 1}}
    return flow(
        ENTRY,
        {"id": "listen", "type": "wait_event", "data": data},
        push("thanks"),
        END,
        edges=["entry>listen", "listen.bought>thanks", "listen.timeout>end", "thanks>end"],
    )


async def completed(world: World, client: Client) -> str:
    """Push, wait, check, push, end."""
    handle, _, _ = await _begin(world, client, _win_back())
    await handle.result()
    return await _history(handle)


async def goal_in_a_wait(world: World, client: Client) -> str:
    """A purchase ends the wait, and the journey."""
    drawn = _win_back()
    handle, customer_id, _ = await _begin(world, client, drawn)
    await _until(world, handle, "wait")
    await world.happen(customer_id, "Order Completed")
    await handle.result()
    return await _history(handle)


async def event_branch(world: World, client: Client) -> str:
    """An event wakes a wait that listens."""
    handle, customer_id, _ = await _begin(world, client, _listening())
    await _until(world, handle, "listen")
    await world.happen(customer_id, "Order Completed")
    await handle.result()
    return await _history(handle)


async def paused_and_resumed(world: World, client: Client) -> str:
    """Held at its first step, then taken up."""
    campaign_id = await world.campaign(_win_back(), slug="paused", state="paused")
    journey_id = await world.journey(campaign_id, await world.customer("paused"))
    handle = await world.start(client, journey_id)
    while (await world.read_journey(journey_id)).state != "paused":
        await asyncio.sleep(0.05)
    await world.set_state(campaign_id, "active")
    await handle.signal("notify", {"id": "resume"})
    await handle.result()
    return await _history(handle)


async def campaign_run(world: World, client: Client) -> str:
    """A launch: snapshot, enrol, finish."""
    entry = {
        "id": "entry",
        "type": "entry",
        "data": {"trigger": {"kind": "segment", "condition": {"kind": "tag", "tag": "recorded"}}},
    }
    for n in range(3):
        await world.customer(f"member-{n}", tags=["recorded"])
    campaign_id = await world.campaign(_win_back(entry), slug="run")
    handle = await client.start_workflow(
        CAMPAIGN_WORKFLOW,
        CampaignRunInput(campaign_id=campaign_id, launch="first"),
        id="campaign/run/first",
        task_queue="campaigns",
    )
    await handle.result()
    return await _history(handle)


async def moved(world: World, client: Client) -> str:
    """In a long wait when the campaign is edited: moved to a version whose wait is over."""
    campaign_id, journey_id = await _begin_long(world, "moved")
    handle = await world.start(client, journey_id)
    await _until(world, handle, "wait")
    await world.publish(campaign_id, _win_back())
    await world.migrate(client, campaign_id)
    await handle.result()
    return await _history(handle)


async def migration_run(world: World, client: Client) -> str:
    """Telling a campaign's journeys to move."""
    campaign_id, journey_id = await _begin_long(world, "migrated")
    handle = await world.start(client, journey_id)
    await _until(world, handle, "wait")
    await world.publish(campaign_id, _win_back())
    return await _history(await world.migrate(client, campaign_id))


async def _begin_long(world: World, slug: str) -> tuple[UUID, UUID]:
    drawn = _win_back()
    long = drawn.model_copy(update={"nodes": [n if n.id != "wait" else _long_wait() for n in drawn.nodes]})
    campaign_id = await world.campaign(long, slug=slug)
    return campaign_id, await world.journey(campaign_id, await world.customer(slug))


def _long_wait():
    return flow(ENTRY, wait("wait", days=30), END).nodes[1]


def example(name: str) -> Callable[[World, Client], Awaitable[str]]:
    """One customer's walk through the example of that name, its days passing in hundredths of a second."""

    async def walk(world: World, client: Client) -> str:
        scale, world.settings.time_scale = world.settings.time_scale, 1e-6
        try:
            campaign_id = await put(world, name)
            guest: dict[str, Any] = {
                "first_name": "Ada",
                "gender": "female",
                "tags": ["top spender"],
                "birth_date": date(1990, 5, 17),
            }
            customer_id = await world.customer(f"guest-of-{name}", **guest)
            journey_id = await world.journey(campaign_id, customer_id, trigger=_TRIGGER)
            handle = await world.start(client, journey_id)
            await handle.result()
        finally:
            world.settings.time_scale = scale
        return await _history(handle)

    return walk


_GUEST: dict[str, Any] = {
    "first_name": "Ada",
    "gender": "female",
    "tags": ["top spender"],
    "birth_date": date(1990, 5, 17),
}
_TRIGGER = {"cart_id": "a", "order_id": "1", "revenue": 80, "products": [{"name": "Red shoes"}]}

WALKS: dict[str, Callable[[World, Client], Awaitable[str]]] = {
    "completed": completed,
    "goal_in_a_wait": goal_in_a_wait,
    "event_branch": event_branch,
    "paused_and_resumed": paused_and_resumed,
    "campaign_run": campaign_run,
    "moved": moved,
    "migration_run": migration_run,
    **{f"example_{name}": example(name) for name in examples.names()},
}


async def _history(handle: WorkflowHandle[Any, Any]) -> str:
    return (await handle.fetch_history()).to_json()


async def _begin(world: World, client: Client, drawn):
    slug = f"recorded-{len(await world.messages())}-{id(drawn)}"
    campaign_id = await world.campaign(drawn, slug=slug)
    customer_id = await world.customer(slug)
    journey_id = await world.journey(campaign_id, customer_id)
    return await world.start(client, journey_id), customer_id, journey_id


async def _until(world: World, handle, node: str) -> None:
    while (await handle.query("position"))["node"] != node:
        await asyncio.sleep(0.02)


async def record(release: str) -> None:
    """Write a history of every walk under `histories/<release>/`."""
    target = FOLDER / release
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="campaign-flow-record-") as folder:
        server = postgres.start(Path(folder), durable=False)
        url = postgres.create_database(server.get_uri(), "record")
        migrate(url)
        port = Ports().claim(["record"])["record"]
        address = f"127.0.0.1:{port}"
        async with temporal.running(temporal.arguments(port=port, ui_port=None), address) as client:
            settings = Settings(_env_file=None, database_url=url)
            database = Database(settings)
            world = make_world(database, settings)
            async with world.workers(client, relay=True):
                for name, walk in WALKS.items():
                    file = target / f"{name}.json"
                    if file.exists():
                        continue
                    file.write_text(await walk(world, client) + "\n")
                    print("recorded", name)  # noqa: T201
            await database.close()
        server.cleanup()


if __name__ == "__main__":
    asyncio.run(record(sys.argv[1]))
    exit_process(0)
