"""A host whose clock is a little behind the database's: its events of a journey's first second still count."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.ingestion.factories import NOW, flow, identify, on, publish, track, waiting_journey


@pytest.mark.parametrize(
    ("behind", "by_event", "counts"),
    [(1, False, True), (0, False, True), (5, False, False), (1, True, False)],
    ids=["behind", "same", "before it", "by event"],
)
async def test_an_event_of_the_same_second_is_not_before_its_journey(database, take, query, behind, by_event, counts):
    goal = {"on": on("Order Completed"), "window": {"days": 7}}
    version = await publish(database, flow(goal=goal))
    [ada] = await take(identify("ada"))
    started = {"started_at": NOW, "created_at": NOW, "trigger_event_id": uuid4() if by_event else None}
    await waiting_journey(database, version, ada.customer_id, **started)
    await take(track("Order Completed", "ada", at=NOW - timedelta(seconds=behind)))
    assert await query("SELECT exit_signal ->> 'reason' FROM journeys") == [("goal" if counts else None,)]
