"""Rows of files as events for the pipeline: the columns' names say what is what.

| columns | meaning |
|---|---|
| `user_id`, `userId`, `external_id` | the customer, by the shop's own id |
| `anonymous_id`, `anonymousId` | the visitor |
| `event`, `name` (events only) | what happened |
| `timestamp`, `occurred_at`, `time` | when, ISO 8601; an event in a file must say so |
| `message_id`, `messageId` | the sender's id of the row: a repeat is recognised by it, whatever road it came by |
| `type` | `track` unless it is said; a file of customers holds `identify` |
| `properties` (events), `traits` (customers) | an object, or JSON text of one |
| `context` | an object, or JSON text of one: locale, time zone, device |
| all others | properties of the event, or traits of the customer, where there is no such object |

A row without an id of its own is known by the file's content and its place in it: the same file again adds nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from domain.events import IMPORT, IncomingEvent
from ingestion.files.rows import Row
from ingestion.segment import Sender, message_key, read_call
from store import json_text

Kind = Literal["events", "customers"]
CALL_BYTES = 32 * 1024
SENDER = Sender(IMPORT)

_COLUMNS = {
    "user_id": "userId",
    "external_id": "userId",
    "anonymous_id": "anonymousId",
    "previous_id": "previousId",
    "group_id": "groupId",
    "message_id": "messageId",
    "occurred_at": "timestamp",
    "time": "timestamp",
    **{name: name for name in ("userId", "anonymousId", "previousId", "groupId", "messageId", "timestamp")},
    **{name: name for name in ("event", "type", "context", "properties", "traits")},
}
_EVENT_COLUMNS = _COLUMNS | {"name": "event"}
_DETAILS: Mapping[Kind, str] = {"events": "properties", "customers": "traits"}
_OBJECTS = frozenset({"properties", "traits", "context"})


@dataclass(frozen=True)
class FileFacts:
    """What rows are read with."""

    kind: Kind
    sha256: str
    """Of the file's content."""
    received: datetime


def read_event(row: Row, facts: FileFacts) -> IncomingEvent:
    """The row as an event.

    Raises:
        ValueError: it can't be taken; the message says why.

    """
    if row.reason is not None:
        raise ValueError(row.reason)
    call = _call(row.value, facts.kind)
    if facts.kind == "customers":
        call["type"] = "identify"
        _list_tags(call["traits"])
    elif call.get("timestamp") is None:
        raise ValueError("it has no timestamp")
    call.setdefault("type", "track")
    if message_key(call.get("messageId")) is None:
        call["messageId"] = f"{facts.sha256}:{row.number}"
    return read_call(call, kind=None, sent_at=None, received=facts.received, sender=SENDER)


def _call(value: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    known, unknown = columns_of(tuple(value), kind)
    call: dict[str, Any] = {}
    for column, name in known:
        cell = value[column]
        if cell is not None and cell != "" and name not in call:
            call[name] = _object(name, cell) if name in _OBJECTS else cell
    details = _DETAILS[kind]
    if details not in call:
        cells = ((column, value[column]) for column in unknown)
        call[details] = {column: cell for column, cell in cells if cell is not None and cell != ""}
    return call


class Columns(NamedTuple):
    """What the columns of a file mean."""

    known: list[tuple[str, str]]
    """Column, and the part of a call that it is."""
    unknown: list[str]


@lru_cache(maxsize=64)
def columns_of(names: tuple[str, ...], kind: Kind) -> Columns:
    """What columns of these names mean. Asked a million times of one file."""
    meanings = _EVENT_COLUMNS if kind == "events" else _COLUMNS
    known = [(name, meanings[name]) for name in names if name in meanings]
    return Columns(known, [name for name in names if name not in meanings])


def _object(name: str, cell: object) -> dict[str, Any]:
    if isinstance(cell, str):
        if len(cell) > CALL_BYTES:
            raise ValueError(f"{name} is larger than {CALL_BYTES // 1024} KB")
        try:
            cell = json_text.loads(cell)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{name} is not JSON") from error
    if not isinstance(cell, dict):
        raise ValueError(f"{name} is not an object")
    return cell


def _list_tags(traits: dict[str, Any]) -> None:
    """Tags in one cell are separated by semicolons."""
    tags = traits.get("tags")
    if isinstance(tags, str):
        traits["tags"] = [tag.strip() for tag in tags.split(";") if tag.strip()]
