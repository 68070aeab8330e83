"""Tokens that a customer's app posts back to say what became of a push message. FCM itself tells nobody."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from uuid import UUID

_TAG_BYTES = 16


def _tag(secret_key: str, message_id: UUID) -> bytes:
    return hmac.digest(secret_key.encode(), b"push-receipt:" + message_id.bytes, hashlib.sha256)[:_TAG_BYTES]


def make_receipt(secret_key: str, message_id: UUID) -> str:
    """A token of 43 characters that names the message and can't be made without the key."""
    return base64.urlsafe_b64encode(message_id.bytes + _tag(secret_key, message_id)).rstrip(b"=").decode()


def read_receipt(secret_keys: Sequence[str], token: str) -> UUID | None:
    """The message that a token names; None for one that none of these keys made."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (ValueError, binascii.Error):
        return None
    if len(raw) != 16 + _TAG_BYTES:
        return None
    message_id = UUID(bytes=raw[:16])
    ours = any(hmac.compare_digest(raw[16:], _tag(key, message_id)) for key in secret_keys)
    return message_id if ours else None
