"""The settings file of HTTP gateways: one object a gateway. See docs/providers/http.md."""

import base64
import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.vocabulary import Channel, MessageEventKind
from providers.vendors import RESERVED_NAMES


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SuccessRule(_Part):
    """When an answer means that the gateway took the message."""

    statuses: list[int] = Field(default=[200, 201, 202])
    path: str = ""
    """Dotted path into the JSON answer that must hold one of `values`; empty: the status alone decides."""
    values: list[str] = Field(default_factory=list)
    not_taken_statuses: list[int] = Field(default_factory=list)
    """Statuses of 500 and more by which the gateway says that it surely did not take the message: it is offered again.
    Of all others nobody knows, and the message is not sent a second time."""
    permanent_values: dict[str, str] = Field(default_factory=dict)
    """Values at `path` that condemn the address, each with the reason of its suppression."""


class HttpWebhookSettings(_Part):
    """How the gateway reports back to /webhooks/{name}."""

    secret: str = Field(min_length=16)
    """HMAC-SHA256 key, over `<timestamp>.<body>`, or over the body alone when there is no timestamp header."""
    scheme: Literal["hmac", "standard_webhooks", "shared_secret"] = "hmac"
    """How a call proves itself: by the two headers below; as standardwebhooks.com says (a key `whsec_...`); or by the
    secret itself, as Bearer token or Basic password, from those who sign nothing."""
    signature_header: str = "x-signature"
    """Carries the hexadecimal HMAC, with or without a leading `sha256=`."""
    timestamp_header: str = "x-timestamp"
    """Carries Unix seconds; empty for a gateway that signs no time."""
    items_path: str = ""
    """Dotted path to the list of reports; empty: the body is the list, or the one report."""
    id_path: str = "id"
    """Empty: the id of the call (Standard Webhooks), or a digest of the report."""
    message_id_path: str = "message_id"
    provider_message_id_path: str = ""
    kind_path: str = "event"
    time_path: str = ""
    """Unix seconds or ISO 8601; empty: the time of arrival."""
    reason_path: str = ""
    engagements: dict[str, MessageEventKind] = Field(default_factory=dict)
    """The gateway's word -> ours."""
    permanent_kinds: list[str] = Field(default_factory=list)
    """Those of its words that mean that the address is dead."""
    permanent_path: str = ""
    """Where one word is told for every bounce: what tells the kinds apart, one of `permanent_values` for good."""
    permanent_values: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _key_is_base64(self) -> "HttpWebhookSettings":
        if self.scheme == "standard_webhooks":
            try:
                base64.b64decode(self.secret.removeprefix("whsec_"), validate=True)
            except ValueError:
                raise ValueError("the secret of a Standard Webhooks gateway is Base64, e.g. whsec_...") from None
        return self


class GatewaySettings(_Part):
    """One gateway."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]{1,39}$")
    channels: list[Channel] = Field(min_length=1)
    url: str = Field(pattern=r"^https?://")
    method: Literal["POST", "PUT"] = "POST"
    headers: dict[str, str] = Field(default_factory=dict)
    content_type: str = "application/json"
    body: str = Field(min_length=1)
    """Liquid over `message`, `content` and `custom`; the filter `json` quotes a value for JSON."""
    success: SuccessRule = SuccessRule()
    id_path: str = ""
    """Dotted path to the gateway's own id in the JSON answer."""
    idempotency_header: str = ""
    """Where the gateway drops repeats by a key: the header to put our message id in."""
    webhook: HttpWebhookSettings | None = None


class GatewayFile(_Part):
    """The whole file."""

    gateways: list[GatewaySettings]

    @model_validator(mode="after")
    def _one_a_channel(self) -> "GatewayFile":
        channels = [channel for gateway in self.gateways for channel in gateway.channels]
        if len(channels) != len(set(channels)):
            raise ValueError("two gateways claim the same channel")
        names = [gateway.name for gateway in self.gateways]
        if len(names) != len(set(names)):
            raise ValueError("two gateways have the same name")
        if taken := RESERVED_NAMES.intersection(names):
            raise ValueError(f"a gateway can't be called {', '.join(sorted(taken))}")
        return self


def load_gateways(path: str) -> list[GatewaySettings]:
    """The gateways of a settings file; none for an empty path.

    Raises:
        OSError: The file can't be read.
        ValueError: It is not valid, with every violation.

    """
    if not path:
        return []
    return GatewayFile.model_validate(json.loads(Path(path).read_text(encoding="utf-8"))).gateways


def at_path(value: object, path: str) -> object:
    """What a dotted path leads to (`messages.0.id`), None where it leads nowhere; an empty path is the value itself."""
    for part in path.split(".") if path else []:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value
