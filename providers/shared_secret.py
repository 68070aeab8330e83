"""A secret that a webhook call carries, for those who sign nothing: `Authorization: Bearer`, or Basic's password."""

import base64
import binascii
import hmac
from collections.abc import Mapping

from providers.base import SignatureError


def check_secret(secret: str, headers: Mapping[str, str], header: str = "authorization") -> None:
    """Compare what the call carries with the secret.

    Args:
        secret: what is expected.
        headers: of the call, names in lower case.
        header: which of them carries it; any but `authorization` carries it bare.

    Raises:
        SignatureError: it carries another, or none.

    """
    given = headers.get(header, "")
    if header == "authorization":
        given = _credentials(given)
    if not secret or not hmac.compare_digest(secret.encode(), given.encode("utf-8", "surrogateescape")):
        raise SignatureError("the secret is missing or wrong")


def _credentials(value: str) -> str:
    scheme, _, rest = value.strip().partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        decoded = base64.b64decode(rest.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return decoded.partition(":")[2]
