"""Every provider, through its vendor's own SDK, against the sandbox: what it took, and what each failure means."""

import asyncio
import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.content import EmailContent, InAppContent, SmsContent
from domain.vocabulary import Category, Channel
from providers.base import (
    AmbiguousError,
    ConfigurationError,
    PermanentError,
    SendError,
    ThrottledError,
    TransientError,
)
from providers.registry import Providers, build_providers
from providers.sandbox.test_keys import make_keys, sandbox_environment
from tests.providers.conftest import ADDRESSES, WAYS, Sandbox, outgoing, settings_for

Connect = Callable[..., Providers]


@pytest.mark.parametrize(("name", "channel"), WAYS)
async def test_a_message_is_accepted_once_with_all_that_names_it(
    name: str, channel: Channel, connect: Connect, sandbox: Sandbox
) -> None:
    provider = connect(name).for_channel(channel)
    assert provider is not None
    assert provider.name == name
    message = outgoing(channel)

    accepted = await provider.send(message)

    [row] = await sandbox.inbox()
    assert (row["message_id"], row["channel"], row["address"]) == (
        str(message.message_id),
        channel,
        ADDRESSES[channel],
    )
    assert row["customer"] == "C-17"
    assert accepted.provider_message_id is not None
    assert accepted.provider_message_id.endswith(row["provider_message_id"])


@pytest.mark.parametrize(("name", "channel"), WAYS)
@pytest.mark.parametrize(
    ("fault", "kind", "taken"),
    [
        ("throttle", ThrottledError, 0),
        ("error", AmbiguousError, 0),
        ("error_after", AmbiguousError, 1),
        ("reset", AmbiguousError, 0),
        ("lose_answer", AmbiguousError, 1),
    ],
)
async def test_a_fault_becomes_its_error_and_no_sdk_repeats_the_call(
    name: str, channel: Channel, fault: str, kind: type[SendError], taken: int, connect: Connect, sandbox: Sandbox
) -> None:
    await sandbox.faults(**{fault: 1, "retry_after": 7})
    provider = connect(name).for_channel(channel)
    assert provider is not None

    with pytest.raises(SendError) as caught:
        await provider.send(outgoing(channel))

    assert type(caught.value) is kind
    assert getattr(caught.value, "retry_after", 7) == 7
    stats = await sandbox.stats()
    assert (stats[f"fault_{fault}"], stats["accepted"]) == (1, taken)


@pytest.mark.parametrize(
    ("name", "channel", "suppress"),
    [
        ("sendgrid", Channel.EMAIL, "invalid_address"),
        ("mailchimp", Channel.EMAIL, "hard_bounce"),
        ("ses", Channel.EMAIL, "invalid_address"),
        ("twilio", Channel.SMS, "invalid_address"),
        ("fcm", Channel.PUSH, "unregistered"),
        ("gateway", Channel.SMS, "invalid_address"),
    ],
)
async def test_a_dead_address_is_permanent_and_to_be_suppressed(
    name: str, channel: Channel, suppress: str, connect: Connect, sandbox: Sandbox
) -> None:
    await sandbox.faults(rejected_addresses=[ADDRESSES[channel]])
    provider = connect(name).for_channel(channel)
    assert provider is not None

    with pytest.raises(PermanentError) as caught:
        await provider.send(outgoing(channel))

    assert caught.value.suppress == suppress
    assert (await sandbox.stats())["accepted"] == 0


@pytest.mark.parametrize(("name", "channel"), WAYS)
async def test_a_wrong_key_is_our_fault_and_no_recipients(
    name: str, channel: Channel, tmp_path: Path, sandbox: Sandbox
) -> None:
    providers = build_providers(settings_for(name, tmp_path, sandbox.url, "http://127.0.0.1:1", make_keys()))
    provider = providers.for_channel(channel)
    assert provider is not None

    with pytest.raises(ConfigurationError):
        await provider.send(outgoing(channel))

    assert (await sandbox.stats())["accepted"] == 0
    await providers.close()


@pytest.mark.parametrize(("name", "channel"), WAYS)
async def test_a_refused_connection_is_surely_unsent(
    name: str, channel: Channel, tmp_path: Path, keys: dict[str, str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
    providers = build_providers(settings_for(name, tmp_path, nobody, nobody, keys))
    provider = providers.for_channel(channel)
    assert provider is not None

    with pytest.raises(TransientError) as caught:
        await provider.send(outgoing(channel))

    assert not isinstance(caught.value, ThrottledError)
    await providers.close()


@pytest.mark.parametrize(("name", "channel"), WAYS)
async def test_many_at_once_are_each_taken_once(
    name: str, channel: Channel, connect: Connect, sandbox: Sandbox
) -> None:
    provider = connect(name).for_channel(channel)
    assert provider is not None
    await asyncio.gather(*(provider.send(outgoing(channel)) for _ in range(60)))
    stats = await sandbox.stats()
    assert (stats["accepted"], stats["distinct"], stats["duplicates"]) == (60, 60, 0)


async def test_the_sandbox_shows_a_second_acceptance(connect: Connect, sandbox: Sandbox) -> None:
    provider = connect("sendgrid").for_channel(Channel.EMAIL)
    assert provider is not None
    message = outgoing(Channel.EMAIL)
    await provider.send(message)
    await provider.send(message)
    stats = await sandbox.stats()
    assert (stats["accepted"], stats["distinct"], stats["duplicates"]) == (2, 1, 1)


@pytest.mark.parametrize(("name", "channel"), WAYS)
async def test_content_of_another_channel_is_refused(name: str, channel: Channel, connect: Connect) -> None:
    provider = connect(name).for_channel(channel)
    assert provider is not None
    with pytest.raises((PermanentError, ConfigurationError)):
        await provider.send(outgoing(channel, content=InAppContent(title="a", body="b"))) if name != "gateway" else (
            await provider.send(outgoing(channel, content=EmailContent(subject="a", text="b")))
        )


async def test_an_in_app_message_is_accepted_by_its_own_id(connect: Connect) -> None:
    provider = connect("sendgrid").for_channel(Channel.IN_APP)
    assert provider is not None
    message = outgoing(Channel.IN_APP, address="", content=InAppContent(title="a", body="b"))
    assert (await provider.send(message)).provider_message_id == str(message.message_id)


@pytest.mark.parametrize(
    ("category", "present"), [(Category.MARKETING, True), (Category.TRANSACTIONAL, False)], ids=str
)
@pytest.mark.parametrize("module", ["sendgrid", "mailchimp"])
def test_marketing_mail_can_be_unsubscribed_with_one_click(module: str, category: Category, present: bool) -> None:
    from providers.mailchimp.send import mail_body as mailchimp_body
    from providers.sendgrid.send import mail_body as sendgrid_body

    message = outgoing(Channel.EMAIL, category=category)
    assert isinstance(message.content, EmailContent)
    body = {"sendgrid": sendgrid_body, "mailchimp": mailchimp_body}[module](message, message.content, "a@b", "A")
    text = json.dumps(body)
    assert ("List-Unsubscribe=One-Click" in text) is present
    assert ("<https://shop.example/unsubscribe/1>" in text) is present


async def test_an_address_as_external_id_never_leaves_as_custom_data(connect: Connect, sandbox: Sandbox) -> None:
    provider = connect("twilio").for_channel(Channel.SMS)
    assert provider is not None
    message = outgoing(Channel.SMS, external_id="ada@shop.example")
    await provider.send(message)
    [row] = await sandbox.inbox()
    assert row["customer"] == str(message.customer_id)
    assert "shop.example" not in row["callback"]


async def test_two_instances_of_fcm_live_in_one_process(
    connect: Connect, tmp_path: Path, keys: dict[str, str], sandbox: Sandbox
) -> None:
    first, second = connect("fcm"), connect("fcm")
    for providers in (first, second):
        provider = providers.for_channel(Channel.PUSH)
        assert provider is not None
        await provider.send(outgoing(Channel.PUSH))
    await first.close()
    provider = second.for_channel(Channel.PUSH)
    assert provider is not None
    await provider.send(outgoing(Channel.PUSH))
    assert (await sandbox.stats())["accepted"] == 3


async def test_unusual_text_arrives_as_it_was(connect: Connect, sandbox: Sandbox) -> None:
    text = 'Ciao “Zoë” 👋 & <b>"quotes"</b>\nnew line'
    for name in ("twilio", "gateway"):
        provider = connect(name).for_channel(Channel.SMS)
        assert provider is not None
        await provider.send(outgoing(Channel.SMS, content=SmsContent(body=text)))
    assert [row["text"] for row in await sandbox.inbox()] == [text, text]


def test_the_sandbox_environment_is_all_that_settings_need(keys: dict[str, str]) -> None:
    environment = sandbox_environment("http://127.0.0.1:1", "http://127.0.0.1:2", keys)
    assert all(name.startswith("CAMPAIGN_FLOW_") for name in environment)
