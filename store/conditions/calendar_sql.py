"""Dates of a profile on each customer's own calendar, as SQL: zones are sorted in Python, so that Postgres needs none.

At any instant the world's clocks show at most three dates. For each of them, the zones that show it (and have come to
the time of day) are one array, and the dates meant on that day another.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import Boolean, ColumnElement, Date, and_, any_, cast, func, not_, or_
from sqlmodel import col

from domain.conditions import ClockTime, DateIs
from models import Customer
from store.conditions.binds import TEXTS, Asking, JsonPath
from store.conditions.json_path import anniversary_path
from store.conditions.profile_sql import returning
from store.conditions.scope import Scope

_DATES_AT_ONCE = (-1, 0, 1)
"""Days before and after today in UTC."""


def date_is(condition: DateIs, asking: Asking) -> ColumnElement[bool]:
    """It is the day that the condition means, where the customer is. Never null."""
    zone = col(Customer.timezone)
    unknown = or_(zone.is_(None), not_(zone == any_(asking.binds.of(lambda _: list(_zones()), TEXTS))))
    return or_(*(_on(shift, unknown, condition, asking) for shift in _DATES_AT_ONCE))


def clocks_moved(time: ClockTime, before: Scope, after: Scope) -> bool:
    """Whether, between the two moments, a new day came or ended for anybody, days beginning at that time."""
    days = {_utc_date(scope, shift) for scope in (before, after) for shift in _DATES_AT_ONCE}
    return any(_showing(day, before.now, time) != _showing(day, after.now, time) for day in days)


def _on(shift: int, unknown: ColumnElement[bool], condition: DateIs, asking: Asking) -> ColumnElement[bool]:
    """The customer's clock shows that date, and it is the one meant."""
    binds, zone = asking.binds, col(Customer.timezone)

    def showing(scope: Scope) -> list[str]:
        return _showing(_utc_date(scope, shift), scope.now, condition.time)

    fallback = binds.of(lambda scope: scope.timezone in showing(scope), Boolean())
    here = or_(and_(zone.is_not(None), zone == any_(binds.of(showing, TEXTS))), and_(fallback, unknown))
    return and_(here, _meant(condition, lambda scope: _utc_date(scope, shift - condition.offset_days), asking))


def _meant(condition: DateIs, day: Callable[[Scope], date], asking: Asking) -> ColumnElement[bool]:
    home, dot, path = condition.name.partition(".")
    if dot:
        document = col(Customer.attributes) if home == "attributes" else col(Customer.traits)

        def json_path(scope: Scope) -> str:
            wanted = day(scope)
            if condition.yearly:
                return anniversary_path(path, returning(wanted), None)
            return anniversary_path(path, [f"{wanted:%m-%d}"], wanted.year)

        return func.jsonb_path_exists_tz(document, asking.binds.of(json_path, JsonPath()))
    field = col(Customer.birth_date)
    if condition.yearly:
        same = func.to_char(field, "MM-DD") == any_(asking.binds.of(lambda scope: returning(day(scope)), TEXTS))
    else:
        same = field == cast(asking.binds.of(day, Date()), Date())
    return and_(field.is_not(None), same)


def _utc_date(scope: Scope, shift: int) -> date:
    return scope.now.astimezone(UTC).date() + timedelta(days=shift)


@lru_cache(maxsize=1)
def _zones() -> dict[str, ZoneInfo]:
    """Every IANA zone that this machine knows. Kept: reading them again for each question would take longer."""
    return {name: ZoneInfo(name) for name in sorted(available_timezones())}


@lru_cache(maxsize=64)
def _showing(day: date, now: datetime, time: ClockTime) -> list[str]:
    """Zones whose clocks show that day now, at that time or later."""
    clocks = ((name, now.astimezone(zone)) for name, zone in _zones().items())
    return [name for name, clock in clocks if clock.date() == day and clock.time() >= time]
