"""An erased customer is nowhere: markers go through the real pipeline into every column that may hold them."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlmodel import col
from temporalio.testing import ActivityEnvironment

from activities.journey import JourneyActivities
from activities.sending.activity import SendActivities
from domain.events import IncomingMessageEvent
from domain.flow import Flow
from domain.vocabulary import Channel, MessageEventKind
from ingestion.message_events import record_reports
from ingestion.pipeline import ingest
from models import Journey, Message
from store.database.engine import Database
from store.messages import possible_opt_outs
from tests.activities.test_imports import lines, run, uploaded
from tests.api.conftest import WRITE_KEY
from tests.api.test_privacy import report
from tests.ingestion.factories import NOW, alias, identify, track
from tests.journey_driver import END, World, email, make_world
from workflows.contracts import AdvanceInput, Send, StepInput

MARKERS = {
    "e-mail": "marker.now@zebra.example",
    "earlier e-mail": "marker.before@zebra.example",
    "e-mail never written to": "marker.silent@zebra.example",
    "phone": "5321239876",
    "phone as typed": "0532 123 98 76",
    "name": "Zzmarkerson",
    "external id": "marker-ext-0001",
    "alias": "marker-prev-0001",
    "alias of an alias": "marker-first-0001",
    "visitor": "marker-anon-0001",
    "token": "marker-token-0001",
    "entry key": "marker-key-0001",
    "attribute": "marker-attribute-0001",
}
OPEN = "marker-ext-0001"

_CODES = "codes, names of the application's own things, hashes"
NOBODY: dict[str, str] = {
    # whole tables about nobody: what people who work here set up, and figures
    **dict.fromkeys(
        ("alembic_version", "api_keys", "attribute_definitions", "brand_kit", "broadcasts", "campaign_counter_deltas",
         "campaign_counters", "campaign_runs", "campaign_versions", "campaigns", "circuit_breakers",
         "contact_policy", "shop_settings",
         "experiment_decisions", "experiment_looks", "experiments", "heartbeats",
         "import_mappings", "journey_migrations", "models", "products",
         "property_percentiles", "saved_blocks", "score_columns", "segments", "templates", "topics", "training_runs"),
        "set up by people who work here, or figures of all customers",
    ),
    "score_batches": "customers by number while a scoring runs; deleted with it",
    "import_chunks": "the file itself, while its import runs; deleted when it ends",
    "imports": "the file's name, and how its columns are read",
    "outbox": "ids, until Temporal has them",
    "erased_names": "hashes",
    "erasures": "hashes and counts",
    "customer_scores": "numbers",
    "experiment_assignments": "the arm's name, and times",
    "coupons": "codes",
    "promotions": "set up by people who work here",
    "surveys": "set up by people who work here",
    "survey_themes": "words that many answers share",
    "survey_invitations": "ids, and the step that asked",
    "survey_answers": "deleted as a whole: see test_surveys",
    "promotion_codes": "codes",
    "promotion_counters": "ids and hashes",
    "promotion_ledger": "ids and amounts",
    "promotion_orders": "carts, and the customer as a hash that goes",
    "promotion_redemptions": "codes and amounts",
    "promotion_refusals": "hashes of codes",
    "promotion_returns": "the shop's names of lines",
    "consents": _CODES,
    # columns of tables that do name somebody
    "audit_log": "ids, and the names of changed fields, of customers",
    "customers.gender": _CODES, "customers.country": _CODES, "customers.locale": _CODES,
    "customers.timezone": _CODES, "customers.preferred_channels": _CODES,
    "customer_identities.kind": _CODES, "devices.platform": _CODES,
    "customer_merges.reason": _CODES, "customer_merges.decisions": _CODES, "customer_merges.undone_by": _CODES,
    "entry_rejections.code": _CODES, "entry_rejections.about": "a property's name, never its value",
    "entry_rejections.reason": "a sentence with a property's name, never its value",
    "events.name": "the shop's own", "events.source": _CODES,
    "import_rejects.reason": "told by kind; the row goes as a whole",
    "intake_notes.source": _CODES, "intake_notes.outcome": _CODES,
    "intake_notes.reason": "without the values that it is about",
    **dict.fromkeys((f"journey_steps.{name}" for name in ("node_id", "kind", "port", "details")), _CODES),
    **dict.fromkeys(
        (f"journeys.{name}" for name in ("skip_nodes", "workflow_id", "state", "node_id", "visits", "step", "why",
         "said", "exit_signal", "coupons", "exit_reason", "failure_code", "failure_error")), _CODES),
    **dict.fromkeys(("journey_steps.why", "journey_steps.said"), "what conditions ask, not what a customer answered"),
    "journeys.entry": "a hash",
    "message_events.kind": _CODES, "message_events.source": _CODES,
    **dict.fromkeys(
        (f"messages.{name}" for name in ("node_id", "sent_node_id", "channel", "category", "topic", "state",
         "deferral_reason", "skip_reason", "provider", "provider_message_id", "said")), _CODES),
    "possible_opt_outs.channel": _CODES, "possible_opt_outs.state": _CODES,
    "possible_opt_outs.decided_by": "who works here",
    "suppressions.channel": _CODES, "suppressions.reason": _CODES, "suppressions.source": _CODES,
    "webhook_rejects.provider": _CODES, "webhook_rejects.reason": _CODES,
}  # fmt: skip
"""Tables and columns that no marker comes into, and why."""


async def columns(database: Database) -> set[str]:
    """Every column of the schema that may hold words, as `table.column`."""
    async with database.transaction() as session:
        found = await session.scalars(
            text("SELECT c.table_name || '.' || c.column_name FROM information_schema.columns c "
                 "JOIN pg_class t ON t.relname = c.table_name AND t.relnamespace = 'public'::regnamespace "
                 "WHERE c.table_schema = 'public' AND NOT t.relispartition AND t.relkind IN ('r', 'p') "
                 "AND c.data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'bytea', 'xml')")
        )  # fmt: skip
        return set(found)


async def found_in(database: Database) -> dict[str, set[str]]:
    """By column, the markers that stand in it."""
    found: dict[str, set[str]] = {}
    async with database.transaction() as session:
        for column in sorted(await columns(database)):
            table, name = column.split(".")
            held = await session.scalar(text(f'SELECT lower(string_agg(CAST("{name}" AS text), chr(10))) FROM {table}'))
            markers = {marker for marker, value in MARKERS.items() if value.lower() in (held or "")}
            if markers:
                found[column] = markers
    return found


@pytest.fixture
def world(database, settings) -> World:
    return make_world(database, settings)


CART = {"kind": "event", "on": {"event": "Cart Updated", "where": []}, "key": "cart_id"}
VIP = {"kind": "attribute", "name": "attributes.tier", "op": "eq", "value": "gold"}
DRAWN = Flow.model_validate(
    {
        "nodes": [
            {"id": "entry", "type": "entry", "data": {"trigger": CART}},
            {"id": "vip", "type": "check", "data": {"branches": [{"id": "yes", "condition": VIP}]}},
            email("mail", "Dear {{ customer.first_name }}"),
            END,
        ],
        "edges": [
            {"id": "1", "source": "entry", "sourceHandle": "next", "target": "vip"},
            {"id": "2", "source": "vip", "sourceHandle": "yes", "target": "mail"},
            {"id": "3", "source": "vip", "sourceHandle": "else", "target": "end"},
            {"id": "4", "source": "mail", "sourceHandle": "next", "target": "end"},
        ],
        "settings": {"reentry": {"mode": "per_key"}},
    }
)


async def take(database: Database, *events: Any) -> None:
    async with database.transaction() as session:
        await ingest(session, events, now=NOW)


async def say(world: World, **more: Any) -> None:
    """The message's journey, its send, and what providers say of it."""
    async with world.database.transaction() as session:
        journey = (await session.scalars(select(Journey))).one()
    decision = await ActivityEnvironment().run(
        JourneyActivities(world.services).advance, AdvanceInput(journey_id=journey.id, seq=0, cause="enter")
    )
    assert isinstance(decision.next, Send), decision
    await ActivityEnvironment().run(
        SendActivities(world.services).send_message, StepInput(journey_id=journey.id, seq=decision.next.seq)
    )
    async with world.database.transaction() as session:
        message = (await session.scalars(select(Message).where(col(Message.journey_id) == journey.id))).one()
    await report(world.database, message.id, MessageEventKind.REPLIED)
    bounced = IncomingMessageEvent(
        event_id=UUID(int=7), message_id=message.id, provider="fake", engagement=MessageEventKind.BOUNCED, kind="x",
        occurred_at=NOW, permanent=True, reason="550 no marker.before@zebra.example here",
        raw={"to": "Zzmarkerson <marker.before@zebra.example>"},
    )  # fmt: skip
    async with world.database.transaction() as session:
        await record_reports(session, [bounced], now=NOW)


@pytest.fixture
async def known(api, app, world: World, database: Database) -> UUID:
    """A customer whose markers went every way there is."""
    await world.campaign(DRAWN, slug="carts")
    await take(
        database,
        identify("marker-first-0001", email="marker.before@zebra.example", note="marker-attribute-0001", tier="gold"),
        identify("marker-prev-0001", phone="+905321239876", lastName="Zzmarkerson"),
        alias("marker-prev-0001", "marker-first-0001"),
    )
    await take(database, identify(OPEN))
    await take(database, alias("marker-ext-0001", "marker-prev-0001"))
    body: dict[str, Any] = {"first_name": "Zzmarkerson", "city": "Zzmarkerson", "tags": ["zzmarkerson"]}
    assert (await api.put(f"/customers/{OPEN}", json=body)).status_code == 200
    devices = [{"token": "marker-token-0001"}]
    await take(database, identify(OPEN, anonymous_id="marker-anon-0001", devices=devices))
    carts = [track("Cart Updated", OPEN, at=NOW + timedelta(seconds=n), cart_id="marker-key-0001") for n in (0, 1)]
    await take(database, *carts, track("Order Completed", OPEN, revenue=5, recipient="Zzmarkerson"))
    await say(world)
    for address in ("marker.silent@zebra.example", "marker.now@zebra.example"):
        assert (await api.put(f"/customers/{OPEN}", json={"email": address})).status_code == 200
        listed = {"channel": "email", "address": address}
        assert (await api.post("/suppressions", json=listed)).status_code < 300
    rows = [
        {"external_id": "", "phone": "0532 123 98 76", "consent_email": "perhaps", "email": "no"},
        {"external_id": OPEN, "phone": "0532 123 98 76", "email": "marker.now@", "first_name": "Zzmarkerson"},
        {"external_id": "", "email": "marker.now@zebra.example and another"},
    ]
    await run(world, await uploaded(world, lines(rows), kind="customers"))
    calls = [
        {"type": "track", "userId": OPEN, "properties": {"recipient": "Zzmarkerson"}},
        {"type": "identify", "userId": OPEN, "traits": {"birthday": "Zzmarkerson", "email": "marker.now@"}},
    ]
    answer = await api.post("/v1/batch", json={"batch": calls}, auth=(WRITE_KEY, ""), headers={"Authorization": ""})
    assert answer.status_code < 500, answer.text
    async with database.transaction() as session:
        await session.execute(
            text("INSERT INTO webhook_rejects (provider, reason, raw) VALUES ('x', 'unknown', CAST(:raw AS jsonb))"),
            {"raw": json.dumps({"From": "+90 532 123 98 76", "Body": "Zzmarkerson"})},
        )
        await possible_opt_outs.note(
            session, UUID(int=9), Channel.SMS, "+905321239876", "let me be, Zzmarkerson", customer_id=None, now=NOW
        )
        found = await session.scalar(text("SELECT id FROM customers WHERE external_id = :name"), {"name": OPEN})
    assert isinstance(found, UUID)
    return found


async def test_no_column_holds_a_marker_after_erasure_and_nobody_comes_back(api, database, known):
    before = await found_in(database)
    every = await columns(database)
    excused = {column for column in every if column in NOBODY or column.split(".")[0] in NOBODY}
    assert set(before) & excused == set(), "these hold markers: they need no excuse, or they should not hold them"
    assert every - set(before) - excused == set(), "seed these with a marker, or say why none comes there"
    assert set().union(*before.values()) == set(MARKERS)
    assert (await api.post(f"/customers/{OPEN}/erase")).status_code == 200
    assert await found_in(database) == {}
    names = ("marker-ext-0001", "marker-prev-0001", "marker-first-0001")
    async with database.transaction() as session:
        events = [identify(name) for name in names] + [track("X", str(known))]
        answers = await ingest(session, events, now=NOW)
    assert [answer.status for answer in answers] == ["no_customer"] * 4
    kept = (await api.get("/suppressions")).json()["items"]
    assert [each["address"][:7] for each in kept] == ["sha256:"] * 3
