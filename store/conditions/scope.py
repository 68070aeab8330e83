"""What a condition is asked against: a moment, a journey perhaps, and the segments it names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from domain.conditions import Condition
from domain.matching import journey_refs


@dataclass(frozen=True)
class JourneyScope:
    """The journey that asks. Without one, conditions about "this journey" are refused."""

    journey_id: UUID
    started_at: datetime
    """The journey's start: anchor of `since journey_start`."""
    trigger: Mapping[str, Any] = field(default_factory=dict)
    """Properties of the event that started it."""
    trigger_at: datetime | None = None
    """When that event occurred; None = no event started it."""
    coupons: Mapping[str, str] = field(default_factory=dict)
    """Prefix -> code."""

    @cached_property
    def refs(self) -> dict[str, Any]:
        """What `trigger.<property>` and `coupon.<prefix>` stand for here."""
        return journey_refs(self.trigger, self.coupons)


@dataclass(frozen=True)
class Scope:
    """The moment of asking, and all that a condition may refer to."""

    now: datetime
    """UTC. Windows of "the last ..." end here; later events, which only a wrong clock can date, count as just now."""
    journey: JourneyScope | None = None
    segments: Mapping[UUID, Condition] = field(default_factory=dict)
    """Definitions of the segments named, and of those that they name; `store.segments` adds the missing ones itself."""
    timezone: str = "UTC"
    """IANA zone whose calendar says what "today" is, for anniversaries."""

    one_currency: bool = False
    """Whether all events are known to be in the shop's currency: then no sum looks for theirs."""

    @property
    def refs(self) -> Mapping[str, Any]:
        """What references stand for; nothing outside a journey."""
        return self.journey.refs if self.journey else {}
