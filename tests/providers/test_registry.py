"""Which provider the settings name, and what is loaded for it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import Settings
from domain.vocabulary import Channel
from providers.http.config import load_gateways
from providers.registry import build_providers
from tests.providers.conftest import gateway_file, settings_for

EXAMPLES = sorted((Path(__file__).parents[2] / "docs" / "providers" / "examples").glob("*.json"))


def test_without_keys_only_the_inbox_is_there() -> None:
    providers = build_providers(Settings(_env_file=None))
    assert providers.channels == {Channel.IN_APP}
    assert providers.for_channel(Channel.EMAIL) is None
    assert set(providers.webhooks) == {"fcm"}


@pytest.mark.parametrize(
    ("name", "channels"),
    [
        ("sendgrid", set(Channel)),
        ("mailchimp", set(Channel)),
        ("gateway", set(Channel)),
    ],
)
def test_with_keys_every_channel_has_its_provider(
    name: str, channels: set[Channel], tmp_path: Path, keys: dict[str, str]
) -> None:
    providers = build_providers(settings_for(name, tmp_path, "http://127.0.0.1:1", "http://127.0.0.1:2", keys))
    assert providers.channels == channels
    # reports still come from a vendor that no longer sends
    assert {"sendgrid", "twilio", "fcm", "mailchimp"} <= set(providers.webhooks)


@pytest.mark.parametrize("missing", ["email_provider", "sms_provider", "push_provider"])
def test_a_provider_set_to_none_takes_its_channel_away(missing: str, tmp_path: Path, keys: dict[str, str]) -> None:
    settings = settings_for("sendgrid", tmp_path, "http://127.0.0.1:1", "http://127.0.0.1:2", keys, **{missing: "none"})
    gone = {
        "email_provider": {Channel.EMAIL},
        "sms_provider": {Channel.SMS},
        "push_provider": {Channel.PUSH, Channel.SILENT_PUSH},
    }
    assert set(Channel) - build_providers(settings).channels == gone[missing]


async def test_a_provider_is_made_once(tmp_path: Path, keys: dict[str, str]) -> None:
    providers = build_providers(settings_for("sendgrid", tmp_path, "http://127.0.0.1:1", "http://127.0.0.1:2", keys))
    assert providers.for_channel(Channel.PUSH) is providers.for_channel(Channel.SILENT_PUSH)
    await providers.close()


def test_asking_for_channels_loads_no_sdk() -> None:
    code = (
        "import sys; from config.settings import Settings; from providers.registry import build_providers;"
        "build_providers(Settings(_env_file=None, sendgrid_api_key='k', twilio_account_sid='s', twilio_auth_token='t'))"
        ".channels; print(sorted({'sendgrid', 'firebase_admin', 'mailchimp_transactional', 'twilio.rest'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_gateways_are_valid(path: Path) -> None:
    from providers.http.send import HttpGateway

    [settings] = load_gateways(str(path))
    assert HttpGateway(settings).channels


def test_there_are_example_gateways() -> None:
    named = {"brevo", "mailgun", "mailjet", "postmark", "resend", "sas", "smartmessage", "sparkpost"}
    assert {path.stem for path in EXAMPLES} == named


@pytest.mark.parametrize(
    "change",
    [
        {"name": "twilio"},
        {"name": "Not A Name"},
        {"channels": []},
        {"channels": ["pigeon"]},
        {"url": "ftp://x"},
        {"unknown": 1},
    ],
    ids=str,
)
def test_a_gateway_file_with_a_mistake_is_refused(
    change: dict[str, object], tmp_path: Path, keys: dict[str, str]
) -> None:
    path = gateway_file(tmp_path, "http://127.0.0.1:1", keys)
    content = json.loads(path.read_text())
    content["gateways"][0].update(change)
    path.write_text(json.dumps(content))
    with pytest.raises(ValueError, match="gateway"):
        load_gateways(str(path))


def test_two_gateways_cannot_claim_one_channel(tmp_path: Path, keys: dict[str, str]) -> None:
    path = gateway_file(tmp_path, "http://127.0.0.1:1", keys)
    [gateway] = json.loads(path.read_text())["gateways"]
    path.write_text(json.dumps({"gateways": [gateway, {**gateway, "name": "other"}]}))
    with pytest.raises(ValueError, match="same channel"):
        load_gateways(str(path))


def test_a_fallback_is_another_provider_of_a_channel_that_has_one(tmp_path: Path, keys: dict[str, str]) -> None:
    named = {"email_fallback_provider": "mailchimp", "sms_fallback_provider": "twilio"}
    settings = settings_for("sendgrid", tmp_path, "http://127.0.0.1:1", "http://127.0.0.1:2", keys, **named)
    providers = build_providers(settings)
    fallback = providers.fallback_for(Channel.EMAIL)
    assert fallback is not None
    assert fallback.name == "mailchimp"
    assert [providers.fallback_for(channel) for channel in Channel if channel is not Channel.EMAIL] == [None] * 5
