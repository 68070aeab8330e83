"""A made-up person for each household: always the same one for the same seed and household."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid5

_NAMESPACE = UUID("0b7a1c52-5a0e-5d7c-8f5e-3f9f4c0d8e11")
_NAMES: dict[str, list[str]] = json.loads(Path(__file__).with_name("names.json").read_text())
_CITIES = (
    # city, country, zone, locale, weight, area code where numbers for fiction exist
    ("Cincinnati", "US", "America/New_York", "en-US", 30, 513),
    ("New York", "US", "America/New_York", "en-US", 18, 212),
    ("Atlanta", "US", "America/New_York", "en-US", 10, 404),
    ("Chicago", "US", "America/Chicago", "en-US", 14, 312),
    ("Houston", "US", "America/Chicago", "en-US", 8, 713),
    ("Denver", "US", "America/Denver", "en-US", 6, 303),
    ("Phoenix", "US", "America/Phoenix", "en-US", 4, 602),
    ("Los Angeles", "US", "America/Los_Angeles", "en-US", 8, 213),
    ("Honolulu", "US", "Pacific/Honolulu", "en-US", 1, 808),
    ("London", "GB", "Europe/London", "en-GB", 3, None),
    ("Milan", "IT", "Europe/Rome", "it-IT", 4, None),
    ("Istanbul", "TR", "Europe/Istanbul", "tr-TR", 3, None),
    ("Kolkata", "IN", "Asia/Kolkata", "en-IN", 2, None),
    ("Sydney", "AU", "Australia/Sydney", "en-AU", 2, None),
)
_MORE_AREAS = (216, 305, 410, 412, 415, 503, 512, 602, 614, 617, 702, 704, 801, 816, 901, 904, 913, 918, 937, 972)
_FICTION_LINES = 100
"""Numbers 555-0100 to 555-0199 of each area belong to nobody."""


@dataclass(frozen=True)
class Person:
    """A customer of the shop. `affinity` is how likely they open a message, by channel; None where not reachable."""

    household: int
    id: UUID
    external_id: str
    first_name: str
    last_name: str
    gender: str
    birth_date: date
    email: str | None
    phone: str | None
    push_token: str | None
    platform: str
    city: str
    country: str
    locale: str
    timezone: str
    attributes: dict[str, Any]
    affinity: dict[str, float] = field(default_factory=dict)


def people(households: list[int], demographics: dict[int, dict[str, Any]], seed: int, today: date) -> list[Person]:
    """One person a household, in the order given. Phone numbers are those reserved for fiction."""
    phones = fiction_numbers()
    made = []
    for household in households:
        random = Random(f"{seed}:{household}")
        made.append(_person(household, demographics.get(household, {}), random, next(phones, None), today))
    return made


def fiction_numbers() -> Iterator[str]:
    """Phone numbers that belong to nobody, no two alike."""
    areas = [*dict.fromkeys([*(city[5] for city in _CITIES if city[5]), *_MORE_AREAS])]
    return (f"+1{area}555{100 + line:04d}" for line in range(_FICTION_LINES) for area in areas)


def _person(household: int, known: dict[str, Any], random: Random, phone: str | None, today: date) -> Person:
    gender = random.choice(("female", "male"))
    first = random.choice(_NAMES["women" if gender == "female" else "men"])
    last = random.choice(_NAMES["surnames"])
    city, country, zone, locale, _, area = random.choices(_CITIES, [entry[4] for entry in _CITIES])[0]
    has_push, has_email, has_phone = random.random() < 0.45, random.random() < 0.72, random.random() < 0.75
    has_phone = has_phone and area is not None and phone is not None
    has_email = has_email or not (has_push or has_phone)
    token = f"{random.getrandbits(88):022x}:APA91b{random.getrandbits(512):0128x}" if has_push else None
    affinity = {
        channel: random.betavariate(*shape)
        for channel, reachable, shape in (
            ("push", has_push, (2.2, 3.8)),
            ("email", has_email, (1.8, 4.2)),
            ("sms", has_phone, (3.0, 3.0)),
        )
        if reachable
    }
    return Person(
        household=household,
        id=uuid5(_NAMESPACE, f"household:{household}"),
        external_id=f"household-{household}",
        first_name=first,
        last_name=last,
        gender=gender,
        birth_date=_birth_date(known.get("age"), random, today),
        email=f"{first}.{last}.{household}@example.com".lower() if has_email else None,
        phone=phone if has_phone else None,
        push_token=token,
        platform=random.choice(("ios", "android")),
        city=city,
        country=country,
        locale=locale,
        timezone=zone,
        attributes={name: value for name, value in known.items() if value is not None},
        affinity=affinity,
    )


def _birth_date(band: str | None, random: Random, today: date) -> date:
    """A birthday within the age band of the household (`35-44`, `65+`, or unknown)."""
    if band and band.endswith("+"):
        low, high = int(band[:-1]), 85
    elif band:
        low, high = (int(bound) for bound in band.split("-"))
    else:
        low, high = 20, 75
    year = today.year - random.randint(low, high)
    return date(year, random.randint(1, 12), random.randint(1, 28))
