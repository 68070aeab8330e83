"""The three example campaigns, as their files say them, on the real workflow; days are skipped."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from api.app import create_app
from api.dependencies import ApiServices
from config.settings import Settings
from domain.contact import ContactPolicy
from domain.vocabulary import Channel, ConsentStatus, MessageEventKind
from models import Consent, Journey
from providers.base import Outgoing
from providers.registry import build_providers
from store.customers.customer_queries import set_consent
from store.messages import contact_policy
from tests.examples.seed import put
from tests.journey_driver import World, days, steps_of
from workflows.contracts import CAMPAIGN_WORKFLOW, CampaignRunInput, RunProgress


async def journeys(world: World, customer_id: UUID) -> list[Journey]:
    async with world.database.transaction() as session:
        rows = await world.rows(session, Journey)
    return [row for row in rows if row.customer_id == customer_id]


async def at(world: World, customer_id: UUID, node: str) -> Journey:
    """Wait until the customer's one journey stands at a node. The test's own time-out ends it."""
    while True:
        found = await journeys(world, customer_id)
        if found and found[0].node_id == node:
            return found[0]
        await asyncio.sleep(0.05)


async def ended(world: World, customer_id: UUID) -> Journey:
    while True:
        found = await journeys(world, customer_id)
        if found and all(row.state == "ended" for row in found):
            return found[0]
        await asyncio.sleep(0.05)


def said(message: Outgoing) -> str:
    content = message.content
    return str(getattr(content, "subject", None) or getattr(content, "body", None) or content)


# --- win-back ---------------------------------------------------------------------------------------------------------


async def launch(world: World, environment: WorkflowEnvironment, campaign_id: UUID) -> RunProgress:
    progress: RunProgress = await environment.client.execute_workflow(
        CAMPAIGN_WORKFLOW,
        CampaignRunInput(campaign_id=campaign_id, launch="first"),
        id="campaign/win-back/first",
        task_queue="campaigns",
        result_type=RunProgress,
    )
    return progress


async def lapsed(world: World, external_id: str, **fields: Any) -> UUID:
    """Bought lately, has not logged in for long."""
    now = await world.services.clock.now()
    customer_id = await world.customer(external_id, **fields)
    await world.happen(
        customer_id, "Order Completed", {"order_id": f"{external_id}-1", "revenue": 30}, at=now - days(20)
    )
    await world.happen(customer_id, "Signed In", at=now - days(25))
    return customer_id


async def test_win_back_takes_each_to_the_channel_that_reaches_them(world: World, skipping: WorkflowEnvironment):
    campaign_id = await put(world, "win_back")
    by_push = await lapsed(world, "by-push", email=None, phone=None)
    by_email = await lapsed(world, "by-email", phone=None, device=False)
    by_sms = await lapsed(world, "by-sms", email=None, device=False)
    seen_lately = await lapsed(world, "seen-lately")
    await world.happen(seen_lately, "Signed In")
    async with world.workers(skipping.client):
        progress = await launch(world, skipping, campaign_id)
        assert (progress.audience, progress.started) == (3, 3)
        for customer_id, node in ((by_push, "push_wait"), (by_email, "email_wait"), (by_sms, "sms_wait")):
            await at(world, customer_id, node)
        (message,) = [m for m in await world.messages() if m.customer_id == by_email and m.state == "accepted"]
        await world.report(message, MessageEventKind.OPENED)
        await skipping.sleep(days(3))
        for customer_id in (by_push, by_email, by_sms):
            await ended(world, customer_id)
    sent = {c: [said(m) for m in world.sent if m.customer_id == c] for c in (by_push, by_email, by_sms, seen_lately)}
    assert sent[by_push][1:] == [
        "We miss you! Here's a 10% discount on your next purchase.",
        "Don't miss out! 10% off just for you.",
    ]
    assert sent[by_email] == [
        "It's been a while! Enjoy 10% off your next order.",
        "Still thinking about it? Here's an extra 5% off.",
    ]
    assert len(sent[by_sms]) == 1
    assert sent[seen_lately] == []


async def test_win_back_ends_at_the_purchase(world: World, skipping: WorkflowEnvironment):
    campaign_id = await put(world, "win_back")
    customer_id = await lapsed(world, "buys", email=None, phone=None)
    async with world.workers(skipping.client, relay=True):
        await launch(world, skipping, campaign_id)
        await at(world, customer_id, "push_wait")
        await world.happen(customer_id, "Order Completed", {"order_id": "now", "revenue": 10})
        journey = await ended(world, customer_id)
    assert journey.exit_reason == "goal"
    assert len([m for m in world.sent if m.channel.value == "push"]) == 1


# --- fashion show -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("customer", "purchase", "attends", "reason", "texts"),
    [
        ({"gender": "female", "tags": ["top spender"]}, {"storeCode": "Milan"}, True, "attended", 3),
        ({"gender": "male", "tags": ["top spender"]}, {"storeCode": "Milan"}, False, "not_attended", 2),
        ({"gender": "female", "tags": []}, {"storeCode": "Milan"}, False, "not_invited", 1),
        ({"gender": "male", "tags": ["top spender"]}, {"storeCode": "Rome"}, False, "not_invited", 1),
        (
            {"gender": "male", "tags": ["top spender"]},
            {"storeCode": "Milan", "coupon": "ANOTHER"},
            False,
            "not_invited",
            1,
        ),
        ({"gender": "male", "tags": ["top spender"]}, None, False, "not_invited", 1),
    ],
)
async def test_the_fashion_show_invites_who_used_their_own_code_in_milan(
    world: World,
    skipping: WorkflowEnvironment,
    customer: dict[str, Any],
    purchase: dict[str, str] | None,
    attends: bool,
    reason: str,
    texts: int,
):
    await put(world, "fashion_show")
    customer_id = await world.customer("guest", first_name="Ada", **customer)
    async with world.workers(skipping.client, relay=True):
        await world.happen(customer_id, "Order Completed", {"order_id": "1", "revenue": 80})
        journey = await at(world, customer_id, "shopping")
        code = journey.coupons["FASHION"]
        assert code in said(world.sent[0])
        if purchase is not None:
            await world.happen(
                customer_id, "Order Completed", {"order_id": "2", "revenue": 50, "coupon": code} | purchase
            )
        await skipping.sleep(days(11))
        if attends:
            await at(world, customer_id, "show")
            await world.happen(customer_id, "Event Attended", {"event_code": "milan-fashion-show"})
        else:
            await skipping.sleep(days(15))
        journey = await ended(world, customer_id)
    assert journey.exit_reason == reason
    assert len(world.sent) == texts


# --- cart abandonment -------------------------------------------------------------------------------------------------


async def test_each_abandoned_cart_brings_one_mail_and_a_bought_one_none(world: World, skipping: WorkflowEnvironment):
    await put(world, "cart_abandonment")
    customer_id = await world.customer("shopper", first_name="Ada")
    async with world.workers(skipping.client, relay=True):
        await world.happen(customer_id, "Cart Updated", {"cart_id": "a", "products": [{"name": "Red shoes"}]})
        await world.happen(customer_id, "Cart Updated", {"cart_id": "b"})
        await world.happen(customer_id, "Cart Updated", {"cart_id": "a"})  # once a cart
        while [row.state for row in await journeys(world, customer_id)] != ["active", "active"]:
            await asyncio.sleep(0.05)
        await world.happen(customer_id, "Order Completed", {"order_id": "1", "cart_id": "b"})
        await skipping.sleep(days(0.5))
        await ended(world, customer_id)
        rows = await journeys(world, customer_id)
    by_cart = {row.entry_key: row for row in rows}
    assert {cart: row.exit_reason for cart, row in by_cart.items()} == {"a": "reminded", "b": "goal"}
    assert [(m.state, m.reason) for m in await world.messages()] == [("accepted", None)]
    assert "Red shoes" in (await world.messages())[0].content["text"]
    assert [said(message) for message in world.sent] == ["You left something in your cart"]
    assert steps_of(await world.steps(by_cart["a"].id))[1] == "purchase:timeout"


# --- double opt-in ----------------------------------------------------------------------------------------------------


@pytest_asyncio.fixture
async def pages(world: World, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """What a customer's browser opens: the API on the world's database."""
    services = ApiServices(settings, world.database, None, build_providers(settings))
    transport = httpx.ASGITransport(app=create_app(services), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=settings.public_url) as client:
        yield client


def confirmation_in(message: Outgoing) -> str:
    """The path of the link in the mail."""
    found = re.search(r'href="[^"]*(/s/[A-Za-z0-9_-]+)"', str(message.content))
    assert found is not None, message.content
    return found[1]


async def consent_of(world: World, customer_id: UUID) -> list[tuple[str, str, str, str]]:
    async with world.database.transaction() as session:
        rows = await world.rows(session, Consent)
    return [(row.channel, row.topic, row.status, row.source) for row in rows if row.customer_id == customer_id]


async def test_only_a_confirmed_subscription_is_consent(world: World, skipping: WorkflowEnvironment, pages):
    async with world.database.transaction() as session:
        await contact_policy.save(session, ContactPolicy(opt_in_channels=[Channel.EMAIL, Channel.SMS]), 0)
    await put(world, "double_opt_in")
    confirms, forgets = await world.customer("confirms"), await world.customer("forgets")
    async with world.workers(skipping.client, relay=True):
        for customer_id in (confirms, forgets):
            await world.happen(customer_id, "Subscription Requested", {"topic": "news"})
            await at(world, customer_id, "wait")
        [asked] = [message for message in world.sent if message.customer_id == confirms]
        link = confirmation_in(asked)
        looked = await pages.get(link)
        assert (looked.status_code, await consent_of(world, confirms)) == (200, [])
        assert (await pages.post(f"{link[:-3]}AAA")).status_code == 404
        for _ in range(2):
            assert (await pages.post(link)).status_code == 200
        assert (await ended(world, confirms)).exit_reason == "goal"
        word = ("email", "news", "subscribed", f"double_opt_in:{asked.message_id}")
        assert await consent_of(world, confirms) == [word]
        await skipping.sleep(days(8))
        assert (await ended(world, forgets)).exit_reason == "not_confirmed"
        assert await consent_of(world, forgets) == []
    subjects = [said(each) for each in world.sent if each.customer_id == forgets]
    assert subjects == ["Please confirm your subscription", "Your subscription is not confirmed yet"]
    # an old mail opened again does not take back what was said since
    async with world.database.transaction() as session:
        no = ConsentStatus.UNSUBSCRIBED
        await set_consent(session, confirms, Channel.EMAIL, "news", status=no, source="page")
    assert (await pages.post(link)).status_code == 200
    assert await consent_of(world, confirms) == [("email", "news", "unsubscribed", "page")]
