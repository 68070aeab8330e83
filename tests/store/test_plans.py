"""What is asked all day reads no large table whole. Statements are collected by running the code, new ones too."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import Settings
from domain.conditions import AllOf, PercentileIs
from ingestion.privacy import erase
from store.conditions.percentiles import bring_up_to_date
from store.conditions.scope import Scope
from store.customers import customer_queries, merges
from store.database.engine import Database
from store.messages import stale_messages
from store.metrics import gauges
from store.segments import segments
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
       SELECT gen_random_uuid(), now() - interval '1 day', id, 'Product Viewed', 'test' FROM customers""",
    """INSERT INTO campaign_runs (id, campaign_id, version_id, workflow_id, state, started, refused)
       VALUES (:run, :campaign, :version, 'run', 'running', 0, 0)""",
    """INSERT INTO audience_members (run_id, position, customer_id)
       SELECT :run, row_number() OVER (), id FROM customers""",
    """INSERT INTO entry_rejections (campaign_id, customer_id, code, reason, at)
       SELECT :campaign, id, 'paused', '', now() FROM customers""",
    """INSERT INTO customer_identities (kind, value, customer_id) SELECT 'anonymous', 'a-' || id, id FROM customers""",
    """INSERT INTO devices (token, customer_id, platform, active) SELECT 't-' || id, id, 'ios', true FROM customers""",
    """INSERT INTO suppressions (channel, address, reason, source)
       SELECT 'email', 'gone' || n || '@shop.example', 'hard_bounce', 'test' FROM generate_series(1, :rows) AS n""",
)
LARGE = {
    "customers", "journeys", "messages", "message_events", "audience_members", "entry_rejections",
    "customer_identities", "devices", "suppressions",
}  # fmt: skip

Work = Callable[[AsyncSession, list[UUID]], Awaitable[Any]]


async def settled(session: AsyncSession, _: list[UUID]) -> None:
    for step in (stale_messages.release_forsaken, stale_messages.skip_never_sent):
        await step(session, NOW, 100)
    await stale_messages.give_up_unreported(session, NOW, 100)


async def merged(session: AsyncSession, ids: list[UUID]) -> None:
    await merges.move_references(session, ids[0], ids[1])


async def erased(session: AsyncSession, ids: list[UUID]) -> None:
    await erase(session, ids[2], "c-1", by="test")


async def listed(session: AsyncSession, _: list[UUID]) -> None:
    await customer_queries.page(session, None, 50)
    await customer_queries.page(session, (NOW - timedelta(days=3), uuid4()), 50)
    await customer_queries.page(session, None, 50, text="c-1999")
    await customer_queries.page(session, None, 50, text="name777")
    await customer_queries.require(session, "c-77")


async def sampled(session: AsyncSession, _: list[UUID]) -> None:
    await gauges.read(session)


async def ranked(session: AsyncSession, ids: list[UUID]) -> None:
    """A check of a journey, and of a few customers: by limits that are kept."""
    condition = AllOf(of=[PercentileIs(name=name, percent=10) for name in ("traits.revenue", "attributes.points")])
    await segments.first_match(session, [condition], ids[0], Scope(NOW))
    await segments.matching(session, [condition], ids, Scope(NOW))


WORKS: dict[str, Work] = {
    "settle": settled,
    "merge": merged,
    "erase": erased,
    "list": listed,
    "gauge": sampled,
    "rank": ranked,
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


def scanned(plan: dict[str, Any]) -> set[str]:
    """Large tables that a plan reads from one end to the other."""
    here = {plan["Relation Name"]} if plan["Node Type"] == "Seq Scan" else set()
    return (here & LARGE).union(*(scanned(part) for part in plan.get("Plans", [])))


async def plans(database: Database, work: Work, ids: list[UUID]) -> dict[str, set[str]]:
    """Statement -> large tables that it reads whole, of all that `work` sends."""
    sent: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, _context: object, many: bool) -> None:
        parameters = parameters[0] if many else parameters
        if statement.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            sent.append((statement, parameters))

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        async with database.transaction() as session:
            await work(session, ids)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    found = {}
    async with database.engine.connect() as connection:
        for statement, parameters in sent:
            explained = await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
            plan = explained.scalar_one()
            whole = scanned((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])
            if whole:
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
