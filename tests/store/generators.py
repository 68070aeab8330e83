"""Small random worlds, and random conditions that can be asked of them."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import strategies as st
from pydantic import TypeAdapter

from domain.conditions import AllOf, AnyOf, Condition, Not
from domain.vocabulary import Channel, MessageEventKind
from models import Customer, Event, JourneyStep, Message, MessageEvent, Score
from store.conditions.scope import JourneyScope, Scope
from tests.store.reference_evaluator import World

CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)
NOW = datetime(2026, 2, 28, 12, 0, tzinfo=UTC)
"""A 28 February of a common year: 29 February has its anniversary."""
AGES = [timedelta(0), timedelta(minutes=10), timedelta(minutes=30), timedelta(days=1), timedelta(days=15)]
TIMES = st.sampled_from([NOW - age - extra for age in AGES for extra in (timedelta(0), timedelta(seconds=1))])
NAMES = ["Signed In", "Order Completed", "Product Viewed"]
ASKED = [*NAMES, "*"]
HAPPENED = [*NAMES, "message_delivered", "message_opened", "Segment Entered"]
NODES = ["hello", "again"]
CAMPAIGN, SEGMENT_A, SEGMENT_B = UUID(int=1), UUID(int=2), UUID(int=3)
TRIGGER = {"cart_id": "c1", "revenue": 50}

REVENUES = [0, 49.9, 50, "50", "100.10", 600, "much", None, [1, "2.5", "x", [3]], {"a": 1}, True]
PROPERTIES = st.fixed_dictionaries(
    {},
    optional={
        "revenue": st.sampled_from(
            [0, 49.9, 50, "50", "100.10", 600, "much", None, [1, "2.5", "x", [3]], {"a": 1}, True]
        ),
        "currency": st.sampled_from(["EUR", "USD", " usd", "euro", 7, None]),
        "coupon": st.sampled_from(["FASHION-1", "OTHER"]),
        "cart_id": st.sampled_from(["c1", "c2"]),
        "points": st.sampled_from([1, 50]),
        "products": st.lists(st.fixed_dictionaries({"price": st.sampled_from([1, 0.1, "2", "x"])}), max_size=3),
    },
)
DATES = ["2025-02-28", "2025-02-28T23:00:00Z", "2024-02-29", "2026-02-28", "2025-03-01", "no date"]
ATTRIBUTES = st.fixed_dictionaries(
    {}, optional={"points": st.sampled_from([1, 2.5, "3", "x", None, [1, 9]]), "since": st.sampled_from(DATES)}
)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[World, Scope]:
    """Some customers, what they did, what was sent to them, and a journey that asks."""
    journey = JourneyScope(
        journey_id=uuid4(),
        started_at=draw(TIMES),
        trigger=TRIGGER,
        trigger_at=draw(st.none() | TIMES),
        coupons={"FASHION": "FASHION-1"},
    )
    segments = {SEGMENT_B: draw(LEAVES_ANYWHERE)}
    segments[SEGMENT_A] = draw(LEAVES_ANYWHERE | st.just(CONDITION.validate_python(_segment(SEGMENT_B))))
    world = World(customers=draw(st.lists(customers(), min_size=1, max_size=2)))
    world.currency = draw(st.sampled_from([None, "EUR", "USD"]))
    ids = [customer.id for customer in world.customers]
    world.events = draw(st.lists(events(ids), max_size=8))
    world.messages = draw(st.lists(messages(ids, journey.journey_id), max_size=5))
    if world.messages:
        world.fates = draw(st.lists(fates([message.id for message in world.messages]), max_size=4))
    world.scores = [
        Score(
            customer_id=each, name="churn", value=draw(SHARES), percentile=100 * draw(SHARES), model_id=uuid4(), at=NOW
        )
        for each in ids[::2]
    ]
    entered = draw(st.lists(TIMES, max_size=2))
    world.steps = [
        JourneyStep(journey_id=journey.journey_id, seq=seq, node_id="hello", kind="wait", entered_at=at)
        for seq, at in enumerate(entered)
    ]
    return world, Scope(now=NOW, journey=journey, segments=segments)


SHARES = st.sampled_from([0.0, 0.25, 0.5, 1.0])
MAYBE_TIMES = st.none() | TIMES


@st.composite
def customers(draw: st.DrawFn) -> Customer:
    return Customer(
        id=uuid4(),
        city=draw(st.sampled_from([None, "Milan", "Rome", "milan"])),
        birth_date=draw(st.sampled_from([None, date(1990, 2, 28), date(1992, 2, 29), date(1990, 7, 1)])),
        timezone=draw(st.sampled_from([None, "Mars/Olympus", "Pacific/Kiritimati", "Pacific/Pago_Pago"])),
        tags=draw(st.lists(st.sampled_from(["vip", "new"]), unique=True)),
        attributes=draw(ATTRIBUTES),
        traits=draw(ATTRIBUTES),
        created_at=draw(TIMES),
        last_seen_at=draw(MAYBE_TIMES),
        erased_at=draw(st.sampled_from([None, None, None, NOW])),
    )


@st.composite
def events(draw: st.DrawFn, ids: list[UUID]) -> Event:
    return Event(
        id=uuid4(),
        occurred_at=draw(TIMES),
        customer_id=draw(st.sampled_from(ids)),
        name=draw(st.sampled_from(HAPPENED)),
        properties=draw(PROPERTIES),
        source="test",
    )


@st.composite
def messages(draw: st.DrawFn, ids: list[UUID], journey_id: UUID) -> Message:
    return Message(
        id=uuid4(),
        journey_id=draw(st.sampled_from([journey_id, UUID(int=9), None])),
        campaign_id=draw(st.sampled_from([CAMPAIGN, None])),
        node_id=draw(st.sampled_from(NODES)),
        visit=draw(st.integers(1, 3)),
        customer_id=draw(st.sampled_from(ids)),
        channel=draw(st.sampled_from(["email", "push"])),
        category="marketing",
        state="accepted",
        reserved_at=NOW,
        sent_at=draw(MAYBE_TIMES),
    )


@st.composite
def fates(draw: st.DrawFn, ids: list[UUID]) -> MessageEvent:
    return MessageEvent(
        id=uuid4(),
        message_id=draw(st.sampled_from(ids)),
        kind=draw(st.sampled_from(["opened", "clicked"])),
        machine=draw(st.booleans()),
        occurred_at=draw(TIMES),
        source="test",
    )


# --- conditions, as JSON ---


def _segment(segment_id: UUID) -> dict[str, str]:
    return {"kind": "segment", "segment_id": str(segment_id)}


def _dict(**parts: st.SearchStrategy) -> st.SearchStrategy[dict]:
    """A dictionary of drawn values, leaving out those drawn as None."""
    return st.fixed_dictionaries(parts).map(lambda made: {k: v for k, v in made.items() if v is not None})


COMPARISONS = _dict(
    op=st.sampled_from(["eq", "ne", "gt", "gte", "lt", "lte"]), value=st.sampled_from([-1, 0, 1, 2, 2.5, 50, 100.2])
)
LAST = st.sampled_from(
    [
        {"kind": "last", "minutes": 10},
        {"kind": "last", "minutes": 20},
        {"kind": "last", "days": 1},
        {"kind": "last", "days": 15},
    ]
)
WINDOWS_ANYWHERE = st.none() | st.one_of(
    LAST,
    _dict(
        kind=st.just("between"),
        start=st.sampled_from([None, "2026-02-28", "2026-02-27T12:00:00Z", "2026-02-27T14:00:00+02:00"]),
        end=st.sampled_from([None, "2026-02-28", "2026-02-28T11:50:00", "2026-02-28T12:00:00Z"]),
    ),
    _dict(kind=st.just("since_event"), event=st.sampled_from(ASKED)),
)
WINDOWS = WINDOWS_ANYWHERE | st.sampled_from(
    [
        {"kind": "since", "anchor": "journey_start"},
        {"kind": "since", "anchor": "trigger"},
        {"kind": "since", "anchor": "node", "node_id": "hello"},
        {"kind": "since", "anchor": "node", "node_id": "again"},
    ]
)
PLAIN_TESTS = st.sampled_from(
    [
        {"property": "revenue", "op": "gte", "value": 50},
        {"property": "revenue", "op": "missing"},
        {"property": "products.price", "op": "lt", "value": 1},
        {"property": "coupon", "op": "ne", "value": "OTHER"},
    ]
)
REF_TESTS = st.sampled_from(
    [
        {"property": "coupon", "op": "eq", "value": {"ref": "coupon.FASHION"}},
        {"property": "coupon", "op": "ne", "value": {"ref": "coupon.UNKNOWN"}},
        {"property": "cart_id", "op": "eq", "value": {"ref": "trigger.cart_id"}},
    ]
)


def _did(windows: st.SearchStrategy, tests: st.SearchStrategy) -> st.SearchStrategy[Condition]:
    where = st.lists(tests, max_size=1)
    sums = _dict(
        property=st.sampled_from(["revenue", "products.price", "points"]),
        currency=st.sampled_from([None, None, "EUR", "USD"]),
        **{"is": COMPARISONS},
    )
    shared = {"kind": st.just("event"), "event": st.sampled_from(ASKED), "where": where, "window": windows}
    counted = _dict(**shared, count=COMPARISONS, sum=st.none() | sums)
    return (_dict(**shared) | counted | _dict(**shared, sum=sums)).map(CONDITION.validate_python)


def _sequences(windows: st.SearchStrategy, tests: st.SearchStrategy) -> st.SearchStrategy[Condition]:
    names, where = st.sampled_from(ASKED), st.lists(tests, max_size=1)
    return _dict(
        kind=st.just("sequence"),
        first=names,
        first_where=where,
        then=names,
        then_where=where,
        within=LAST,
        without=st.none() | names,
        window=windows,
    ).map(CONDITION.validate_python)


def _engaged(windows: st.SearchStrategy) -> st.SearchStrategy[Condition]:
    shared = {
        "kind": st.just("engagement"),
        "action": st.sampled_from([MessageEventKind.SENT, MessageEventKind.OPENED, MessageEventKind.CLICKED]),
        "channel": st.sampled_from([None, None, Channel.EMAIL]),
        "campaign_id": st.sampled_from([None, None, str(CAMPAIGN)]),
        "window": windows,
        "machine": st.booleans(),
    }
    of_a_step = shared | {"campaign_id": st.just(str(CAMPAIGN)), "node_id": st.sampled_from(NODES)}
    return (_dict(**shared) | _dict(**of_a_step)).map(CONDITION.validate_python)


def _fields(kind_ops: list[str], names: list[str], value: st.SearchStrategy) -> st.SearchStrategy[dict]:
    return _dict(kind=st.just("attribute"), name=st.sampled_from(names), op=st.sampled_from(kind_ops), value=value)


ORDERED = ["eq", "ne", "gt", "gte", "lt", "lte"]
DOCUMENT_NAMES = ["attributes.points", "traits.points", "traits.since"]
PROFILE = st.one_of(
    _fields([*ORDERED, "contains", "starts_with"], ["city"], st.sampled_from(["Milan", "Mi", "Rome"])),
    _fields(["in", "not_in"], ["city"], st.sampled_from([[], ["Milan"], ["Rome", "milan"]])),
    _fields(
        ORDERED, ["birth_date", "created_at", "last_seen_at"], st.sampled_from(["1990-02-28", "2026-02-28T11:50:00Z"])
    ),
    _fields(["exists", "missing"], ["city", "birth_date", "last_seen_at", *DOCUMENT_NAMES], st.none()),
    _fields(["anniversary"], ["birth_date", "traits.since", "last_seen_at"], st.sampled_from([None, 1, 2, 34])),
    _fields([*ORDERED, "contains"], DOCUMENT_NAMES, st.sampled_from([1, 2.5, "3", "2025-02-28"])),
)
OTHERS = st.one_of(
    _dict(
        kind=st.just("score"),
        score=st.sampled_from(["churn", "none"]),
        of=st.sampled_from(["value", "percentile"]),
        **{"is": COMPARISONS},
    ),
    _dict(kind=st.just("random"), percent=st.sampled_from([0, 30, 50, 100]), salt=st.sampled_from(["", "a"])),
    _dict(
        kind=st.just("date"),
        name=st.sampled_from(["birth_date", "attributes.since", "traits.since"]),
        offset_days=st.sampled_from([-366, -1, 0, 0, 1, 10]),
        time=st.sampled_from(["00:00", "01:30", "12:00", "12:01", "23:00"]),
        yearly=st.booleans(),
    ),
    _dict(kind=st.just("tag"), tag=st.sampled_from(["vip", "new"])),
).map(CONDITION.validate_python)
LEAVES_ANYWHERE = st.one_of(
    _did(WINDOWS_ANYWHERE, PLAIN_TESTS),
    _sequences(WINDOWS_ANYWHERE, PLAIN_TESTS),
    _engaged(WINDOWS_ANYWHERE),
    PROFILE.map(CONDITION.validate_python),
    OTHERS,
)
IN_JOURNEY = st.one_of(
    _dict(
        kind=st.just("engagement"),
        action=st.sampled_from([MessageEventKind.SENT, MessageEventKind.OPENED]),
        node_id=st.sampled_from([None, *NODES]),
        campaign_id=st.sampled_from([None, str(CAMPAIGN)]),
        this_journey=st.just(True),
        machine=st.booleans(),
    ),
    st.sampled_from(
        [
            {"kind": "trigger", "where": [{"property": "revenue", "op": "lt", "value": 60}]},
            {"kind": "trigger", "where": [{"property": "revenue", "op": "gt", "value": 60}]},
            {"kind": "attribute", "name": "city", "op": "eq", "value": {"ref": "trigger.city"}},
            {"kind": "attribute", "name": "city", "op": "ne", "value": {"ref": "trigger.cart_id"}},
            {"kind": "attribute", "name": "city", "op": "not_in", "value": []},
            {"kind": "attribute", "name": "city", "op": "ne", "value": {"ref": "trigger.city"}},
        ]
    ),
).map(CONDITION.validate_python)
MEMBERSHIPS = st.sampled_from([SEGMENT_A, SEGMENT_B]).map(_segment).map(CONDITION.validate_python)
LEAVES = {
    "event": _did(WINDOWS, PLAIN_TESTS | REF_TESTS),
    "sequence": _sequences(WINDOWS, PLAIN_TESTS | REF_TESTS),
    "engagement": _engaged(WINDOWS),
    "profile": PROFILE.map(CONDITION.validate_python),
    "journey": IN_JOURNEY,
    "other": OTHERS | MEMBERSHIPS,
}
"""Kind of leaf -> conditions of it."""


def _nested(leaves: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=3).map(lambda parts: AllOf(of=parts))
            | st.lists(inner, max_size=3).map(lambda parts: AnyOf(of=parts))
            | inner.map(lambda part: Not(condition=part))
        ),
        max_leaves=6,
    )


CONDITIONS = _nested(st.one_of(*LEAVES.values()))
SAVED = _nested(LEAVES_ANYWHERE | MEMBERSHIPS)
"""What a saved segment may ask."""
