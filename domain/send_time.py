"""Hours of the week at which a customer is active: their own, shrunk towards similar customers.

Two steps, each a Dirichlet prior around the one before: the hours of the *day* (few visits already say something)
around those of similar customers, then the 168 hours of the *week* around that. The weight of each prior is learned
(intelligence.send_time_model). Some people keep regular hours and others none: a mixture tells them apart by their
visits. An unknown customer gets everybody's profile.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.contact import QuietHours
from domain.i18n import MomentParam as Named
from domain.i18n import Sentence, sentence
from domain.quiet_hours import is_quiet
from domain.scheduling import ScheduledMoment

HOURS = 168
DAY = 24
FEWEST_VISITS = 200
"""Of everybody together: below, nothing is known of anybody's hours."""
_HOUR = timedelta(hours=1)
_HISTORY = timedelta(days=3 * 366)
Shares = Sequence[float]
Strengths = Sequence[tuple[float, float]]
"""How many visits of one's own weigh as much as the prior, and for which share of customers."""
_RARE = 1e-9
"""In place of a share of nothing, of which no likelihood can be told."""


@dataclass(frozen=True)
class Week:
    """Shares of activity by hour of the local week, Monday 0:00 first, and whose they are, in words."""

    shares: Shares
    words: Sentence
    by: str
    """`own`, `alike`, `everyone`, or `nobody` where nothing is known."""


@dataclass(frozen=True)
class HourlyProfile:
    """What was learned of everybody's hours.

    Attributes:
        everyone: shares of the week.
        groups: those of each behavioural cluster.
        day_strengths: how strong the prior is for the hour of the day.
        week_strength: how many visits of one's own weigh as much as the prior, for the hour of the week.
        personal: whether hours of one's own foretell better than everybody's.
        why: why it is everybody's hours only, where something is missing.

    """

    everyone: Shares
    groups: Mapping[str, Shares] = field(default_factory=dict)
    day_strengths: Strengths = ()
    week_strength: float = 0.0
    personal: bool = False
    why: Sentence | None = None


NOTHING = HourlyProfile((), why=sentence("nothing_known_of_hours"))


def scaled(time_scale: float) -> timedelta:
    """How much of the recent past is left out where days pass in seconds: nothing in it has an hour of the day."""
    return timedelta(0) if time_scale == 1 else _HISTORY * time_scale


def hour_of_week(at: datetime, zone: str) -> int:
    """0 = Monday 0:00 to 0:59 on the clocks of `zone`."""
    local = at.astimezone(ZoneInfo(zone))
    return local.weekday() * DAY + local.hour


def counted(deeds: Sequence[datetime], zone: str) -> list[int]:
    """Visits by hour of the local week: however much somebody did within an hour, they were there once."""
    clock = ZoneInfo(zone)
    visits = {at.astimezone(clock).replace(minute=0, second=0, microsecond=0, tzinfo=None) for at in deeds}
    counts = [0] * HOURS
    for hour in visits:
        counts[hour.weekday() * DAY + hour.hour] += 1
    return counts


def week_of(habits: HourlyProfile, visits: Sequence[int], group: str | None) -> Week:
    """A customer's week.

    Args:
        habits: everybody's.
        visits: the customer's own, by hour of the week.
        group: their behavioural cluster, where they are in one.

    """
    if not habits.everyone:
        return Week((), habits.why or sentence("nothing_known_of_hours"), "nobody")
    if not habits.personal:
        because = habits.why
        words = sentence("everybodys_hours_because", why=because) if because else sentence("everybodys_hours")
        return Week(habits.everyone, words, "everyone")
    alike = habits.groups.get(group or "")
    prior = alike or habits.everyone
    seen = sum(visits)
    whose = sentence("people_alike" if alike else "everybody")
    if not seen:
        return Week(prior, sentence("never_seen", whose=whose), "alike" if alike else "everyone")
    words = sentence("visits", visits=seen, whose=whose) if seen > 1 else sentence("visits_one", whose=whose)
    return Week(shrink(visits, prior, habits.day_strengths, habits.week_strength), words, "own")


def shrink(visits: Sequence[float], prior: Shares, day_strengths: Strengths, week_strength: float) -> list[float]:
    """Expected shares of the week of somebody who was seen; they sum to 1."""
    seen = sum(visits)
    usual, mine = _by_hour(prior), _by_hour(visits)
    day_strength = shrinkage(mine, usual, day_strengths)
    day = [(own + day_strength * share) / (seen + day_strength) for own, share in zip(mine, usual, strict=True)]
    tilt = [own / share if share else 1.0 for own, share in zip(day, usual, strict=True)]
    return [
        (own + week_strength * share * tilt[slot % DAY]) / (seen + week_strength)
        for slot, (own, share) in enumerate(zip(visits, prior, strict=True))
    ]


def shrinkage(counts: Sequence[float], prior: Shares, strengths: Strengths) -> float:
    """How many visits of their own weigh as much as the prior, for somebody with these counts; more than 0.

    The strengths that make the counts likely (Dirichlet-multinomial) speak for them, each by its share of customers.
    """
    seen = sum(counts)
    if not seen:
        return 1.0  # whatever it is, the prior stays
    logs = [math.log(share) + _log_likelihood(counts, prior, strength) for strength, share in strengths]
    weights = [math.exp(each - max(logs)) for each in logs]
    pairs = zip(strengths, weights, strict=True)
    others = sum(weight * strength / (seen + strength) for (strength, _), weight in pairs) / sum(weights)
    return seen * others / max(1 - others, 1e-12)


def _log_likelihood(counts: Sequence[float], prior: Shares, strength: float) -> float:
    """But for what is the same at every strength."""
    slots = (
        math.lgamma(count + strength * max(share, _RARE)) - math.lgamma(strength * max(share, _RARE))
        for count, share in zip(counts, prior, strict=True)
        if count
    )
    return math.lgamma(strength) - math.lgamma(sum(counts) + strength) + sum(slots)


def _by_hour(week: Sequence[float]) -> list[float]:
    return [sum(week[hour::DAY]) for hour in range(DAY)]


def best_hour(
    within: int, *, now: datetime, zone: str, week: Week, quiet: Sequence[QuietHours] = ()
) -> ScheduledMoment:
    """The best hour that begins within so many hours, or the present one; never a quiet one.

    The earlier of equals. Where nothing is known, or every hour is quiet, the journey goes on at once: what it sends
    waits for the end of quiet hours by itself.
    """
    now = now.astimezone(UTC)
    if not week.shares:
        return ScheduledMoment(now, sentence("goes_on_at_once", why=week.words), late=True)
    hours = [at for at in _starts(within, now) if not any(is_quiet(each, at, zone) for each in quiet)]
    if not hours:
        return ScheduledMoment(now, sentence("all_quiet", hours=within), late=True)
    best = max(hours, key=lambda at: week.shares[hour_of_week(at, zone)])  # the first of equals
    share = week.shares[hour_of_week(best, zone)]
    times = round(share * HOURS, 1)
    if best == now:
        return ScheduledMoment(now, sentence("best_hour_now", hours=within, times=times, whose=week.words), late=True)
    moment = Named(best, zone, now)
    return ScheduledMoment(best, sentence("best_hour_at", moment=moment, hours=within, times=times, whose=week.words))


def _starts(within: int, now: datetime) -> list[datetime]:
    """Now, and each full hour until then. Zones are whole quarters of an hour off: quarters would say no more."""
    first = now.replace(minute=0, second=0, microsecond=0) + _HOUR
    return [now, *(first + ahead * _HOUR for ahead in range(within))]
