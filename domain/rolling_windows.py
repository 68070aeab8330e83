"""What a customer did lately: counted by day as events come, summed over windows when somebody asks.

A sum over "the last 30 days" changes by time alone. So profiles keep days (UTC), and the sums are made when they are
read: they are right at every moment, and nothing has to be swept.

| kept in traits | read as |
|---|---|
| `order_days`: day -> [orders, revenue], a year of them | `orders_30d`, `_90d`, `_365d`, `revenue_30d`, ... |
| `engagement_days`: channel -> day -> what -> times, 90 days | `engagement_30d`, `_90d`: channel -> what -> times |
| `active_hours`: hour of the day in UTC -> opens and clicks | `best_hour`: the hour, 0 to 23, on the customer's clock |
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.orders import added
from domain.scheduling import customer_zone

ORDER_WINDOWS = (30, 90, 365)
ENGAGEMENT_WINDOWS = (30, 90)
_KEPT = ("order_days", "engagement_days", "active_hours")

Traits = dict[str, Any]


def note_order(traits: Traits, at: datetime, revenue: float) -> None:
    """Count an order on its day."""
    days, day = traits.setdefault("order_days", {}), _day(at)
    orders, before = days.get(day, (0, 0.0))
    days[day] = [orders + 1, added(before, revenue)]
    if orders == 0:  # a day that is there moves no window
        _forget(days, ORDER_WINDOWS[-1])


def correct_order(traits: Traits, at: datetime, orders: int, revenue: float) -> None:
    """Change the count of a day that is still kept."""
    counts = traits.get("order_days", {}).get(_day(at))
    if counts is not None:
        traits["order_days"][_day(at)] = [max(0, counts[0] + orders), added(counts[1], revenue)]


def note_engagement(traits: Traits, channel: str, what: str, at: datetime, *, by_customer: bool) -> None:
    """Count what became of a message; with `by_customer`, the hour too."""
    days = traits.setdefault("engagement_days", {}).setdefault(channel, {})
    counts = days.setdefault(_day(at), {})
    counts[what] = counts.get(what, 0) + 1
    _forget(days, ENGAGEMENT_WINDOWS[-1])
    if by_customer:
        hours = traits.setdefault("active_hours", {})
        hour = str(at.astimezone(UTC).hour)
        hours[hour] = hours.get(hour, 0) + 1


def _day(at: datetime) -> str:
    return at.astimezone(UTC).date().isoformat()


def _forget(days: dict[str, Any], kept: int) -> None:
    """Drop what no window will ever hold again."""
    if len(days) > 1:
        first = (date.fromisoformat(max(days)) - timedelta(days=kept)).isoformat()
        if min(days) < first:
            for day in [day for day in days if day < first]:
                del days[day]


def joined(result: Traits, traits: Mapping[str, Any], other: Mapping[str, Any]) -> None:
    """Put the days of two profiles together, in `result`."""
    for name in _KEPT:
        if name in traits and name in other:
            result[name] = _added(traits[name], other[name])
    if "order_days" in result:
        _forget(result["order_days"], ORDER_WINDOWS[-1])


def _added(one: Any, other: Any) -> Any:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        both = {key: _added(value, other[key]) if key in other else value for key, value in one.items()}
        return both | {key: value for key, value in other.items() if key not in one}
    if isinstance(one, list | tuple):
        return [one[0] + other[0], added(one[1], other[1])]
    return one + other


def read(traits: Mapping[str, Any], *, now: datetime, zone: str | None = None) -> Traits:
    """The traits as they are now: sums over windows in place of the days that they are made of.

    Args:
        traits: as they are kept.
        now: the present instant.
        zone: the customer's, for `best_hour`; UTC when it is not known.

    """
    found = {name: value for name, value in traits.items() if name not in _KEPT}
    if "order_days" in traits:
        for days in ORDER_WINDOWS:
            inside = [count for day, count in traits["order_days"].items() if _within(day, days, now)]
            found[f"orders_{days}d"] = sum(count[0] for count in inside)
            found[f"revenue_{days}d"] = added(*(count[1] for count in inside))
    if "engagement_days" in traits:
        for days in ENGAGEMENT_WINDOWS:
            found[f"engagement_{days}d"] = {
                channel: _summed([counts for day, counts in kept.items() if _within(day, days, now)])
                for channel, kept in sorted(traits["engagement_days"].items())
            }
    if traits.get("active_hours"):
        found["best_hour"] = _best_hour(traits["active_hours"], now, zone)
    return found


def _within(day: str, days: int, now: datetime) -> bool:
    """Whether the day is one of the last `days`, today included."""
    return day > (now.astimezone(UTC).date() - timedelta(days=days)).isoformat()


def _summed(counts: list[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for each in counts:
        for what, times in each.items():
            total[what] = total.get(what, 0) + times
    return total


def _best_hour(hours: Mapping[str, int], now: datetime, zone: str | None) -> int:
    best = min(hours, key=lambda hour: (-hours[hour], int(hour)))
    on_that_hour = now.astimezone(UTC).replace(hour=int(best), minute=0)
    return on_that_hour.astimezone(ZoneInfo(customer_zone(zone, "UTC")[0])).hour
