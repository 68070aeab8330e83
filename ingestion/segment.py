"""Reads calls of Segment's HTTP tracking specification.

`track` keeps its name; `page` and `screen` become the events `Page Viewed` and `Screen Viewed`; `group` becomes
attributes of the customer (`group_id`, `group`). The customer is `userId`, else `anonymousId`. The sender's clock is
corrected as Segment does it: what was sent `sentAt` by that clock was received now, so `timestamp` is moved by the
difference. A call without `messageId` can't be recognised when it is repeated.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

from pydantic import ValidationError

from domain import ids
from domain.events import DeviceInfo, EventContext, IncomingEvent
from ingestion.storable import storable

CALLS = ("track", "identify", "page", "screen", "group", "alias")
SOURCE = "segment"

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
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""Nothing that is older is taken."""


def read_call(
    call: Mapping[str, Any], *, kind: str | None, sent_at: object, received: datetime, source: str = SOURCE
) -> IncomingEvent:
    """One call as an event for the pipeline.

    Args:
        call: as parsed from JSON.
        kind: one of `CALLS`, or None where the call itself says so in `type` (in a batch).
        sent_at: `sentAt` of the batch around it, for calls without their own.
        received: the present instant, UTC.
        source: the road that it came by.

    Raises:
        ValueError: it can't be taken; the message says what is wrong with it.

    """
    call = storable(call)
    kind = kind or call.get("type")
    if kind not in CALLS:
        raise ValueError(f"type is not one of {', '.join(CALLS)}")
    user, visitor = _text(call, "userId"), _text(call, "anonymousId")
    if user is None and visitor is None:
        raise ValueError("it has neither userId nor anonymousId")
    try:
        return IncomingEvent(
            id=ids.event_id(SOURCE, _text(call, "messageId") or str(uuid4())),
            kind=_EVENT_KINDS[kind],
            name=_name(call, kind),
            external_id=user,
            anonymous_id=visitor,
            previous_id=_previous(call, kind),
            occurred_at=_moment(call, sent_at, received),
            properties=_properties(call, kind),
            context=_context(call.get("context")),
            source=source,
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def _text(call: Mapping[str, Any], name: str) -> str | None:
    """An id, which some senders write as a number."""
    value = call.get(name)
    if type(value) is str:
        return value or None
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{name} is not a text")
    return str(value)


def _name(call: Mapping[str, Any], kind: str) -> str:
    if kind == "track":
        event = call.get("event")
        if not isinstance(event, str) or not event.strip():
            raise ValueError("a track call names its event")
        return event.strip()
    return _VIEWS.get(kind, "")


def _previous(call: Mapping[str, Any], kind: str) -> str | None:
    if kind != "alias":
        return None
    previous = _text(call, "previousId")
    if previous is None or _text(call, "userId") is None:
        raise ValueError("an alias call has userId and previousId")
    return previous


def _object(call: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = call.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError(f"{name} is not an object")
    return value


def _properties(call: Mapping[str, Any], kind: str) -> dict[str, Any]:
    if kind == "identify":
        return _object(call, "traits")
    if kind == "group":
        traits = _object(call, "traits")
        return {"group_id": _text(call, "groupId")} | ({"group": traits} if traits else {})
    properties = _object(call, "properties")
    if kind in _VIEWS:
        named = {"name": call.get("name"), "category": call.get("category")}
        properties = {name: value for name, value in named.items() if value is not None} | properties
    return properties


def _moment(call: Mapping[str, Any], sent_at: object, received: datetime) -> datetime:
    """When it happened, by our clock. What a wrong clock puts into the future happened now."""
    stamped = call.get("timestamp") or call.get("originalTimestamp")
    if stamped is None:
        return received
    moment = _instant(stamped, "timestamp")
    sent = call.get("sentAt") or sent_at
    try:
        if sent is not None:
            moment += received - _instant(sent, "sentAt")
    except OverflowError as error:
        raise ValueError("timestamp and sentAt are ages apart") from error
    if moment < EARLIEST:
        raise ValueError("timestamp is before 1970")
    return min(moment, received)


def _instant(value: object, name: str) -> datetime:
    try:
        if not isinstance(value, str):
            raise TypeError
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{name} is not an ISO 8601 date and time") from error


def _context(context: object) -> EventContext | None:
    """What is usable of the call's surroundings; never a reason to refuse it."""
    if not isinstance(context, dict):
        return None
    values = {name: context[name] for name in ("locale", "timezone") if isinstance(context.get(name), str)}
    try:
        return EventContext(**values, device=_device(context.get("device")))
    except ValidationError:
        return None


def _device(device: object) -> DeviceInfo | None:
    if not isinstance(device, dict) or not isinstance(device.get("token"), str) or not device["token"]:
        return None
    platform = _PLATFORMS.get(str(device.get("type", "")).lower(), "unknown")
    return DeviceInfo.model_validate({"token": device["token"], "platform": platform})
