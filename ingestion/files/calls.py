"""Rows of files as events for the pipeline, by what the file's columns mean (`meanings`, or as somebody mapped them).

| columns | meaning |
|---|---|
| `user_id`, `external_id`, `customer_id`, ... | the customer, by the shop's own id; without it `email` |
| `anonymous_id` | the visitor |
| `event`, else `name` (events only) | what happened |
| `timestamp`, `occurred_at`, `time`, ... | when; an event in a file must say so |
| `message_id` | the sender's id of the row: a repeat is recognised by it, whatever road it came by |
| `type` (events only) | `track` unless it is said: archives of all kinds of calls |
| `properties` (events), `traits` (customers) | an object, or JSON text of one |
| `context` | an object, or JSON text of one: locale, time zone, device |
| all others | properties of the event, or attributes of the customer |

A row without an id of its own is known by the file's content and its place in it: the same file again adds nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.addresses import normalise_email
from domain.events import IMPORT, IncomingEvent
from ingestion.files.consents import Word
from ingestion.files.meanings import Kind
from ingestion.files.plan import CALL_BYTES, DETAILS, Plan, plan_of
from ingestion.files.reading import Reading
from ingestion.files.rows import Row
from ingestion.segment import CALLS, Sender, message_key, read_call

__all__ = ["CALL_BYTES", "FileFacts", "Kind", "Told", "read_event", "read_told"]
_SENDER = Sender(IMPORT)


@dataclass(frozen=True)
class FileFacts:
    """What rows are read with."""

    kind: Kind
    sha256: str
    """Of the file's content."""
    received: datetime
    reading: Reading = field(default_factory=Reading)
    """Columns that it does not name mean what their names say."""
    _plans: dict[tuple[str, ...], Plan] = field(default_factory=dict, compare=False, repr=False)

    def plan(self, names: tuple[str, ...]) -> Plan:
        """How rows with cells of these names are read."""
        plan = self._plans.get(names)
        if plan is None:
            if len(self._plans) > 1_000:
                self._plans.clear()
            plan = self._plans[names] = plan_of(names, self.kind, self.reading)
        return plan


@dataclass(slots=True)
class Told:
    """What a row says."""

    event: IncomingEvent
    notes: list[str] = field(default_factory=list)
    """Parts of it that can't be used; the rest is."""
    words: list[Word] = field(default_factory=list)
    """On who may contact the customer."""
    address: str | None = None
    """The e-mail address by which the customer is known, where the row has no id; the event's `external_id` is it."""


def read_event(row: Row, facts: FileFacts) -> IncomingEvent:
    """The row as an event.

    Raises:
        ValueError: it can't be taken; the message says why.

    """
    return read_told(row, facts).event


def read_told(row: Row, facts: FileFacts) -> Told:
    """All that the row says. Raises as `read_event`."""
    if row.reason is not None:
        raise ValueError(row.reason)
    plan = facts.plan(tuple(row.value))
    cells = plan.read(row.value)
    call = cells.call
    address = None
    if facts.kind == "customers":
        call["type"] = "identify"
    elif call.get("timestamp") is None:
        raise ValueError("it has no timestamp")
    elif call.get("type") not in CALLS:
        _untyped(call)
    if plan.by_address:
        address = call["userId"] = _address(call, facts.kind)
    call.pop("email", None)
    if message_key(call.get("messageId")) is None:
        call["messageId"] = f"{facts.sha256}:{row.number}"
    event = read_call(call, kind=None, sent_at=None, received=facts.received, sender=_SENDER)
    return Told(event, cells.notes, cells.words, address)


def _untyped(call: dict[str, Any]) -> None:
    """A row whose `type` is no kind of call is something that happened, and that its property."""
    kind = call.pop("type", None)
    if kind is not None:
        call.setdefault("properties", {}).setdefault("type", kind)
    call["type"] = "track"


def _address(call: Mapping[str, Any], kind: Kind) -> str | None:
    email = call.get("email") if kind == "events" else call[DETAILS[kind]].get("email")
    if not isinstance(email, str):
        return None
    try:
        return normalise_email(email)
    except ValueError:
        raise ValueError("it has no id, and its e-mail address is none") from None
