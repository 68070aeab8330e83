"""MJML that carries its document, so that it comes back as it went.

One way for MJML that somebody wrote or changed by hand: it stays MJML, and is edited as source.
"""

import base64
import binascii
import hashlib
import re
import zlib

from pydantic import ValidationError

from domain.email_document import BrandKit, EmailDocument
from rendering.email_document.compile import to_mjml

_CARRIED = re.compile(r"\s*<!-- campaign-flow document ([0-9a-f]{16}) ([A-Za-z0-9+/=]+) -->\s*\Z")
_LARGEST = 2_000_000


class MjmlImportError(Exception):
    """The MJML can't be opened as blocks; `code` says why: `no_document`, `changed` or `unreadable`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def export_mjml(document: EmailDocument, kit: BrandKit) -> str:
    """The MJML of a document, with the document itself in a comment at the end."""
    mjml = to_mjml(document, kit)
    packed = base64.b64encode(zlib.compress(document.model_dump_json().encode(), 9)).decode()
    return f"{mjml}<!-- campaign-flow document {_digest(mjml)} {packed} -->\n"


def import_mjml(source: str) -> EmailDocument:
    """The document that MJML of `export_mjml` carries.

    Raises:
        MjmlImportError: it carries none, its MJML was changed since, or the document can't be read.

    """
    found = _CARRIED.search(source)
    if found is None:
        raise MjmlImportError("no_document")
    if _digest(source[: found.start()]) != found[1]:
        raise MjmlImportError("changed")
    try:
        opened = zlib.decompressobj()
        text = opened.decompress(base64.b64decode(found[2], validate=True), _LARGEST)
        return EmailDocument.model_validate_json(text)
    except (binascii.Error, zlib.error, ValidationError, UnicodeDecodeError) as error:
        raise MjmlImportError("unreadable") from error


def _digest(mjml: str) -> str:
    return hashlib.sha256(mjml.strip().encode()).hexdigest()[:16]
