"""Each provider, asked whether it takes our key, against the sandbox: nothing is sent by that."""

from collections.abc import Callable

import pytest

from domain.vocabulary import Channel
from providers.base import ConfigurationError, KeyCheck, SendError, TransientError
from providers.registry import Providers
from providers.sandbox.test_keys import make_keys
from tests.providers.conftest import Sandbox

Connect = Callable[..., Providers]
_OTHERS = make_keys()
CHECKED = [
    pytest.param("sendgrid", Channel.EMAIL, {"sendgrid_api_key": "SG.revoked"}, id="sendgrid"),
    pytest.param("mailchimp", Channel.EMAIL, {"mailchimp_api_key": "md-revoked"}, id="mailchimp"),
    pytest.param("twilio", Channel.SMS, {"twilio_auth_token": "revoked"}, id="twilio"),
]
"""Provider, its channel, and settings whose key is not the sandbox's."""


def _provider(providers: Providers, channel: Channel) -> KeyCheck:
    provider = providers.for_channel(channel)
    assert isinstance(provider, KeyCheck)
    return provider


@pytest.mark.parametrize(("name", "channel", "_wrong"), [*CHECKED, pytest.param("fcm", Channel.PUSH, {}, id="fcm")])
async def test_a_good_key_is_accepted_and_nothing_is_sent(
    name: str, channel: Channel, _wrong: dict[str, str], connect: Connect, sandbox: Sandbox
):
    await _provider(connect(name), channel).check_key()
    assert await sandbox.inbox() == []


@pytest.mark.parametrize(("name", "channel", "wrong"), CHECKED)
async def test_a_wrong_key_is_refused(name: str, channel: Channel, wrong: dict[str, str], connect: Connect):
    with pytest.raises(ConfigurationError):
        await _provider(connect(name, **wrong), channel).check_key()


async def test_a_service_account_of_somebody_else_is_refused(connect: Connect, sandbox: Sandbox):
    from providers.sandbox.test_keys import service_account

    wrong = service_account(sandbox.url, _OTHERS)
    with pytest.raises(ConfigurationError):
        await _provider(connect("fcm", fcm_credentials_json=wrong), Channel.PUSH).check_key()


@pytest.mark.parametrize(("name", "channel", "_wrong"), CHECKED)
async def test_who_does_not_answer_says_nothing_of_the_key(
    name: str, channel: Channel, _wrong: dict[str, str], connect: Connect
):
    away = {f"{name}_url": "http://127.0.0.1:9"}
    with pytest.raises(SendError) as caught:
        await _provider(connect(name, **away), channel).check_key()
    assert isinstance(caught.value, TransientError)


async def test_a_gateway_has_no_such_call(connect: Connect):
    assert not isinstance(connect("gateway").for_channel(Channel.SMS), KeyCheck)
