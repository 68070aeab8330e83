"""Signed links: open pixel, click, unsubscribe, preferences, confirmation, survey. All that is needed is in the link.

A token is base64url(body . tag), where the tag is a keyed hash of the link's kind and the body. The address that a
click goes to is inside the body: nobody can make our domain redirect elsewhere.
"""

import base64
import binascii
import hashlib
import hmac
import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from domain.vocabulary import Channel

_TAG = 16
_Kind = Literal["o", "c", "u", "p", "s", "v"]


class LinkError(ValueError):
    """The token is not one of ours."""


@dataclass(frozen=True)
class ClickTarget:
    """What a click link says."""

    message_id: UUID
    url: str


@dataclass(frozen=True)
class UnsubscribeTarget:
    """What an unsubscribe link says."""

    message_id: UUID
    customer_id: UUID
    channel: Channel


@dataclass(frozen=True)
class ConfirmationTarget:
    """What a link says by which somebody confirms that they want marketing."""

    message_id: UUID
    customer_id: UUID
    channel: Channel
    topic: str
    """`*` = the whole channel."""


def _key(secret: str) -> bytes:
    return hashlib.blake2b(b"tracking links", key=hashlib.sha256(secret.encode()).digest()).digest()


def _tag(key: bytes, kind: _Kind, body: bytes) -> bytes:
    return hashlib.blake2b(kind.encode() + body, key=key, digest_size=_TAG).digest()


class LinkSigner:
    """Makes links under `public_url`, and reads those it made."""

    def __init__(self, secret: str, public_url: str, *, old_secrets: Sequence[str] = ()) -> None:
        """Sign with `secret`; read what that or one of `old_secrets` has signed."""
        self._keys = [_key(each) for each in (secret, *old_secrets)]
        self.public_url = public_url.rstrip("/")

    @classmethod
    def of(cls, secrets: Sequence[str], public_url: str) -> "LinkSigner":
        """Of a ring of secrets: the first signs, all are read."""
        return cls(secrets[0], public_url, old_secrets=secrets[1:])

    def open_pixel(self, message_id: UUID) -> str:
        """Address of an invisible picture; fetching it says that the message was opened."""
        return f"{self.public_url}/t/o/{self._token('o', message_id.bytes)}.gif"

    def click(self, message_id: UUID, url: str) -> str:
        """Address that counts a click and leads on to `url`."""
        return f"{self.public_url}/t/c/{self._token('c', message_id.bytes + url.encode())}"

    def unsubscribe(self, message_id: UUID, customer_id: UUID, channel: Channel) -> str:
        """Address that a mail program may post to (RFC 8058), and that shows people a page with a button."""
        body = message_id.bytes + customer_id.bytes + channel.value.encode()
        return f"{self.public_url}/u/{self._token('u', body)}"

    def confirmation(self, message_id: UUID, customer_id: UUID, channel: Channel, topic: str) -> str:
        """Address of the page where the reader of this message confirms their subscription to the topic."""
        body = message_id.bytes + customer_id.bytes + f"{channel.value}:{topic}".encode()
        return f"{self.public_url}/s/{self._token('s', body)}"

    def preferences(self, customer_id: UUID) -> str:
        """Address of the page where this customer says what they want to get."""
        return f"{self.public_url}/p/{self._token('p', customer_id.bytes)}"

    def survey(self, invitation_id: UUID) -> str:
        """Address of the page where whoever was invited answers a survey."""
        return f"{self.public_url}/v/{self._token('v', invitation_id.bytes)}"

    def read_survey(self, token: str) -> UUID:
        """The invitation of a survey's token. Raises LinkError."""
        return self._uuid(self._body("v", token))

    def read_open(self, token: str) -> UUID:
        """The message of a pixel's token. Raises LinkError."""
        return self._uuid(self._body("o", token))

    def read_click(self, token: str) -> ClickTarget:
        """Message and target of a click's token. Raises LinkError."""
        body = self._body("c", token)
        return ClickTarget(self._uuid(body[:16]), body[16:].decode())

    def read_unsubscribe(self, token: str) -> UnsubscribeTarget:
        """Message, customer and channel of an unsubscribe token. Raises LinkError."""
        body = self._body("u", token)
        return UnsubscribeTarget(self._uuid(body[:16]), self._uuid(body[16:32]), Channel(body[32:].decode()))

    def read_confirmation(self, token: str) -> ConfirmationTarget:
        """What a confirmation's token says. Raises LinkError."""
        body = self._body("s", token)
        channel, _, topic = body[32:].decode().partition(":")
        return ConfirmationTarget(self._uuid(body[:16]), self._uuid(body[16:32]), Channel(channel), topic)

    def read_preferences(self, token: str) -> UUID:
        """The customer of a preference page's token. Raises LinkError."""
        return self._uuid(self._body("p", token))

    def owns(self, url: str) -> bool:
        """Whether the link is one of these already."""
        return url.startswith(tuple(f"{self.public_url}/{kind}/" for kind in ("t", "u", "p", "s", "v")))

    def _token(self, kind: _Kind, body: bytes) -> str:
        return base64.urlsafe_b64encode(body + _tag(self._keys[0], kind, body)).rstrip(b"=").decode()

    def _body(self, kind: _Kind, token: str) -> bytes:
        try:
            whole = base64.b64decode(token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise LinkError("this link is damaged") from error
        body, tag = whole[:-_TAG], whole[-_TAG:]
        if not any(hmac.compare_digest(tag, _tag(key, kind, body)) for key in self._keys):
            raise LinkError("this link was not made here")
        return body

    @staticmethod
    def _uuid(raw: bytes) -> UUID:
        try:
            return UUID(bytes=raw)
        except ValueError as error:
            raise LinkError("this link is damaged") from error


# Any tag with an href but those that load things: <a>, <area>, and Outlook's <v:roundrect> in conditional comments.
_HREF = re.compile(
    r"(<(?!link\b|base\b)[a-z][a-z0-9:-]*\b[^<>]*?\shref\s*=\s*)(\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)')([^<>]*>)",
    re.IGNORECASE,
)
_UNTRACKED = re.compile(r"\sdata-no-track\b", re.IGNORECASE)
_BODY_END = re.compile(r"</body\s*>", re.IGNORECASE)
_URL = re.compile(r"https?://[^\s<>\"]+")
_PAIRS = {")": "(", "]": "[", "}": "{", "）": "（", "》": "《", "」": "「"}
_MAY_END = frozenset("/-_#%&=@*+~$")
_LONGEST = 1200
"""Longer addresses are not counted: the link made of one would be longer than servers and mail programs take."""


def _countable(url: str, signer: LinkSigner) -> bool:
    return url.lower().startswith(("http://", "https://")) and not signer.owns(url) and len(url) <= _LONGEST


def track_html(text: str, signer: LinkSigner, message_id: UUID) -> str:
    """The page with its web links counted and an open pixel at its end.

    Left as they are: links that are not http(s), our own tracking and unsubscribe links, and tags marked
    `data-no-track`.
    """

    def counted(match: re.Match[str]) -> str:
        value = match["double"] if match["double"] is not None else match["single"]
        url = html.unescape(value).strip()
        if not _countable(url, signer) or _UNTRACKED.search(match[0]):
            return match[0]
        return f'{match[1]}"{html.escape(signer.click(message_id, url))}"{match[5]}'

    tracked = _HREF.sub(counted, text)
    pixel = f'<img src="{signer.open_pixel(message_id)}" width="1" height="1" alt="" style="display:none">'
    ends = list(_BODY_END.finditer(tracked))
    cut = ends[-1].start() if ends else len(tracked)
    return tracked[:cut] + pixel + tracked[cut:]


def _as_people_end_it(text: str) -> str:
    """The address at the beginning of a text without spaces, without the punctuation of the sentence around it.

    A closing bracket belongs to it where it closes one of its own, as in `.../Milan_(disambiguation)`. Full-width
    punctuation, which no address has, ends it wherever it stands.
    """
    for position, sign in enumerate(text):
        if unicodedata.category(sign)[0] == "P" and unicodedata.east_asian_width(sign) in "WF":
            text = text[:position]
            break
    while text:
        last = text[-1]
        opening = _PAIRS.get(last)
        ours = opening is not None and text.count(last) <= text.count(opening)
        if ours or last in _MAY_END or unicodedata.category(last)[0] not in "PS":
            break
        text = text[:-1]
    return text


def track_text(text: str, signer: LinkSigner, message_id: UUID) -> str:
    """The text with its web links counted. A counted link is longer: mind the length of an SMS."""

    def counted(match: re.Match[str]) -> str:
        url = _as_people_end_it(match[0])
        return signer.click(message_id, url) + match[0][len(url) :] if _countable(url, signer) else match[0]

    return _URL.sub(counted, text)
