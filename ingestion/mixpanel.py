"""Reads what taps of Mixpanel send: events (/track, /import) and changes of profiles (/engage).

The customer is `$user_id`, else `distinct_id`; `$device_id` is the visitor, and so is a `distinct_id` that begins with
`$device:`. `$insert_id` makes a repeat harmless. Of profile operations, those that a profile can follow are taken:
`$set`, `$set_once` (fills what is empty) and `$unset`; the others are refused by name.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from domain.events import IncomingEvent
from ingestion.segment import read_call

SOURCE = "mixpanel"

_OWN = {"token", "distinct_id", "time", "$insert_id", "$device_id", "$user_id", "mp_lib"}
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


def token_of(item: object) -> str | None:
    """The project token that an item carries; our write key."""
    if not isinstance(item, dict):
        return None
    properties = item.get("properties")
    token = item.get("$token") or (properties.get("token") if isinstance(properties, dict) else None)
    return token if isinstance(token, str) else None


def read_event(item: object, *, received: datetime) -> IncomingEvent:
    """An item of /track or /import.

    Raises:
        ValueError: it can't be taken; the message says why.

    """
    if not isinstance(item, dict) or not isinstance(item.get("properties", {}), dict):
        raise ValueError("it is not an object with event and properties")
    properties = item.get("properties", {})
    call = {
        "type": "track",
        "event": item.get("event"),
        "messageId": properties.get("$insert_id"),
        "timestamp": _moment(properties.get("time")),
        "properties": {name: value for name, value in properties.items() if name not in _OWN},
        **_who(properties.get("$user_id"), properties.get("distinct_id"), properties.get("$device_id")),
    }
    return read_call(call, kind=None, sent_at=None, received=received, source=SOURCE)


def read_profile_change(item: object, *, received: datetime) -> IncomingEvent:
    """An item of /engage.

    Raises:
        ValueError: it can't be taken; the message says why.

    """
    if not isinstance(item, dict):
        raise ValueError("it is not an object")
    operations = [name for name in item if name.startswith("$") and name[1:2].islower() and name not in _ENVELOPE]
    if len(operations) != 1 or operations[0] not in _OPERATIONS:
        raise ValueError(f"one of {', '.join(_OPERATIONS)} is taken, not {', '.join(operations) or 'nothing'}")
    change = item[operations[0]]
    if operations[0] == "$unset":
        change = dict.fromkeys(change) if isinstance(change, list) else None
    if not isinstance(change, dict):
        raise ValueError(f"{operations[0]} is not what it should be")
    call = {
        "type": "identify",
        "traits": {_TRAITS.get(name, name.removeprefix("$")): value for name, value in change.items()},
        # what happened at the beginning of time overwrites nothing
        "timestamp": _EPOCH.isoformat() if operations[0] == "$set_once" else None,
        **_who(None, item.get("$distinct_id"), None),
    }
    return read_call(call, kind=None, sent_at=None, received=received, source=SOURCE)


_ENVELOPE = {"$token", "$distinct_id", "$ip", "$ignore_time", "$time"}
_OPERATIONS = ("$set", "$set_once", "$unset")


def _who(user: object, distinct: object, device: object) -> Mapping[str, object]:
    if isinstance(distinct, str) and distinct.startswith(_DEVICE):
        return {"userId": user, "anonymousId": device or distinct.removeprefix(_DEVICE)}
    return {"userId": user or distinct, "anonymousId": device}


def _moment(time: object) -> str | None:
    if time is None:
        return None
    if isinstance(time, bool) or not isinstance(time, int | float):
        raise ValueError("time is not a number of seconds or milliseconds")
    seconds = time / 1000 if abs(time) > _MILLISECONDS_FROM else time
    try:
        return (_EPOCH + timedelta(seconds=seconds)).isoformat()
    except (OverflowError, ValueError) as error:
        raise ValueError("time is out of all bounds") from error
