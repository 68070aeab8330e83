"""A broadcast: one message to one audience, once. It is carried out as a campaign of a fixed flow (see ADR 0020)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Annotated, Any, Literal, assert_never
from uuid import UUID

from pydantic import AwareDatetime, Field, NaiveDatetime, field_validator

from domain.conditions import AllOf, Condition, Engaged, InSegment, Not
from domain.contact import TopicKey
from domain.content import Content
from domain.flow import Flow, Goal
from domain.flow.base import FlowModel, known_zone
from domain.vocabulary import Category, Channel, MessageEventKind

ENTRY, WHEN, MESSAGE, CONVERSIONS, END = "entry", "when", "message", "conversions", "end"
"""Ids of the flow's nodes."""
BEFORE_MESSAGE = (ENTRY, WHEN, MESSAGE)
"""Who stands there has not been sent the message yet."""
_EARLIEST_ZONE = timedelta(hours=14)
_LATEST_ZONE = timedelta(hours=-12)
_STEP = 150


class BroadcastAudience(FlowModel):
    """Who gets it: a segment, or a condition written here, without the members of other segments."""

    segment_id: UUID | None = None
    condition: Condition | None = None
    exclude_segment_ids: list[UUID] = Field(default_factory=list, max_length=20)


class BroadcastMessage(FlowModel):
    """What they get: a template, or content written here."""

    channel: Channel
    template_id: UUID | None = None
    content: Content | None = None


class SendNow(FlowModel):
    """As soon as it is confirmed."""

    kind: Literal["now"] = "now"


class SendAt(FlowModel):
    """At one instant for everybody."""

    kind: Literal["at"] = "at"
    at: AwareDatetime


class SendAtLocalTime(FlowModel):
    """When each customer's own clock shows this date and time. Where it has passed already they get it at once."""

    kind: Literal["local_time"] = "local_time"
    at: NaiveDatetime


class SendAtBestHour(FlowModel):
    """In each customer's best hour of the `within_hours` that begin at `at`, or when it is confirmed."""

    kind: Literal["best_hour"] = "best_hour"
    at: AwareDatetime | None = None
    within_hours: int = Field(default=24, ge=1, le=168)


Timing = Annotated[SendNow | SendAt | SendAtLocalTime | SendAtBestHour, Field(discriminator="kind")]


class Broadcast(FlowModel):
    """A broadcast as its author left it, finished or not."""

    audience: BroadcastAudience = BroadcastAudience()
    message: BroadcastMessage | None = None
    timing: Timing = SendNow()
    timezone: str = "UTC"
    """For customers whose own time zone is not known."""
    category: Category = Category.MARKETING
    topic: TopicKey | None = None
    conversion: Goal | None = None
    """What counts as a conversion, and for how long after the send."""
    non_openers_of: UUID | None = None
    """A resend: only those who were sent this campaign's message and did not open it (opens by machines aside)."""
    not_again: list[UUID] = Field(default_factory=list, max_length=50)
    """Campaigns whose recipients are left out: earlier resends."""

    _check_zone = field_validator("timezone")(known_zone)

    @property
    def missing(self) -> list[str]:
        """What it lacks before it can be reviewed: `audience`, `message`."""
        lacks = []
        if self.audience_condition is None:
            lacks.append("audience")
        if self.message is None or (self.message.template_id is None and self.message.content is None):
            lacks.append("message")
        return lacks

    @property
    def audience_condition(self) -> Condition | None:
        """Who is in the audience; None while nobody is chosen."""
        parts: list[Any] = []
        if self.audience.segment_id is not None:
            parts.append(InSegment(segment_id=self.audience.segment_id))
        if self.audience.condition is not None:
            parts.append(self.audience.condition)
        if self.non_openers_of is not None:
            parts += non_openers(self.non_openers_of)
        if not parts:
            return None
        parts += [Not(condition=InSegment(segment_id=each)) for each in self.audience.exclude_segment_ids]
        parts += [Not(condition=_had(MessageEventKind.SENT, each)) for each in self.not_again]
        return parts[0] if len(parts) == 1 else AllOf(of=parts)

    def not_before(self, now: datetime) -> datetime:
        """The instant at which its audience is looked up and sending begins; never before `now`."""
        match self.timing:
            case SendAt(at=at):
                return max(now, at)
            case SendAtBestHour(at=at):
                return max(now, at or now)
            case SendAtLocalTime(at=at):
                return max(now, at.replace(tzinfo=UTC) - _EARLIEST_ZONE)
            case SendNow():
                return now
            case _:
                assert_never(self.timing)

    def has_passed(self, now: datetime) -> bool:
        """Whether the time it names is over: everywhere, where it is a local time."""
        match self.timing:
            case SendAt(at=at):
                return at < now
            case SendAtLocalTime(at=at):
                return at.replace(tzinfo=UTC) - _LATEST_ZONE < now
            case SendAtBestHour(at=at):
                return at is not None and at + timedelta(hours=self.timing.within_hours) < now
            case SendNow():
                return False
            case _:
                assert_never(self.timing)

    def flow(self) -> Flow:
        """The flow that carries it out; without nodes while something is missing."""
        if self.missing or self.message is None:
            return Flow(nodes=[])
        nodes = [{"id": ENTRY, "type": "entry", "data": {"trigger": self._trigger()}}]
        until = self._until()
        if until is not None:
            nodes.append({"id": WHEN, "type": "wait", "data": {"until": until}})
        nodes.append({"id": MESSAGE, "type": f"send_{self.message.channel.value}", "data": self._send()})
        if self.conversion is not None:
            # a journey that has ended reaches no goal
            window = {"kind": "duration", "duration": self.conversion.window.model_dump()}
            nodes.append({"id": CONVERSIONS, "type": "wait", "data": {"until": window}})
        nodes.append({"id": END, "type": "end", "data": {}})
        names = [str(node["id"]) for node in nodes]
        for place, node in enumerate(nodes):
            node["position"] = {"x": 0, "y": place * _STEP}
        edges = [
            {"id": f"{source}:next", "source": source, "sourceHandle": "next", "target": target}
            for source, target in pairwise(names)
        ]
        return Flow.model_validate({"nodes": nodes, "edges": edges, "settings": self._settings()})

    def _trigger(self) -> dict[str, Any]:
        condition = self.audience_condition
        if isinstance(condition, InSegment):
            return {"kind": "segment", "segment_id": condition.segment_id}
        return {"kind": "segment", "condition": condition}

    def _until(self) -> dict[str, Any] | None:
        match self.timing:
            case SendAtLocalTime(at=at):
                return {"kind": "date", "at": at}
            case SendAtBestHour(within_hours=hours):
                return {"kind": "best_hour", "within_hours": hours}
            case SendNow() | SendAt():
                return None
            case _:
                assert_never(self.timing)

    def _send(self) -> dict[str, Any]:
        assert self.message is not None
        named = self.message.template_id
        return {"template_id": named} if named is not None else {"content": self.message.content}

    def _settings(self) -> dict[str, Any]:
        return {
            "goal": self.conversion,
            "timezone": self.timezone,
            "category": self.category,
            "topic": self.topic,
            # one run is all there is; whoever was in one that was undone may be in the next
            "reentry": {"mode": "always"},
        }


def non_openers(campaign_id: UUID) -> list[Condition]:
    """Those who were sent a campaign's message, got it, and neither opened it nor clicked in it."""
    unwanted = (MessageEventKind.OPENED, MessageEventKind.CLICKED, MessageEventKind.BOUNCED)
    return [
        _had(MessageEventKind.SENT, campaign_id),
        *(Not(condition=_had(action, campaign_id)) for action in unwanted),
    ]


def _had(action: MessageEventKind, campaign_id: UUID) -> Engaged:
    return Engaged(action=action, campaign_id=campaign_id)
