"""Reads what Mixpanel's libraries send: events (/track, /import) and changes of profiles (/engage).

The customer is `$user_id`, else `distinct_id`; `$device_id` is the visitor, and so is a `distinct_id` that begins with
`$device:`. `$insert_id` makes a repeat harmless. The libraries' own events `$identify` and `$create_alias` say who is
who. Profile operations are `$set`, `$set_once` (fills what is empty), `$unset`, `$add`, `$append`, `$union`, `$remove`
and `$delete`. Keys with a `$` that mean nothing here are ignored.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.events import IncomingEvent, ProfileOperation
from ingestion.segment import Sender, read_call

SOURCE = "mixpanel"

_OWN = {"token", "distinct_id", "time", "$insert_id", "$device_id", "$user_id", "mp_lib", "userToken"}
_DEVICE = "$device:"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TRAITS = {
    "$email": "email",
    "$phone": "phone",
    "$name": "name",
    "$first_name": "first_name",
    "$last_name": "last_name",
    "$city": "city",
    "$country_code": "country",
    "$timezone": "timezone",
}
_MILLISECONDS_FROM = 10**11
"""A `time` above this counts milliseconds, below it seconds."""
_UNSET = "$unset"
_OPERATIONS = {f"${operation.value}": operation for operation in ProfileOperation} | {_UNSET: ProfileOperation.SET}
_TAKEN = ("$set", "$set_once", "$unset", "$add", "$append", "$union", "$remove", "$delete")
SERVER = Sender(SOURCE)


def token_of(item: object) -> str | None:
    """The project token that an item carries; our write key."""
    if not isinstance(item, dict):
        return None
    properties = item.get("properties")
    token = item.get("$token") or (properties.get("token") if isinstance(properties, dict) else None)
    return token if isinstance(token, str) else None


def read_event(item: object, *, received: datetime, sender: Sender = SERVER) -> IncomingEvent:
    """An item of /track or /import.

    Raises:
        ValueError: it can't be taken; the message says why.

    """
    if not isinstance(item, dict):
        raise ValueError("it is not an object with event and properties")
    properties = item.get("properties")
    if properties in (None, []):
        properties = {}
    if not isinstance(properties, dict):
        raise ValueError("it is not an object with event and properties")
    call = {
        "type": "track",
        "event": item.get("event"),
        "messageId": properties.get("$insert_id"),
        "timestamp": _moment(properties.get("time")),
        "properties": {name: value for name, value in properties.items() if name not in _OWN},
        "userToken": properties.get("userToken"),
        **_who(properties.get("$user_id"), properties.get("distinct_id"), properties.get("$device_id")),
    }
    if item.get("event") == "$identify":
        call |= {"type": "identify", **_identified(properties)}
    elif item.get("event") == "$create_alias":
        call |= {"type": "alias", "userId": properties.get("alias"), "previousId": _named(properties)}
        call["anonymousId"] = None
    return read_call(call, kind=None, sent_at=None, received=received, sender=replace(sender, source=SOURCE))


def _identified(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The library's own event of a visitor who says who they are."""
    before = properties.get("$anon_distinct_id") or properties.get("$anon_id") or properties.get("$device_id")
    visitor = before.removeprefix(_DEVICE) if isinstance(before, str) else before
    named = properties.get("$identified_id") or properties.get("$user_id") or properties.get("distinct_id")
    return {"userId": named, "anonymousId": visitor}


def _named(properties: Mapping[str, Any]) -> object:
    distinct = properties.get("distinct_id")
    return distinct.removeprefix(_DEVICE) if isinstance(distinct, str) else distinct


def read_profile_change(item: object, *, received: datetime, sender: Sender = SERVER) -> IncomingEvent:
    """An item of /engage.

    Raises:
        ValueError: it can't be taken; the message says why.

    """
    if not isinstance(item, dict):
        raise ValueError("it is not an object")
    named = [name for name in _TAKEN if name in item]
    if len(named) != 1:
        raise ValueError(f"one of {', '.join(_TAKEN)} is taken, not {', '.join(named) or 'nothing'}")
    operation = _OPERATIONS[named[0]]
    if operation is ProfileOperation.DELETE and sender.authority.is_public:
        raise ValueError("only a server key may empty a profile")
    call = {
        "type": "identify",
        "traits": _traits(named[0], item[named[0]]),
        "userToken": item.get("userToken"),
        **_who(item.get("$user_id"), item.get("$distinct_id"), item.get("$device_id")),
    }
    sending = replace(sender, source=SOURCE)
    return read_call(call, kind=None, sent_at=None, received=received, sender=sending, operation=operation)


def _traits(name: str, change: object) -> dict[str, Any]:
    if name == "$delete":
        return {}
    if name == _UNSET:
        names = [change] if isinstance(change, str) else change
        change = dict.fromkeys(filter(lambda name: isinstance(name, str), names)) if isinstance(names, list) else None
    elif change == []:
        change = {}
    if not isinstance(change, dict):
        raise ValueError(f"{name} is not what it should be")
    return {_TRAITS.get(name, name.removeprefix("$")): value for name, value in change.items()}


def _who(user: object, distinct: object, device: object) -> Mapping[str, object]:
    if isinstance(distinct, str) and distinct.startswith(_DEVICE):
        return {"userId": user, "anonymousId": device or distinct.removeprefix(_DEVICE)}
    return {"userId": user or distinct, "anonymousId": device}


def _moment(time: object) -> object:
    """The instant as a text; what is none as it is, for the reader of calls to tell of."""
    if isinstance(time, str) and time.strip().isdigit() and len(time) < 20:
        time = int(time)
    if isinstance(time, bool) or not isinstance(time, int | float):
        return time
    seconds = time / 1000 if abs(time) > _MILLISECONDS_FROM else time
    try:
        return (_EPOCH + timedelta(seconds=seconds)).isoformat()
    except (OverflowError, ValueError):
        return str(time)
