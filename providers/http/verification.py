"""Whether a webhook call is the gateway's: by a signature in its headers or body, or by a secret that it carries."""

import base64
import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime

from providers.base import SignatureError, WebhookRequest
from providers.http.config import HttpWebhookSettings, at_path, word_of
from providers.shared_secret import check_secret

MAX_SKEW_SECONDS = 600
"""How far a signature's time may be in the future."""

REMEMBERED_TOKENS = 100_000


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Hexadecimal HMAC-SHA256 over `<timestamp>.<body>`, or the body alone without a timestamp."""
    signed = timestamp.encode() + b"." + body if timestamp else body
    return hmac.digest(secret.encode(), signed, hashlib.sha256).hex()


def token_signature(secret: str, timestamp: str, token: str) -> str:
    """Hexadecimal HMAC-SHA256 over timestamp and token."""
    return hmac.digest(secret.encode(), f"{timestamp}{token}".encode("utf-8", "surrogatepass"), hashlib.sha256).hex()


class Verifier:
    """Checks the calls of one gateway by its settings."""

    def __init__(
        self, settings: HttpWebhookSettings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._tokens: OrderedDict[str, bytes] = OrderedDict()

    def check(self, request: WebhookRequest, body: object) -> None:
        """Compare what the call carries with what it should.

        Args:
            request: the call.
            body: its body, read as JSON; not to be believed before this returns.

        Raises:
            SignatureError: the call is not the gateway's, or too old.

        """
        scheme = self._settings.scheme
        if scheme == "shared_secret":
            check_secret(self._settings.secret, request.headers, self._settings.secret_header.lower())
        elif scheme == "standard_webhooks":
            self._check_standard(request)
        elif scheme == "hmac_in_body":
            self._check_token(request, body)
        else:
            self._check_headers(request)

    def _check_headers(self, request: WebhookRequest) -> None:
        header = self._settings.timestamp_header.lower()
        stamp = request.headers.get(header, "") if header else ""
        given = request.headers.get(self._settings.signature_header.lower(), "").removeprefix("sha256=")
        _compare(signature(self._settings.secret, stamp, request.body), given)
        if header:
            self._check_age(stamp)

    def _check_standard(self, request: WebhookRequest) -> None:
        """Over `<id>.<timestamp>.<body>`, in Base64; the header may hold several, of an old and a new key."""
        prefix = "webhook" if "webhook-id" in request.headers else "svix"
        call_id, stamp, given = (
            request.headers.get(f"{prefix}-{name}", "") for name in ("id", "timestamp", "signature")
        )
        key = base64.b64decode(self._settings.secret.removeprefix("whsec_"))
        right = base64.b64encode(hmac.digest(key, f"{call_id}.{stamp}.".encode() + request.body, hashlib.sha256))
        if not any(hmac.compare_digest(b"v1," + right, one.encode()) for one in given.split()):
            raise SignatureError("the signature does not match")
        self._check_age(stamp)

    def _check_token(self, request: WebhookRequest, body: object) -> None:
        # Danger: nothing here signs the reports themselves. So a token vouches for the first body that it came with,
        # and for no other: who has overheard a call can repeat it, which changes nothing, and can say nothing else.
        path = self._settings.signature_path
        stamp, token, given, parents = (
            word_of(at_path(body, f"{path}.{name}")) for name in ("timestamp", "token", "signature", "parent-signature")
        )
        right = token_signature(self._settings.secret, stamp, token)
        # what happened to a subaccount is signed with its key, and with that of the account above it
        _compare(right, parents if parents and right != given else given)
        self._check_age(stamp)
        digest = hashlib.sha256(request.body).digest()
        if self._tokens.setdefault(token, digest) != digest:
            raise SignatureError("its token came with another body before")
        if len(self._tokens) > REMEMBERED_TOKENS:
            self._tokens.popitem(last=False)

    def _check_age(self, stamp: str) -> None:
        plain = stamp.isascii() and stamp.isdigit() and len(stamp) < 12
        age = self._clock().timestamp() - int(stamp) if plain else None
        if age is None or age > self._settings.max_age_seconds or age < -MAX_SKEW_SECONDS:
            raise SignatureError("signed too long ago, or in the future")


def _compare(right: str, given: str) -> None:
    if not hmac.compare_digest(right.encode(), given.encode("utf-8", "surrogatepass")):
        raise SignatureError("the signature does not match")
