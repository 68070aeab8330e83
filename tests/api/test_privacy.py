"""Erased means erased: the whole database is searched afterwards."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlmodel import col

from domain.events import IncomingMessageEvent
from domain.i18n import as_row, as_written
from domain.vocabulary import Category, Channel, MessageEventKind
from ingestion.message_events import record_reports
from ingestion.pipeline import ingest
from models import Customer, ImportReject, Journey, JourneyStep, Message, Outbox, Score, Suppression, WebhookReject
from models import Import as ImportRow
from store.customers.privacy import _EXPORTS, ERASE
from store.database.engine import Database
from store.messages import contactability
from tests.api.conftest import client_of
from tests.ingestion.factories import NOW, flow, identify, publish, rows, track, waiting_journey
from tests.scores import put_in

WORDS = ("ada@shop.example", "+905321234567", "household-77", "device-of-ada", "push-token-of-ada", "Lovelace")


async def everywhere(database: Database) -> dict[str, int]:
    """By table, the rows that hold one of the words, in whatever column."""
    async with database.transaction() as session:
        tables = await session.execute(
            text("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition "
                 "AND relnamespace = 'public'::regnamespace")
        )  # fmt: skip
        found: dict[str, int] = {}
        for table in tables.scalars():
            patterns = [f"%{word.lower()}%" for word in WORDS]
            count = await session.scalar(
                text(f"SELECT count(*) FROM {table} t WHERE lower(t::text) LIKE ANY(:words)"), {"words": patterns}
            )
            if count:
                found[table] = count
    return found


NAMING: dict[str, Any] = as_row(as_written("Lovelace"))


@pytest.fixture
async def ada(database: Database):
    """A customer whose traces are in every table that may hold some."""
    async with database.transaction() as session:
        [answer, *_] = await ingest(
            session,
            [
                identify("household-77", anonymous_id="device-of-ada", email="ada@shop.example", phone="+905321234567",
                         lastName="Lovelace", note="Lovelace", tags=["lovelace"],
                         devices=[{"token": "push-token-of-ada"}]),
                track("Order Completed", "household-77", revenue=5, recipient="Lovelace"),
            ],
            now=NOW,
        )  # fmt: skip
        await ingest(session, [identify("bob", email="bob@shop.example")], now=NOW)
    customer_id = answer.customer_id
    assert customer_id is not None
    version = await publish(database, flow())
    journey = await waiting_journey(
        database, version, customer_id, trigger={"email": "ada@shop.example"}, entry_key="household-77", **NAMING
    )
    message_id, import_id = uuid4(), uuid4()
    facts: dict[str, Any] = {
        "customer_id": customer_id,
        "channel": "email",
        "category": "marketing",
        "state": "accepted",
    }
    async with database.transaction() as session:
        facts |= {"reason": "Lovelace", "said": as_written("Lovelace").said()}
        session.add(Message(id=message_id, address="ada@shop.example", content={"html": "Dear Lovelace"}, **facts))
        session.add(Suppression(channel="email", address="ada@shop.example", reason="manual", source="api"))
        session.add(WebhookReject(provider="x", reason="x", raw={"to": "Ada <ada@shop.example>"}))
        session.add(ImportRow(id=import_id, kind="events", format="csv", name="x", created_at=NOW))
        await put_in(session, [Score(customer_id=customer_id, name="churn", value=0.5, model_id=uuid4(), at=NOW)])
        session.add(
            JourneyStep(
                journey_id=journey.id,
                seq=1,
                node_id="n",
                kind="check",
                **NAMING,
                details={"v": "Lovelace"},
                entered_at=NOW,
            )
        )
        await session.flush()
        session.add(ImportReject(import_id=import_id, row=1, reason="bad", raw={"user_id": "household-77"}))
    await report(database, message_id, MessageEventKind.REPLIED)
    return customer_id, journey.id, message_id


async def report(database: Database, message_id, engagement: MessageEventKind) -> None:
    async with database.transaction() as session:
        await record_reports(
            session,
            [
                IncomingMessageEvent(
                    event_id=uuid4(),
                    message_id=message_id,
                    provider="x",
                    engagement=engagement,
                    kind="k",
                    occurred_at=NOW,
                    raw={"from": "ada@shop.example", "text": "Lovelace"},
                )
            ],
            now=NOW,
        )


async def test_nothing_that_names_them_stays_and_the_ledger_does(api, database, ada):
    customer_id, journey_id, message_id = ada
    assert len(await everywhere(database)) > 8
    answer = await api.post("/customers/household-77/erase")
    assert answer.status_code == 200, answer.text
    assert await everywhere(database) == {}
    async with database.transaction() as session:
        message = await session.get_one(Message, message_id)
        assert (message.state, message.address, message.content) == ("delivered", None, {})
        assert (await rows(session, "SELECT count(*) FROM events WHERE customer_id = :id", id=customer_id))[0][0] == 2
        assert [note.journey_id for note in await session.scalars(select(Outbox))] == [journey_id]
        assert (await session.get_one(Journey, journey_id)).state == "active"  # its workflow ends it, once told
    proof = answer.json()
    assert proof["former_id"] == str(customer_id)
    assert proof["removed"]["messages"] == 1
    assert (await api.post("/customers/household-77/erase")).json() == proof
    assert (await api.get("/erasures?external_id=household-77")).json() == proof
    assert (await api.get("/erasures?external_id=bob")).status_code == 404
    assert (await api.get("/customers/household-77")).status_code == 404
    assert (await api.get("/customers/bob")).json()["email"] == "bob@shop.example"


async def test_what_comes_in_later_does_not_bring_them_back(api, database, ada):
    _, _, message_id = ada
    await api.post("/customers/household-77/erase")
    late = [track("Order Completed", "household-77", revenue=1), identify("household-77", email="ada@shop.example")]
    async with database.transaction() as session:
        answers = await ingest(session, late, now=NOW)
    assert [answer.status for answer in answers] == ["no_customer", "no_customer"]
    await report(database, message_id, MessageEventKind.OPENED)
    assert await everywhere(database) == {}


async def test_an_address_that_is_suppressed_stays_so_when_the_shop_imports_it_again(api, database, ada):
    """Known by its hash alone, until an operator lifts it."""
    await api.post("/customers/household-77/erase")
    assert (await api.put("/customers/newcomer", json={"email": "ada@shop.example"})).status_code == 200

    async def reach() -> str:
        async with database.transaction() as session:
            [newcomer] = await session.scalars(select(Customer).where(col(Customer.external_id) == "newcomer"))
            found = await contactability.contactability(session, newcomer, [Channel.EMAIL], Category.TRANSACTIONAL)
        return str(found[Channel.EMAIL].why or "")

    assert await reach() == "suppressed: manual"
    [kept] = (await api.get("/suppressions")).json()["items"]
    assert kept["address"].startswith("sha256:")
    lifted = await api.post("/suppressions/lift", json={"channel": "email", "address": "ada@shop.example"})
    assert lifted.status_code < 300, lifted.text
    assert await reach() == ""


async def test_the_export_holds_all_and_nobody_elses(api, ada):
    export = (await api.get("/customers/household-77/export")).json()
    assert export["customer"]["email"] == "ada@shop.example"
    assert {name for name, found in export.items() if found} >= {
        "customer", "events", "messages", "journeys", "journey_steps", "devices", "customer_identities", "scores",
        "suppressions", "message_events",
    }  # fmt: skip
    assert "bob" not in str(export)


async def test_only_admins_may(app, ada):
    async with client_of(app, key=None) as nobody:
        assert (await nobody.post("/customers/household-77/erase")).status_code == 401
        assert (await nobody.get("/customers/household-77/export")).status_code == 401


async def test_no_table_is_forgotten(database):
    """Whoever adds a table about customers must say what it hands out, and what becomes of it at erasure."""
    async with database.transaction() as session:
        tables = await session.execute(
            text("SELECT DISTINCT table_name FROM information_schema.columns c "
                 "JOIN pg_class t ON t.relname = c.table_name WHERE column_name = 'customer_id' "
                 "AND table_schema = 'public' AND NOT t.relispartition AND t.relkind <> 'v'")
        )  # fmt: skip
        named = set(tables.scalars())
    without_words = {"coupons", "audience_members", "promotion_codes", "experiment_assignments"}
    """Ids, codes and moments only."""
    assert named - set(_EXPORTS) == {"customer_scores"}  # handed out by the view that names each number
    assert named - {table for table, _ in ERASE} == without_words
