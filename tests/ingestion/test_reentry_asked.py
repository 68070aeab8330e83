"""Events, launches, the API and the page that explains answer alike about re-entry."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns.explanation import _NO_RUN, why
from domain.flow.settings import Reentry
from domain.reentry import EntryRule
from models import Campaign, Customer
from store.campaigns import runs
from tests.ingestion.factories import NOW, flow, identify, on, publish, track, waiting_journey

PASTS: dict[str, Any] = {
    "none": None,
    "open": {"state": "active"},
    "interrupted": {"state": "active", "exit_signal": {"reason": "goal"}},
    "ended": {"state": "ended", "ended_at": NOW - timedelta(hours=2), "exit_reason": "completed"},
}


@pytest.mark.parametrize("past", PASTS)
@pytest.mark.parametrize("mode", ["never", "after_exit", "always"])
@pytest.mark.parametrize("gap", [None, {"days": 2}])
async def test_whoever_asks_gets_the_same_answer(take, database, query, past, mode, gap):
    settings = {"mode": mode, "min_gap": gap}
    version = await publish(database, flow({"kind": "event", "on": on("Order Completed")}, reentry=settings))
    [ada] = await take(identify("ada"))
    if PASTS[past] is not None:
        before = NOW - timedelta(days=1)
        await waiting_journey(database, version, ada.customer_id, created_at=before, **PASTS[past])
    async with database.transaction() as session:
        [(campaign_id,)] = await query("SELECT id FROM campaigns")
        campaign = await session.get_one(Campaign, campaign_id)
        customer = await session.get_one(Customer, ada.customer_id)
        told = (await why(session, campaign, customer, now=NOW, time_scale=1.0)).reentry
        rule = EntryRule(Reentry.model_validate(settings))
        launched = await runs.kept_out(session, campaign_id, _NO_RUN, [ada.customer_id], rule, now=NOW, time_scale=1.0)
    await take(track("Order Completed", "ada"))
    rejected = [row[0] for row in await query("SELECT code FROM entry_rejections")]
    started = (await query("SELECT count(*) FROM journeys WHERE entry LIKE 'event:%'"))[0][0]
    by_launch = [why_not.code.value for why_not in launched.values()]
    assert ([told.code.value] if told else []) == by_launch == rejected
    assert started == (0 if rejected else 1)
