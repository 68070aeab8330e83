"""Reports of an HTTP gateway, as its settings describe them."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime

from domain.events import IncomingMessageEvent
from domain.ids import event_id
from domain.vocabulary import MessageEventKind
from providers.base import Parsed, SignatureError, WebhookRequest
from providers.custom_data import read_message_id
from providers.http.config import HttpWebhookSettings, at_path
from providers.shared_secret import check_secret

MAX_SKEW_SECONDS = 600


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Hexadecimal HMAC-SHA256 over `<timestamp>.<body>`, or the body alone without a timestamp."""
    signed = timestamp.encode() + b"." + body if timestamp else body
    return hmac.digest(secret.encode(), signed, hashlib.sha256).hex()


def _digest(item: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(item, sort_keys=True).encode()).hexdigest()


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
        call_id = self._call_id(request)
        items = at_path(json.loads(request.body), self._settings.items_path)
        parsed = Parsed()
        for index, item in enumerate(items if isinstance(items, list) else [items]):
            if not isinstance(item, dict):
                parsed.rejected.append(({"item": item}, "not an object"))
                continue
            try:
                parsed.reports.append(self._report(item, f"{call_id}:{index}" if call_id else ""))
            except ValueError as error:
                parsed.rejected.append((item, str(error)))
        return parsed

    def _verify(self, request: WebhookRequest) -> None:
        if self._settings.scheme == "shared_secret":
            check_secret(self._settings.secret, request.headers)
            return
        if self._settings.scheme == "standard_webhooks":
            self._verify_standard(request)
            return
        header = self._settings.timestamp_header.lower()
        stamp = request.headers.get(header, "") if header else ""
        given = request.headers.get(self._settings.signature_header.lower(), "").removeprefix("sha256=")
        if not hmac.compare_digest(signature(self._settings.secret, stamp, request.body).encode(), given.encode()):
            raise SignatureError("the signature does not match")
        if header and (not stamp.isdigit() or abs(self._clock().timestamp() - int(stamp)) > MAX_SKEW_SECONDS):
            raise SignatureError("signed too long ago, or in the future")

    def _call_id(self, request: WebhookRequest) -> str:
        if self._settings.scheme != "standard_webhooks":
            return ""
        return request.headers.get("webhook-id") or request.headers.get("svix-id", "")

    def _verify_standard(self, request: WebhookRequest) -> None:
        """Over `<id>.<timestamp>.<body>`, in Base64; the header may hold several, of an old and a new key."""
        prefix = "webhook" if "webhook-id" in request.headers else "svix"
        call_id, stamp, given = (
            request.headers.get(f"{prefix}-{name}", "") for name in ("id", "timestamp", "signature")
        )
        key = base64.b64decode(self._settings.secret.removeprefix("whsec_"))
        right = base64.b64encode(hmac.digest(key, f"{call_id}.{stamp}.".encode() + request.body, hashlib.sha256))
        if not any(hmac.compare_digest(b"v1," + right, one.encode()) for one in given.split()):
            raise SignatureError("the signature does not match")
        if not stamp.isdigit() or abs(self._clock().timestamp() - int(stamp)) > MAX_SKEW_SECONDS:
            raise SignatureError("signed too long ago, or in the future")

    def _report(self, item: dict[str, object], call_id: str) -> IncomingMessageEvent:
        paths = self._settings
        kind = at_path(item, paths.kind_path)
        own_id = at_path(item, paths.id_path) if paths.id_path else call_id or _digest(item)
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
            permanent=self._is_permanent(item, kind),
            reason=None if reason is None else str(reason),
            raw=item,
        )

    def _is_permanent(self, item: dict[str, object], kind: object) -> bool:
        paths = self._settings
        if kind in paths.permanent_kinds:
            return True
        bounced = paths.engagements.get(str(kind)) is MessageEventKind.BOUNCED
        return (
            bounced
            and bool(paths.permanent_path)
            and str(at_path(item, paths.permanent_path)) in paths.permanent_values
        )

    def _moment(self, item: dict[str, object]) -> datetime:
        value = at_path(item, self._settings.time_path) if self._settings.time_path else None
        if value is None:
            return self._clock()
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        moment = datetime.fromisoformat(str(value))
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
