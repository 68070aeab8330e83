"""Moments and days as warehouses, shops and spreadsheets export them.

A text says them only where nobody can mean it otherwise: `01/11/2026` needs to be told which of both is the day, which
the other cells of its column often tell (`order_seen`).
"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Order = Literal["", "day", "month"]
"""Which comes first in 01/11/2026; empty where that is not known."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar gennaio gen janvier enero ene",
            "feb february februar febbraio febrero fevrier fev",
            "mar march marz maerz marzo mars mrz",
            "apr april aprile abril abr avril avr",
            "may mai maggio mag mayo",
            "jun june juni giugno giu junio juin",
            "jul july juli luglio lug julio juillet",
            "aug august agosto ago aout",
            "sep sept september settembre set septiembre septembre",
            "oct october oktober okt ottobre ott octubre octobre",
            "nov november novembre noviembre",
            "dec december dezember dez dicembre dic diciembre decembre",
        ),
        1,
    )
    for name in names.split()
}
_TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
)
_ZONE = r"(?P<zone>Z|UTC|GMT|Etc/UTC|(?:UTC|GMT)?[+-]\d{2}:?(?:\d{2})?|[A-Z][A-Za-z_]+/[A-Za-z_/+-]+)"
_REST = rf"(?:[T ,]+{_TIME})?(?:\s*{_ZONE})?"
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_REST}")
_YEAR_LAST = re.compile(
    rf"(?P<first>\d{{1,2}})(?P<mark>[./-])(?P<other>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}|\d{{2}}){_REST}"
)
_DAY_NAMED = re.compile(
    rf"(?:[^\W\d]+\.?,?\s+)?(?P<day>\d{{1,2}})\.?[ -](?P<name>[^\W\d]+)\.?,?[ -](?P<year>\d{{4}}){_REST}"
)
_NAME_FIRST = re.compile(
    rf"(?:[^\W\d]+\.?,\s+)?(?P<name>[^\W\d]+)\.?\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}}){_REST}"
)
_NUMBER = re.compile(r"\d{5}(\.\d+)?|\d{10}(\.\d+)?|\d{13}|\d{14}|\d{16}|\d{19}")
_SERIALS = 20_000.0, 80_000.0
"""Excel's days from 1954 to 2119."""
_EXCEL_BEGINS = datetime(1899, 12, 30, tzinfo=UTC)
_CENTURY = 70


def read_moment(text: str, order: Order = "") -> datetime:
    """The moment that a cell tells; UTC where it names no zone.

    Raises:
        ValueError: it tells none, or could be two.

    """
    text = text.strip()
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
    for form in (_YEAR_FIRST, _YEAR_LAST, _DAY_NAMED, _NAME_FIRST):
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
    """Seconds, milliseconds, microseconds or nanoseconds since 1970; Excel's days; or 20261101100000."""
    whole = text.partition(".")[0]
    if len(whole) == 14:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    value = float(text)
    if len(whole) == 5:
        if not _SERIALS[0] <= value <= _SERIALS[1]:
            raise ValueError("is no date")
        return _EXCEL_BEGINS + timedelta(seconds=round(value * 86_400))
    scale = {10: 1, 13: 1_000, 16: 1_000_000, 19: 1_000_000_000}[len(whole)]
    micros = int(value * 1_000_000 / scale) if "." in text else int(whole) * 1_000_000 // scale
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)


def _spelt(text: str, order: Order) -> datetime:
    for form in (_YEAR_FIRST, _YEAR_LAST, _DAY_NAMED, _NAME_FIRST):
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
    moment = datetime(year, month, day, hour, int(parts["minute"] or 0), int(parts["second"] or 0), part)
    return _in_zone(moment, parts["zone"])


def _month_and_day(parts: dict[str, str | None], order: Order) -> tuple[int, int]:
    if name := parts.get("name"):
        month = _MONTHS.get(name.lower().translate(str.maketrans("äéû", "aeu")))
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
    digits = re.sub(r"[^\d+-]", "", zone)
    offset = timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5] or 0))
    return moment.replace(tzinfo=UTC) - (offset if digits[0] == "+" else -offset)
