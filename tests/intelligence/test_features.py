"""Features by SQL: what they say of a history, and that none of them can see the future."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from intelligence.features import FEATURES, NAMES, Feature, Span, changed_by_the_future, read, spans
from models import Customer, Event, Message

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def event(who, days_ago, name="Order Completed", **properties):
    return Event(
        id=uuid4(),
        customer_id=who,
        name=name,
        occurred_at=NOW - timedelta(days=days_ago),
        received_at=NOW,
        source="test",
        properties=properties,
    )


def message(who, days_ago, channel="email", *, opened=None, clicked=None):
    sent = NOW - timedelta(days=days_ago)
    return Message(
        id=uuid4(),
        customer_id=who,
        channel=channel,
        category="marketing",
        state="delivered",
        reserved_at=sent,
        sent_at=sent,
        opened_at=None if opened is None else NOW - timedelta(days=opened),
        clicked_at=None if clicked is None else NOW - timedelta(days=clicked),
    )


@pytest.fixture
async def session(database):
    async with database.transaction() as session:
        yield session


async def people(session, count=1):
    rows = [Customer(id=uuid4(), external_id=f"c{number}") for number in range(count)]
    session.add_all(rows)
    await session.flush()
    return [row.id for row in rows]


async def whole(session):
    [span] = await spans(session, 1_000)
    return span


async def test_what_features_say_of_a_history(session):
    [who] = await people(session)
    session.add_all(
        [
            event(who, 100, revenue=50.0, coupon="WELCOME"),
            event(who, 20, revenue=30.0),
            event(who, 5, revenue=10.0),
            event(who, 2, "Product Viewed"),
            event(who, 60, "Product Viewed"),
            message(who, 40, opened=39),
            message(who, 3),
            message(who, 3, "sms", opened=2, clicked=1),
        ]
    )
    await session.flush()
    row = (await read(session, NOW, await whole(session))).loc[who]
    assert dict(row[["orders", "orders_7", "orders_30", "orders_365"]]) == {
        "orders": 3,
        "orders_7": 1,
        "orders_30": 2,
        "orders_365": 3,
    }
    assert row["recency"] == pytest.approx(5)
    assert row["gap"] == pytest.approx(47.5)
    assert row["overdue"] == pytest.approx(5 / 47.5)
    assert row["spend"] == pytest.approx(90)
    assert row["mean_order"] == pytest.approx(30)
    assert row["coupon_share"] == pytest.approx(1 / 3)
    assert (row["views_7"], row["views_30"], row["seen"]) == (1, 1, pytest.approx(2))
    assert (row["sent_email"], row["answer_rate_email"], row["answer_rate_sms"]) == (2, 0.5, 1.0)
    assert row[["answer_rate_push"]].isna().all()


async def test_a_revenue_that_is_no_number_counts_as_an_order_without_money(session):
    [who] = await people(session)
    session.add(event(who, 1, revenue="free"))
    await session.flush()
    row = (await read(session, NOW, await whole(session))).loc[who]
    assert (row["orders"], row["spend"]) == (1, 0)


async def test_who_has_no_history_is_not_there(session):
    first, second = await people(session, 2)
    session.add(event(first, 1, revenue=1.0))
    await session.flush()
    assert list((await read(session, NOW, await whole(session))).index) == [first]
    assert second is not None


async def test_spans_cover_everyone_once(session):
    ids = sorted(await people(session, 25))
    found = await spans(session, 10)
    assert [sum(span.first <= each <= span.last for each in ids) for span in found] == [10, 10, 5]
    assert (found[0].first, found[-1].last) == (ids[0], ids[-1])


async def history_across(session, moment):
    [who] = await people(session)
    session.add_all([event(who, days, revenue=10.0 * days, coupon="X") for days in (90, 70, 50, 30, 10)])
    session.add_all([event(who, days, "Product Viewed") for days in (65, 45)])
    session.add_all([message(who, 65, opened=40), message(who, 35, opened=34), message(who, 62, "push", opened=61)])
    await session.flush()
    assert moment < NOW
    return who


async def test_no_feature_sees_the_future(session):
    moment = NOW - timedelta(days=60)
    await history_across(session, moment)
    assert await changed_by_the_future(session, moment, await whole(session)) == []


LEAKS = [
    Feature(
        "later_orders", "events", "(SELECT count(*) FROM every_event x WHERE x.customer_id = e.customer_id)", "", ""
    ),
    Feature("newest", "events", "(SELECT extract(epoch FROM max(x.occurred_at)) FROM every_event x)", "", ""),
    Feature(
        "ever_opened",
        "messages",
        "(SELECT count(x.opened_at) FROM every_message x WHERE x.customer_id = m.customer_id)",
        "",
        "",
    ),
]


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.name)
async def test_a_planted_leak_is_caught(session, leak):
    moment = NOW - timedelta(days=60)
    await history_across(session, moment)
    assert await changed_by_the_future(session, moment, await whole(session), [*FEATURES, leak]) == [leak.name]


def test_names_are_unique():
    assert len(set(NAMES)) == len(NAMES)


async def test_nobody_is_no_span(session):
    assert await spans(session, 10) == []
    nobody = Span(uuid4(), uuid4())
    assert (await read(session, NOW, nobody)).empty
