"""E-mail out through SendGrid's v3 API."""

import json
from collections.abc import Callable
from typing import Any
from urllib.request import Request

import python_http_client
import requests
from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient

from domain.addresses import email_on_the_wire
from domain.content import EmailContent
from domain.vocabulary import Category, Channel
from providers.base import Accepted, ConfigurationError, Outgoing, PermanentError, SendError
from providers.custom_data import custom_data
from providers.transport import CallPool, session, status_error


class _Answer:
    """What python_http_client reads off an opened URL."""

    def __init__(self, response: requests.Response) -> None:
        self._response = response

    def getcode(self) -> int:
        return self._response.status_code

    def read(self) -> bytes:
        return self._response.content

    def info(self) -> Any:
        return self._response.headers


class _KeptAlive(python_http_client.Client):  # type: ignore[misc]
    """SendGrid's HTTP client opens a connection for every call; this one sends over a pool."""

    def __init__(self, *args: Any, http: requests.Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._http = http

    def _build_client(self, name: str | None = None) -> "_KeptAlive":
        return _KeptAlive(
            host=self.host,
            version=self._version,
            request_headers=self.request_headers,
            url_path=[*self._url_path, name] if name else self._url_path,
            http=self._http,
        )

    def _make_request(self, opener: object, request: Request, timeout: float | None = None) -> _Answer:
        response = self._http.request(
            request.get_method(),
            request.full_url,
            data=request.data,
            headers=dict(request.header_items()),
            allow_redirects=False,
        )
        if response.status_code >= 300:
            raise HTTPError(response.status_code, response.reason, response.content, response.headers)
        return _Answer(response)


def mail_body(message: Outgoing, content: EmailContent, sender: str, sender_name: str) -> dict[str, object]:
    """The body of POST /v3/mail/send."""
    parts = [("text/plain", content.text), ("text/html", content.html)]
    body: dict[str, object] = {
        "personalizations": [
            {"to": [{"email": email_on_the_wire(message.address)}], "custom_args": custom_data(message)}
        ],
        "from": {"email": sender, "name": content.from_name or sender_name},
        "subject": content.subject,
        "content": [{"type": kind, "value": value} for kind, value in parts if value],
    }
    if content.reply_to:
        body["reply_to"] = {"email": content.reply_to}
    if message.unsubscribe_url and message.category is Category.MARKETING:
        body["headers"] = {
            "List-Unsubscribe": f"<{message.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return body


NOT_TAKEN = {
    503: "twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/responses: "
    "the SendGrid v3 Web API is not available",
}


def _error(error: HTTPError) -> SendError:
    try:
        problems = json.loads(error.body)["errors"]
        reason = "; ".join(str(problem.get("message")) for problem in problems)
        fields = [str(problem.get("field") or "") for problem in problems]
    except (ValueError, KeyError, TypeError, AttributeError):
        return status_error(error.status_code, str(error.reason), NOT_TAKEN)
    if error.status_code == 400 and any(field.startswith("personalizations.0.to") for field in fields):
        return PermanentError(reason[:500], suppress="invalid_address")
    return status_error(error.status_code, reason, NOT_TAKEN)


class SendGrid:
    """E-mail through SendGrid."""

    name = "sendgrid"
    channels = frozenset({Channel.EMAIL})
    tracks_engagement = True

    def __init__(self, *, api_key: str, url: str, sender: str, sender_name: str) -> None:
        self._sender, self._sender_name = sender, sender_name
        self._http = session()
        self._sdk = SendGridAPIClient(api_key, host=url.rstrip("/"))
        self._sdk.client = _KeptAlive(
            host=self._sdk.host, request_headers=self._sdk.client.request_headers, version=3, http=self._http
        )
        self._pool = CallPool(self.name)

    async def send(self, message: Outgoing) -> Accepted:
        """Hand over one e-mail; see `providers.base.Provider.send`."""
        if not isinstance(message.content, EmailContent):
            raise PermanentError(f"{self.name} can't send {message.channel}")
        return await self._pool.run(self._call(mail_body(message, message.content, self._sender, self._sender_name)))

    async def check_key(self) -> None:
        """Read the key's scopes; see `providers.base.KeyCheck`."""
        await self._pool.run(self._check)

    def _check(self) -> None:
        try:
            answer = self._sdk.client.scopes.get()
        except HTTPError as error:
            raise _error(error) from error
        if "mail.send" not in json.loads(answer.body).get("scopes", []):
            raise ConfigurationError("the key may not send mail: it lacks the scope mail.send")

    def _call(self, body: dict[str, object]) -> Callable[[], Accepted]:
        def call() -> Accepted:
            try:
                answer = self._sdk.send(body)
            except HTTPError as error:
                raise _error(error) from error
            return Accepted(answer.headers.get("X-Message-Id"))

        return call

    async def close(self) -> None:
        """Give back threads and connections."""
        self._pool.close()
        self._http.close()
