"""The compiled SQL gives the answers of the plain evaluator, for all customers together and for each alone."""

from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import col

from models import Campaign, CampaignVersion, Customer, Journey, ShopSettings
from store.conditions.compiler import compile_condition, of_everybody
from store.conditions.members_sql import member_ids
from store.segments import segments
from tests.scores import put_in
from tests.store import generators
from tests.store.reference_evaluator import Evaluator, World


async def save(session, world: World, journey_id: UUID) -> None:
    campaign = Campaign(id=uuid4(), slug=uuid4().hex, name="any", draft={})
    version = CampaignVersion(id=uuid4(), campaign_id=campaign.id, number=1, flow={})
    journey = Journey(
        id=journey_id,
        campaign_id=campaign.id,
        version_id=version.id,
        customer_id=world.customers[0].id,
        workflow_id=journey_id.hex,
        entry="api:1",
    )
    shop = ShopSettings(currency=world.currency, currencies=["EUR", "USD"])
    parents = ([campaign], [version], world.customers, [journey], [shop])
    for rows in (*parents, world.events, world.messages, world.fates, world.steps):
        session.add_all(rows)
        await session.flush()
    await put_in(session, world.scores)


async def together(session, condition, scope) -> set[UUID]:
    statement = select(col(Customer.id)).where(col(Customer.erased_at).is_(None), compile_condition(condition, scope))
    return set(await session.scalars(statement))


async def as_audience(session, condition, scope) -> set[UUID]:
    found = list(await session.scalars(member_ids(condition, of_everybody(scope))))
    assert await segments.count(session, condition, scope) == len(found) == len(set(found))
    return set(found)


ALL = generators.LEAVES | {"nested": generators.CONDITIONS}


@pytest.mark.parametrize("kind", ALL)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(world_and_scope=generators.worlds(), data=st.data())
async def test_random_conditions_in_random_worlds(shared_database, kind, world_and_scope, data):
    world, scope = world_and_scope
    evaluator = Evaluator(world, scope)
    async with shared_database.transaction() as session:
        await save(session, world, scope.journey.journey_id)
        for condition in data.draw(st.lists(ALL[kind], min_size=8, max_size=8), kind):
            expected = evaluator.members(condition)
            assert await together(session, condition, scope) == expected, condition
            assert await as_audience(session, condition, scope) == expected, condition
            few = await segments.matching(session, [condition], [each.id for each in world.customers], scope)
            assert {who for who, (held,) in few.items() if held} == expected, condition
            asked = [each.id for each in world.customers if await segments.matches(session, condition, each.id, scope)]
            assert set(asked) == expected, condition
        await session.rollback()
