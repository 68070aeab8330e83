"""When an event of a call happened, by our clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""Nothing that is older is taken."""
_AHEAD = timedelta(hours=1)
"""A clock that is ahead by more than this is told of."""


@dataclass(frozen=True)
class Stamp:
    """When it happened, and what could not be used of what the sender said about it."""

    at: datetime
    said: int | None = None
    """Microseconds since 1970 by the sender's own clock, uncorrected; None where it can't be read."""
    notes: list[str] = field(default_factory=list)


def read_stamp(call: Mapping[str, Any], sent_at: object, received: datetime) -> Stamp:
    """When a call happened. What can't be read as a time happened when it was received, with a note.

    The sender's clock is corrected as Segment does it: what was sent `sentAt` by that clock was received now, so that
    `timestamp` is moved by the difference. What a wrong clock puts into the future happened now.
    """
    notes: list[str] = []
    moment = None
    for name in ("timestamp", "originalTimestamp"):
        value = call.get(name)
        if value is not None and value != "":
            moment = _instant(value)
            if moment is not None:
                break
            notes.append(f"{name} is not an ISO 8601 date and time: the time of receipt is taken")
    if moment is None:
        return Stamp(received, None, notes)
    said = (moment - EARLIEST) // timedelta(microseconds=1)
    at = _corrected(moment, call.get("sentAt") or sent_at, received, notes)
    if at < EARLIEST:
        notes.append("timestamp is before 1970: the time of receipt is taken")
        return Stamp(received, said, notes)
    if at > received + _AHEAD:
        notes.append("timestamp is in the future: the time of receipt is taken")
    return Stamp(min(at, received), said, notes)


def _corrected(moment: datetime, sent: object, received: datetime, notes: list[str]) -> datetime:
    if sent is None or sent == "":
        return moment
    sent_moment = _instant(sent)
    if sent_moment is None:
        notes.append("sentAt is not an ISO 8601 date and time: the sender's clock is taken as right")
        return moment
    try:
        return moment + (received - sent_moment)
    except OverflowError:
        notes.append("timestamp and sentAt are ages apart: the time of receipt is taken")
        return received


def _instant(value: object) -> datetime | None:
    try:
        if not isinstance(value, str):
            return None
        moment = datetime.fromisoformat(value.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
