"""The settings file of HTTP gateways: one object a gateway. See docs/providers/http.md."""

import base64
import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from domain.vocabulary import Channel, MessageEventKind
from providers.vendors import RESERVED_NAMES


def _joined(value: object) -> object:
    return "".join(map(str, value)) if isinstance(value, list) else value


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Paths = str | list[str]
"""A dotted path, or several, of which the first that leads anywhere counts."""


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
    refusals: list["RefusalRule"] = Field(default_factory=list)
    """What other answers mean, where their status alone says too little; the first that fits decides."""


class RefusalRule(_Part):
    """What an answer that is no acceptance means."""

    statuses: list[int] = Field(default_factory=list)
    """Empty: any."""
    path: Paths = ""
    """Where the answer must hold one of `values`, or some of the words of `contains`."""
    values: list[str] = Field(default_factory=list)
    contains: list[str] = Field(default_factory=list)
    """Words, whatever their case; one of them is enough."""
    means: Literal["permanent", "configuration", "throttled", "transient"]
    suppress: str = ""
    """permanent only: the reason of the suppression, where the address itself is refused."""

    @model_validator(mode="after")
    def _says_when(self) -> "RefusalRule":
        if not (self.statuses or self.values or self.contains):
            raise ValueError("a refusal names statuses, values or words that it contains")
        if self.suppress and self.means != "permanent":
            raise ValueError("only a permanent refusal suppresses the address")
        return self


class ReportRule(_Part):
    """What one of the gateway's words means under conditions."""

    kind: str
    """The gateway's word."""
    when: dict[str, list[str]] = Field(default_factory=dict)
    """Path -> values, one of which must stand there (`true` and `false` for JSON's; `*`: anything but nothing;
    `*blacklist*`: anything with these letters, in lower case here and in any case there)."""
    engagement: MessageEventKind | None = None
    """Null: kept, changes nothing."""
    permanent: bool = False
    """bounced only: the address will never work."""
    suppress: Literal["complaint", "unsubscribed"] | None = None
    """bounced only: it was not sent, because its recipient has complained or opted out."""
    machine: bool = False
    """opened and clicked only: by a proxy or a scanner."""

    @model_validator(mode="after")
    def _fits(self) -> "ReportRule":
        if (self.permanent or self.suppress) and self.engagement is not MessageEventKind.BOUNCED:
            raise ValueError("only a bounce is permanent, or suppresses its address by a reason")
        if self.machine and self.engagement not in (MessageEventKind.OPENED, MessageEventKind.CLICKED):
            raise ValueError("only an open or a click is a machine's")
        return self


class HttpWebhookSettings(_Part):
    """How the gateway reports back to /webhooks/{name}."""

    secret: str = Field(min_length=16)
    """HMAC-SHA256 key, over `<timestamp>.<body>`, or over the body alone when there is no timestamp header."""
    scheme: Literal["hmac", "hmac_in_body", "standard_webhooks", "shared_secret"] = "hmac"
    """How a call proves itself: by the two headers below; by an object in the body (`signature_path`); as
    standardwebhooks.com says (a key `whsec_...`); or by the secret itself, from those who sign nothing."""
    secret_header: str = "authorization"  # noqa: S105 (the name of a header)
    """shared_secret only: `authorization` carries it as Bearer token or Basic password; any other header, bare."""
    signature_path: str = "signature"
    """hmac_in_body only: leads to an object of `timestamp` (Unix seconds), `token` and `signature`, the hexadecimal
    HMAC-SHA256 over timestamp and token."""
    max_age_seconds: int = Field(default=600, ge=60, le=86400)
    """How old a signature may be. The schemes that sign no body or repeat a call unchanged may need more."""
    signature_header: str = "x-signature"
    """Carries the hexadecimal HMAC, with or without a leading `sha256=`."""
    timestamp_header: str = "x-timestamp"
    """Carries Unix seconds; empty for a gateway that signs no time."""
    items_path: str = ""
    """Dotted path to the list of reports; empty: the body is the list, or the one report."""
    item_path: str = ""
    """Dotted path to the report within each of them; `*` is the one value of an object, whatever its name."""
    id_path: Paths = "id"
    """Empty: the id of the call (Standard Webhooks), or a digest of the report."""
    message_id_path: Paths = "message_id"
    provider_message_id_path: Paths = ""
    address_path: Paths = ""
    """The recipient: a "no" about mail that names no message of ours holds for the address."""
    kind_path: Paths = "event"
    time_path: Paths = ""
    """Unix seconds or milliseconds, or ISO 8601; empty: the time of arrival."""
    reason_path: Paths = ""
    agent_path: Paths = ""
    """What the program that opened or clicked calls itself: machines are told from people by it."""
    url_path: Paths = ""
    """The link that was clicked."""
    engagements: dict[str, MessageEventKind] = Field(default_factory=dict)
    """The gateway's word -> ours."""
    rules: list[ReportRule] = Field(default_factory=list)
    """Words that need a closer look; the first that fits goes before `engagements` and what follows."""
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
    body: Annotated[str, BeforeValidator(_joined)] = Field(min_length=1)
    """Liquid over `message`, `content` and `custom`; the filter `json` quotes a value for JSON. A list is its parts."""
    success: SuccessRule = SuccessRule()
    id_path: str = ""
    """Dotted path to the gateway's own id in the JSON answer."""
    idempotency_header: str = ""
    """Where the gateway drops repeats by a key: the header to put our message id in."""
    tracks_engagement: bool = False
    """Whether it counts opens and clicks itself and reports them; where not, our own links and pixel do."""
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
    """What a dotted path leads to (`messages.0.id`), None where it leads nowhere; an empty path is the value itself.

    `*` is the one value of an object.
    """
    for part in path.split(".") if path else []:
        if isinstance(value, dict):
            value = next(iter(value.values())) if part == "*" and len(value) == 1 else value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def first_at(value: object, paths: Paths) -> object:
    """What the first of these paths leads to that leads to anything; None for an empty path."""
    for path in [paths] if isinstance(paths, str) else paths:
        found = at_path(value, path) if path else None
        if found is not None:
            return found
    return None


def word_of(value: object) -> str:
    """A value as the settings write it: `true` and `false` as JSON does, nothing as the empty word."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def bare_id(value: object) -> str | None:
    """An id of the gateway's: a Message-ID without the angle brackets that not every report of it has."""
    return word_of(value).strip().removeprefix("<").removesuffix(">") or None
