"""What marketers say, as conditions; and each edge of what the words mean. Asked of SQL and of the plain evaluator."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.condition_text import say
from models import Customer, Event, Message, MessageEvent
from store.conditions.scope import JourneyScope, Scope
from store.segments import segments
from tests.store.generators import CONDITION
from tests.store.reference_evaluator import Evaluator, World

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CAMPAIGN = UUID(int=5)
JOURNEY = JourneyScope(journey_id=UUID(int=7), started_at=NOW - timedelta(days=3), coupons={"FASHION": "FASHION-1"})


def ago(days: float = 0, minutes: float = 0) -> datetime:
    return NOW - timedelta(days=days, minutes=minutes)


@dataclass
class Past:
    """What one customer is like and did."""

    did: list[tuple[str, datetime, dict[str, Any]]] = field(default_factory=list)
    got: list[tuple[dict[str, Any], list[tuple[str, datetime, bool]]]] = field(default_factory=list)
    profile: dict[str, Any] = field(default_factory=dict)


def order(at: datetime, **properties: Any) -> tuple[str, datetime, dict[str, Any]]:
    return ("Order Completed", at, properties)


def login(at: datetime) -> tuple[str, datetime, dict[str, Any]]:
    return ("Signed In", at, {})


def view(at: datetime, price: float) -> tuple[str, datetime, dict[str, Any]]:
    return ("Product Viewed", at, {"price": price})


def event(name: str, **parts: Any) -> dict[str, Any]:
    return {"kind": "event", "event": name, **parts}


def last(**span: float) -> dict[str, Any]:
    return {"kind": "last", **span}


def none_of(condition: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "not", "condition": condition}


def both(*conditions: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "all", "of": list(conditions)}


def count(op: str, value: float) -> dict[str, Any]:
    return {"op": op, "value": value}


def push(node: str, visit: int = 1, **more: Any) -> dict[str, Any]:
    return {"node_id": node, "visit": visit, "channel": "push", "sent_at": ago(2), **more}


WIN_BACK = both(none_of(event("Signed In", window=last(days=15))), event("Order Completed", window=last(days=30)))
LOOKED_HARD = event(
    "Product Viewed",
    where=[{"property": "price", "op": "gt", "value": 500}],
    window=last(minutes=30),
    count=count("gte", 3),
)
QUIET_SINCE_ORDER = both(
    event("Order Completed"),
    none_of(event("Order Completed", window=last(days=10))),
    *(
        none_of(event(name, window={"kind": "since_event", "event": "Order Completed"}))
        for name in ["Signed In", "Product Viewed"]
    ),
)
FREQUENT = {"kind": "attribute", "name": "attributes.PurchaseFrequency", "op": "gt", "value": 3}
YEAR_AGO = {"kind": "attribute", "name": "traits.first_order_at", "op": "anniversary", "value": 1}
VIP = event("Order Completed", sum={"property": "revenue", "is": count("gt", 1000)})
ABANDONED = {
    "kind": "sequence",
    "first": "Cart Updated",
    "then": "Signed In",
    "within": {"hours": 1},
    "without": "Order Completed",
}
OPENED_HELLO = {"kind": "engagement", "action": "opened", "node_id": "hello"}
NO_LOGIN_SINCE_ORDER = event(
    "Signed In", window={"kind": "since_event", "event": "Order Completed"}, count=count("eq", 0)
)
WITH_COUPON = event("Order Completed", where=[{"property": "coupon", "op": "eq", "value": {"ref": "coupon.FASHION"}}])
BIRTHDAY = {"kind": "attribute", "name": "birth_date", "op": "anniversary"}

CASES = {
    "has not logged in for 15 days but bought in the last 30": (
        WIN_BACK,
        [Past([order(ago(30)), login(ago(15, 1))]), Past([order(ago(1))])],
        [Past([order(ago(30, 1))]), Past([order(ago(20)), login(ago(15))]), Past()],
    ),
    "viewed a product over 500 at least 3 times in 30 minutes": (
        LOOKED_HARD,
        [Past([view(ago(minutes=m), 501) for m in (1, 2, 30)])],
        [
            Past([view(ago(minutes=m), 501) for m in (1, 2, 31)]),
            Past([view(ago(), 501), view(ago(), 501), view(ago(), 500)]),
        ],
    ),
    "no activity for 10 days after a purchase": (
        QUIET_SINCE_ORDER,
        [Past([order(ago(11)), login(ago(12))])],
        [Past([order(ago(9))]), Past([order(ago(11)), view(ago(10), 1)]), Past([login(ago(20))])],
    ),
    "PurchaseFrequency over 3": (
        FREQUENT,
        [
            Past(profile={"attributes": {"PurchaseFrequency": 4}}),
            Past(profile={"attributes": {"PurchaseFrequency": "3.5"}}),
        ],
        [Past(profile={"attributes": {"PurchaseFrequency": 3}}), Past()],
    ),
    "first purchase one year ago today": (
        YEAR_AGO,
        [Past(profile={"traits": {"first_order_at": "2025-11-22T08:00:00+00:00"}})],
        [
            Past(profile={"traits": {"first_order_at": "2024-11-22T08:00:00+00:00"}}),
            Past(profile={"traits": {"first_order_at": "2025-11-21"}}),
            Past(),
        ],
    ),
    "revenue passed 1,000 (VIP)": (
        VIP,
        [Past([order(ago(400), revenue=600), order(ago(1), revenue="400.01")])],
        [Past([order(ago(1), revenue=1000)]), Past([order(ago(1), revenue="a lot")]), Past()],
    ),
    "changed a cart and came back within the hour without buying": (
        ABANDONED,
        [Past([("Cart Updated", ago(minutes=60), {}), login(ago())])],
        [
            Past([("Cart Updated", ago(minutes=61), {}), login(ago())]),
            Past([("Cart Updated", ago(minutes=60), {}), order(ago(minutes=30)), login(ago())]),
            Past([("Cart Updated", ago(), {}), login(ago())]),
        ],
    ),
    "did not log in since the latest order": (
        NO_LOGIN_SINCE_ORDER,
        [Past([order(ago(2)), login(ago(2))]), Past([login(ago(3)), order(ago(2))])],
        [Past([order(ago(2)), login(ago(1))]), Past([login(ago(1))]), Past()],
    ),
    "bought with the coupon of this journey": (
        WITH_COUPON,
        [Past([order(ago(1), coupon="FASHION-1")])],
        [Past([order(ago(1), coupon="FASHION-2")]), Past([order(ago(1))])],
    ),
    "logged in since the journey started": (
        event("Signed In", window={"kind": "since"}),
        [Past([login(ago(3))])],
        [Past([login(ago(3, 1))])],
    ),
    "opened the push of that step": (
        OPENED_HELLO,
        [Past(got=[(push("hello"), [("opened", ago(1), False)])])],
        [
            Past(got=[(push("hello"), [("opened", ago(1), True)])]),
            Past(got=[(push("hello"), [("opened", ago(1), False)]), (push("hello", 2), [])]),
            Past(got=[(push("hello", journey_id=UUID(int=8)), [("opened", ago(1), False)])]),
            Past(got=[(push("other"), [("opened", ago(1), False)])]),
        ],
    ),
    "opened that message of another campaign, whatever journey it came from": (
        {"kind": "engagement", "action": "opened", "campaign_id": str(CAMPAIGN), "node_id": "hello"},
        [Past(got=[(push("hello", campaign_id=CAMPAIGN, journey_id=UUID(int=8)), [("opened", ago(9), False)])])],
        [
            Past(got=[(push("other", campaign_id=CAMPAIGN), [("opened", ago(9), False)])]),
            Past(got=[(push("hello", campaign_id=UUID(int=6)), [("opened", ago(9), False)])]),
        ],
    ),
    "opened a push since the latest order": (
        {
            "kind": "engagement",
            "action": "opened",
            "channel": "push",
            "window": {"kind": "since_event", "event": "Order Completed"},
        },
        [Past([order(ago(9))], got=[(push("hello"), [("opened", ago(8), False)])])],
        [
            Past([order(ago(7))], got=[(push("hello"), [("opened", ago(8), False)])]),
            Past(got=[(push("hello"), [("opened", ago(8), False)])]),
        ],
    ),
    "was sent a message in the last 2 days": (
        {"kind": "engagement", "action": "sent", "channel": "push", "window": last(days=2)},
        [Past(got=[(push("hello"), [])])],
        [Past(got=[(push("hello", sent_at=None), [])]), Past(got=[(push("hello", sent_at=ago(2, 1)), [])])],
    ),
    "has a birthday": (
        BIRTHDAY,
        [Past(profile={"birth_date": date(1990, 11, 22)})],
        [Past(profile={"birth_date": date(1990, 11, 23)}), Past()],
    ),
    "is in another city, or in none that we know": (
        {"kind": "attribute", "name": "city", "op": "ne", "value": "Milan"},
        [Past(profile={"city": "Rome"}), Past()],
        [Past(profile={"city": "Milan"})],
    ),
    "bought at most twice in that week": (
        event(
            "Order Completed",
            window={"kind": "between", "start": "2026-11-01", "end": "2026-11-08"},
            count=count("lte", 2),
        ),
        [Past(), Past([order(datetime(2026, 11, 8, tzinfo=UTC))] * 3)],
        [Past([order(datetime(2026, 11, 1, tzinfo=UTC))] * 3)],
    ),
}


def _build(past: Past) -> World:
    customer = Customer(id=uuid4(), external_id=uuid4().hex, **past.profile)
    world = World(customers=[customer])
    for name, at, properties in past.did:
        row = Event(id=uuid4(), customer_id=customer.id, name=name, occurred_at=at, properties=properties, source="t")
        world.events.append(row)
    for sent, fates in past.got:
        defaults = {"journey_id": customer.id, "category": "marketing", "state": "accepted", "reserved_at": NOW}
        message = Message(id=uuid4(), customer_id=customer.id, **{**defaults, **sent})
        world.messages.append(message)
        for kind, at, machine in fates:
            fate = MessageEvent(
                id=uuid4(), message_id=message.id, kind=kind, occurred_at=at, machine=machine, source="t"
            )
            world.fates.append(fate)
    return world


@pytest.mark.parametrize("sentence", CASES)
async def test_every_sentence_means_what_it_says(shared_database, sentence):
    given, meant, not_meant = CASES[sentence]
    condition = CONDITION.validate_python(given)
    expected = [True] * len(meant) + [False] * len(not_meant)
    pasts = [_build(past) for past in [*meant, *not_meant]]
    async with shared_database.transaction() as session:
        for world in pasts:
            for rows in (world.customers, world.events, world.messages, world.fates):
                session.add_all(rows)
                await session.flush()
        for world, holds in zip(pasts, expected, strict=True):
            customer = world.customers[0]
            scope = Scope(now=NOW, journey=replace(JOURNEY, journey_id=customer.id))
            assert Evaluator(world, scope).holds(condition, customer) is holds
            assert await segments.matches(session, condition, customer.id, scope) is holds
            alone = both(given, {"kind": "attribute", "name": "external_id", "op": "eq", "value": customer.external_id})
            assert await segments.count(session, CONDITION.validate_python(alone), scope) == holds
        await session.rollback()


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (WIN_BACK, "has not done Signed In in the last 15 days and has done Order Completed in the last 30 days"),
        (LOOKED_HARD, "has done Product Viewed with price over 500 at least 3 times in the last 30 minutes"),
        (FREQUENT, "has a profile whose PurchaseFrequency is over 3"),
        (YEAR_AGO, "has a profile whose first_order_at was one year ago today"),
        (VIP, "has done Order Completed for a total revenue of over 1,000"),
        (ABANDONED, "has done Cart Updated, then Signed In within 1 hour and no Order Completed in between"),
        (none_of(OPENED_HELLO), "did not open the message of the step 'hello'"),
        (NO_LOGIN_SINCE_ORDER, "has done Signed In exactly 0 times since the latest Order Completed"),
        (WITH_COUPON, "has done Order Completed with coupon the journey's coupon FASHION"),
        (none_of(both(FREQUENT, {"kind": "tag", "tag": "vip"})),
         "does not have a profile whose PurchaseFrequency is over 3 or does not have the tag 'vip'"),
        (both(), "is anybody"),
        ({"kind": "any", "of": []}, "is nobody"),
        (both(both(FREQUENT, BIRTHDAY), {"kind": "random", "percent": 12.5}),
         "(has a profile whose PurchaseFrequency is over 3 and"
         " has a profile whose birth_date has its anniversary today)"
         " and is in a random 12.5 % of all customers"),
    ],
)  # fmt: skip
def test_say(condition, words):
    assert str(say(CONDITION.validate_python(condition))) == words
