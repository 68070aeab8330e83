from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlmodel import col

from domain.errors import ConflictError, InvalidError, NotFoundError
from models import AudienceMember, Campaign, CampaignRun, CampaignVersion, Customer, Event, Score
from store.conditions.explanation import explain
from store.conditions.scope import Scope
from store.segments import saved_segments, segments
from tests.scores import put_in
from tests.store.generators import CONDITION

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SCOPE = Scope(now=NOW)
VIP = CONDITION.validate_python({"kind": "tag", "tag": "vip"})
BOUGHT = CONDITION.validate_python({"kind": "event", "event": "Order Completed"})
EVERYBODY = CONDITION.validate_python({"kind": "all", "of": []})
OPENED_HELLO = CONDITION.validate_python({"kind": "engagement", "action": "opened", "node_id": "hello"})


def member_of(segment_id: UUID):
    return CONDITION.validate_python({"kind": "segment", "segment_id": str(segment_id)})


async def customer(session, *tags: str, **fields) -> UUID:
    row = Customer(id=uuid4(), tags=list(tags), **fields)
    session.add(row)
    await session.flush()
    return row.id


@pytest.fixture
async def session(shared_database):
    async with shared_database.transaction() as opened:
        yield opened
        await opened.rollback()


@pytest.mark.parametrize(("tags", "first"), [([], None), (["vip"], 0), (["new"], 1), (["new", "vip"], 0)])
async def test_the_first_condition_that_holds(session, tags, first):
    new = CONDITION.validate_python({"kind": "tag", "tag": "new"})
    assert await segments.first_match(session, [VIP, new], await customer(session, *tags), SCOPE) == first


async def test_nobody_unknown_or_erased_is_a_member(session):
    erased = await customer(session, erased_at=NOW)
    assert not await segments.matches(session, EVERYBODY, erased, SCOPE)
    assert not await segments.matches(session, EVERYBODY, uuid4(), SCOPE)
    assert erased not in {found.id for found in await segments.sample(session, EVERYBODY, SCOPE, 1000)}


async def test_the_same_question_is_asked_again_with_new_values(session):
    """The compiled text is kept; the moment and the customer must not be."""
    recently = CONDITION.validate_python(
        {"kind": "event", "event": "Order Completed", "window": {"kind": "last", "days": 1}}
    )
    buyer, other = await customer(session), await customer(session)
    session.add(Event(id=uuid4(), customer_id=buyer, name="Order Completed", occurred_at=NOW, source="test"))
    await session.flush()
    later = Scope(now=NOW + timedelta(days=2))
    asked = [(buyer, SCOPE, True), (other, SCOPE, False), (buyer, later, False)]
    for who, scope, expected in asked * 3:
        assert await segments.matches(session, recently, who, scope) is expected


async def test_an_audience_has_positions_without_gaps(session):
    members = {await customer(session, "vip") for _ in range(3)}
    await customer(session)
    await customer(session, "vip", erased_at=NOW)
    campaign = Campaign(id=uuid4(), slug="audience", name="Audience", draft={})
    version = CampaignVersion(id=uuid4(), campaign_id=campaign.id, number=1, flow={})
    run = CampaignRun(id=uuid4(), campaign_id=campaign.id, version_id=version.id, workflow_id="any")
    for row in (campaign, version, run):
        session.add(row)
        await session.flush()
    assert await segments.insert_audience(session, run.id, VIP, SCOPE) == 3
    written = (await session.scalars(select(AudienceMember).where(col(AudienceMember.run_id) == run.id))).all()
    assert {row.customer_id for row in written} == members
    assert sorted(row.position for row in written) == [0, 1, 2]


async def test_a_segment_of_segments_is_looked_up(session):
    inner = await saved_segments.create(session, "vips", "", VIP)
    outer = await saved_segments.create(session, "vips by another name", "", member_of(inner.id))
    vip, other = await customer(session, "vip"), await customer(session)
    asked = member_of(outer.id)
    assert await segments.matches(session, asked, vip, SCOPE)
    assert not await segments.matches(session, asked, other, SCOPE)
    assert await segments.count(session, asked, SCOPE) == 1
    await saved_segments.change(session, inner.id, condition=EVERYBODY)
    assert await segments.matches(session, asked, other, SCOPE)


async def test_a_segment_that_would_contain_itself_is_refused(session):
    inner = await saved_segments.create(session, "inner", "", VIP)
    outer = await saved_segments.create(session, "outer", "", member_of(inner.id))
    with pytest.raises(InvalidError, match="contains itself"):
        await saved_segments.change(session, inner.id, condition=member_of(outer.id))


@pytest.mark.parametrize("condition", [OPENED_HELLO, member_of(UUID(int=5))])
async def test_what_no_segment_can_ask_is_refused(session, condition):
    with pytest.raises(InvalidError):
        await saved_segments.create(session, "impossible", "", condition)
    with pytest.raises(InvalidError):
        await segments.matches(session, condition, uuid4(), SCOPE)


async def test_names_are_unique_and_paged(session):
    made = {name: await saved_segments.create(session, name, "", VIP) for name in ("b", "a", "c")}
    with pytest.raises(ConflictError):
        await saved_segments.create(session, "a", "", VIP)
    with pytest.raises(ConflictError):
        await saved_segments.change(session, made["b"].id, name="a")
    first = await saved_segments.page(session, None, 2)
    rest = await saved_segments.page(session, (first[-1].name, first[-1].id), 2)
    assert [row.name for row in [*first, *rest]] == ["a", "b", "c"]


async def test_a_segment_in_use_is_kept(session):
    inner = await saved_segments.create(session, "inner", "", VIP)
    await saved_segments.create(session, "outer", "", member_of(inner.id))
    with pytest.raises(ConflictError) as refused:
        await saved_segments.remove(session, inner.id)
    assert refused.value.extra["used_by"] == ["segment 'outer'"]


async def test_a_segment_is_removed(session):
    made = await saved_segments.create(session, "short-lived", "", VIP)
    await saved_segments.remove(session, made.id)
    for gone in (saved_segments.require(session, made.id), saved_segments.remove(session, made.id)):
        with pytest.raises(NotFoundError):
            await gone


async def test_an_explanation_answers_every_part(session):
    vips = await saved_segments.create(session, "VIPs", "", VIP)
    who = await customer(session, "new", city="Milan", attributes={"points": [3, 5]})
    await put_in(session, [Score(customer_id=who, name="churn", value=0.75, model_id=uuid4(), at=NOW)])
    for minutes, revenue in ((90, 20), (30, "22.5")):
        at = NOW - timedelta(minutes=minutes)
        bought: dict[str, Any] = {"customer_id": who, "name": "Order Completed", "occurred_at": at, "source": "test"}
        session.add(Event(id=uuid4(), properties={"revenue": revenue}, **bought))
    await session.flush()
    total = {
        "kind": "event",
        "event": "Order Completed",
        "sum": {"property": "revenue", "is": {"op": "gt", "value": 40}},
    }
    leaves = [
        ({"kind": "segment", "segment_id": str(vips.id)}, False, None),
        (total, True, "2 times, last on 2026-11-22 11:30 UTC, 42.5 in total"),
        ({"kind": "event", "event": "Signed In"}, False, "never"),
        ({"kind": "attribute", "name": "city", "op": "eq", "value": "Milan"}, True, "Milan"),
        ({"kind": "attribute", "name": "attributes.points", "op": "gt", "value": 4}, True, "3, 5"),
        ({"kind": "attribute", "name": "traits.none", "op": "exists"}, False, "nothing"),
        ({"kind": "score", "score": "churn", "is": {"op": "lt", "value": 0.5}}, False, "0.75"),
        ({"kind": "score", "score": "other", "is": {"op": "lt", "value": 0.5}}, False, "no score"),
    ]
    whole = CONDITION.validate_python({"kind": "any", "of": [leaf for leaf, _, _ in leaves]})
    explained = await explain(session, whole, who, SCOPE)
    assert explained.holds
    assert [(part.holds, part.found and str(part.found)) for part in explained.parts] == [
        (holds, found) for _, holds, found in leaves
    ]
    assert str(explained.parts[0].words) == "is in the segment 'VIPs'"
    assert [(str(part.words), part.holds, str(part.found)) for part in explained.parts[0].parts] == [
        ("has the tag 'vip'", False, "new")
    ]
    with pytest.raises(NotFoundError):
        await explain(session, whole, uuid4(), SCOPE)


@pytest.mark.parametrize(("kind", "holds"), [("all", True), ("any", False)])
async def test_a_condition_without_questions_is_explained_too(session, kind, holds):
    who = await customer(session, "new")
    explained = await explain(session, CONDITION.validate_python({"kind": kind, "of": []}), who, SCOPE)
    assert (explained.holds, explained.parts) == (holds, [])
    with pytest.raises(NotFoundError):
        await explain(session, CONDITION.validate_python({"kind": kind, "of": []}), uuid4(), SCOPE)
