"""Push out through Firebase Cloud Messaging's v1 API."""

import asyncio
import functools
import json
import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import firebase_admin
from firebase_admin import credentials, exceptions, messaging
from google.auth import credentials as auth_credentials
from google.auth import exceptions as auth_exceptions
from google.auth.transport import requests as google_requests
from google.oauth2 import service_account

from domain.content import PushContent, SilentPushContent
from domain.vocabulary import Channel
from providers.base import (
    Accepted,
    AmbiguousError,
    ConfigurationError,
    Outgoing,
    PermanentError,
    SendError,
    TransientError,
)
from providers.custom_data import custom_data
from providers.push_receipts import make_receipt
from providers.transport import READ_SECONDS, CallPool, VendorAdapter, status_error

VENDOR_URL = "https://fcm.googleapis.com"
_SCOPE = "https://www.googleapis.com/auth/firebase.messaging"


class _SharedToken(auth_credentials.Credentials):
    """A service account's access token, fetched by one thread for all, within seconds.

    Google's own class would wait two minutes for it, fetch it in every thread at once, and look up the account's
    regions at another of Google's addresses.
    """

    def __init__(self, info: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._account = service_account.Credentials.from_service_account_info(info, scopes=[_SCOPE])  # type: ignore[no-untyped-call]
        self._lock = threading.Lock()

    def refresh(self, request: Any) -> None:
        stale = self.token
        with self._lock:
            if self.token is not stale:
                return
            self._account.refresh(functools.partial(request, timeout=READ_SECONDS / 2))
            self.token, self.expiry = self._account.token, self._account.expiry


class _ServiceAccount(credentials.Base):  # type: ignore[misc]
    """A service account from its JSON, for firebase_admin.initialize_app."""

    def __init__(self, info: dict[str, Any]) -> None:
        self._credentials = _SharedToken(info)

    def get_credential(self) -> Any:
        return self._credentials


def push_message(message: Outgoing, receipt: str) -> messaging.Message:
    """The SDK's message. A silent one carries data alone, marked so that Android and iOS wake the app for it."""
    content = message.content
    if isinstance(content, SilentPushContent):
        return _to(
            message.address,
            data={**content.data, **custom_data(message), "receipt": receipt},
            android=messaging.AndroidConfig(priority="normal"),
            apns=messaging.APNSConfig(
                headers={"apns-push-type": "background", "apns-priority": "5"},
                payload=messaging.APNSPayload(aps=messaging.Aps(content_available=True)),
            ),
        )
    if not isinstance(content, PushContent):
        raise PermanentError(f"fcm can't send {message.channel}")
    link = {"link": content.link} if content.link else {}
    return _to(
        message.address,
        notification=messaging.Notification(title=content.title or None, body=content.body, image=content.image),
        data={**content.data, **link, **custom_data(message), "receipt": receipt},
        android=messaging.AndroidConfig(priority="high"),
    )


def _to(token: str, **parts: Any) -> messaging.Message:
    made = messaging.Message(**parts)
    # not through the constructor, which warns of it: registration tokens are what apps have and FCM takes
    made.token = token
    return made


def _names_the_token(error: exceptions.FirebaseError) -> bool:
    """Whether FCM objects to the registration token: in its words, or in the `fieldViolations` of its details."""
    if "registration token" in str(error).lower():
        return True
    try:
        details = error.http_response.json()["error"]["details"]
        violations = [one for detail in details for one in detail.get("fieldViolations") or []]
        said = [f"{one.get('field')} {one.get('description')}".lower() for one in violations]
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    return any("message.token" in words or "registration token" in words for words in said)


NOT_TAKEN = {503: "firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode: UNAVAILABLE, the server is overloaded"}
"""Not 500 (INTERNAL), which is "an unknown internal error"."""


def firebase_error(error: exceptions.FirebaseError) -> SendError:
    """What a refusal means: by FCM's own error where we know it, else by HTTP status."""
    reason = f"FCM {error.code}: {error}"[:500]
    if isinstance(error, messaging.UnregisteredError):
        return PermanentError(reason, suppress="unregistered")
    if isinstance(error, messaging.SenderIdMismatchError):
        return PermanentError(reason)
    if isinstance(error, messaging.ThirdPartyAuthError):
        return ConfigurationError(reason)
    if isinstance(error, exceptions.InvalidArgumentError):
        return PermanentError(reason, suppress="invalid_address" if _names_the_token(error) else None)
    if error.http_response is None:
        return AmbiguousError(reason)
    return status_error(error.http_response.status_code, reason, NOT_TAKEN)


def _token_error(error: auth_exceptions.GoogleAuthError) -> SendError:
    away = isinstance(error, auth_exceptions.TransportError) or getattr(error, "retryable", False)
    return (TransientError if away else ConfigurationError)(f"no access token: {error}"[:500])


class Fcm:
    """Push, shown and silent, through Firebase Cloud Messaging.

    Raises:
        ValueError: The credentials are not a service account's JSON.

    """

    name = "fcm"
    channels = frozenset({Channel.PUSH, Channel.SILENT_PUSH})
    tracks_engagement = False

    def __init__(self, *, project_id: str, credentials_json: str, url: str, receipt_key: str) -> None:
        self._receipt_key = receipt_key
        self._app = firebase_admin.initialize_app(
            _ServiceAccount(json.loads(credentials_json)),
            {"projectId": project_id},
            # the SDK keeps apps in a global table: a name of our own lets a process hold several
            name=f"campaign-flow-{uuid4()}",
        )
        # The SDK offers no setting for its address, and would repeat a send after a broken read: both are put
        # right where it looks up its transport. Guarded by tests/providers.
        service = messaging._get_messaging_service(self._app)
        service._client.session.mount(f"{VENDOR_URL}/", VendorAdapter(url, instead_of=VENDOR_URL))
        self._pool = CallPool(self.name)

    async def send(self, message: Outgoing) -> Accepted:
        """Hand over one push message; see `providers.base.Provider.send`."""
        receipt = message.receipt or make_receipt(self._receipt_key, message.message_id)
        return await self._pool.run(self._call(push_message(message, receipt)))

    async def check_key(self) -> None:
        """Fetch an access token; see `providers.base.KeyCheck`."""
        await self._pool.run(self._fetch_token)

    def _fetch_token(self) -> None:
        try:
            self._app.credential.get_credential().refresh(google_requests.Request())
        except auth_exceptions.GoogleAuthError as error:
            raise _token_error(error) from error

    def _call(self, message: messaging.Message) -> Callable[[], Accepted]:
        def call() -> Accepted:
            try:
                return Accepted(messaging.send(message, app=self._app))
            except exceptions.FirebaseError as error:
                raise firebase_error(error) from error
            except auth_exceptions.GoogleAuthError as error:
                raise _token_error(error) from error
            except ValueError as error:
                raise PermanentError(f"not a message that FCM takes: {error}"[:500]) from error

        return call

    async def close(self) -> None:
        """Give back threads and connections."""
        self._pool.close()
        # the SDK runs an event loop of its own there
        await asyncio.to_thread(firebase_admin.delete_app, self._app)
