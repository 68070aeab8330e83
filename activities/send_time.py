"""The moment of a wait for a customer's best hour. A model that is missing, old or broken leaves everybody's hours."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contact import QuietHours
from domain.flow import UntilBestHour
from domain.i18n import Day, Sentence, sentence
from domain.scheduling import ScheduledMoment
from domain.send_time import FEWEST_VISITS, HOURS, NOTHING, HourlyProfile, Week, best_hour, counted, scaled, week_of
from domain.vocabulary import ModelKind
from models import Customer
from store.intelligence import activity_hours, model_registry, scores

NAME = "hours"
_FRESH, _FRESHEST = timedelta(minutes=5), timedelta(seconds=5)
BELIEVED = timedelta(days=42)
"""A model older than this is not asked: training has stopped."""

log = structlog.get_logger()


class HourlyProfileCache:
    """Everybody's habits, read anew every few minutes: they move slowly and are costly to count."""

    def __init__(self) -> None:
        self._habits: HourlyProfile = NOTHING
        self._read_at: datetime | None = None

    async def get(self, session: AsyncSession, now: datetime, time_scale: float = 1.0) -> HourlyProfile:
        """The habits in use, at most some minutes old; where days pass in seconds, some seconds."""
        fresh = max(_FRESH * time_scale, _FRESHEST)
        if self._read_at is None or not timedelta(0) <= now - self._read_at < fresh:
            self._habits = await _habits(session, now, time_scale)
            self._read_at = now
        return self._habits


async def best_moment(
    session: AsyncSession,
    until: UntilBestHour,
    habits: HourlyProfile,
    customer: Customer | None,
    *,
    now: datetime,
    zone: str,
    quiet: Sequence[QuietHours],
    time_scale: float = 1.0,
) -> tuple[ScheduledMoment, Week]:
    """When the wait ends for this customer (None: for anybody), and the week that says so."""
    own = [0] * HOURS
    group = None
    if customer is not None and habits.personal:
        own = counted(await activity_hours.of_customer(session, customer.id, until=now - scaled(time_scale)), zone)
        group = await scores.value(session, customer.id, "cluster")
    week = week_of(habits, own, None if group is None else str(int(group)))
    return best_hour(until.within_hours, now=now, zone=zone, week=week, quiet=quiet), week


async def _habits(session: AsyncSession, now: datetime, time_scale: float) -> HourlyProfile:
    until = now - scaled(time_scale)
    row = await model_registry.champion(session, NAME)
    if row is None:
        return await _everybodys(session, until, sentence("no_model_yet"))
    if now - row.trained_at > BELIEVED:
        return await _everybodys(session, until, sentence("model_too_old", day=Day(row.trained_at.date())))
    try:
        if row.kind != ModelKind.HOURS:
            raise ValueError(f"a model of kind {row.kind}")
        habits = HourlyProfile(**json.loads(row.artifact))
        if len(habits.everyone) != HOURS:
            raise ValueError("not the shares of a week")
        if habits.personal and not habits.day_strengths:
            raise ValueError("how strong the prior is, is missing")
    except (ValueError, TypeError) as error:
        log.exception("model can't be read", score=NAME, model=str(row.id), problem=repr(error))
        return await _everybodys(session, until, sentence("model_unreadable"))
    return habits


async def _everybodys(session: AsyncSession, until: datetime, why: Sentence) -> HourlyProfile:
    counts = await activity_hours.of_everybody(session, until=until)
    total = sum(counts)
    if total < FEWEST_VISITS:
        return replace(NOTHING, why=sentence("nothing_known_and", nothing=sentence("nothing_known_of_hours"), why=why))
    return HourlyProfile([(count + 1) / (total + HOURS) for count in counts], why=why)
