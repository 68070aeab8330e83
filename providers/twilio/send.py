"""SMS and WhatsApp messages out through Twilio's REST API."""

import json
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from domain.content import SmsContent, WhatsAppContent
from domain.vocabulary import Channel
from providers.base import (
    Accepted,
    AmbiguousError,
    ConfigurationError,
    Outgoing,
    PermanentError,
    SendError,
    ThrottledError,
)
from providers.custom_data import custom_data
from providers.transport import CallPool, VendorAdapter, session, status_error

Answer = TypeVar("Answer")

VENDOR_URL = "https://api.twilio.com"

SUPPRESSING = {
    21211: "invalid_address",  # not a phone number
    21214: "invalid_address",  # can't be reached
    21217: "invalid_address",  # looks incorrect
    21614: "invalid_address",  # not a mobile number
    21610: "unsubscribed",  # answered STOP
    63003: "invalid_address",  # has no WhatsApp
    63014: "unsubscribed",  # the recipient blocked us, or withdrew their consent
    63033: "unsubscribed",  # the recipient opted out of our marketing in WhatsApp
    63024: "invalid_address",  # WhatsApp does not take this recipient
}
"""Error codes that say that the number itself is not to be tried again, and why."""

THROTTLING = frozenset({14107, 20429, 21611, 30001, 63018, 63038})
OUR_FAULT = frozenset(
    {
        20003,  # wrong credentials
        20005,  # account suspended
        21212,  # the sender is not a number
        21408,  # country not permitted
        21603,  # no sender
        21606,  # the sender can't send SMS
        21659,  # the sender is not ours
        21660,  # the sender belongs to another account
        30002,  # account suspended
        63007,  # the sender has no WhatsApp
        63020,  # the business has not accepted Twilio's invitation
    }
)


NOT_TAKEN = {503: "twilio.com/docs/usage/twilios-response: temporarily unable, wait for a bit and try again"}


def code_error(status: int, code: int | None, reason: str) -> SendError:
    """What a refusal means: by Twilio's own code where we know it, else by HTTP status."""
    reason = f"Twilio {code}: {reason}"[:500]
    if code in SUPPRESSING:
        return PermanentError(reason, suppress=SUPPRESSING[code])
    if code in THROTTLING:
        return ThrottledError(reason)
    if code in OUR_FAULT:
        return ConfigurationError(reason)
    return status_error(status, reason, NOT_TAKEN)


class _PooledHttp(HttpClient):  # type: ignore[misc]
    """Twilio's own extension point for HTTP, over our pool and towards the configured address."""

    def __init__(self, url: str) -> None:
        super().__init__(logger=None, is_async=False)
        self._session = session()
        self._session.mount(VENDOR_URL, VendorAdapter(url, instead_of=VENDOR_URL))

    def request(  # noqa: PLR0917
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        answer = self._session.request(
            method,
            uri,
            params=params,  # type: ignore[arg-type]
            data=data,
            headers=headers,
            auth=auth,
            allow_redirects=allow_redirects,
        )
        return Response(answer.status_code, answer.text, answer.headers)

    def close(self) -> None:
        self._session.close()


def _from(sender: str, prefix: str = "") -> dict[str, str]:
    """A number, or a messaging service (MG...) which picks the number."""
    return {"messaging_service_sid": sender} if sender.startswith("MG") else {"from_": prefix + sender}


class Twilio:
    """SMS and WhatsApp through Twilio."""

    name = "twilio"
    channels = frozenset({Channel.SMS, Channel.WHATSAPP})
    tracks_engagement = False

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        url: str,
        sender: str,
        public_url: str,
        whatsapp_sender: str = "",
    ) -> None:
        self._account = account_sid
        self._sender, self._whatsapp_sender = sender, whatsapp_sender
        self._callback = f"{public_url.rstrip('/')}/webhooks/twilio"
        self._http = _PooledHttp(url)
        self._sdk = Client(account_sid, auth_token, http_client=self._http)
        self._pool = CallPool(self.name)

    async def send(self, message: Outgoing) -> Accepted:
        """Hand over one message; see `providers.base.Provider.send`."""
        fields = self._fields(message) | {"status_callback": f"{self._callback}?{urlencode(custom_data(message))}"}
        return await self._pool.run(self._call(lambda: Accepted(self._sdk.messages.create(**fields).sid)))

    def _fields(self, message: Outgoing) -> dict[str, Any]:
        content = message.content
        if isinstance(content, SmsContent):
            return {"to": message.address, "body": content.body, **_from(self._sender)}
        if not isinstance(content, WhatsAppContent):
            raise PermanentError(f"{self.name} can't send {message.channel}")
        said: dict[str, Any] = {"body": content.body}
        if content.template_sid is not None:
            said = {"content_sid": content.template_sid, "content_variables": json.dumps(content.variables)}
        return {"to": f"whatsapp:{message.address}", **said, **_from(self._whatsapp_sender, "whatsapp:")}

    async def check_key(self) -> None:
        """Read our account; see `providers.base.KeyCheck`."""
        status = await self._pool.run(self._call(lambda: str(self._sdk.api.accounts(self._account).fetch().status)))
        if status != "active":
            raise ConfigurationError(f"the account is {status}")

    def _call(self, request: Callable[[], Answer]) -> Callable[[], Answer]:
        def call() -> Answer:
            try:
                return request()
            except TwilioRestException as error:
                raise code_error(error.status, error.code, error.msg) from error
            except TwilioServiceException as error:
                raise code_error(error.status, error.code, error.detail or error.title) from error
            except TwilioException as error:
                raise AmbiguousError(str(error)[:500]) from error

        return call

    async def close(self) -> None:
        """Give back threads and connections."""
        self._pool.close()
        self._http.close()
