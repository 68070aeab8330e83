"""The deadline of a send or a call: how long a provider that refuses is asked again.

Only refusals count: it runs from the first offer, which the row knows, and ends at a refusal. Temporal has no deadline
of its own for sends, because its clock would count the time in the queue too.
"""

from datetime import datetime, timedelta

from temporalio.exceptions import ApplicationError

from config.settings import Settings
from domain.duration import Duration
from domain.i18n import Length

LONGEST_RETRY = timedelta(hours=1)
"""A provider that asks for more is asked again after so long: it may have been mended."""
SHORTEST_RETRY = timedelta(milliseconds=100)


def is_past(first: datetime | None, now: datetime, settings: Settings) -> bool:
    """Whether what was first offered then, and is refused now, is given up."""
    return first is not None and now - first >= _length(settings)


def length(settings: Settings) -> Length:
    """How long it is, in words: in days where these are whole."""
    hours = settings.send_deadline_hours
    return Length.of(Duration(days=hours / 24) if hours % 24 == 0 else Duration(hours=hours))


def in_time(retry: ApplicationError, first: datetime, now: datetime, settings: Settings) -> ApplicationError:
    """The retry, its delay shortened so that the deadline is not slept through."""
    delay = retry.next_retry_delay
    if delay is None:
        return retry
    left = max(first + _length(settings) - now, SHORTEST_RETRY)
    return ApplicationError(
        retry.message, type=retry.type, next_retry_delay=min(delay, left, LONGEST_RETRY), category=retry.category
    )


def _length(settings: Settings) -> timedelta:
    return timedelta(hours=settings.send_deadline_hours) * settings.time_scale
