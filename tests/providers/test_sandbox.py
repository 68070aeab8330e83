"""The sandbox itself: it forgets nothing, plays the same again, and never lets a page be taken over."""

import asyncio
import base64
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.content import EmailContent, SmsContent
from domain.ids import coupon_code
from domain.vocabulary import Channel
from providers.registry import Providers, build_providers
from providers.sandbox.event_simulator import MAX_BACKOFF_SECONDS, backoff
from providers.sandbox.faults import FaultPlayer, Faults
from providers.sandbox.recipient_model import Behaviour, RecipientBehavior, affinity, draw
from providers.sandbox.types import DeliveryOutcome, ReceivedMessage
from tests.providers.conftest import Sandbox, Shop, outgoing, settings_for
from tests.providers.test_webhooks import ALL_OF_IT, everyone

Connect = Callable[..., Providers]


async def _answers(url: str) -> dict[str, object]:
    async with asyncio.timeout(30), httpx.AsyncClient() as client:
        while True:
            try:
                stats: dict[str, object] = (await client.get(f"{url}/sandbox/stats")).json()
            except httpx.TransportError:
                await asyncio.sleep(0.05)
            else:
                return stats


async def test_a_kill_loses_neither_the_inbox_nor_what_is_still_to_happen(
    tmp_path: Path, keys: dict[str, str], shop: Shop
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    (tmp_path / "keys.json").write_text(json.dumps(keys))
    command = [
        *(sys.executable, "-m", "providers.sandbox", "--port", str(port), "--data", str(tmp_path / "inbox.sqlite")),
        *("--api-url", shop.url, "--keys", str(tmp_path / "keys.json"), "--behaviour", "deliver"),
    ]

    def start(*more: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([*command, *more], env={**os.environ, "PYTHONPATH": os.getcwd()})

    process = start("--time-scale", "1")
    try:
        await _answers(url)
        providers = build_providers(settings_for("sendgrid", tmp_path, url, shop.url, keys))
        provider = providers.for_channel(Channel.EMAIL)
        assert provider is not None
        for _ in range(5):
            await provider.send(outgoing(Channel.EMAIL))
        process.send_signal(signal.SIGKILL)
        process.wait()

        process = start()
        stats = await _answers(url)
        assert (stats["accepted"], stats["duplicates"]) == (5, 0)
        # "delivered" is due five seconds after acceptance, so nothing of it could be posted before the kill
        await shop.until(lambda: sum(call.body.count(b'"delivered"') for call in shop.of("/webhooks/sendgrid")) == 5)
        await provider.send(outgoing(Channel.EMAIL))
        assert (await _answers(url))["accepted"] == 6
        await providers.close()
    finally:
        process.kill()
        process.wait()


async def test_a_webhook_is_posted_until_it_is_taken(connect: Connect, sandbox: Sandbox, shop: Shop) -> None:
    shop.answers = [500, 503, 404]
    await sandbox.behave(Behaviour(mode="deliver"))
    provider = connect("fcm").for_channel(Channel.PUSH)
    assert provider is not None
    await provider.send(outgoing(Channel.PUSH))
    await sandbox.settled()
    bodies = [call.body for call in shop.of("/webhooks/fcm")]
    assert len(bodies) == 4
    assert len(set(bodies)) == 1


async def test_sendgrids_events_come_in_batches(connect: Connect, sandbox: Sandbox, shop: Shop) -> None:
    await sandbox.behave(Behaviour(mode="deliver"))
    provider = connect("sendgrid").for_channel(Channel.EMAIL)
    assert provider is not None
    await asyncio.gather(*(provider.send(outgoing(Channel.EMAIL)) for _ in range(40)))
    await sandbox.settled()
    calls = shop.of("/webhooks/sendgrid")
    assert sum(len(json.loads(call.body)) for call in calls) == 80
    assert len(calls) < 80


async def test_a_purchase_is_tracked_as_the_shops_site_would(
    connect: Connect, sandbox: Sandbox, shop: Shop, keys: dict[str, str]
) -> None:
    await sandbox.behave(everyone(ALL_OF_IT))
    provider = connect("twilio").for_channel(Channel.SMS)
    assert provider is not None
    code = coupon_code("FASHION", uuid4(), uuid4())
    message = outgoing(Channel.SMS, content=SmsContent(body=f"Your code: {code}. {shop.url}/c/abc"))
    await provider.send(message)
    stats = await sandbox.settled()

    [order] = shop.of("/v1/track")
    body = json.loads(order.body)
    assert (body["event"], body["userId"], body["properties"]["coupon"]) == ("Order Completed", "C-17", code)
    assert body["properties"]["revenue"] > 0
    assert order.headers["authorization"] == "Basic " + base64.b64encode(f"{keys['write_key']}:".encode()).decode()
    # an SMS tells its click by its link alone
    assert [where for where, _ in shop.calls if where.startswith("GET")] == ["GET /c/abc"]
    assert (stats["bought"], stats["clicked"]) == (1, 1)


@pytest.mark.parametrize(
    ("action", "path"),
    [
        ("open", "/webhooks/sendgrid"),
        ("click", "/webhooks/sendgrid"),
        ("unsubscribe", "/webhooks/sendgrid"),
        ("complain", "/webhooks/sendgrid"),
        ("buy", "/v1/track"),
    ],
)
async def test_a_recipient_can_be_played_by_hand(
    action: str, path: str, connect: Connect, sandbox: Sandbox, shop: Shop
) -> None:
    provider = connect("sendgrid").for_channel(Channel.EMAIL)
    assert provider is not None
    message = outgoing(Channel.EMAIL)
    await provider.send(message)
    await sandbox.act(message.message_id, action)
    await sandbox.settled()
    assert len(shop.of(path)) == 1


async def test_what_does_not_exist_is_not_found(sandbox: Sandbox) -> None:
    assert (await sandbox.client.get(f"/sandbox/messages/{uuid4()}")).status_code == 404
    assert (await sandbox.client.post(f"/sandbox/messages/{uuid4()}/open")).status_code == 404
    assert (await sandbox.client.post(f"/sandbox/messages/{uuid4()}/explode")).status_code == 422
    assert (await sandbox.client.put("/sandbox/faults", json={"error": 2})).status_code == 422


async def test_the_inbox_is_paged_and_filtered(connect: Connect, sandbox: Sandbox) -> None:
    provider = connect("sendgrid").for_channel(Channel.EMAIL)
    assert provider is not None
    messages = [outgoing(Channel.EMAIL) for _ in range(3)]
    for message in messages:
        await provider.send(message)
    ids = [str(message.message_id) for message in messages]
    first = (await sandbox.client.get("/sandbox/inbox", params={"limit": 2})).json()
    rest = (await sandbox.client.get("/sandbox/inbox", params={"limit": 2, "before": first["next_before"]})).json()
    assert [row["message_id"] for row in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next_before"] is None
    assert len(await sandbox.inbox(message_id=ids[1])) == 1
    assert await sandbox.inbox(channel="sms") == []
    assert (await sandbox.client.delete("/sandbox/inbox")).status_code == 204
    assert await sandbox.inbox() == []


async def test_the_page_shows_a_message_and_runs_nothing_of_it(connect: Connect, sandbox: Sandbox) -> None:
    provider = connect("sendgrid").for_channel(Channel.EMAIL)
    assert provider is not None
    evil = '"><script>alert(1)</script>'
    await provider.send(outgoing(Channel.EMAIL, content=EmailContent(subject=evil, html=f"<p>{evil}</p>", text="x")))
    page = (await sandbox.client.get("/sandbox")).text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert 'sandbox=""' in page
    assert ">buy</button>" in page


def arrival(message_id: str = "m", channel: str = "email", customer: str = "c") -> ReceivedMessage:
    return ReceivedMessage(
        vendor="sendgrid", channel=channel, address="a@b.example", message_id=message_id, customer=customer
    )


@given(st.uuids(), st.sampled_from(["email", "sms", "push", "silent_push"]), st.integers(0, 5))
def test_the_same_seed_and_message_live_the_same_life(message_id: UUID, channel: str, seed: int) -> None:
    one = arrival(str(message_id), channel)
    behaviour = Behaviour(seed=seed)
    life = draw(behaviour, one, 1000.0, 0.5)
    assert life == draw(behaviour, one, 1000.0, 0.5)
    fates = [planned.fate for planned in life]
    assert fates[0] is DeliveryOutcome.SENT
    assert (DeliveryOutcome.DELIVERED in fates) is not (DeliveryOutcome.BOUNCED in fates)
    assert DeliveryOutcome.BOUGHT not in fates or DeliveryOutcome.CLICKED in fates
    assert [planned.due_at for planned in life] == sorted(planned.due_at for planned in life)


def test_shares_of_zero_and_one_hold_for_everybody() -> None:
    for number in range(200):
        one = arrival(str(number), customer=f"c{number}")
        certain = Behaviour(
            channels={"email": RecipientBehavior(deliver=1, open=1, click=1, buy=1, unsubscribe=0, complain=0)}
        )
        never = Behaviour(channels={"email": RecipientBehavior(deliver=1, open=0)})
        assert draw(certain, one, 0, 1)[-1].fate is DeliveryOutcome.BOUGHT
        assert [planned.fate for planned in draw(never, one, 0, 1)] == [DeliveryOutcome.SENT, DeliveryOutcome.DELIVERED]


def test_people_like_different_channels() -> None:
    likings = [affinity(7, f"c{number}", channel) for number in range(300) for channel in ("email", "push")]
    assert 0.4 <= min(likings) < 0.5
    assert 1.5 < max(likings) <= 1.6


@pytest.mark.parametrize(
    ("mode", "fates"), [("off", []), ("deliver", [DeliveryOutcome.SENT, DeliveryOutcome.DELIVERED])], ids=str
)
def test_a_crowd_can_be_switched_off(mode: str, fates: list[DeliveryOutcome]) -> None:
    behaviour = Behaviour.model_validate({"mode": mode})
    assert [planned.fate for planned in draw(behaviour, arrival(), 0, 1)] == fates


def test_shares_of_faults_are_kept_and_repeatable() -> None:
    faults = Faults(throttle=0.1, error=0.1, reset=0.1, lose_answer=0.1)
    drawn = [FaultPlayer(faults).request("sendgrid", str(number))[0] for number in range(4000)]
    assert drawn == [FaultPlayer(faults).request("sendgrid", str(number))[0] for number in range(4000)]
    for fault in ("throttle", "error", "reset", "lose_answer"):
        assert 300 < drawn.count(fault) < 500
    player = FaultPlayer(faults)
    assert len({player.request("sendgrid", "one message")[0] for _ in range(100)}) == 5


def test_faults_of_one_vendor_spare_the_others() -> None:
    player = FaultPlayer(Faults(vendors=["twilio"], error=1))
    assert player.request("twilio", "m") == ("error", 0)
    assert player.request("fcm", "m") == (None, 0)


def test_backoff_grows_and_is_bounded() -> None:
    waits = [backoff(attempts) for attempts in range(1, 60)]
    assert waits == sorted(waits)
    assert waits[-1] == MAX_BACKOFF_SECONDS
