"""Messages out through any gateway that takes an HTTP request."""

import json

import httpx
from liquid import Environment, StrictUndefined
from liquid.exceptions import LiquidError
from liquid.extra import add_filters

from domain.vocabulary import Channel
from providers.base import (
    Accepted,
    AmbiguousError,
    ConfigurationError,
    Outgoing,
    PermanentError,
    SendError,
    ThrottledError,
    TransientError,
)
from providers.custom_data import custom_data
from providers.http.config import GatewaySettings, RefusalRule, at_path, bare_id, first_at, word_of
from providers.transport import (
    CONNECT_SECONDS,
    CONNECTIONS,
    QUEUE_SECONDS,
    READ_SECONDS,
    retry_after_seconds,
    status_error,
)


def template_context(message: Outgoing) -> dict[str, object]:
    """What a body template may name."""
    return {
        "message": {
            "id": str(message.message_id),
            "channel": message.channel.value,
            "category": message.category.value,
            "address": message.address,
            "unsubscribe_url": message.unsubscribe_url or "",
        },
        "content": message.content.model_dump(mode="json"),
        "custom": custom_data(message),
    }


def _transport_error(error: httpx.HTTPError | httpx.InvalidURL) -> SendError:
    reason = f"{type(error).__name__}: {error}"[:500]
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError):
        return TransientError(reason)
    if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL):
        return ConfigurationError(reason)
    return AmbiguousError(reason)


def _fits(rule: RefusalRule, status: int, answer: object) -> bool:
    if rule.statuses and status not in rule.statuses:
        return False
    found = word_of(first_at(answer, rule.path) if rule.path else answer)
    if rule.values and found not in rule.values:
        return False
    return not rule.contains or any(words.lower() in found.lower() for words in rule.contains)


class HttpGateway:
    """One gateway of the settings file.

    Raises:
        ValueError: Its body template is not Liquid.

    """

    def __init__(self, settings: GatewaySettings) -> None:
        self.name = settings.name
        self.channels: frozenset[Channel] = frozenset(settings.channels)
        self.tracks_engagement = settings.tracks_engagement
        self._settings = settings
        environment = Environment(undefined=StrictUndefined)
        add_filters(environment)
        try:
            self._body = environment.from_string(settings.body)
        except LiquidError as error:
            raise ValueError(f"the body template of gateway {settings.name} is not valid: {error}") from error
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS, pool=QUEUE_SECONDS),
            limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS),
        )

    async def send(self, message: Outgoing) -> Accepted:
        """Hand over one message; see `providers.base.Provider.send`."""
        headers = {"Content-Type": self._settings.content_type, **self._settings.headers}
        if self._settings.idempotency_header:
            headers[self._settings.idempotency_header] = str(message.message_id)
        body = self._render(message)
        try:
            response = await self._client.request(
                self._settings.method, self._settings.url, content=body, headers=headers
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _transport_error(error) from error
        return self._read(response)

    def _render(self, message: Outgoing) -> bytes:
        try:
            body = self._body.render(**template_context(message))
            if self._settings.content_type.startswith("application/json"):
                json.loads(body)
        except (LiquidError, ValueError) as error:
            raise ConfigurationError(f"the body template of gateway {self.name} fails: {error}"[:500]) from error
        return body.encode()

    def _read(self, response: httpx.Response) -> Accepted:
        rule = self._settings.success
        if (refusal := self._refusal(response)) is not None:
            raise refusal
        if response.status_code not in rule.statuses:
            if response.status_code == 429:
                raise ThrottledError(response.text[:500], retry_after=retry_after_seconds(response.headers))
            if response.status_code == 503 and "Retry-After" in response.headers:
                raise TransientError(response.text[:500], retry_after=retry_after_seconds(response.headers))
            not_taken = dict.fromkeys(rule.not_taken_statuses, "the gateway's settings")
            raise status_error(response.status_code, response.text, not_taken)
        answer = self._json(response) if rule.path or self._settings.id_path else None
        if rule.path:
            value = word_of(at_path(answer, rule.path))
            if value not in rule.values:
                raise PermanentError(f"{self.name} said {value}"[:500], suppress=rule.permanent_values.get(value))
        return Accepted(bare_id(first_at(answer, self._settings.id_path)))

    def _refusal(self, response: httpx.Response) -> SendError | None:
        rules = self._settings.success.refusals
        if not rules:
            return None
        try:
            answer: object = response.json()
        except ValueError:
            answer = response.text
        rule = next((rule for rule in rules if _fits(rule, response.status_code, answer)), None)
        if rule is None:
            return None
        reason = f"HTTP {response.status_code}: {response.text}"[:500]
        wait = retry_after_seconds(response.headers)
        if rule.means == "throttled":
            return ThrottledError(reason, retry_after=wait)
        if rule.means == "transient":
            return TransientError(reason, retry_after=wait)
        if rule.means == "configuration":
            return ConfigurationError(reason)
        return PermanentError(reason, suppress=rule.suppress or None)

    def _json(self, response: httpx.Response) -> object:
        try:
            return response.json()
        except ValueError as error:
            raise AmbiguousError(f"{self.name} answered {response.status_code} without JSON") from error

    async def close(self) -> None:
        """Give back the connections."""
        await self._client.aclose()
