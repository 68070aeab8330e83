"""Bodies that are read whole, within limits, compressed or not."""

import zlib
from typing import Any

from fastapi import Request

from domain.errors import DomainError, TooLargeError
from domain.i18n import sentence
from store.events import json_text


async def read_body(request: Request, limit: int) -> bytes:
    """The request's body, unpacked where it is gzip.

    Raises:
        TooLargeError: more than `limit` bytes, packed or unpacked.
        DomainError: what claims to be gzip is not.

    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLargeError(sentence("body_too_large", kilobytes=limit // 1024))
    if request.headers.get("content-encoding", "").lower() != "gzip":
        return bytes(body)
    return _unpacked(bytes(body), limit)


def _unpacked(body: bytes, limit: int) -> bytes:
    # Danger: a few KB of gzip can unpack to gigabytes, so that the limit must hold while unpacking.
    reader = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        plain = reader.decompress(body, limit + 1)
    except zlib.error as error:
        raise DomainError("The body is not gzip, though Content-Encoding says so") from error
    if len(plain) > limit:
        raise TooLargeError(sentence("body_too_large_unpacked", kilobytes=limit // 1024))
    if not reader.eof:
        raise DomainError("The gzip body is cut short")
    return plain


def read_object(body: bytes) -> dict[str, Any]:
    """A JSON object; what stands for no number in it is a float that is not finite.

    Raises:
        DomainError: it is something else.

    """
    try:
        value = json_text.loads_leniently(body)
    except (ValueError, RecursionError) as error:
        raise DomainError(f"The body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise DomainError("The body is not a JSON object")
    return value
