"""What `identify` says about a customer, put where it belongs in the profile.

Segment's reserved traits go to the profile's own fields, everything else to `attributes`; null takes a value away. A
value that can't be what its name says (an e-mail address without an @) is kept as the attribute `invalid_<name>` and
reported; the rest of the call still counts.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from domain.addresses import normalise_email, normalise_phone
from domain.attributes import AttributeType, typed
from domain.events import DeviceInfo, EventContext
from domain.vocabulary import Channel
from store.customers import DeviceToken, Profile

_NAMES = {
    "email": "email",
    "phone": "phone",
    "firstName": "first_name",
    "first_name": "first_name",
    "lastName": "last_name",
    "last_name": "last_name",
    "gender": "gender",
    "birthday": "birth_date",
    "birth_date": "birth_date",
    "city": "city",
    "country": "country",
    "locale": "locale",
    "timezone": "timezone",
}
_TAGS = 200


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("is not a text")
    return value.strip()[:255]


def _country(value: object) -> str:
    country = _text(value).upper()
    if len(country) != 2 or not country.isalpha():
        raise ValueError("is not an ISO 3166-1 alpha-2 code")
    return country


def _zone(value: object) -> str:
    name = _text(value)
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("is not an IANA time zone") from error
    return name


def _day(value: object) -> date:
    return date.fromisoformat(_text(value)[:10])


_READERS: Mapping[str, Callable[[object], object]] = {
    "email": lambda value: normalise_email(_text(value)),
    "birth_date": _day,
    "country": _country,
    "timezone": _zone,
}


def identify(
    profile: Profile, traits: Mapping[str, Any], at: datetime, types: Mapping[str, AttributeType] = MappingProxyType({})
) -> list[str]:
    """Take the traits of one identify call into the profile; what could not be used, in words.

    Calls come in any order: one that is older (`at`) than the newest taken only fills what is empty. `types` are those
    of attributes that have one.
    """
    problems: list[str] = []
    given = _flattened(traits)
    if profile.identified_at is not None and at < profile.identified_at:
        given = {name: value for name, value in given.items() if value is not None and not _has(profile, name)}
    else:
        profile.identified_at = at
    # The country first: a phone number may need it.
    for name in sorted(given, key=lambda name: name != "country"):
        value, builtin = given[name], _NAMES.get(name)
        if name == "tags":
            problems += _set_tags(profile, value)
        elif name == "preferred_channels":
            problems += _set_channels(profile, value)
        elif builtin is None:
            problems += _set_attribute(profile, name, value, types.get(name))
        elif value is None:
            setattr(profile, builtin, None)
        else:
            problems += _set_builtin(profile, builtin, value)
    return problems


def _has(profile: Profile, name: str) -> bool:
    if name in ("tags", "preferred_channels"):
        return bool(getattr(profile, name))
    return getattr(profile, _NAMES[name]) is not None if name in _NAMES else name in profile.attributes


def _flattened(traits: Mapping[str, Any]) -> dict[str, Any]:
    """Segment's nested and joined forms (`address.city`, `name`) as single values; devices are read elsewhere."""
    given = {name: value for name, value in traits.items() if name != "devices"}
    address = given.get("address")
    if isinstance(address, dict):
        for part in ("city", "country"):
            if part in address:
                given.setdefault(part, address[part])
    name = given.get("name")
    if isinstance(name, str) and not any(key in given for key in ("firstName", "first_name", "lastName", "last_name")):
        first, _, last = name.strip().partition(" ")
        given |= {"first_name": first or None, "last_name": last.strip() or None}
    return given


def _set_attribute(profile: Profile, name: str, value: object, type_: AttributeType | None) -> list[str]:
    if value is None:
        profile.attributes.pop(name, None)
        return []
    try:
        profile.attributes[name] = value if type_ is None else typed(type_, value)
    except ValueError as error:
        profile.attributes[f"invalid_{name}"] = value
        return [f"{name} is kept aside: {error}"]
    profile.attributes.pop(f"invalid_{name}", None)
    return []


def _set_channels(profile: Profile, value: object) -> list[str]:
    known = {channel.value for channel in Channel}
    if value is None:
        value = []
    if not isinstance(value, list) or not all(isinstance(item, str) and item in known for item in value):
        return [f"preferred_channels is left as it was: give a list of {', '.join(sorted(known))}"]
    profile.preferred_channels = list(dict.fromkeys(value))
    return []


def _set_builtin(profile: Profile, name: str, value: object) -> list[str]:
    try:
        if name == "phone":
            read: object = normalise_phone(_text(value), profile.country)
        else:
            read = _READERS.get(name, _text)(value)
    except ValueError as error:
        profile.attributes[f"invalid_{name}"] = value
        return [f"{name} is kept aside: {error}"]
    setattr(profile, name, read)
    profile.attributes.pop(f"invalid_{name}", None)
    return []


def _set_tags(profile: Profile, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value) or len(value) > _TAGS:
        return [f"tags are left as they were: give a list of at most {_TAGS} texts"]
    profile.tags = sorted({tag.strip()[:80] for tag in value if tag.strip()})
    return []


def notice(profile: Profile, context: EventContext) -> None:
    """Take what an event's surroundings say, where the profile does not know better."""
    if context.locale and not profile.locale:
        profile.locale = context.locale
    if context.timezone:
        try:
            profile.timezone = profile.timezone or _zone(context.timezone)
        except ValueError:
            return


def devices(profile: Profile, traits: Mapping[str, Any], context: EventContext | None) -> list[DeviceToken]:
    """Push tokens named by the event: its context's device, or the trait `devices` of {token, platform}."""
    found = [context.device] if context is not None and context.device is not None else []
    listed = traits.get("devices")
    for item in listed if isinstance(listed, list) else []:
        try:
            found.append(DeviceInfo.model_validate(item))
        except ValidationError:
            continue
    return [DeviceToken(device.token, profile.id, device.platform) for device in found]
