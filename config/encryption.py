"""What Temporal stores, encrypted: AES-256-GCM, with keys that can be changed while journeys run."""

import base64
import hashlib
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

ENCODING = b"binary/encrypted"
_KEY_BYTES = 32
_NONCE_BYTES = 12


class DecryptionError(Exception):
    """A payload that none of our keys opens."""


class EncryptingCodec(PayloadCodec):
    """Encrypts with the first key, reads with all of them. What was stored before encryption began is read as it is."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Take keys in Base64, 32 bytes each, the newest first.

        Raises:
            ValueError: there is none, or one is not 32 bytes in Base64.

        """
        if not keys:
            raise ValueError("encryption needs a key")
        raw = [_key(text) for text in keys]
        self._newest = _key_id(raw[0])
        self._ciphers = {_key_id(key): AESGCM(key) for key in raw}

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Each payload, whole, as one encrypted one."""
        return [self._seal(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """The payloads as they were.

        Raises:
            UnreadableError: one was encrypted with a key that we do not have, or was changed since.

        """
        return [self._open(payload) for payload in payloads]

    def _seal(self, payload: Payload) -> Payload:
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[self._newest].encrypt(nonce, payload.SerializeToString(), self._newest)
        return Payload(metadata={"encoding": ENCODING, "key-id": self._newest}, data=nonce + sealed)

    def _open(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        key_id = payload.metadata.get("key-id", b"")
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise DecryptionError(
                f"encrypted with key {key_id.decode(errors='replace')}, which is not in CAMPAIGN_FLOW_PAYLOAD_KEYS"
            )
        try:
            opened = cipher.decrypt(payload.data[:_NONCE_BYTES], payload.data[_NONCE_BYTES:], key_id)
        except (InvalidTag, ValueError) as error:
            raise DecryptionError("a payload was changed after it was encrypted") from error
        return Payload.FromString(opened)


def _key(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != _KEY_BYTES:
        raise ValueError(f"a payload key has {_KEY_BYTES} bytes, this one {len(key)}")
    return key


def _key_id(key: bytes) -> bytes:
    """Names a key without telling it."""
    return hashlib.sha256(b"campaign-flow payload key" + key).hexdigest()[:16].encode()
