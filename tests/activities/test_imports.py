"""Imports: killed, they go on; run twice, they add nothing; what is refused is told."""

import asyncio
import csv
import hashlib
import io
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import SecretStr
from sqlalchemy import text
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities import imports as module
from activities.imports import ImportActivities
from activities.outbox_publisher import OutboxPublisher
from api.app import create_app
from api.dependencies import ApiServices
from ingestion import history, privacy, profile_merge
from ingestion.pipeline import ingest
from ingestion.relay import Relay
from models import Import
from providers.registry import build_providers
from store.customers import merges
from store.database.retry import run_in_transaction
from store.events import event_copy, imports
from tests.api.conftest import ADMIN_KEY
from tests.ingestion.factories import NOW, flow, on, publish, track
from tests.journey_driver import World
from workflows.contracts import FinishImportInput, ImportInput, ImportProgress

AT = "2026-05-01T10:00:00Z"


def order(who: str, number: int, **more: object) -> dict[str, object]:
    facts = {"user_id": who, "event": "Order Completed", "timestamp": f"2026-05-{number % 27 + 1:02}T10:00:00Z"}
    return facts | {"revenue": 10, "order_id": f"o-{number}"} | more


def lines(items: Sequence[object]) -> bytes:
    return b"".join(json.dumps(item).encode() + b"\n" for item in items)


async def uploaded(world: World, content: bytes, **fields: object) -> UUID:
    import_id = uuid4()
    async with world.database.transaction() as session:
        facts: dict[str, Any] = {"kind": "events", "format": "ndjson", "name": "x", "state": "queued"}
        facts |= {"created_at": NOW} | fields
        sha256 = hashlib.sha256(content).hexdigest()
        session.add(Import(id=import_id, size=len(content), sha256=sha256, **facts))
        await session.flush()
        for position, start in enumerate(range(0, len(content), 1000)):
            await imports.add_chunk(session, import_id, position, content[start : start + 1000])
    return import_id


async def run(world: World, import_id: UUID) -> ImportProgress:
    """The workflow's sequence, called as its worker would."""
    activities, environment = ImportActivities(world.services), ActivityEnvironment()
    for step in (activities.take_rows, activities.teach_profiles):
        while not (await environment.run(step, ImportInput(import_id=import_id))).done:
            pass
    return await environment.run(activities.finish_import, FinishImportInput(import_id=import_id))


async def query(world: World, sql: str, **values: object) -> list[tuple[Any, ...]]:
    async with world.database.transaction() as session:
        return [tuple(row) for row in await session.execute(text(sql), values)]


async def change(world: World, sql: str) -> None:
    async with world.database.transaction() as session:
        await session.execute(text(sql))


FACTS = "SELECT external_id, traits->'orders', traits->'revenue', last_seen_at FROM customers ORDER BY external_id"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretches and batches of a few rows, so that a small file has many."""
    for name, value in {"BATCH": 7, "LIVE_BATCH": 3, "LEARNERS": 2, "STRETCH": 20, "LEARNING_STRETCH": 4}.items():
        monkeypatch.setattr(module, name, value)


async def test_events_of_a_file_reach_the_profiles_as_live_ones_would(world: World, small: None):
    items = [order(f"c{n % 9}", n) for n in range(60)]
    progress = await run(world, await uploaded(world, lines(items)))
    assert (progress.read, progress.taken, progress.repeated, progress.refused) == (60, 60, 0, 0)
    imported = await query(world, FACTS)
    await change(world, "TRUNCATE customers, events, event_receipts, customer_identities, import_customers CASCADE")
    async with world.database.transaction() as session:
        await ingest(session, [_live(item) for item in items], now=NOW)
    assert imported == await query(world, FACTS)
    assert await query(world, "SELECT count(*) FROM import_customers") == [(0,)]
    assert await query(world, "SELECT count(*) FROM import_chunks") == [(0,)]


def _live(item: dict[str, object]):
    facts = dict(item)
    at = datetime.fromisoformat(str(facts.pop("timestamp")))
    return track(str(facts.pop("event")), str(facts.pop("user_id")), at=at, **facts)


async def test_the_same_file_again_adds_nothing(world: World, small: None):
    content = lines([order(f"c{n % 5}", n) for n in range(30)])
    await run(world, await uploaded(world, content))
    before = await query(world, FACTS)
    progress = await run(world, await uploaded(world, content))
    assert (progress.taken, progress.repeated) == (0, 30)
    assert await query(world, FACTS) == before
    assert await query(world, "SELECT count(*) FROM events") == [(30,)]


@pytest.mark.parametrize("after", range(12))
async def test_killed_at_any_transaction_it_goes_on_and_counts_nothing_twice(world: World, small: None, after: int):
    import_id = await uploaded(world, lines([order(f"c{n % 9}", n) for n in range(60)]))
    seen = 0

    class KilledError(BaseException):
        pass

    real = world.database.transaction

    def counted():
        nonlocal seen
        seen += 1
        if seen == after + 1:
            raise KilledError
        return real()

    world.database.transaction = counted  # type: ignore[method-assign]
    with pytest.raises(KilledError):
        await run(world, import_id)
    world.database.transaction = real  # type: ignore[method-assign]
    progress = await run(world, import_id)
    assert (progress.read, progress.taken, progress.repeated) == (60, 60, 0)
    assert await query(world, "SELECT sum((traits->>'orders')::int) FROM customers") == [(60,)]


async def test_two_workers_at_one_import_share_it(world: World, small: None):
    import_id = await uploaded(world, lines([order(f"c{n % 9}", n) for n in range(60)]))
    await asyncio.gather(*(run(world, import_id) for _ in range(3)), return_exceptions=True)
    progress = await run(world, import_id)
    assert (progress.read, progress.taken) == (60, 60)
    assert await query(world, "SELECT sum((traits->>'orders')::int) FROM customers") == [(60,)]


async def test_history_wakes_nobody_unless_asked(world: World, small: None):
    definition = flow({"kind": "event", "on": on("Order Completed")})
    await publish(world.database, definition)
    now = await world.services.clock.now()
    just_now, long_ago = (now - timedelta(hours=1)).isoformat(), (now - timedelta(hours=25)).isoformat()
    await run(world, await uploaded(world, lines([order("ada", 1, timestamp=just_now)]), created_at=now))
    assert await query(world, "SELECT count(*) FROM journeys") == [(0,)]
    items = [order("bob", 2, timestamp=just_now), order("carl", 3, timestamp=long_ago)]
    await run(world, await uploaded(world, lines(items), live=True, created_at=now))
    entered = "SELECT c.external_id FROM journeys j JOIN customers c ON c.id = j.customer_id"
    assert await query(world, entered) == [("bob",)]  # and nobody for what happened more than a day ago


async def test_rows_that_are_refused_are_told_and_the_rest_taken(world: World, small: None):
    items = [order("ada", 1), {"event": "X"}, order("ada", 2, timestamp="soon"), order("bob", 3, n=1)]
    content = lines(items) + b"nonsense\n" + lines([order("gone", 4)])
    async with world.database.transaction() as session:
        await ingest(session, [track("Signed In", "gone")], now=NOW)
        await session.execute(text("UPDATE customers SET erased_at = now()"))
    import_id = await uploaded(world, content)
    progress = await run(world, import_id)
    assert (progress.read, progress.taken, progress.refused) == (6, 2, 4)
    found = await query(world, "SELECT row, reason, taken FROM import_rejects ORDER BY row")
    assert [(row, words.split(":")[0], taken) for row, words, taken in found] == [
        (2, "it has no timestamp", False),
        (3, "timestamp is not an ISO 8601 date and time", False),
        (5, "the line is not JSON", False),
        (6, "it is about a customer who was erased", False),
    ]


async def test_a_value_that_cant_be_stored_costs_its_row_alone_though_the_next_batch_was_begun(
    world: World, small: None, monkeypatch: pytest.MonkeyPatch
):
    copying = event_copy.copy_events

    async def refusing(session: Any, events: Any, **facts: Any) -> None:
        if any('"poison"' in spelt.after for spelt, _ in events):
            await session.execute(text("SELECT CAST('poison' AS integer)"))  # as the server refuses a value
        await copying(session, events, **facts)

    monkeypatch.setattr(event_copy, "copy_events", refusing)
    items = [order(f"c{n % 5}", n, message_id=f"m-{n}") for n in range(30)]
    items[3]["coupon"] = "poison"
    items[9] = items[2]  # the batch behind has taken it by then, and must let go of it
    progress = await run(world, await uploaded(world, lines(items)))
    assert (progress.read, progress.taken, progress.repeated, progress.refused) == (30, 28, 1, 1)
    assert await query(world, "SELECT row, reason, raw ->> 'order_id' FROM import_rejects") == [
        (4, "a value in it can't be stored", "o-3")
    ]
    told = await query(world, "SELECT properties ->> 'order_id' FROM events WHERE name = 'Order Completed'")
    assert {number for (number,) in told} == {f"o-{n}" for n in range(30)} - {"o-3", "o-9"}
    assert await query(world, "SELECT count(*) FROM event_receipts") == [(28,)]


async def _known(world: World, *names: str) -> list[UUID]:
    async with world.database.transaction() as session:
        await ingest(session, [track("Signed In", name) for name in names], now=NOW)
    found = dict(await query(world, "SELECT external_id, id FROM customers"))
    return [found[name] for name in names]


def _while_a_batch_is_written(monkeypatch: pytest.MonkeyPatch, work: Callable[[], Awaitable[None]]) -> list[Any]:
    """Begin `work` when the first batch knows its customers and has written nothing; the task, and whether it waits."""
    begun: list[Any] = []
    write = event_copy.copy_events

    async def copy_events(*args: Any, **options: Any) -> None:
        if not begun:
            begun.append(asyncio.create_task(work()))  # type: ignore[arg-type]
            done, _ = await asyncio.wait(begun, timeout=0.5)
            begun.append(not done)
        await write(*args, **options)

    monkeypatch.setattr(event_copy, "copy_events", copy_events)
    return begun


async def test_whoever_is_joined_with_another_meanwhile_takes_their_past_along(
    world: World, small: None, monkeypatch: pytest.MonkeyPatch
):
    gone, stays = await _known(world, "gone", "stays")

    async def join() -> None:
        await run_in_transaction(
            world.database, lambda session: profile_merge.merge_by_hand(session, gone, stays, now=NOW)
        )

    begun = _while_a_batch_is_written(monkeypatch, join)
    done = await run(world, await uploaded(world, lines([order("gone", n) for n in range(12)])))
    task, waited = begun
    await task
    assert waited
    assert done.taken == 12
    found = await query(world, "SELECT customer_id, count(*) FROM events WHERE name = 'Order Completed' GROUP BY 1")
    assert found == [(stays, 12)]
    assert await query(world, "SELECT traits ->> 'orders' FROM customers") == [("12",)]


async def test_whoever_is_erased_meanwhile_leaves_nothing_of_their_past(
    world: World, small: None, monkeypatch: pytest.MonkeyPatch
):
    (gone,) = await _known(world, "gone")

    async def erase() -> None:
        await run_in_transaction(world.database, lambda session: privacy.erase(session, gone, "gone", by="test"))

    begun = _while_a_batch_is_written(monkeypatch, erase)
    await run(world, await uploaded(world, lines([order("gone", n) for n in range(12)])))
    task, waited = begun
    await task
    assert waited
    assert await query(world, "SELECT DISTINCT properties FROM events WHERE customer_id = :id", id=gone) == [({},)]
    assert await query(world, "SELECT traits, external_id FROM customers") == [({}, None)]


async def test_customers_of_a_file(world: World, small: None):
    content = b"external_id,email,first_name,tags,points,country,phone\n" + b"".join(
        f"c{n},c{n}@shop.example,N{n},vip;new,{n},TR,{'0532 123 45 6' + str(n % 10) if n else 'nonsense'}\n".encode()
        for n in range(12)
    )
    progress = await run(world, await uploaded(world, content, kind="customers", format="csv"))
    assert (progress.taken, progress.refused) == (12, 0)
    [row] = await query(
        world,
        "SELECT email, first_name, tags, attributes->'points', phone, last_seen_at FROM customers "
        "WHERE external_id = 'c7'",
    )
    assert row == ("c7@shop.example", "N7", ["new", "vip"], 7, "+905321234567", None)
    [(number, reason, taken)] = await query(world, "SELECT row, reason, taken FROM import_rejects")
    assert (number, taken, "phone is kept aside" in str(reason)) == (1, True, True)


async def test_an_archive_of_all_kinds_of_calls_keeps_identities(world: World, small: None):
    calls = [
        {"anonymousId": "a1", "event": "Product Viewed", "timestamp": AT, "properties": {"name": "Hat"}},
        {"type": "identify", "userId": "ada", "anonymousId": "a1", "timestamp": AT, "traits": {"city": "Rome"}},
        {"type": "page", "userId": "ada", "anonymousId": "a1", "timestamp": AT, "name": "Home"},
        {"type": "track", "userId": "ada", "anonymousId": "a2", "event": "Signed In", "timestamp": AT},
    ]
    await run(world, await uploaded(world, lines(calls)))
    assert await query(world, "SELECT external_id, city, traits->>'last_viewed_product' FROM customers") == [
        ("ada", "Rome", "Hat")
    ]
    assert await query(world, "SELECT count(*), count(DISTINCT customer_id) FROM events") == [(3, 1)]


async def test_what_comes_before_a_break_in_the_file_is_taken(world: World, small: None):
    items = [order(f"c{n % 5}", n, timestamp=NOW) for n in range(28)]
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(items), out, row_group_size=7)
    third = pq.ParquetFile(out).metadata.row_group(2).column(0)
    content = bytearray(out.getvalue())
    start = third.dictionary_page_offset or third.data_page_offset
    content[start : start + third.total_compressed_size] = b"\xff" * third.total_compressed_size
    import_id = await uploaded(world, bytes(content), format="parquet")
    with pytest.raises(ApplicationError, match="broken after row 14"):
        await run(world, import_id)
    assert await query(world, "SELECT read, taken FROM imports") == [(14, 14)]
    assert await query(world, "SELECT count(*) FROM events") == [(14,)]


async def test_a_broken_file_fails_and_says_why(world: World, temporal_client):
    import_id = await uploaded(world, b"nick,city\n1,2\n", format="csv")
    async with world.workers(temporal_client):
        await temporal_client.execute_workflow(
            "ImportWorkflow", ImportInput(import_id=import_id), id=f"import/{import_id}", task_queue="imports"
        )
    [(state, error)] = await query(world, "SELECT state, error FROM imports")
    assert (state, error[:39]) == ("failed", "no column says who the customer is: name"[:39])


async def test_by_api_from_upload_to_report(world: World, temporal_client, settings):
    keyed = settings.model_copy(update={"bootstrap_api_key": SecretStr(ADMIN_KEY)})
    services = ApiServices(keyed, world.database, temporal_client, build_providers(keyed))
    transport = httpx.ASGITransport(app=create_app(services), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {ADMIN_KEY}"}
    async with (
        world.workers(temporal_client),
        httpx.AsyncClient(transport=transport, base_url="http://api.test", headers=headers) as api,
    ):
        padding = "x" * 3000
        content = lines([order("ada", n, note=padding) for n in range(2000)]) + b"nonsense\n"
        assert len(content) > 4 * 1024 * 1024  # more than any other body may have
        answer = await api.post("/imports?kind=events&format=ndjson&name=orders.ndjson", content=content)
        assert answer.status_code == 202, answer.text
        import_id = answer.json()["id"]
        await Relay(world.database, OutboxPublisher(temporal_client)).drain()  # the upload's commit is all it needs
        await temporal_client.get_workflow_handle(f"import/{import_id}").result()
        view = (await api.get(f"/imports/{import_id}")).json()
        assert (view["state"], view["taken"], view["refused"], view["size"]) == ("finished", 2000, 1, len(content))
        report = (await api.get(f"/imports/{import_id}/rejects")).text
        [refused] = csv.DictReader(io.StringIO(report))
        assert (refused["row"], refused["taken"]) == ("2001", "false")
        assert json.loads((await api.get(f"/imports/{import_id}/rejects?format=ndjson")).text)["row"] == 2001
        assert (await api.post(f"/imports/{import_id}/stop")).status_code == 409
        assert [item["id"] for item in (await api.get("/imports")).json()["items"]] == [import_id]
        assert (await api.post("/imports?kind=events&format=csv", content=b"")).status_code == 422
        assert (await api.post("/imports?kind=songs&format=csv", content=b"x")).status_code == 422


async def test_of_two_batches_that_may_join_customers_the_second_waits(world: World):
    """Had both kept others from joining customers, neither could join any itself."""
    spelt = event_copy.Spelt("", "")

    def batch() -> list[Any]:
        calls = [SimpleNamespace(id=str(uuid4()), external_id="ada", spelt=each) for each in (spelt, None)]
        assert not history.stands_alone(calls)
        return calls

    async def second() -> None:
        async with world.database.transaction() as session:
            await history.take_receipts(session, batch(), now=NOW)
            await merges.begin_going(session)

    async with world.database.transaction() as session:
        await history.take_receipts(session, batch(), now=NOW)
        other = asyncio.create_task(second())
        done, _ = await asyncio.wait([other], timeout=0.3)
        assert not done
        await merges.begin_going(session)
    async with asyncio.timeout(10):
        await other
