"""Comings and goings in watched segments: told once, by whatever road, and what they start."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import TypeAdapter
from sqlalchemy import text

from campaigns.segment_subscriptions import watch_for
from domain.conditions import Condition
from domain.flow import Flow
from ingestion import segment_refresh
from ingestion.pipeline import ingest
from models import Campaign
from store.segments import memberships, saved_segments
from tests.ingestion.factories import NOW, flow, identify, is_, on, publish, track, waiting_journey

CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)
BOUGHT = {"kind": "event", "event": "Order Completed"}
LATELY = {**BOUGHT, "window": {"kind": "last", "days": 15}}
VIP = {**BOUGHT, "sum": {"property": "revenue", "is": {"op": "gt", "value": 1000}}}


async def sweep(database, segment_id, now=NOW, *, whole=True) -> int:
    return await segment_refresh.sweep(
        database, segment_id, now=now, time_scale=1, beat=lambda changes: None, whole=whole
    )


async def sweep_all(database, now=NOW) -> int:
    due = await segment_refresh.due(database, now=now)
    by_time = [await sweep(database, segment_id, now, whole=False) for segment_id in due.moving]
    return sum(by_time) + sum([await sweep(database, segment_id, now) for segment_id in due.whole])


@pytest.fixture
def watched(database) -> Callable[..., Awaitable[UUID]]:
    """Saves a condition as a watched segment, filled as things are at NOW."""

    async def save(condition: dict[str, Any], *, fill: bool = True) -> UUID:
        async with database.transaction() as session:
            row = await saved_segments.create(session, uuid4().hex, "", CONDITION.validate_python(condition))
            await memberships.watch(session, [row.id])
        if fill:
            await sweep(database, row.id)
        return row.id

    return save


async def moves(query, segment_id):
    found = await query(
        "SELECT c.external_id, e.name FROM events e JOIN customers c ON c.id = e.customer_id"
        " WHERE e.properties ->> 'segment_id' = :id ORDER BY e.occurred_at, c.external_id, e.name",
        id=str(segment_id),
    )
    return [tuple(row) for row in found]


async def starts(query):
    found = await query("SELECT c.external_id FROM journeys j JOIN customers c ON c.id = j.customer_id ORDER BY 1")
    return [name for (name,) in found]


async def refusals(query):
    return [reason for (reason,) in await query("SELECT reason FROM entry_rejections ORDER BY id")]


async def test_an_event_of_their_own_brings_a_customer_in_at_once(take, query, watched):
    segment = await watched(VIP)
    await take(track("Order Completed", revenue=999))
    assert await moves(query, segment) == []
    await take(track("Order Completed", revenue=2), track("Order Completed", "bob", revenue=1))
    await take(track("Order Completed", revenue=5000))
    assert await moves(query, segment) == [("ada", "Segment Entered")]


@pytest.mark.parametrize(
    ("condition", "before", "after"),
    [
        ({"kind": "attribute", "name": "city", "op": "eq", "value": "Milan"}, {"city": "Milan"}, {"city": "Rome"}),
        ({"kind": "tag", "tag": "vip"}, {"tags": ["vip"]}, {"tags": []}),
    ],
)
async def test_a_change_of_the_profile_brings_them_in_and_out(take, query, watched, condition, before, after):
    segment = await watched(condition)
    await take(identify("ada", **before))
    await take(identify("ada", at=NOW + timedelta(seconds=1), **after))
    assert sorted(name for _, name in await moves(query, segment)) == ["Segment Entered", "Segment Left"]


async def test_a_segment_within_a_segment_listens_to_the_same_events(take, query, watched):
    outer = await watched({"kind": "segment", "segment_id": str(await watched(VIP))})
    await take(track("Order Completed", revenue=5000))
    assert await moves(query, outer) == [("ada", "Segment Entered")]


async def test_who_is_in_when_watching_begins_has_not_come(database, take, query, watched):
    await take(track("Order Completed", revenue=5000))
    segment = await watched(VIP)
    await take(track("Order Completed", revenue=5000))
    assert await sweep(database, segment) == 0
    assert await moves(query, segment) == []


async def test_before_the_first_filling_nobody_comes(database, take, query, watched):
    segment = await watched(VIP, fill=False)
    await take(track("Order Completed", revenue=5000))
    await sweep(database, segment)
    assert await moves(query, segment) == []
    assert await query("SELECT count(*) FROM segment_members") == [(1,)]


@pytest.mark.parametrize("whole", [False, True])
async def test_time_takes_them_out_and_the_sweep_tells(database, take, query, watched, whole):
    segment = await watched(LATELY)
    await take(track("Order Completed"), track("Order Completed", "bob", at=NOW - timedelta(days=10)))
    assert await sweep(database, segment, NOW + timedelta(days=6), whole=whole) == 1
    assert await sweep(database, segment, NOW + timedelta(days=6), whole=whole) == 0
    assert [who for who, name in await moves(query, segment) if name == "Segment Left"] == ["bob"]


async def test_only_what_time_moves_is_due_each_minute(database, watched):
    by_time, by_events = await watched(LATELY), await watched(VIP)
    assert await segment_refresh.due(database, now=NOW + timedelta(minutes=1)) == segment_refresh.DueSegment(
        [by_time], []
    )
    new = await watched(BOUGHT, fill=False)
    later = await segment_refresh.due(database, now=NOW + segment_refresh.RECONCILE)
    assert later.moving == [by_time]
    assert later.whole[0] == new
    assert set(later.whole) == {new, by_time, by_events}


async def test_a_sweep_of_what_time_moved_does_not_put_off_the_comparison_of_everybody(database, take, query, watched):
    segment = await watched(LATELY)
    await take(track("Order Completed"))
    await query("DELETE FROM events WHERE name = 'Order Completed' RETURNING id")  # as retention does
    for minute in range(1, 10):
        assert await sweep(database, segment, NOW + timedelta(minutes=minute), whole=False) == 0
    assert await sweep_all(database, NOW + segment_refresh.RECONCILE) == 1


async def test_events_and_sweeps_at_once_tell_a_coming_once(database, take, query, watched):
    segment = await watched(VIP)
    await take(track("Signed In"))

    async def order() -> None:
        async with database.transaction() as session:
            await ingest(session, [track("Order Completed", revenue=600)], now=NOW)

    await asyncio.gather(*(order() for _ in range(6)), *(sweep(database, segment) for _ in range(4)))
    assert await moves(query, segment) == [("ada", "Segment Entered")]


async def test_an_erased_member_goes_without_a_word(database, take, query, watched):
    segment = await watched(VIP)
    await take(track("Order Completed", revenue=5000))
    await query("UPDATE customers SET erased_at = now() RETURNING id")
    await sweep(database, segment)
    assert await query("SELECT count(*) FROM segment_members") == [(0,)]
    assert [name for _, name in await moves(query, segment)] == ["Segment Entered"]


async def test_a_changed_condition_begins_anew_without_a_word(database, take, query, watched):
    segment = await watched(VIP)
    await take(track("Order Completed", "bob", revenue=5))
    async with database.transaction() as session:
        await saved_segments.change(session, segment, condition=CONDITION.validate_python(BOUGHT))
    await sweep(database, segment)
    await take(track("Order Completed", "ada", revenue=5))
    assert await moves(query, segment) == [("ada", "Segment Entered")]


# --- what they start --------------------------------------------------------------------------------------------------


async def test_coming_in_starts_and_leaving_starts(database, take, query, watched):
    segment = await watched({"kind": "tag", "tag": "vip"})
    trigger = {"kind": "segment_change", "segment_id": str(segment)}
    await publish(database, flow(trigger), slug="welcome")
    await publish(database, flow({**trigger, "change": "left"}), slug="farewell")
    await take(identify("ada", tags=["vip"]), identify("bob", tags=["new"]))
    assert [row.why for row in await query("SELECT why FROM journeys")] == [
        f"came into the segment {await name(query, segment)!r}"
    ]
    await take(identify("ada", at=NOW + timedelta(seconds=1), tags=[]))
    assert await starts(query) == ["ada", "ada"]


async def name(query, segment_id):
    [(found,)] = await query("SELECT name FROM segments WHERE id = :id", id=segment_id)
    return found


async def test_coming_in_wakes_a_wait(database, take, query, watched):
    segment = await watched(VIP)
    branch = {"id": "vip", "on": on("Segment Entered", is_("segment_id", str(segment)))}
    version = await publish(database, flow(branches=[branch]))
    [answer] = await take(track("Signed In"))
    await waiting_journey(database, version, answer.customer_id)
    await take(track("Order Completed", revenue=5000))
    [(payload,)] = await query("SELECT payload FROM outbox WHERE kind = 'signal_journey'")
    assert (payload["seq"], payload["branch"]) == (3, "vip")


async def test_a_silence_starts_once_and_after_the_next_sign_of_life_again(database, take, query):
    silence = {"kind": "inactivity", "event": "Order Completed", "silence": {"kind": "last", "days": 10}}
    await publish(database, flow(silence, reentry={"mode": "always"}))
    await take(track("Order Completed", "old", at=NOW - timedelta(days=11)), track("Order Completed"))
    await take(track("Signed In", "never-bought"))
    await sweep_all(database)
    for day in (9, 11, 12):
        await sweep_all(database, NOW + timedelta(days=day))
    assert await starts(query) == ["ada"]
    async with database.transaction() as session:
        later = NOW + timedelta(days=13)
        await ingest(session, [track("Order Completed", at=later)], now=later)
    for day in (14, 24):
        await sweep_all(database, NOW + timedelta(days=day))
    assert await starts(query) == ["ada", "ada"]


async def test_a_birthday_comes_on_the_clock_of_each(database, take, query):
    birthday = {"kind": "date", "attribute": "birth_date", "time": "09:00:00"}
    await publish(database, flow(birthday, reentry={"mode": "always"}))
    await sweep_all(database)
    born: dict[str, Any] = {"birthday": "1990-11-23"}
    await take(
        identify("auckland", timezone="Pacific/Auckland", **born),
        identify("rome", timezone="Europe/Rome", **born),
        identify("another-day", timezone="Europe/Rome", birthday="1990-11-24"),
    )
    seen = []
    for hour in (7, 9, 19, 21, 33):  # from NOW, 12:00 UTC on the 22nd
        await sweep_all(database, NOW + timedelta(hours=hour))
        seen.append(await starts(query))
    assert seen == [[], ["auckland"], ["auckland"], ["auckland", "rome"], ["auckland", "rome"]]
    for hour in (60, 365 * 24 + 9, 365 * 24 + 21):
        await sweep_all(database, NOW + timedelta(hours=hour))
    assert await starts(query) == ["auckland", "auckland", "rome", "rome"]


async def test_publishing_the_same_trigger_anew_lets_nobody_in_again(database, take, query):
    silence = {"kind": "inactivity", "silence": {"kind": "last", "days": 10}}
    await publish(database, flow(silence))
    segments = await query("SELECT id, owner_campaign_id FROM segments")
    async with database.transaction() as session:
        campaign = await session.get_one(Campaign, segments[0].owner_campaign_id)
        for trigger in (silence, {**silence, "silence": {"kind": "last", "days": 20}}):
            await watch_for(session, campaign, Flow.model_validate(flow(trigger)))
            kept = (await session.scalars(text("SELECT id FROM segments"))).all()
            assert (list(kept) == [segments[0].id]) is (trigger is silence)
            assert len(kept) == 1


async def test_a_coming_while_paused_or_too_soon_is_refused_and_says_why(database, take, query, watched):
    segment = await watched({"kind": "tag", "tag": "vip"})
    trigger = {"kind": "segment_change", "segment_id": str(segment), "cooldown": {"days": 30}}
    await publish(database, flow(trigger, reentry={"mode": "always"}), slug="one")
    await publish(database, flow(trigger), slug="two", state="paused")
    for second, tags in enumerate((["vip"], [], ["vip"])):
        await take(identify("ada", at=NOW + timedelta(seconds=second), tags=tags))
    assert await starts(query) == ["ada"]
    cool = "cool-down: the trigger started a journey too short a time ago"
    assert sorted(await refusals(query)) == [cool, "paused", "paused"]


async def test_so_many_within_a_time_start_a_journey(database, take, query):
    dear = {"property": "price", "op": "gt", "value": 500}
    repeated = {"at_least": 3, "within": {"minutes": 30}}
    trigger = {"kind": "event", "on": on("Product Viewed", dear), "repeated": repeated}
    await publish(database, flow(trigger))
    views = [(100, 600), (36, 600), (20, 600), (10, 500), (5, 600)]
    await take(*(track("Product Viewed", at=NOW - timedelta(minutes=m), price=price) for m, price in views))
    assert await starts(query) == []
    await take(track("Product Viewed", price=501))
    assert await starts(query) == ["ada"]
