"""E-mail out through Mailchimp Transactional (Mandrill)."""

from collections.abc import Callable
from typing import Any

import requests
from mailchimp_transactional import MessagesApi, UsersApi
from mailchimp_transactional.api_client import ApiClient, ApiClientError

from domain.addresses import email_on_the_wire
from domain.content import EmailContent
from domain.vocabulary import Category, Channel
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
from providers.transport import CallPool, session, status_error

REFUSALS: dict[str, type[SendError]] = {
    "Invalid_Key": ConfigurationError,
    "PaymentRequired": ConfigurationError,
    "Unknown_Subaccount": ConfigurationError,
    "ServiceUnavailable": TransientError,
    "GeneralError": AmbiguousError,
    "TooManyRequests": ThrottledError,
    "ValidationError": PermanentError,
}
"""By Mandrill's error name, because it answers 500 for most of them.

As mailchimp.com/developer/transactional/api/messages lists them: ServiceUnavailable is "down for maintenance",
GeneralError "an unexpected error occurred processing the request".
"""

SUPPRESSING = {
    "hard-bounce": "hard_bounce",
    "invalid": "invalid_address",
    "spam": "complaint",
    "unsub": "unsubscribed",
}
"""Reasons of a recipient's rejection that condemn the address."""

OUR_FAULT = frozenset({"invalid-sender", "unsigned", "test-mode-limit"})


class _PooledApi(ApiClient):  # type: ignore[misc]
    """The SDK's HTTP client makes a connection for every call; this one sends over a pool."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.host = url.rstrip("/")
        self.session = session()

    def request(
        self,
        method: str,
        url: str,
        body: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        timeout: float | None = None,
    ) -> requests.Response:
        return self.session.request(method, url, json=body, headers=headers, allow_redirects=False)


def mail_body(message: Outgoing, content: EmailContent, sender: str, sender_name: str) -> dict[str, object]:
    """The body of POST messages/send.json, less the key."""
    headers: dict[str, str] = {}
    if content.reply_to:
        headers["Reply-To"] = content.reply_to
    if message.unsubscribe_url and message.category is Category.MARKETING:
        headers["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return {
        "message": {
            "from_email": sender,
            "from_name": content.from_name or sender_name,
            "to": [{"email": email_on_the_wire(message.address), "type": "to"}],
            "subject": content.subject,
            "html": content.html,
            "text": content.text,
            "headers": headers,
            "metadata": custom_data(message),
        },
        "async": False,
    }


def read_answer(answer: object) -> Accepted:
    """What became of the one recipient.

    Raises:
        SendError: They were refused, or the answer does not say.

    """
    if not isinstance(answer, list) or len(answer) != 1 or not isinstance(answer[0], dict):
        raise AmbiguousError(f"Mandrill gave an answer that says nothing: {answer!r}"[:500])
    outcome: dict[str, Any] = answer[0]
    status = outcome.get("status")
    if status in ("sent", "queued", "scheduled"):
        return Accepted(outcome.get("_id"))
    if status == "invalid":
        raise PermanentError("Mandrill: invalid address", suppress="invalid_address")
    if status == "rejected":
        reason = str(outcome.get("reject_reason"))
        if reason in OUR_FAULT:
            raise ConfigurationError(f"Mandrill rejected it: {reason}")
        raise PermanentError(f"Mandrill rejected it: {reason}", suppress=SUPPRESSING.get(reason))
    raise AmbiguousError(f"Mandrill gave a status that we don't know: {status!r}"[:500])


def api_error(error: ApiClientError) -> SendError:
    """What a refusal means: by Mandrill's error name where we know it, else by HTTP status."""
    name = error.text.get("name") if isinstance(error.text, dict) else None
    reason = error.text.get("message") if isinstance(error.text, dict) else error.text
    kind = REFUSALS.get(str(name))
    text = f"Mandrill {name}: {reason}"[:500]
    return kind(text) if kind else status_error(error.status_code, text)


class Mailchimp:
    """E-mail through Mailchimp Transactional."""

    name = "mailchimp"
    channels = frozenset({Channel.EMAIL})
    tracks_engagement = True

    def __init__(self, *, api_key: str, url: str, sender: str, sender_name: str) -> None:
        self._sender, self._sender_name = sender, sender_name
        self._api = _PooledApi(url)
        self._messages = MessagesApi(api_key, self._api)
        self._users = UsersApi(api_key, self._api)
        self._pool = CallPool(self.name)

    async def send(self, message: Outgoing) -> Accepted:
        """Hand over one e-mail; see `providers.base.Provider.send`."""
        if not isinstance(message.content, EmailContent):
            raise PermanentError(f"{self.name} can't send {message.channel}")
        return await self._pool.run(self._call(mail_body(message, message.content, self._sender, self._sender_name)))

    async def check_key(self) -> None:
        """Ping with the key; see `providers.base.KeyCheck`."""
        await self._pool.run(self._ping)

    def _ping(self) -> None:
        try:
            answer = self._users.ping2()
        except ApiClientError as error:
            raise api_error(error) from error
        if isinstance(answer, requests.Response):
            raise status_error(answer.status_code, answer.text) if not answer.ok else _unreadable(answer)

    def _call(self, body: dict[str, object]) -> Callable[[], Accepted]:
        def call() -> Accepted:
            try:
                answer = self._messages.send(body)
            except ApiClientError as error:
                raise api_error(error) from error
            if isinstance(answer, requests.Response):
                raise status_error(answer.status_code, answer.text) if not answer.ok else _unreadable(answer)
            return read_answer(answer)

        return call

    async def close(self) -> None:
        """Give back threads and connections."""
        self._pool.close()
        self._api.session.close()


def _unreadable(answer: requests.Response) -> SendError:
    return AmbiguousError(f"Mandrill gave an answer that can't be read: {answer.text}"[:500])
