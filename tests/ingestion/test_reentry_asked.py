"""Events, launches, the API and the page that explains answer alike about re-entry, and make journeys alike."""

from collections.abc import Mapping
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from activities.campaign import CampaignActivities
from activities.version_cache import Versions
from campaigns import api_entry
from campaigns.explanation import why
from domain.entry_rejections import RejectionCode
from models import Campaign, CampaignRun, Customer
from store.campaigns import runs
from store.database.engine import Database
from tests.ingestion.factories import NOW, flow, identify, on, publish, track, waiting_journey

PASTS: dict[str, Any] = {
    "none": None,
    "open": {"state": "active"},
    "interrupted": {"state": "active", "exit_signal": {"reason": "goal"}},
    "ended": {"state": "ended", "ended_at": NOW - timedelta(hours=2), "exit_reason": "completed"},
}
BOUGHT = on("Order Completed")
TRIGGERS: dict[str, Any] = {
    "event": {"kind": "event", "on": BOUGHT},
    "launch": {"kind": "segment", "condition": {"kind": "all", "of": []}},
    "api": {"kind": "api"},
}


class Clock:
    async def now(self) -> Any:
        return NOW


async def by_launch(database: Database, campaign_id: UUID, version_id: UUID, customer_id: UUID) -> None:
    """Launch to that customer, as far as the journeys' rows."""
    settings = SimpleNamespace(time_scale=1.0, public_url="")
    services = SimpleNamespace(database=database, clock=Clock(), versions=Versions(), settings=settings)
    run = CampaignRun(id=uuid4(), campaign_id=campaign_id, version_id=version_id, workflow_id=f"run/{uuid4()}")
    async with database.transaction() as session:
        await runs.open_run(session, run)
        opened = await session.get_one(CampaignRun, run.id)
        opened.audience = await runs.insert_named_audience(session, run.id, [customer_id])
    services_: Any = services
    client: Any = None
    await CampaignActivities(services_, client)._page(run.id, 0, 10)


async def by_api(database: Database, campaign_id: UUID) -> None:
    async with database.transaction() as session:
        campaign = await session.get_one(Campaign, campaign_id)
        await api_entry.admit(session, campaign, ["ada"], {}, "k", now=NOW, time_scale=1.0)


async def explained(database: Database, campaign_id: UUID, customer_id: UUID) -> list[str]:
    async with database.transaction() as session:
        campaign = await session.get_one(Campaign, campaign_id)
        customer = await session.get_one(Customer, customer_id)
        told = (await why(session, campaign, customer, now=NOW, time_scale=1.0)).reentry
    return [told.code.value] if told else []


@pytest.mark.parametrize("past", PASTS)
@pytest.mark.parametrize("mode", ["never", "after_exit", "always", "per_key"])
@pytest.mark.parametrize("gap", [None, {"days": 2}])
async def test_whoever_asks_gets_the_same_answer(take, database, query, past, mode, gap):
    settings = {"mode": mode, "min_gap": gap}
    [ada] = await take(identify("ada"))
    campaigns: dict[str, UUID] = {}
    answers: dict[str, list[str]] = {}
    for road, trigger in TRIGGERS.items():
        keyed = trigger | {"key": "cart"} if road == "event" and mode == "per_key" else trigger
        version = await publish(database, flow(keyed, reentry=settings), slug=road)
        [(campaigns[road],)] = await query(f"SELECT id FROM campaigns WHERE slug = '{road}'")
        if PASTS[past] is not None:
            at = NOW - timedelta(days=1)
            key = {"entry_key": "c-1"} if "key" in keyed else {}
            await waiting_journey(database, version, ada.customer_id, created_at=at, **key, **PASTS[past])
        if road == "launch":
            launched = version
        if not (road == "event" and mode == "per_key"):  # no event has told a key yet
            answers[f"why:{road}"] = await explained(database, campaigns[road], ada.customer_id)
    await take(track("Order Completed", "ada", cart="c-1"))
    if mode == "per_key":
        answers["why:event"] = await explained_before(database, query, campaigns["event"], ada.customer_id)
    await by_launch(database, campaigns["launch"], launched, ada.customer_id)
    await by_api(database, campaigns["api"])
    for road, campaign_id in campaigns.items():
        found = await query(f"SELECT code FROM entry_rejections WHERE campaign_id = '{campaign_id}'")
        answers[road] = [row[0] for row in found]
        [(started,)] = await query(
            f"SELECT count(*) FROM journeys WHERE campaign_id = '{campaign_id}' AND state = 'starting'"
        )
        assert started == (0 if answers[road] else 1), (road, answers)
    assert len({tuple(map(unkeyed, answer)) for answer in answers.values()}) == 1, answers


def unkeyed(code: str) -> str:
    """The rule, whether or not the campaign separates journeys by a key."""
    return "been_before" if code == RejectionCode.BEEN_BEFORE_WITH else code


async def explained_before(database: Database, query: Any, campaign_id: UUID, customer_id: UUID) -> list[str]:
    """What is explained of a customer's newest event, as things stood before it."""
    await query(f"DELETE FROM journeys WHERE campaign_id = '{campaign_id}' AND state = 'starting' RETURNING 1")
    told = await explained(database, campaign_id, customer_id)
    if not told:
        version = await query(f"SELECT current_version_id FROM campaigns WHERE id = '{campaign_id}'")
        await waiting_journey(
            database, version[0][0], customer_id, state="starting", entry_key="c-1", entry="again", created_at=NOW
        )
    return told


@pytest.mark.parametrize("ago", [timedelta(hours=1), timedelta(days=3)])
async def test_a_cool_down_is_explained_as_it_is_kept(take, database, query, ago):
    trigger = {"kind": "event", "on": BOUGHT, "cooldown": {"days": 2}}
    version = await publish(database, flow(trigger, reentry={"mode": "always"}))
    [ada] = await take(identify("ada"))
    await waiting_journey(database, version, ada.customer_id, created_at=NOW - ago)
    [(campaign_id,)] = await query("SELECT id FROM campaigns")
    told = await explained(database, campaign_id, ada.customer_id)
    await take(track("Order Completed", "ada"))
    rejected = [row[0] for row in await query("SELECT code FROM entry_rejections")]
    assert told == rejected == (["trigger_too_soon"] if ago < timedelta(days=2) else [])


async def test_every_road_writes_the_same_row(take, database, query):
    """Columns that say which road it was differ; all others are filled alike."""
    [ada] = await take(identify("ada"))
    versions: dict[str, UUID] = {}
    for road, trigger in TRIGGERS.items():
        versions[road] = await publish(database, flow(trigger), slug=road)
    await take(track("Order Completed", "ada", order_id="o-1"))
    [(launched,)] = await query("SELECT id FROM campaigns WHERE slug = 'launch'")
    [(called,)] = await query("SELECT id FROM campaigns WHERE slug = 'api'")
    await by_launch(database, launched, versions["launch"], ada.customer_id)
    await by_api(database, called)
    rows: list[Mapping[str, Any]] = [
        row for (row,) in await query("SELECT to_jsonb(j) FROM journeys j JOIN campaigns c ON c.id = j.campaign_id")
    ]
    own = {"id", "campaign_id", "version_id", "run_id", "workflow_id", "entry", "trigger", "trigger_event_id"}
    own |= {"why", "said", "created_at"}
    assert len(rows) == 3
    assert len({str({name: row[name] for name in row.keys() - own}) for row in rows}) == 1
    for row in rows:
        assert row["workflow_id"].endswith(row["id"].replace("-", "")[:12])
        assert row["said"]["code"]
        assert row["created_at"]
