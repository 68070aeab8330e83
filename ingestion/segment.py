"""Reads calls of Segment's HTTP tracking specification.

`track` keeps its name; `page` and `screen` become the events `Page Viewed` and `Screen Viewed`; `group` becomes
attributes of the customer (`group_id`, `group`). The customer is `userId`, else `anonymousId`. The sender's clock is
corrected: see `ingestion.timestamps`. A call without `messageId` can't be recognised when it is repeated.

A part that can't be used costs that part, with a note; a call is refused only where nothing says whom it is about, or
what it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from pydantic import ValidationError

from domain import ids
from domain.authority import Authority, is_user_token
from domain.events import (
    IMPORT,
    ORDER_EVENTS,
    DeviceInfo,
    EventContext,
    IncomingEvent,
    ProfileOperation,
    is_system_event,
)
from domain.external_ids import MAX_LENGTH, clean, read_id
from ingestion.orders import kind_of, note_missing_amount, with_amounts
from ingestion.sanitize import mended
from ingestion.timestamps import EARLIEST, Stamp, read_stamp

__all__ = ["CALLS", "EARLIEST", "SOURCE", "Sender", "message_key", "read_call"]

CALLS = ("track", "identify", "page", "screen", "group", "alias")
SOURCE = "segment"
MAX_NAME = 120

_EVENT_KINDS: dict[str, Literal["track", "identify", "alias"]] = {
    "track": "track",
    "page": "track",
    "screen": "track",
    "identify": "identify",
    "group": "identify",
    "alias": "alias",
}
_VIEWS = {"page": "Page Viewed", "screen": "Screen Viewed"}
_PLATFORMS = {"ios": "ios", "android": "android", "web": "web", "browser": "web"}


@dataclass(frozen=True)
class Sender:
    """Who sends calls, and by which way."""

    source: str = SOURCE
    authority: Authority = Authority.SERVER
    user_token_secret: str = ""
    """What user tokens are signed with; empty where none are."""
    may_create: bool = True
    """See `IncomingEvent`."""


SERVER = Sender()


@dataclass
class _Who:
    user: str | None
    visitor: str | None
    notes: list[str] = field(default_factory=list)


def read_call(
    call: Mapping[str, Any],
    *,
    kind: str | None,
    sent_at: object,
    received: datetime,
    sender: Sender = SERVER,
    operation: ProfileOperation = ProfileOperation.SET,
) -> IncomingEvent:
    """One call as an event for the pipeline.

    Args:
        call: as parsed from JSON.
        kind: one of `CALLS`, or None where the call itself says so in `type` (in a batch).
        sent_at: `sentAt` of the batch around it, for calls without their own.
        received: the present instant, UTC.
        sender: who sends it.
        operation: see `IncomingEvent`.

    Raises:
        ValueError: it can't be taken; the message says what is wrong with it.

    """
    call, notes = mended(call)
    kind = kind or call.get("type")
    if kind not in CALLS:
        raise ValueError(f"type is not one of {', '.join(CALLS)}")
    who = _who(call)
    previous = _previous(call, who) if kind == "alias" else None
    name = _name(call, kind)
    if is_system_event(name) and not (sender.authority.may_name_system_events or sender.source == IMPORT):
        raise ValueError(f"{name!r} is a name of this application's own events")
    stamp = _stamp(call, sent_at, received, sender)
    notes += who.notes + stamp.notes
    properties = _properties(call, kind, name, notes)
    named = kind_of(name, properties, notes) if name in ORDER_EVENTS else name
    if sender.source != IMPORT:  # a file would say it in every row
        note_missing_amount(named, properties, notes)
    try:
        return IncomingEvent(
            id=_event_id(call.get("messageId"), _EVENT_KINDS[kind], name, _about(who, previous), _said(stamp, sender)),
            kind=_EVENT_KINDS[kind],
            name=named,
            external_id=who.user,
            anonymous_id=who.visitor,
            previous_id=previous,
            occurred_at=stamp.at,
            properties=properties,
            context=_context(call.get("context"), notes),
            source=f"{sender.source}:browser" if sender.authority.is_public else sender.source,
            authority=_authority(call, who, sender, notes),
            operation=operation,
            may_create=sender.may_create,
            notes=notes,
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def _who(call: Mapping[str, Any]) -> _Who:
    user, visitor = read_id(call.get("userId")), read_id(call.get("anonymousId"))
    told = [f"{name} {read.note}" for name, read in (("userId", user), ("anonymousId", visitor)) if read.note]
    if user.value is None and visitor.value is None:
        raise ValueError("; ".join(told) or "it has neither userId nor anonymousId")
    if user.note:
        told[0] += ": taken as an anonymous visitor's"
    return _Who(user.value, visitor.value, told)


def _previous(call: Mapping[str, Any], who: _Who) -> str:
    previous = read_id(call.get("previousId"))
    if previous.note:
        raise ValueError(f"previousId {previous.note}")
    if previous.value is None or who.user is None:
        raise ValueError("; ".join(who.notes) or "an alias call has userId and previousId")
    return previous.value


def _name(call: Mapping[str, Any], kind: str) -> str:
    if kind != "track":
        return _VIEWS.get(kind, "")
    event = call.get("event")
    name = clean(event) if isinstance(event, str) else ""
    if isinstance(event, int) and not isinstance(event, bool):
        name = str(event)
    if not name:
        raise ValueError("a track call names its event")
    if len(name) > MAX_NAME:
        raise ValueError(f"the event's name is longer than {MAX_NAME} characters")
    return name


def _stamp(call: Mapping[str, Any], sent_at: object, received: datetime, sender: Sender) -> Stamp:
    stamp = read_stamp(call, sent_at, received)
    if sender.source == IMPORT and stamp.notes:
        # what a file tells happened long ago: the time of receipt would be a wrong one
        raise ValueError(stamp.notes[0].split(":")[0])
    return stamp


def message_key(given: object) -> str | None:
    """The sender's id of a call, by which a repeat is recognised; None where it is none."""
    return read_id(given).value or (given if isinstance(given, str) and len(given) > MAX_LENGTH else None)


def _event_id(given: object, kind: str, name: str, who: str, when: int | str) -> UUID:
    message = message_key(given)
    if message is None:
        return uuid4()
    return ids.sent_event_id(SOURCE, message, kind=kind, name=name, who=who, when=when)


def _about(who: _Who, previous: str | None) -> str:
    about = who.user or who.visitor or ""
    return about if previous is None else f"{about}\x1e{previous}"


def _said(stamp: Stamp, sender: Sender) -> int | str:
    """The sender's time. Where there is none, what anybody can send must not make a server's event a repeat."""
    if stamp.said is not None:
        return stamp.said
    return "public" if sender.authority.is_public else ""


def _authority(call: Mapping[str, Any], who: _Who, sender: Sender, notes: list[str]) -> Authority:
    """The sender's, or the customer's own where a signed token says that it is they."""
    if sender.authority is not Authority.BROWSER:
        return sender.authority
    context = call.get("context")
    token = (context.get("userToken") if isinstance(context, dict) else None) or call.get("userToken")
    if token is None or who.user is None:
        return Authority.BROWSER
    if is_user_token(sender.user_token_secret, who.user, token):
        return Authority.USER
    notes.append("userToken is not of this userId: it is left out")
    return Authority.BROWSER


def _object(value: object, name: str, notes: list[str]) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    if value is not None and value not in ([], ""):  # PHP writes an empty object as []
        notes.append(f"{name} is not an object: left out")
    return {}


def _properties(call: Mapping[str, Any], kind: str, name: str, notes: list[str]) -> dict[str, Any]:
    if kind == "identify":
        context = call.get("context")
        around = context.get("traits") if isinstance(context, dict) else None
        return _object(around, "context.traits", notes) | _object(call.get("traits"), "traits", notes)
    if kind == "group":
        traits = _object(call.get("traits"), "traits", notes)
        group = read_id(call.get("groupId"))
        if group.note:
            notes.append(f"groupId {group.note}: left out")
        return ({"group_id": group.value} if group.value else {}) | ({"group": traits} if traits else {})
    properties = _object(call.get("properties"), "properties", notes)
    if kind in _VIEWS:
        around = {"name": call.get("name"), "category": call.get("category")}
        properties = {name: value for name, value in around.items() if value is not None} | properties
    if kind == "track" and name in ORDER_EVENTS:
        properties = with_amounts(properties, notes)
    return properties


def _context(context: object, notes: list[str]) -> EventContext | None:
    """What is usable of the call's surroundings; never a reason to refuse it."""
    if not isinstance(context, dict):
        if context:  # PHP writes an empty object as []
            notes.append("context is not an object: left out")
        return None
    values: dict[str, Any] = {}
    for name, longest in (("locale", 35), ("timezone", 64)):
        value = context.get(name)
        if isinstance(value, str) and clean(value) and len(value) <= longest:
            values[name] = clean(value)
    return EventContext(**values, device=_device(context.get("device"), notes))


def _device(device: object, notes: list[str]) -> DeviceInfo | None:
    if not isinstance(device, dict) or not isinstance(device.get("token"), str) or not clean(device["token"]):
        return None
    platform = _PLATFORMS.get(str(device.get("type", "")).lower(), "unknown")
    try:
        return DeviceInfo.model_validate({"token": clean(device["token"]), "platform": platform})
    except ValidationError:
        notes.append("context.device.token is too long: left out")
        return None
