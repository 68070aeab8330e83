"""Moments and days as warehouses, shops and spreadsheets export them.

A text says them only where nobody can mean it otherwise: `01/11/2026` needs to be told which of both is the day, which
the other cells of its column often tell (`order_seen`).
"""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import get_month_names

Order = Literal["", "day", "month"]
"""Which comes first in 01/11/2026; empty where that is not known."""

_LANGUAGES = "en de it es fr pt nl tr pl cs sv da nb fi ru uk ro hu el"
_ALSO = {"maerz": 3, "mrz": 3, "sept": 9, "set": 9, "fevrier": 2, "fev": 2, "aout": 8, "decembre": 12} | {
    "gen": 1, "ott": 10,
}  # fmt: skip


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """Names of months and their short forms; those that stand for two months in two languages are none."""
    found: dict[str, set[int]] = {}
    for language in _LANGUAGES.split():
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    for spelt in (name.casefold().rstrip("."), _plain(name)):
                        found.setdefault(spelt, set()).add(number)
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1} | _ALSO


def _plain(name: str) -> str:
    """A month's name without accents, in lower case."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("ı", "i"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).rstrip(".")


_TIME = (
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?(?:\s*Uhr)?"
)
_ZONES = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7} | {
    "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3,
}  # fmt: skip
"""RFC 2822's and Europe's. Others (IST, BST) are those of several places."""
_ZONE = (
    r"(?P<zone>Z|UTC|GMT|Etc/UTC|(?:UTC|GMT)?[+-]\d{1,2}:?(?:\d{2})?|[A-Z][A-Za-z_]+/[A-Za-z_/+-]+|"
    + "|".join(_ZONES)
    + ")"
)
_ZONE_TOO = r"(?:\s*[\[(][A-Za-z0-9_/+\-: ]+[\])])?"
"""What Java and JavaScript say of the zone beside its offset: `[Europe/Berlin]`, `(Central European Time)`."""
_REST = rf"(?:(?:[T ,]+|\s+at\s+){_TIME})?(?:\s*:?{_ZONE})?{_ZONE_TOO}"
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_REST}")
_EAST_ASIAN = re.compile(
    rf"(?P<year>\d{{4}})\s*[年년]\s*(?P<month>\d{{1,2}})\s*[月월]\s*(?P<day>\d{{1,2}})\s*[日일]{_REST}"
)
_YEAR_LAST = re.compile(
    rf"(?P<first>\d{{1,2}})(?P<mark>[./-])(?P<other>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}|\d{{2}}){_REST}"
)
_DAY_NAMED = re.compile(
    rf"(?:[^\W\d]+\.?,?\s+)?(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th|º|er)?(?:[ -]|\s+de\s+)(?P<name>[^\W\d]+)\.?,?"
    rf"(?:[ -]|\s+de\s+)(?P<year>\d{{4}}|\d{{2}}){_REST}"
)
_NAME_FIRST = re.compile(
    rf"(?:[^\W\d]+\.?,?\s+)?(?P<name>[^\W\d]+)\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_REST}"
)
_YEAR_AT_END = re.compile(
    rf"[^\W\d]+\.?\s+(?P<name>[^\W\d]+)\s+(?P<day>\d{{1,2}})\s+{_TIME}(?:\s+{_ZONE})?\s+(?P<year>\d{{4}})"
)
"""`Sun Nov  1 10:00:00 UTC 2026`: C's, Ruby's and Twitter's."""
_FORMS = (_YEAR_FIRST, _YEAR_LAST, _DAY_NAMED, _NAME_FIRST, _YEAR_AT_END, _EAST_ASIAN)
_NUMBER = re.compile(r"\d{5}([.,]\d+)?|\d{10}(\.\d+)?|\d{13}|\d{14}|\d{16}|\d{19}|-?\d{9}|-\d{10,13}|\d{11,12}")
_DOT_NET = re.compile(r"/?Date\((-?\d{9,14})(?:[+-]\d{4})?\)/?")
_SERIALS = 20_000.0, 80_000.0
"""Excel's days from 1954 to 2119."""
_EXCEL_BEGINS = datetime(1899, 12, 30, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CENTURY = 70


_ZONE_TWICE = re.compile(r"([+-]\d{2}:?\d{2}) [A-Z]{1,5}(?: m=[+-][\d.]+)?$")
"""Go writes a zone's offset and then its name: `+0000 UTC`."""


def read_moment(text: str, order: Order = "") -> datetime:
    """The moment that a cell tells; UTC where it names no zone.

    Raises:
        ValueError: it tells none, or could be two.

    """
    text = _ZONE_TWICE.sub(r"\1", text.strip())
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = _by_number(text) if _NUMBER.fullmatch(text) else _spelt(text, order)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def read_day(text: str, order: Order = "") -> date:
    """The day that a cell tells, by its own clock.

    Raises:
        ValueError: it tells none, or could be two.

    """
    text = text.strip()
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return (_by_number(text) if _NUMBER.fullmatch(text) else _spelt(text, order)).date()


def is_iso(text: str) -> bool:
    """Whether ISO 8601 says it: nothing is left to ask."""
    try:
        datetime.fromisoformat(text.strip())
    except ValueError:
        return False
    return True


def spells_day(text: str) -> Literal["", "day", "moment"]:
    """Whether a cell can only be a date with four digits of a year, and whether it has a time beside it."""
    text = text.strip()
    for form in _FORMS:
        found = form.fullmatch(text)
        if found is None or len(found["year"]) != 4:
            continue
        try:
            _moment(found.groupdict(), "day" if order_seen(text) == "open" else "")
        except (ValueError, OverflowError):
            return ""
        return "day" if found["hour"] is None else "moment"
    return ""


def order_seen(text: str) -> Order | Literal["open"]:
    """What one cell tells of its column's order; `open` where it could be either, empty where that is no question."""
    found = _YEAR_LAST.fullmatch(text.strip())
    if found is None or found["mark"] == ".":
        return ""
    first, other = int(found["first"]), int(found["other"])
    if first > 12:
        return "day"
    if other > 12:
        return "month"
    return "open" if first != other else ""


def _by_number(text: str) -> datetime:
    """Seconds, milliseconds, microseconds or nanoseconds since 1970; Excel's days; or 20261101100000.

    Nine and ten digits are seconds, eleven to thirteen milliseconds: of moments before 1970 and 2001 too.
    """
    text = text.replace(",", ".")
    whole = text.partition(".")[0].lstrip("-")
    if len(whole) == 14:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    if len(whole) == 12 and _is_clock_time(text):
        raise ValueError("could be two moments: milliseconds since 1970, or year, month, day, hour and minute")
    value = float(text)
    if len(whole) == 5:
        if not _SERIALS[0] <= value <= _SERIALS[1]:
            raise ValueError("is no date")
        return _EXCEL_BEGINS + timedelta(seconds=round(value * 86_400))
    scale = {9: 1, 10: 1, 16: 1_000_000, 19: 1_000_000_000}.get(len(whole), 1_000)
    micros = int(value * 1_000_000 / scale) if "." in text else int(text) * 1_000_000 // scale
    return _EPOCH + timedelta(microseconds=micros)


def _is_clock_time(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y%m%d%H%M").replace(tzinfo=UTC)
    except ValueError:
        return False
    return text[:2] in ("19", "20")


def _spelt(text: str, order: Order) -> datetime:
    if found := _DOT_NET.fullmatch(text):
        return _EPOCH + timedelta(milliseconds=int(found[1]))
    for form in _FORMS:
        if found := form.fullmatch(text):
            return _moment(found.groupdict(), order)
    raise ValueError("is not a date and time")


def _moment(parts: dict[str, str | None], order: Order) -> datetime:
    year = int(parts["year"] or 0)
    if year < 100:
        year += 2000 if year < _CENTURY else 1900
    month, day = _month_and_day(parts, order)
    hour = int(parts["hour"] or 0)
    if half := (parts["half"] or "").lower():
        if not 1 <= hour <= 12:
            raise ValueError("is not a date and time")
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    part = int((parts["part"] or "0").ljust(6, "0")[:6])
    midnight = timedelta(days=1) if hour == 24 and int(parts["minute"] or 0) == 0 else timedelta()
    hour = 0 if midnight else hour
    moment = datetime(year, month, day, hour, int(parts["minute"] or 0), int(parts["second"] or 0), part)
    return _in_zone(moment + midnight, parts["zone"])


def _month_and_day(parts: dict[str, str | None], order: Order) -> tuple[int, int]:
    if name := parts.get("name"):
        month = _months().get(name.casefold()) or _months().get(_plain(name))
        if month is None:
            raise ValueError("is not a date and time")
        return month, int(parts["day"] or 0)
    if "month" in parts:
        return int(parts["month"] or 0), int(parts["day"] or 0)
    first, other = int(parts["first"] or 0), int(parts["other"] or 0)
    if parts["mark"] == "." or first > 12 or order == "day":
        return other, first
    if other > 12 or order == "month":
        return first, other
    if first == other:
        return first, other
    raise ValueError("could be two days: say whether the day or the month comes first")


def _in_zone(moment: datetime, zone: str | None) -> datetime:
    if zone is None or zone in ("Z", "UTC", "GMT", "Etc/UTC"):
        return moment.replace(tzinfo=UTC)
    if "/" in zone:
        try:
            return moment.replace(tzinfo=ZoneInfo(zone))
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{zone} is not an IANA time zone") from error
    if zone in _ZONES:
        return moment.replace(tzinfo=timezone(timedelta(hours=_ZONES[zone]))).astimezone(UTC)
    digits = re.sub(r"[^\d+-]", "", zone)
    digits = digits if len(digits) != 2 else f"{digits[0]}0{digits[1]}"
    offset = timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5] or 0))
    return moment.replace(tzinfo=UTC) - (offset if digits[0] == "+" else -offset)
