"""A wait for an event that its own answer leads back to: each event ends it once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.activities.walker import Walker
from tests.journey_driver import END, ENTRY, SetClock, World, flow

TAG: dict[str, Any] = {"id": "tag", "type": "update_profile", "data": {"add_tags": ["seen"]}}


def loop(since: str, *between: dict[str, Any]):
    """Listen, do what is between, and listen again."""
    listen = {
        "branches": [{"id": "viewed", "on": {"event": "Viewed"}}],
        "timeout": {"days": 3},
        "since_node": since,
    }
    way = [*(each["id"] for each in between), "listen"]
    return flow(
        ENTRY,
        {"id": "listen", "type": "wait_event", "data": listen},
        *between,
        END,
        edges=[
            "entry>listen",
            "listen.timeout>end",
            f"listen.viewed>{way[0]}",
            *([f"{way[0]}>listen"] if between else []),
        ],
    )


@pytest.mark.parametrize("ahead", [0, -5, 60], ids=["now", "late", "of a fast clock"])
@pytest.mark.parametrize("drawn", [loop("listen"), loop("tag", TAG)], ids=["of itself", "of a step of the loop"])
async def test_an_event_ends_a_wait_with_an_anchor_once(world: World, drawn, ahead: int):
    clock = world.services.clock = SetClock(datetime.now(UTC))
    customer_id = await world.customer()
    walker = Walker(world, await world.journey(await world.campaign(drawn), customer_id), clock)
    await walker.go()
    for times in (1, 2, 3):
        clock.at += timedelta(minutes=10)
        await world.happen(customer_id, "Viewed", at=clock.at + timedelta(seconds=ahead))
        await walker.hear()
        assert (await world.read_journey(walker.journey_id)).state == "active"
        assert [step.port for step in await world.steps(walker.journey_id)].count("viewed") == times
    await walker.go()
    assert walker.is_over


@pytest.mark.parametrize("birthday", [None, "1990-02-29", {"a": 1}], ids=["none", "no such day", "no date"])
async def test_a_yearly_loop_rests_though_the_customer_has_no_date(world: World, birthday: Any):
    """Who has no date goes on at once: the first time round only."""
    clock = world.services.clock = SetClock(datetime.now(UTC))
    until = {"kind": "attribute_date", "attribute": "birthday", "yearly": True}
    yearly = {"id": "yearly", "type": "wait", "data": {"until": until}}
    drawn = flow(ENTRY, yearly, TAG, edges=["entry>yearly", "yearly>tag", "tag>yearly"])
    customer_id = await world.customer(attributes={} if birthday is None else {"birthday": birthday})
    walker = Walker(world, await world.journey(await world.campaign(drawn), customer_id), clock)
    for times in (2, 3):
        await walker.go()
        row = await world.read_journey(walker.journey_id)
        assert (row.state, row.node_id, row.visit) == ("active", "yearly", times)
        assert row.waiting_until == clock.at + timedelta(days=365)
        assert row.why == "the customer has no 'birthday' that is a date: looks again in a year"
