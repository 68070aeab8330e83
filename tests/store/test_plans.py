"""What is asked all day reads no large table whole. Statements are collected by running the code, new ones too."""

import json
import re
from collections.abc import Awaitable, Callable, Set
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import Settings
from domain.conditions import AllOf, DidEvent, Not, PercentileIs
from domain.events import IncomingEvent
from domain.periods import period
from domain.vocabulary import Channel, JourneyState, MessageState
from domain.windows import LastWindow
from ingestion.pipeline import ingest
from ingestion.privacy import erase
from store.campaigns import failures, journey_queries, reconcile, scheduled, wakeups
from store.campaigns.journey_queries import JourneyFilter
from store.campaigns.outbox import OutboxMessage
from store.conditions.percentiles import bring_up_to_date
from store.conditions.scope import Scope
from store.conditions.time_driven import moved_by_time
from store.customers import customer_queries, merges, visitors
from store.customers.customer_queries import CustomerSearch
from store.database import driver
from store.database.engine import Database
from store.events import orders, property_values, retention
from store.messages import contact_history, message_queries, stale_messages
from store.messages.message_queries import MessageFilter
from store.metrics import attention, campaign_counters, gauges, monitoring, performance
from store.segments import memberships, segments
from tests.journey_driver import END, ENTRY, flow, make_world, push

ROWS = 20_000
NOW = datetime.now(UTC)
_FILL = (
    """INSERT INTO customers (id, external_id, email, first_name, created_at)
       SELECT gen_random_uuid(), 'c-' || n, 'c' || n || '@shop.example', 'Name' || n, now() - n * interval '1 minute'
         FROM generate_series(1, :rows) AS n""",
    """INSERT INTO journeys (id, campaign_id, version_id, customer_id, workflow_id, entry, state, visit, seq, why,
                             ended_at, exit_reason, created_at)
       SELECT gen_random_uuid(), :campaign, :version, id, 'j/' || id, 'x', 'ended', 1, 1, '', now(), 'completed', now()
         FROM customers""",
    """INSERT INTO messages
              (id, journey_id, campaign_id, customer_id, visit, channel, category, state, attempts, address)
       SELECT gen_random_uuid(), id, campaign_id, customer_id, 1, 'email', 'marketing', 'delivered', 1, 'x' || id
         FROM journeys""",
    """INSERT INTO message_events (id, message_id, kind, machine, occurred_at, source)
       SELECT gen_random_uuid(), id, 'opened', false, now(), 'test' FROM messages""",
    """INSERT INTO events (id, occurred_at, customer_id, name, source)
       SELECT gen_random_uuid(), created_at - interval '1 hour', id, 'Product Viewed', 'test' FROM customers""",
    """INSERT INTO journey_steps (journey_id, seq, node_id, kind, why, entered_at, left_at)
       SELECT id, 1, 'hello', 'send_push', '', created_at, created_at FROM journeys""",
    """INSERT INTO event_receipts (id, received_at)
       SELECT gen_random_uuid(), now() - n * interval '1 minute' FROM generate_series(1, :rows) AS n""",
    """INSERT INTO campaign_counters (campaign_id, run_id, node_id, channel, metric, dimension, bucket, n, amount)
       SELECT CASE WHEN n % 200 = 0 THEN CAST(:campaign AS uuid) ELSE gen_random_uuid() END,
              gen_random_uuid(), 'hello', 'email', 'sent', '', now() - n * interval '1 hour', 1, 0
         FROM generate_series(1, :rows) AS n""",
    """INSERT INTO campaign_runs (id, campaign_id, version_id, workflow_id, state, started, refused)
       SELECT CASE n WHEN 1 THEN CAST(:run AS uuid) ELSE gen_random_uuid() END, :campaign, :version, 'run-' || n,
              'finished', 0, 0 FROM generate_series(1, 20) AS n""",
    """INSERT INTO audience_members (run_id, position, customer_id)
       SELECT r.id, row_number() OVER (), c.id
         FROM (SELECT id, row_number() OVER () AS n FROM campaign_runs) AS r
         JOIN (SELECT id, row_number() OVER () AS n FROM customers) AS c ON c.n % 20 + 1 = r.n""",
    """INSERT INTO entry_rejections (campaign_id, customer_id, code, reason, at)
       SELECT :campaign, id, 'paused', '', now() FROM customers""",
    """INSERT INTO customer_identities (kind, value, customer_id) SELECT 'anonymous', 'a-' || id, id FROM customers""",
    """INSERT INTO devices (token, customer_id, platform, active) SELECT 't-' || id, id, 'ios', true FROM customers""",
    """INSERT INTO suppressions (channel, address, reason, source)
       SELECT 'email', 'gone' || n || '@shop.example', 'hard_bounce', 'test' FROM generate_series(1, :rows) AS n""",
)
LARGE = {
    "customers", "journeys", "messages", "message_events", "audience_members", "entry_rejections",
    "customer_identities", "devices", "suppressions", "journey_steps", "campaign_counters", "events",
}  # fmt: skip

# Not among them: event_receipts, found by age in a BRIN index, which pays from some hundreds of pages on.
EXCUSED = {
    "SELECT EXISTS (SELECT FROM heartbeats": "ends at the first row that it meets",
    "WITH gone AS ( DELETE FROM campaign_counters WHERE bucket": "by the relay, hourly; of counters, not of journeys",
}
"""Beginning of a statement -> why it may read a large table whole."""

_SMALL = "SELECT relname FROM pg_class WHERE reltuples < 1000 AND relkind = 'r'"

Work = Callable[[AsyncSession, list[UUID]], Awaitable[Any]]


async def settled(session: AsyncSession, _: list[UUID]) -> None:
    await stale_messages.skip_never_sent(session, NOW, stale_messages.START)
    await visitors.forget(session, NOW - timedelta(days=400))
    for step in (stale_messages.release_forsaken,):
        await step(session, NOW, 100)
    await stale_messages.give_up_unreported(session, NOW, 100)


async def corrected(session: AsyncSession, ids: list[UUID]) -> None:
    await driver.run(session, orders.finding([orders.OrderKey(ids[0], "o-1")]))
    await orders.correct(session, [orders.Correction(uuid4(), NOW, {"revenue": 1, "revenue_refunded": 2}, "test")])


async def merged(session: AsyncSession, ids: list[UUID]) -> None:
    await merges.move_references(session, ids[0], ids[1])


async def erased(session: AsyncSession, ids: list[UUID]) -> None:
    await erase(session, ids[2], "c-1", by="test")


async def listed(session: AsyncSession, _: list[UUID]) -> None:
    await customer_queries.page(session, None, 50)
    await customer_queries.page(session, (NOW - timedelta(days=3), uuid4()), 50)
    await customer_queries.page(session, None, 50, search=CustomerSearch("c-1999"))
    await customer_queries.page(session, None, 50, search=CustomerSearch("name777"))
    await customer_queries.page(session, None, 50, search=CustomerSearch(country="IS"))
    await customer_queries.page_by_name(session, None, 50)
    await customer_queries.page_by_name(session, ("name777", uuid4()), 50)
    await customer_queries.page(session, None, 50, search=CustomerSearch(tag="vip"), oldest_first=True)
    await customer_queries.count(session, CustomerSearch(country="IS"))
    await customer_queries.require(session, "c-77")


async def journeys_listed(session: AsyncSession, ids: list[UUID]) -> None:
    campaign = await _campaign(session)
    run = await session.scalar(text("SELECT id FROM campaign_runs"))
    page = (NOW - timedelta(days=3), uuid4())
    for narrow in (
        JourneyFilter(campaign_id=campaign),
        JourneyFilter(campaign_id=campaign, state=JourneyState.ACTIVE),
        JourneyFilter(campaign_id=campaign, open=True),
        JourneyFilter(campaign_id=campaign, run_id=run),
        JourneyFilter(campaign_id=campaign, customer_id=ids[0]),
        JourneyFilter(customer_id=ids[0]),
        JourneyFilter(state=JourneyState.FAILED),
    ):
        await journey_queries.page(session, narrow, None, 51)
        await journey_queries.page(session, narrow, page, 51)
    journey = await session.scalar(text("SELECT id FROM journeys ORDER BY id LIMIT 1"))
    await journey_queries.require(session, journey)
    await journey_queries.steps(session, journey, None, 100)


async def messages_listed(session: AsyncSession, ids: list[UUID]) -> None:
    campaign = await _campaign(session)
    message, journey = (await session.execute(text("SELECT id, journey_id FROM messages ORDER BY id LIMIT 1"))).one()
    page = (NOW - timedelta(days=3), uuid4())
    for narrow in (
        MessageFilter(),
        MessageFilter(campaign_id=campaign),
        MessageFilter(customer_id=ids[0]),
        MessageFilter(journey_id=journey),
        MessageFilter(state=MessageState.UNKNOWN),
        MessageFilter(campaign_id=campaign, state=MessageState.FAILED),
    ):
        await message_queries.page(session, narrow, None, 51)
        await message_queries.page(session, narrow, page, 51)
    await message_queries.require(session, message)
    await message_queries.life(session, message)
    await message_queries.inbox(session, ids[0], None, 51)


async def reported(session: AsyncSession, _: list[UUID]) -> None:
    campaign = await _campaign(session)
    await monitoring.figures(session, campaign)
    await monitoring.figures(session, campaign, uuid4())
    await monitoring.runs(session, campaign)
    await campaign_counters.series(session, campaign, ("sent", "opened"), timedelta(minutes=1))
    await performance.of_campaigns(session, [campaign])
    await performance.overview(session, period(7, NOW))
    await attention.attention(session, NOW - timedelta(days=7))
    await attention.checklist(session)
    await campaign_counters.rollup(session, timedelta(minutes=1))
    await campaign_counters.compact(session, NOW - timedelta(days=14), timedelta(days=1))


async def swept(session: AsyncSession, ids: list[UUID]) -> None:
    """What runs twice a minute: whom time may have moved, and who of them differs. Everybody is another matter."""
    scope = Scope(NOW)
    lately = DidEvent(event="Product Viewed", window=LastWindow(days=10))
    for condition in (lately, Not(condition=lately)):
        assert await moved_by_time(session, condition, scope, NOW - timedelta(minutes=2)) is not None
        await segments.matching(session, [condition], ids, scope)
    await memberships.watched(session)
    await memberships.recorded(session, uuid4(), ids)
    await memberships.swept(session, uuid4(), now=NOW, wholly=False)


async def asked_of_whatsapp(session: AsyncSession, ids: list[UUID]) -> None:
    await contact_history.has_written(session, ids[0], Channel.WHATSAPP, since=NOW - timedelta(hours=24))


async def forgotten(session: AsyncSession, _: list[UUID]) -> None:
    keep = timedelta(days=400)
    for table in retention.PURGED:
        await retention.purge(session, table, now=NOW, keep=keep)
    await retention.forget_receipts(session, now=NOW, keep=keep)
    await retention.forget_histories(session, now=NOW, keep=keep)
    await retention.forget_undo(session, now=NOW, keep=keep)


async def reconciled(session: AsyncSession, _: list[UUID]) -> None:
    await reconcile.open_journeys(session, after=UUID(int=0), before=NOW, everybody=False, limit=100)
    await reconcile.open_runs(session, before=NOW)
    await reconcile.open_migrations(session, before=NOW)
    await reconcile.open_imports(session, before=NOW)


async def _campaign(session: AsyncSession) -> UUID:
    found: UUID = (await session.execute(text("SELECT id FROM campaigns"))).scalar_one()
    return found


async def sampled(session: AsyncSession, _: list[UUID]) -> None:
    await gauges.read(session)


async def ranked(session: AsyncSession, ids: list[UUID]) -> None:
    """A check of a journey, and of a few customers: by limits that are kept."""
    condition = AllOf(of=[PercentileIs(name=name, percent=10) for name in ("traits.revenue", "attributes.points")])
    await segments.first_match(session, [condition], ids[0], Scope(NOW))
    await segments.matching(session, [condition], ids, Scope(NOW))


async def taken_in(session: AsyncSession, ids: list[UUID]) -> None:
    """The whole road of live events: strangers, an order and its refund, a sign-in that joins, two who become one."""
    order = {"order_id": "o-1", "revenue": 20, "currency": "EUR"}
    calls: list[dict[str, Any]] = [
        {"name": "Product Viewed", "anonymous_id": "device"},
        {"name": "Product Viewed", "external_id": "c-1"},
        {"name": "Order Completed", "external_id": "c-10", "properties": order},
        {"name": "Order Refunded", "external_id": "c-10", "properties": order},
        {"kind": "identify", "external_id": "c-10", "properties": {"email": "new@shop.example"}},
        {"name": "Signed In", "external_id": "c-100", "anonymous_id": "device"},
        {"kind": "alias", "external_id": "c-1000", "previous_id": "c-10000"},
    ]
    for call in calls:
        event_ = IncomingEvent(id=uuid4(), occurred_at=NOW, source="test", **call)
        assert [each.status for each in await ingest(session, [event_], now=NOW)] == ["taken"]


async def woken(session: AsyncSession, _: list[UUID]) -> None:
    """A state change tells journeys, page by page; failed ones are retried; old names of schedules are compared."""
    campaign = await _campaign(session)
    await wakeups.request_all(session, "test")
    for kind, expand in (("wake_journeys", wakeups.expand), ("retry_journeys", failures.expand)):
        after = [datetime.min.replace(tzinfo=UTC).isoformat(), str(UUID(int=0))]
        told = {"signal": "test", "states": ["active", "paused"], "after": after, "until": NOW.isoformat()}
        await expand(session, OutboxMessage(kind, campaign, "w", told))  # type: ignore[arg-type]
    await scheduled.launched(session, [uuid4()])


async def suggested(session: AsyncSession, _: list[UUID]) -> None:
    for name in ("city", "attributes.tier", "traits.revenue"):
        await property_values.of_profiles(session, name)
    await property_values.of_events(session, "Product Viewed", "products.brand")


WORKS: dict[str, Work] = {
    "take": taken_in,
    "wake": woken,
    "whatsapp": asked_of_whatsapp,
    "settle": settled,
    "correct": corrected,
    "merge": merged,
    "erase": erased,
    "list": listed,
    "journeys": journeys_listed,
    "messages": messages_listed,
    "report": reported,
    "sweep": swept,
    "retention": forgotten,
    "reconcile": reconciled,
    "gauge": sampled,
    "rank": ranked,
    "suggest": suggested,
}


async def fill(database: Database, settings: Settings) -> list[UUID]:
    """Tables of an installation that has run for a while; some customers of it."""
    world = make_world(database, settings)
    campaign = await world.campaign(flow(ENTRY, push("hello"), END))
    async with database.transaction() as session:
        version = await session.scalar(text("SELECT id FROM campaign_versions"))
        given = {"campaign": campaign, "version": version, "run": uuid4(), "rows": ROWS}
        for statement in _FILL:
            await session.execute(text(statement), given)
        await bring_up_to_date(session, {"traits.revenue", "attributes.points"}, NOW)
        found = list(await session.scalars(text("SELECT id FROM customers ORDER BY external_id LIMIT 5")))
    async with database.engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("VACUUM ANALYZE"))
    return found


def scanned(plan: dict[str, Any], small: Set[str]) -> set[str]:
    """Large tables that a plan reads from one end to the other; partitions that hold nothing do not count."""
    # a partition counts as its table
    here = {re.sub(r"^events_\w+", "events", plan["Relation Name"])} if plan["Node Type"] == "Seq Scan" else set()
    if plan.get("Relation Name") in small:
        here = set()
    return (here & LARGE).union(*(scanned(part, small) for part in plan.get("Plans", [])))


async def plans(database: Database, work: Work, ids: list[UUID]) -> dict[str, set[str]]:
    """Statement -> large tables that it reads whole, of all that `work` sends."""
    sent: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, _context: object, many: bool) -> None:
        parameters = parameters[0] if many else parameters
        if statement.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            sent.append((statement, parameters))

    asked = psycopg.AsyncConnection.execute

    async def handed_over(self: Any, query: Any, params: Any = None, **how: Any) -> Any:
        note(None, None, str(query), params, None, many=False)  # by store.database.driver, past SQLAlchemy
        return await asked(self, query, params, **how)

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    psycopg.AsyncConnection.execute = handed_over  # type: ignore[method-assign]
    try:
        async with database.transaction() as session:
            await work(session, ids)
    finally:
        psycopg.AsyncConnection.execute = asked  # type: ignore[method-assign]
        event.remove(engine, "before_cursor_execute", note)
    found = {}
    async with database.engine.connect() as connection:
        # tables alone: the views for BI have the names of tables
        small = set(await connection.scalars(text(_SMALL)))
        for statement, parameters in sent:
            explained = await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
            plan = explained.scalar_one()
            whole = scanned((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"], small)
            if whole and not " ".join(statement.split()).startswith(tuple(EXCUSED)):
                found[" ".join(statement.split())] = whole
    assert sent, "nothing was sent"
    return found


async def test_no_large_table_is_read_whole(database: Database, settings: Settings):
    ids = await fill(database, settings)
    found = [
        f"{name} reads {sorted(whole)} whole: {statement}"
        for name, work in WORKS.items()
        for statement, whole in (await plans(database, work, ids)).items()
    ]
    assert not found, "\n".join(found)


async def test_one_that_does_is_found(database: Database, settings: Settings):
    ids = await fill(database, settings)

    async def careless(session: AsyncSession, _: list[UUID]) -> None:
        await session.execute(text("SELECT count(*) FROM journeys WHERE entry = 'x'"))

    [whole] = (await plans(database, careless, ids)).values()
    assert whole == {"journeys"}


async def test_one_that_is_handed_to_the_driver_is_found_too(database: Database, settings: Settings):
    ids = await fill(database, settings)

    async def careless(session: AsyncSession, _: list[UUID]) -> None:
        await driver.run(session, driver.order("SELECT count(*) FROM messages WHERE reason = %(why)s", why="x"))

    [whole] = (await plans(database, careless, ids)).values()
    assert whole == {"messages"}
