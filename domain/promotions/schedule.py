"""When a promotion is valid, in the local time of a zone.

Dates and hours are compared with the wall clock of the zone, so that the days on which clocks change need no rule of
their own: an hour that does not exist is never asked about, and one that comes twice is valid both times. A schedule
keeps dates, not instants: saving it again changes nothing.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, model_validator

from domain.promotions.cart import _Part
from domain.promotions.reasons import Reason

_ZONES = frozenset(available_timezones())


def _is_zone(name: str) -> str:
    if name not in _ZONES:
        raise ValueError(f"there is no time zone {name!r}")
    return name


Zone = Annotated[str, AfterValidator(_is_zone)]
"""IANA."""
DAY = timedelta(days=1)


class Hours(_Part):
    """From one time of day until before another; past midnight where the end is not later than the start."""

    start: time
    end: time

    @model_validator(mode="after")
    def _is_local(self) -> Self:
        if self.start.tzinfo or self.end.tzinfo:
            raise ValueError("hours are local: they have no time zone")
        return self


class PromotionSchedule(_Part):
    """What is left out does not narrow."""

    first_day: date | None = None
    last_day: date | None = None
    """Valid until this day's end."""
    weekdays: frozenset[Annotated[int, Field(ge=1, le=7)]] = frozenset()
    """1 is Monday."""
    hours: tuple[Hours, ...] = Field(default=(), max_length=24)
    """Hours past midnight belong to the day on which they begin."""
    clock: Literal["customer", "shop", "fixed"] = "fixed"
    """Whose time of day counts. The fixed zone stands in for an unknown one."""
    zone: Zone = "UTC"

    @model_validator(mode="after")
    def _has_days(self) -> Self:
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError("the last day is before the first")
        return self

    def refusal(self, at: datetime, *, customer_zone: str | None = None, shop_zone: str | None = None) -> Reason | None:
        """Why it is not valid at that instant; None where it is."""
        local = self.local(at, customer_zone=customer_zone, shop_zone=shop_zone)
        today = self._refusal(local.date(), local.time(), self.hours)
        if today is None:
            return None
        # the hours past midnight are yesterday's
        night = tuple(Hours(start=time(0), end=h.end) for h in self.hours if time(0) < h.end <= h.start)
        if night and self._refusal(local.date() - DAY, local.time(), night) is None:
            return None
        return today

    def local(self, at: datetime, *, customer_zone: str | None = None, shop_zone: str | None = None) -> datetime:
        """The instant by the clock that counts, without its zone."""
        named = {"customer": customer_zone, "shop": shop_zone, "fixed": None}[self.clock]
        zone = named if named in _ZONES else self.zone
        return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)

    def by_fixed_clock(self, at: datetime) -> datetime:
        """The instant in the fixed zone, whose calendar budgets go by; without its zone."""
        return at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)

    def _refusal(self, day: date, clock: time, hours: tuple[Hours, ...]) -> Reason | None:
        if self.first_day and day < self.first_day:
            return Reason.NOT_STARTED
        if self.last_day and day > self.last_day:
            return Reason.ENDED
        if self.weekdays and day.isoweekday() not in self.weekdays:
            return Reason.OTHER_DAY
        if hours and not any(_within(each, clock) for each in hours):
            return Reason.OTHER_HOUR
        return None


def _within(hours: Hours, clock: time) -> bool:
    return hours.start <= clock and (clock < hours.end or hours.end <= hours.start)


def end_of_day(day: date, zone: str) -> datetime:
    """The instant at which a local day is over, UTC: from then on it is the next one."""
    return datetime.combine(day + DAY, time(0), ZoneInfo(zone)).astimezone(UTC)


def valid_until(issued_at: datetime, days: int, zone: str) -> datetime:
    """When what is valid for so many days from its issue ends: with the last of them, in the zone; UTC."""
    return end_of_day(issued_at.astimezone(ZoneInfo(zone)).date() + days * DAY, zone)


def period_start(period: str, local: datetime) -> date:
    """The first day of the calendar period that a local time lies in; the same day for ever where there is none."""
    day = local.date()
    starts = {
        "day": day,
        "week": day - timedelta(days=day.weekday()),
        "month": day.replace(day=1),
        "year": day.replace(month=1, day=1),
    }
    return starts.get(period, date(1970, 1, 1))
