"""From the outbox to Temporal, at least once."""

import asyncio
import time
from uuid import uuid4

import psycopg
import pytest

from ingestion.relay import Relay, WorkflowNotFoundError
from store.campaigns import outbox
from store.campaigns.outbox import OutboxMessage


class Recorder:
    """Keeps what it is told; `refuse` says which calls fail, and how."""

    def __init__(self, refuse=None):
        self.told: list[tuple[str, str]] = []
        self.refuse = refuse or {}
        self.heard = asyncio.Event()

    async def tell(self, note: OutboxMessage) -> None:
        await asyncio.sleep(0)
        if note.payload["id"] in self.refuse:
            raise self.refuse[note.payload["id"]]
        self.told.append((note.workflow_id, note.payload["id"]))
        self.heard.set()


@pytest.fixture
def write(database):
    async def call(*pairs: tuple[str, str]):
        async with database.transaction() as session:
            await outbox.add(
                session, [OutboxMessage("signal_journey", uuid4(), flow, {"id": id_}) for flow, id_ in pairs]
            )

    return call


async def test_each_note_is_told_once_and_forgotten(database, write, query):
    await write(("w1", "a"), ("w2", "b"))
    recorder = Recorder()
    relay = Relay(database, recorder)
    assert await relay.drain() == 2
    assert await relay.drain() == 0
    assert sorted(recorder.told) == [("w1", "a"), ("w2", "b")]
    assert await query("SELECT count(*) FROM outbox") == [(0,)]


async def test_notes_of_one_workflow_keep_their_order(database, write):
    await write(*[("w", str(n)) for n in range(20)])
    recorder = Recorder()
    await Relay(database, recorder).drain()
    assert [id_ for _, id_ in recorder.told] == [str(n) for n in range(20)]


async def test_a_failed_note_waits_with_those_behind_it_and_others_go_on(database, write, query):
    await write(("w1", "bad"), ("w1", "behind"), ("w2", "fine"))
    recorder = Recorder({"bad": ConnectionError("temporal is away")})
    relay = Relay(database, recorder)
    await relay.drain()
    assert recorder.told == [("w2", "fine")]
    left = await query("SELECT payload->>'id', attempts, error, available_at > now() FROM outbox ORDER BY id")
    assert left == [(id_, 1, "ConnectionError: temporal is away", True) for id_ in ("bad", "behind")]
    assert await relay.drain() == 0
    recorder.refuse = {}
    await query("UPDATE outbox SET available_at = now() RETURNING id")
    await relay.drain()
    assert recorder.told[1:] == [("w1", "bad"), ("w1", "behind")]


async def test_a_signal_to_an_ended_workflow_is_dropped(database, write, query):
    await write(("w1", "late"), ("w1", "later"))
    await Relay(database, Recorder({"late": WorkflowNotFoundError("w1")})).drain()
    assert await query("SELECT count(*) FROM outbox") == [(0,)]


async def test_a_relay_that_dies_after_telling_leaves_the_note_for_the_next(database, write):
    await write(("w", "a"))

    class Dies(Recorder):
        async def tell(self, note: OutboxMessage) -> None:
            await super().tell(note)
            raise asyncio.CancelledError

    first, second = Dies(), Recorder()
    with pytest.raises(asyncio.CancelledError):
        await Relay(database, first).drain()
    await Relay(database, second).drain()
    assert first.told == second.told == [("w", "a")]


async def test_several_relays_share_the_work_and_tell_nothing_twice(database, write):
    await write(*[(f"w{n}", str(n)) for n in range(300)])
    recorder = Recorder()
    relays = [Relay(database, recorder, batch=20) for _ in range(4)]

    async def empty(relay: Relay):
        while await relay.drain():
            pass

    await asyncio.gather(*(empty(relay) for relay in relays))
    assert sorted(id_ for _, id_ in recorder.told) == sorted(str(n) for n in range(300))


async def test_a_committed_note_wakes_a_sleeping_relay(database, write):
    recorder, stop = Recorder(), asyncio.Event()
    running = asyncio.create_task(Relay(database, recorder, poll_seconds=30).run(stop))
    await asyncio.sleep(0.5)
    before = time.perf_counter()
    await write(("w", "a"))
    await asyncio.wait_for(recorder.heard.wait(), 10)
    assert time.perf_counter() - before < 10  # polling alone would take 30 s
    stop.set()
    await asyncio.wait_for(running, 10)


async def test_a_relay_outlives_its_connections(database, database_url):
    recorder, stop = Recorder(), asyncio.Event()
    running = asyncio.create_task(Relay(database, recorder, poll_seconds=0.1).run(stop))
    await asyncio.sleep(0.5)
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        other.execute(
            "INSERT INTO outbox (kind, journey_id, workflow_id, payload, attempts) "
            "VALUES ('signal_journey', gen_random_uuid(), 'w', '{\"id\": \"a\"}', 0)"
        )
    await asyncio.wait_for(recorder.heard.wait(), 20)
    stop.set()
    await asyncio.wait_for(running, 10)


async def test_health_tells_how_much_waits(database, write):
    relay = Relay(database, Recorder())
    assert (await relay.health()).waiting == 0
    await write(("w", "a"), ("w", "b"))
    health = await relay.health()
    assert health.waiting == 2
    assert health.lag_seconds >= 0
