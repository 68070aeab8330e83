"""Items of Mixpanel's requests, in all the forms in which its libraries send them."""

import base64
import binascii
from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi import Request

from api.request_body import read_body
from domain.errors import DomainError, TooLargeError
from store.events import json_text


@dataclass(frozen=True)
class FormInput:
    """What a request holds."""

    items: list[object]
    fields: dict[str, str]
    """Of the form and of the address, but for the data."""
    is_form: bool

    @property
    def key(self) -> str | None:
        """The key that the form names: older libraries send it so."""
        return self.fields.get("api_key") or self.fields.get("token") or None


async def read_request(request: Request, limit: int, most: int) -> FormInput:
    """A JSON array, one object, lines of JSON, or `data` of a form or of the address that holds one of these.

    Args:
        request: whose body is read.
        limit: bytes of the body.
        most: items.

    Raises:
        DomainError: it is something else.
        TooLargeError: more than `limit` bytes or `most` items.

    """
    body = await read_body(request, limit)
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    fields = dict(request.query_params)
    is_form = kind == "application/x-www-form-urlencoded" or (request.method == "GET" and "data" in fields)
    try:
        if kind == "application/x-www-form-urlencoded":
            fields |= dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        if kind == "application/x-ndjson":
            items: object = [json_text.loads_leniently(line) for line in body.splitlines() if line.strip()]
        else:
            items = json_text.loads_leniently(_data(fields.pop("data", "")) if is_form else body)
    except (ValueError, RecursionError) as error:
        raise DomainError(f"The body is not JSON: {error}"[:300]) from error
    items = items if isinstance(items, list) else [items]
    if not items:
        raise DomainError("The body holds no items")
    if len(items) > most:
        raise TooLargeError(f"A request holds at most {most} items")
    return FormInput(items, fields, is_form)


def _data(text: str) -> bytes:
    if text.lstrip()[:1] in ("[", "{"):
        return text.encode("utf-8", "replace")
    try:
        return base64.b64decode(text.replace(" ", "+"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("data is neither JSON nor base64 of it") from error
