"""Reports of an HTTP gateway, as its settings describe them."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime

from domain.events import IncomingMessageEvent
from domain.ids import event_id
from providers.base import Parsed, SignatureError, WebhookRequest
from providers.custom_data import read_message_id
from providers.http.config import HttpWebhookSettings, at_path

MAX_SKEW_SECONDS = 600


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Hexadecimal HMAC-SHA256 over `<timestamp>.<body>`, or the body alone without a timestamp."""
    signed = timestamp.encode() + b"." + body if timestamp else body
    return hmac.digest(secret.encode(), signed, hashlib.sha256).hex()


class HttpWebhook:
    """Verifies, and reads by the paths of the settings."""

    def __init__(
        self,
        provider: str,
        settings: HttpWebhookSettings,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.provider = provider
        self._settings = settings
        self._clock = clock

    def parse(self, request: WebhookRequest) -> Parsed:
        """See `providers.base.Webhook.parse`."""
        self._verify(request)
        items = at_path(json.loads(request.body), self._settings.items_path)
        parsed = Parsed()
        for item in items if isinstance(items, list) else [items]:
            if not isinstance(item, dict):
                parsed.rejected.append(({"item": item}, "not an object"))
                continue
            try:
                parsed.reports.append(self._report(item))
            except ValueError as error:
                parsed.rejected.append((item, str(error)))
        return parsed

    def _verify(self, request: WebhookRequest) -> None:
        header = self._settings.timestamp_header.lower()
        stamp = request.headers.get(header, "") if header else ""
        given = request.headers.get(self._settings.signature_header.lower(), "").removeprefix("sha256=")
        if not hmac.compare_digest(signature(self._settings.secret, stamp, request.body).encode(), given.encode()):
            raise SignatureError("the signature does not match")
        if header and (not stamp.isdigit() or abs(self._clock().timestamp() - int(stamp)) > MAX_SKEW_SECONDS):
            raise SignatureError("signed too long ago, or in the future")

    def _report(self, item: dict[str, object]) -> IncomingMessageEvent:
        paths = self._settings
        own_id, kind = at_path(item, paths.id_path), at_path(item, paths.kind_path)
        if own_id is None or kind is None:
            raise ValueError("a report has an id and a kind")
        provider_id = at_path(item, paths.provider_message_id_path) if paths.provider_message_id_path else None
        reason = at_path(item, paths.reason_path) if paths.reason_path else None
        return IncomingMessageEvent(
            event_id=event_id(self.provider, f"{own_id}:{kind}"),
            message_id=read_message_id(at_path(item, paths.message_id_path)),
            provider_message_id=None if provider_id is None else str(provider_id),
            provider=self.provider,
            engagement=paths.engagements.get(str(kind)),
            kind=str(kind),
            occurred_at=self._moment(item),
            permanent=kind in paths.permanent_kinds,
            reason=None if reason is None else str(reason),
            raw=item,
        )

    def _moment(self, item: dict[str, object]) -> datetime:
        value = at_path(item, self._settings.time_path) if self._settings.time_path else None
        if value is None:
            return self._clock()
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        moment = datetime.fromisoformat(str(value))
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
