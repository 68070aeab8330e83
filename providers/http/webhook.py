"""Reports of an HTTP gateway, as its settings describe them."""

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from domain.events import IncomingMessageEvent
from domain.ids import event_id
from domain.vocabulary import Channel, MessageEventKind
from providers.base import Parsed, WebhookRequest
from providers.custom_data import read_message_id
from providers.http.config import HttpWebhookSettings, ReportRule, at_path, bare_id, first_at, word_of
from providers.http.verification import Verifier

_MILLISECONDS_FROM = 1e11
"""Unix seconds this large lie in the year 5138: such a number counts milliseconds."""


def _digest(item: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(item, sort_keys=True).encode()).hexdigest()


def _says_nothing(item: object) -> bool:
    """Whether it is the empty report by which a vendor tries an address, e.g. SparkPost's `{"msys": {}}`."""
    return isinstance(item, dict) and all(_says_nothing(one) for one in item.values())


class HttpWebhook:
    """Verifies, and reads by the paths of the settings."""

    def __init__(
        self,
        provider: str,
        settings: HttpWebhookSettings,
        *,
        channels: Sequence[Channel] = (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.provider = provider
        # a gateway of several channels does not say by its reports which one is meant
        self._channel = channels[0] if len(channels) == 1 else None
        self._settings = settings
        self._clock = clock
        self._verifier = Verifier(settings, clock)

    def parse(self, request: WebhookRequest) -> Parsed:
        """See `providers.base.Webhook.parse`."""
        body = self._verified(request)
        call_id = self._call_id(request)
        items = at_path(body, self._settings.items_path)
        parsed = Parsed()
        for index, item in enumerate(items if isinstance(items, list) else [items]):
            if _says_nothing(item):
                continue
            report = at_path(item, self._settings.item_path)
            if not isinstance(report, dict):
                parsed.rejected.append((item if isinstance(item, dict) else {"item": item}, "not an object"))
                continue
            try:
                parsed.reports.append(self._report(report, f"{call_id}:{index}" if call_id else ""))
            except (ValueError, OverflowError, OSError) as error:
                parsed.rejected.append((report, str(error)))
        return parsed

    def _verified(self, request: WebhookRequest) -> object:
        if self._settings.scheme == "hmac_in_body":
            body: object = json.loads(request.body)
            self._verifier.check(request, body)
            return body
        self._verifier.check(request, None)
        return json.loads(request.body)

    def _call_id(self, request: WebhookRequest) -> str:
        if self._settings.scheme != "standard_webhooks":
            return ""
        return request.headers.get("webhook-id") or request.headers.get("svix-id", "")

    def _report(self, item: dict[str, object], call_id: str) -> IncomingMessageEvent:
        paths = self._settings
        kind = first_at(item, paths.kind_path)
        own_id = first_at(item, paths.id_path) if paths.id_path else call_id or _digest(item)
        if own_id is None or kind is None:
            raise ValueError("a report has an id and a kind")
        rule = self._meaning(item, word_of(kind))
        url = first_at(item, paths.url_path)
        return IncomingMessageEvent(
            event_id=event_id(self.provider, f"{own_id}:{kind}"),
            message_id=read_message_id(first_at(item, paths.message_id_path)),
            provider_message_id=bare_id(first_at(item, paths.provider_message_id_path)),
            provider=self.provider,
            engagement=rule.engagement,
            kind=word_of(kind),
            occurred_at=self._moment(item),
            permanent=rule.permanent,
            suppress=rule.suppress,
            machine=rule.machine,
            agent=word_of(first_at(item, paths.agent_path)) or None,
            reason=word_of(first_at(item, paths.reason_path)) or None,
            channel=self._channel,
            address=self._address(item),
            raw={**item, "url": url} if isinstance(url, str) else item,
        )

    def _address(self, item: dict[str, object]) -> str | None:
        found = first_at(item, self._settings.address_path) if self._channel is not None else None
        return found if isinstance(found, str) and found else None

    def _meaning(self, item: dict[str, object], kind: str) -> ReportRule:
        for rule in self._settings.rules:
            if rule.kind == kind and all(_one_of(at_path(item, path), words) for path, words in rule.when.items()):
                return rule
        engagement = self._settings.engagements.get(kind)
        bounced = engagement is MessageEventKind.BOUNCED
        permanent = bounced and (kind in self._settings.permanent_kinds or self._looks_permanent(item))
        return ReportRule(kind=kind, engagement=engagement, permanent=permanent)

    def _looks_permanent(self, item: dict[str, object]) -> bool:
        path = self._settings.permanent_path
        return bool(path) and word_of(at_path(item, path)) in self._settings.permanent_values

    def _moment(self, item: dict[str, object]) -> datetime:
        value = first_at(item, self._settings.time_path)
        if value is None:
            return self._clock()
        try:
            number = float(word_of(value))
        except ValueError:
            moment = datetime.fromisoformat(str(value))
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if not math.isfinite(number):
            raise ValueError("a report's time is a number that is no time")
        return datetime.fromtimestamp(number / 1000 if number > _MILLISECONDS_FROM else number, UTC)


def _one_of(value: object, words: list[str]) -> bool:
    word = word_of(value)
    return word in words or (bool(word) and any(fnmatchcase(word.casefold(), each) for each in words if "*" in each))
