"""What `identify` says about a customer, put where it belongs in the profile.

Segment's reserved traits go to the profile's own fields, everything else to `attributes`; null takes a value away. A
value that can't be what its name says (an e-mail address without an @) is kept as the attribute `invalid_<name>` and
reported; the rest of the call still counts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from domain.addresses import normalise_email, normalise_phone
from domain.attributes import AttributeType, typed
from domain.authority import ADDRESSES, Authority
from domain.events import COMBINING, DeviceInfo, EventContext, ProfileOperation
from domain.external_ids import clean
from domain.field_values import country_of, day_of, phone_text, text_of
from domain.vocabulary import Channel
from ingestion.files.countries import country_code
from ingestion.files.moments import read_day
from ingestion.profile_operations import combined
from store.customers.customers import DeviceToken, Profile
from store.events import json_text

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
_EARLIEST_BIRTH = date(1880, 1, 1)
VOUCHED = "identified_by_server"
"""The trait that says so."""
_LIMITS = {True: (100, 32 * 1024), False: (500, 256 * 1024)}
"""Of a profile's attributes, by whether the key is public: how many, and bytes of their JSON."""
_SMALL = 256
"""Characters of a text that is too short to be weighed."""
_LONGEST_ATTRIBUTE = 100
"""Characters of an attribute's name."""


def _zone(value: object) -> str:
    name = text_of(value)
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("is not an IANA time zone") from error
    return name


def _day(value: object) -> date:
    try:
        return day_of(value)
    except ValueError:
        try:
            return read_day(text_of(value))
        except OverflowError:
            raise ValueError("is not a date") from None


def _check_birth(day: date, at: datetime) -> None:
    """Raises ValueError for a day on which nobody was born who is a customer at that instant."""
    if day > at.date() + timedelta(days=1):
        raise ValueError("is in the future")
    if day < _EARLIEST_BIRTH:
        raise ValueError(f"is before {_EARLIEST_BIRTH}")


_READERS: Mapping[str, Callable[[object], object]] = {
    "email": lambda value: normalise_email(text_of(value)),
    "birth_date": _day,
    "country": lambda value: country_of(country_code(text_of(value))),
    "timezone": _zone,
}


@dataclass(frozen=True)
class ProfileInput:
    """On whose word a profile changes, and by which rules."""

    at: datetime
    types: Mapping[str, AttributeType] = field(default_factory=dict)
    """Of attributes that have one."""
    authority: Authority = Authority.SERVER
    newly_named: bool = False
    """The customer had no name before this call."""
    operation: ProfileOperation = ProfileOperation.SET


def identify(profile: Profile, traits: Mapping[str, Any], said: ProfileInput) -> list[str]:
    """Take the traits of one identify call into the profile; what could not be used, in words.

    Calls come in any order: one that is older than the newest taken only fills what is empty.
    """
    if said.operation is ProfileOperation.DELETE:
        return _empty(profile)
    return _combine(profile, traits, said) if said.operation in COMBINING else _set(profile, traits, said)


def _set(profile: Profile, traits: Mapping[str, Any], said: ProfileInput) -> list[str]:
    given, problems = _flattened(traits), []
    if not said.authority.may_readdress and not said.newly_named and profile.external_id is not None:
        problems += _keep_addresses(profile, given)
    elif not said.authority.is_public:
        profile.traits[VOUCHED] = True
    fills = said.operation is ProfileOperation.SET_ONCE
    if fills or (profile.identified_at is not None and said.at < profile.identified_at):
        given = {name: value for name, value in given.items() if value is not None and not _has(profile, name)}
    if not fills:
        profile.identified_at = max(profile.identified_at or said.at, said.at)
    # The country first: a phone number may need it.
    for name in sorted(given, key=lambda name: name != "country"):
        value, builtin = given[name], _NAMES.get(name)
        if name == "tags":
            problems += _set_tags(profile, value)
        elif name == "preferred_channels":
            problems += _set_channels(profile, value)
        elif builtin is None:
            problems += _set_attribute(profile, name, value, said)
        elif value is None:
            setattr(profile, builtin, None)
        else:
            problems += _set_builtin(profile, builtin, value, said.at)
    if "country" in given and "phone" not in given:
        _read_phone_again(profile)
    return problems


def _empty(profile: Profile) -> list[str]:
    """Forget what was said of the customer. Their ids, consents and history stay, so that a "no" is still heard."""
    for name in set(_NAMES.values()):
        setattr(profile, name, None)
    profile.attributes, profile.tags, profile.preferred_channels = {}, [], []
    profile.traits[VOUCHED] = True
    return []


def _combine(profile: Profile, traits: Mapping[str, Any], said: ProfileInput) -> list[str]:
    """Change attributes and tags by what they hold; fields of the profile can only be set."""
    problems = []
    if not said.authority.is_public:
        profile.traits[VOUCHED] = True
    for name, value in traits.items():
        if name in _NAMES or name in ("name", "address", "preferred_channels", "devices"):
            problems.append(f"{name} is left as it was: it can only be set")
            continue
        present = list(profile.tags) if name == "tags" else profile.attributes.get(name)
        try:
            after = combined(said.operation, present, value)
        except ValueError as error:
            problems.append(f"{name} is left as it was: {error}")
            continue
        if name == "tags":
            problems += _set_tags(profile, after)
        elif after is not None:
            problems += _set_attribute(profile, name, after, said)
    return problems


def _keep_addresses(profile: Profile, given: dict[str, Any]) -> list[str]:
    """Take out of `given` what would change where a known customer's messages go.

    What is empty may be filled, unless a server has said who the customer is: then even that is a change.
    """
    kept = []
    for name in ADDRESSES:
        if name not in given or (getattr(profile, name) is None and not is_vouched(profile)):
            continue
        if not _is_same(profile, name, given.pop(name)):
            kept.append(f"{name} is left as it was: only a server key or a signed user token may change it")
    return kept


def is_vouched(profile: Profile) -> bool:
    """Whether a server key, a file or a person said who the customer is: no public key adds an address then."""
    return bool(profile.traits.get(VOUCHED))


def _is_same(profile: Profile, name: str, value: object) -> bool:
    try:
        text = (
            normalise_email(text_of(value)) if name == "email" else normalise_phone(phone_text(value), profile.country)
        )
    except ValueError:
        return False
    return bool(text == getattr(profile, name))


def _read_phone_again(profile: Profile) -> None:
    """A number that was kept aside for want of a country may be one now."""
    aside = profile.attributes.get("invalid_phone")
    if aside is not None and profile.phone is None and profile.country is not None:
        _set_builtin(profile, "phone", aside, None)


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


def _set_attribute(profile: Profile, name: str, value: object, said: ProfileInput) -> list[str]:
    if value is None:
        profile.attributes.pop(name, None)
        return []
    type_, refusal = said.types.get(name), _too_many(profile, name, value, said.authority)
    if refusal:
        return [refusal]
    try:
        profile.attributes[name] = value if type_ is None else typed(type_, value)
    except ValueError as error:
        profile.attributes[f"invalid_{name}"] = value
        return [f"{name} is kept aside: {error}"]
    profile.attributes.pop(f"invalid_{name}", None)
    return []


def _too_many(profile: Profile, name: str, value: object, authority: Authority) -> str:
    """Why one more attribute is not taken: profiles are read and written whole, with each event."""
    most, largest = _LIMITS[authority.is_public]
    if not clean(name) or len(name) > _LONGEST_ATTRIBUTE:
        return f"an attribute's name has 1 to {_LONGEST_ATTRIBUTE} characters: {name[:40]!r} is left out"
    if name not in profile.attributes and len(profile.attributes) >= most:
        return f"{name} is left out: the profile has {most} attributes already"
    if isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) < _SMALL):
        return ""
    if len(json_text.dumps(profile.attributes | {name: value})) > largest:
        return f"{name} is left out: the profile's attributes are larger than {largest // 1024} KB"
    return ""


def _set_channels(profile: Profile, value: object) -> list[str]:
    known = {channel.value for channel in Channel}
    if value is None:
        value = []
    if not isinstance(value, list) or not all(isinstance(item, str) and item in known for item in value):
        return [f"preferred_channels is left as it was: give a list of {', '.join(sorted(known))}"]
    profile.preferred_channels = list(dict.fromkeys(value))
    return []


def _set_builtin(profile: Profile, name: str, value: object, at: datetime | None) -> list[str]:
    try:
        if name == "phone":
            read: object = normalise_phone(phone_text(value), profile.country)
        else:
            read = _READERS.get(name, text_of)(value)
        if isinstance(read, date) and at is not None:
            _check_birth(read, at)
    except ValueError as error:
        profile.attributes[f"invalid_{name}"] = value
        return [f"{name} is kept aside: {error}"]
    setattr(profile, name, read)
    profile.attributes.pop(f"invalid_{name}", None)
    return []


def _set_tags(profile: Profile, value: object) -> list[str]:
    if value is None:
        value = []
    if not isinstance(value, list) or len(value) > _TAGS:
        return [f"tags are left as they were: give a list of at most {_TAGS} texts"]
    tags, problems = set(), []
    for item in value:
        try:
            tags.add(text_of(item)[:80])
        except ValueError:
            if item not in (None, ""):
                problems = ["a tag is left out: it is not a text"]
    profile.tags = sorted(tags)
    return problems


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
