"""Short ways to say what happens in these tests."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from campaigns.segment_subscriptions import watch_for
from domain.events import IncomingEvent
from domain.flow import Flow
from domain.triggers import as_event_trigger
from models import Campaign, CampaignVersion, Journey, Message
from store.database.engine import Database

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def track(name: str, who: str | None = "ada", /, *, at: datetime = NOW, **given: Any) -> IncomingEvent:
    """A track event; what is not a field of its own is a property."""
    fields = {key: given.pop(key) for key in ("id", "anonymous_id", "customer_id", "context") if key in given}
    fields.setdefault("id", uuid4())
    return IncomingEvent(name=name, external_id=who, occurred_at=at, properties=given, source="test", **fields)


def identify(who: str | None, *, at: datetime = NOW, anonymous_id: str | None = None, **traits: Any) -> IncomingEvent:
    """An identify call."""
    return IncomingEvent(
        id=uuid4(),
        kind="identify",
        external_id=who,
        anonymous_id=anonymous_id,
        occurred_at=at,
        properties=traits,
        source="test",
    )


def alias(who: str, previous: str) -> IncomingEvent:
    """An alias call."""
    return IncomingEvent(
        id=uuid4(), kind="alias", external_id=who, previous_id=previous, occurred_at=NOW, source="test"
    )


def _node(kind: str, **data: Any) -> dict[str, Any]:
    return {"id": kind, "type": kind, "data": data}


def flow(
    trigger: Mapping[str, Any] | None = None,
    *,
    branches: Sequence[Mapping[str, Any]] = (),
    **settings: Any,
) -> dict[str, Any]:
    """A flow with that trigger and those settings, and, with branches, one wait for events."""
    entry = trigger or {"kind": "segment", "condition": {"kind": "all", "of": []}}
    nodes = [_node("entry", trigger=entry), _node("end")]
    if branches:
        nodes.append(_node("wait_event", branches=list(branches), timeout={"days": 2}))
    return {"nodes": nodes, "edges": [], "settings": settings}


def on(event: str, *where: Mapping[str, Any]) -> dict[str, Any]:
    """An event filter."""
    return {"event": event, "where": list(where)}


def is_(name: str, value: object) -> dict[str, Any]:
    """A test that a property equals a value."""
    return {"property": name, "op": "eq", "value": value}


async def publish(database: Database, definition: Mapping[str, Any], *, slug: str = "", state: str = "active") -> UUID:
    """Put a campaign with one published version into the database; the version's id."""
    parsed = Flow.model_validate(definition)
    version_id, campaign_id = uuid4(), uuid4()
    trigger: Any = next(node.data.trigger for node in parsed.nodes if node.type == "entry")
    listened = as_event_trigger(trigger, campaign_id)
    settings = parsed.settings
    subscribed_events = [settings.goal.on.event] if settings.goal else []
    subscribed_events += [exit_event.on.event for exit_event in settings.exit_events]
    subscribed_events += [
        branch.on.event for node in parsed.nodes if node.type == "wait_event" for branch in node.data.branches
    ]
    async with database.transaction() as session:
        session.add(
            Campaign(
                id=campaign_id,
                slug=slug or f"campaign-{campaign_id.hex[:6]}",
                name="A campaign",
                state=state,
                draft={},
                current_version_id=version_id,
            )
        )
        await session.flush()
        session.add(
            CampaignVersion(
                id=version_id,
                campaign_id=campaign_id,
                number=1,
                flow=dict(definition),
                subscribed_events=subscribed_events,
                trigger_event=listened.on.event if listened else None,
            )
        )
        await session.flush()
        await watch_for(session, await session.get_one(Campaign, campaign_id), parsed)
    return version_id


async def waiting_journey(database: Database, version_id: UUID, customer_id: UUID, **fields: Any) -> Journey:
    """A journey of that customer that waits at the flow's wait."""
    journey_id = uuid4()
    async with database.transaction() as session:
        campaign_id = await session.scalar(
            text("SELECT campaign_id FROM campaign_versions WHERE id = :id").bindparams(id=version_id)
        )
        defaults: dict[str, Any] = {
            "state": "active",
            "entry": "run:1",
            "seq": 3,
            "step": {"kind": "wait", "node": "wait_event", "seq": 3, "until": (NOW + timedelta(days=2)).isoformat()},
            "created_at": NOW - timedelta(hours=1),
            "started_at": NOW - timedelta(hours=1),
        }
        journey = Journey(
            id=journey_id,
            campaign_id=campaign_id,
            version_id=version_id,
            customer_id=customer_id,
            workflow_id=f"journey/x/{journey_id.hex[:12]}",
            **(defaults | fields),
        )
        session.add(journey)
    return journey


async def sent_message(database: Database, customer_id: UUID, **fields: Any) -> Message:
    """A message in the ledger, accepted unless told otherwise."""
    defaults: dict[str, Any] = {
        "channel": "email",
        "category": "marketing",
        "state": "accepted",
        "node_id": "mail",
        "campaign_id": uuid4(),
        "journey_id": uuid4(),
        "provider": "sendgrid",
        "address": "ada@shop.example",
        "reserved_at": NOW - timedelta(minutes=5),
        "sent_at": NOW - timedelta(minutes=5),
    }
    message = Message(id=uuid4(), customer_id=customer_id, **(defaults | fields))
    async with database.transaction() as session:
        session.add(message)
    return message


async def rows(session: AsyncSession, query: str, **values: Any) -> list[Any]:
    """What a query finds."""
    return list(await session.execute(text(query), values))
