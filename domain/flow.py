"""The campaign graph: the only schema of it, stored and drawn in React Flow's shape.

A flow is `nodes[{id, type, position, data}]` and `edges[{id, source, sourceHandle, target}]`; an edge leaves a node
by a named port (`sourceHandle`). `domain.validation` says what is wrong with a flow; these models only say its shape.
"""

from __future__ import annotations

from datetime import datetime
from datetime import time as ClockTime
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from domain.conditions import Condition, EventFilter
from domain.contact import CampaignLimits, OverLimit, TopicKey
from domain.content import EmailContent, InAppContent, PushContent, SilentPushContent, SmsContent
from domain.duration import Duration
from domain.triggers import Trigger
from domain.vocabulary import Category, Channel

NodeId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
PortId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
EventName = Annotated[str, Field(min_length=1, max_length=120)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _zone(name: str | None) -> str | None:
    if name is not None:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{name!r} is not an IANA time zone") from error
    return name


class Position(_Model):
    """Where the node is drawn, in canvas pixels."""

    x: float = 0
    y: float = 0


# --- entry ------------------------------------------------------------------------------------------------------------


class _Data(_Model):
    label: str = Field(default="", max_length=120)
    notes: str = Field(default="", max_length=2000)


class EntryData(_Data):
    """Who enters."""

    trigger: Trigger


# --- sends ------------------------------------------------------------------------------------------------------------


class _SendData(_Data):
    template_id: UUID | None = None
    category: Category | None = None
    """Overrides the campaign's category for this one message."""
    topic: TopicKey | None = None
    """What the message is about, for customers who choose topics; overrides the campaign's."""
    over_limit: OverLimit | None = None
    """Overrides the campaign's for this one message."""
    resend_when_unknown: bool = False
    """Transactional only: sent again, twice at most, while nobody knows whether it was taken. It may arrive twice."""


class SendEmailData(_SendData):
    """An e-mail by template, or with its content written here."""

    content: EmailContent | None = None


class SendSmsData(_SendData):
    """An SMS by template, or with its content written here."""

    content: SmsContent | None = None


class SendPushData(_SendData):
    """A push notification by template, or with its content written here."""

    content: PushContent | None = None


class SendSilentPushData(_SendData):
    """A silent push by template, or with its content written here."""

    content: SilentPushContent | None = None


class SendInAppData(_SendData):
    """An in-app card by template, or with its content written here."""

    content: InAppContent | None = None


class HttpCallData(_Data):
    """A request to a system of the shop's; `body` and header values are Liquid."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    url: str = Field(pattern=r"^https?://", max_length=2000)
    headers: dict[str, str] = Field(default_factory=dict, max_length=30)
    body: str | None = Field(default=None, max_length=50_000)
    timeout_seconds: float = Field(default=10, gt=0, le=60)


# --- waits ------------------------------------------------------------------------------------------------------------


class UntilDuration(_Model):
    """So long, in business time."""

    kind: Literal["duration"] = "duration"
    duration: Duration


class UntilDate(_Model):
    """A date and time; without an offset it is local to the customer."""

    kind: Literal["date"] = "date"
    at: datetime


class UntilLocalTime(_Model):
    """The next time the customer's clock shows `time` on one of `weekdays` (0 = Monday; none = any)."""

    kind: Literal["local_time"] = "local_time"
    time: ClockTime
    weekdays: list[Annotated[int, Field(ge=0, le=6)]] = Field(default_factory=list, max_length=7)


class UntilAttributeDate(_Model):
    """The date in a customer's attribute, plus (or minus) `offset_days`, at `time` on the customer's clock.

    `yearly` takes the next return of that day and month (29 February is kept on the 28th in common years). A customer
    without the attribute, or whose date has passed, goes on at once, and the step says so.
    """

    kind: Literal["attribute_date"] = "attribute_date"
    attribute: str = Field(min_length=1, max_length=120)
    offset_days: int = Field(default=0, ge=-366, le=366)
    time: ClockTime = ClockTime(9, 0)
    yearly: bool = False


Until = Annotated[UntilDuration | UntilDate | UntilLocalTime | UntilAttributeDate, Field(discriminator="kind")]


class WaitData(_Data):
    """Wait until a moment."""

    until: Until


class EventBranch(_Model):
    """One of the events a wait listens to; its journey leaves by the port `id`."""

    id: PortId
    label: str = Field(default="", max_length=120)
    on: EventFilter
    same_key: bool = False
    """Only events whose entry-key property equals this journey's key (same cart, same order)."""


class WaitEventData(_Data):
    """Wait for the first of several events, or for the timeout.

    Events that already happened since `anchor` count: a wait sees the past. `since_node` names the node whose last
    visit is the anchor; without it the anchor is the journey's start.
    """

    branches: list[EventBranch] = Field(min_length=1, max_length=20)
    timeout: Duration
    since_node: NodeId | None = None


# --- decisions --------------------------------------------------------------------------------------------------------


class CheckBranch(_Model):
    """Taken when its condition is the first that holds."""

    id: PortId
    label: str = Field(default="", max_length=120)
    condition: Condition


class CheckData(_Data):
    """Ordered branches, then `else`."""

    branches: list[CheckBranch] = Field(min_length=1, max_length=20)


class ChannelSplitData(_Data):
    """The best of these channels among those the customer can be reached on; `none` when there is none.

    The order of `channels` breaks ties. `only_if_alone` channels are taken when no other one reaches the customer.
    """

    channels: list[Channel] = Field(min_length=1, max_length=5)
    only_if_alone: list[Channel] = Field(default_factory=list, max_length=5)


class SplitArm(_Model):
    """A share of customers, sticky by customer and node. A holdout arm is watched, not contacted."""

    id: PortId
    label: str = Field(default="", max_length=120)
    weight: float = Field(gt=0, le=1000)
    holdout: bool = False


class RandomSplitData(_Data):
    """Customers are divided by a hash of customer and node, by weight."""

    arms: list[SplitArm] = Field(min_length=2, max_length=20)


class UpdateProfileData(_Data):
    """Set attributes (null removes one), add and remove tags."""

    set: dict[Annotated[str, Field(min_length=1, max_length=120)], bool | int | float | str | None] = Field(
        default_factory=dict, max_length=50
    )
    add_tags: list[str] = Field(default_factory=list, max_length=50)
    remove_tags: list[str] = Field(default_factory=list, max_length=50)


class CouponData(_Data):
    """Give the customer a coupon code: one per customer and campaign; templates read `{{ coupon.<prefix> }}`."""

    prefix: str = Field(pattern=r"^[A-Z0-9]{2,20}$")


class EndData(_Data):
    """The journey ends here; `reason` is what reports call it."""

    reason: str = Field(default="completed", pattern=r"^[a-z0-9_]{1,60}$")


# --- nodes ------------------------------------------------------------------------------------------------------------


class _Node(_Model):
    id: NodeId
    position: Position = Position()


class EntryNode(_Node):
    type: Literal["entry"] = "entry"
    data: EntryData


class SendEmailNode(_Node):
    type: Literal["send_email"] = "send_email"
    data: SendEmailData


class SendSmsNode(_Node):
    type: Literal["send_sms"] = "send_sms"
    data: SendSmsData


class SendPushNode(_Node):
    type: Literal["send_push"] = "send_push"
    data: SendPushData


class SendSilentPushNode(_Node):
    type: Literal["send_silent_push"] = "send_silent_push"
    data: SendSilentPushData


class SendInAppNode(_Node):
    type: Literal["send_in_app"] = "send_in_app"
    data: SendInAppData


class HttpCallNode(_Node):
    type: Literal["http_call"] = "http_call"
    data: HttpCallData


class WaitNode(_Node):
    type: Literal["wait"] = "wait"
    data: WaitData


class WaitEventNode(_Node):
    type: Literal["wait_event"] = "wait_event"
    data: WaitEventData


class CheckNode(_Node):
    type: Literal["check"] = "check"
    data: CheckData


class ChannelSplitNode(_Node):
    type: Literal["channel_split"] = "channel_split"
    data: ChannelSplitData


class RandomSplitNode(_Node):
    type: Literal["random_split"] = "random_split"
    data: RandomSplitData


class UpdateProfileNode(_Node):
    type: Literal["update_profile"] = "update_profile"
    data: UpdateProfileData


class CouponNode(_Node):
    type: Literal["coupon"] = "coupon"
    data: CouponData


class EndNode(_Node):
    type: Literal["end"] = "end"
    data: EndData


SendNode = SendEmailNode | SendSmsNode | SendPushNode | SendSilentPushNode | SendInAppNode

Node = Annotated[
    EntryNode
    | SendEmailNode
    | SendSmsNode
    | SendPushNode
    | SendSilentPushNode
    | SendInAppNode
    | HttpCallNode
    | WaitNode
    | WaitEventNode
    | CheckNode
    | ChannelSplitNode
    | RandomSplitNode
    | UpdateProfileNode
    | CouponNode
    | EndNode,
    Field(discriminator="type"),
]

SEND_CHANNEL: dict[str, Channel] = {
    "send_email": Channel.EMAIL,
    "send_sms": Channel.SMS,
    "send_push": Channel.PUSH,
    "send_silent_push": Channel.SILENT_PUSH,
    "send_in_app": Channel.IN_APP,
}


class Edge(_Model):
    """From a port of one node to another node."""

    id: str = Field(min_length=1, max_length=200)
    source: NodeId
    source_handle: PortId = Field(default="next", alias="sourceHandle")
    target: NodeId


# --- the campaign around the graph ------------------------------------------------------------------------------------


class Goal(_Model):
    """What the campaign is for. Reached within `window` of the start, the journey ends at once, with reason `goal`."""

    on: EventFilter
    window: Duration
    same_key: bool = False
    with_coupon: bool = False
    """Only an event whose `coupon` property is a code that this journey gave."""


class ExitEvent(_Model):
    """An event that ends the journey wherever it is."""

    on: EventFilter
    same_key: bool = False


class Reentry(_Model):
    """May a customer enter again?

    never: once in the campaign's life. after_exit: when no journey of theirs is inside. always: each time. per_key:
    once per entry key. `min_gap` is the least time between two starts of one customer (of one key, with per_key).
    """

    mode: Literal["never", "after_exit", "always", "per_key"] = "after_exit"
    min_gap: Duration | None = None


class Recurrence(_Model):
    """When a campaign repeats, on the clock of its time zone."""

    frequency: Literal["daily", "weekly", "monthly"]
    weekdays: list[Annotated[int, Field(ge=0, le=6)]] = Field(default_factory=list, max_length=7)
    """0 = Monday; weekly only, at least one."""
    day_of_month: int | None = Field(default=None, ge=1, le=28)
    time: ClockTime = ClockTime(9, 0)

    @model_validator(mode="after")
    def _fits(self) -> Recurrence:
        if (self.frequency == "weekly") != bool(self.weekdays):
            raise ValueError("a weekly recurrence names its weekdays, and no other does")
        if (self.frequency == "monthly") != (self.day_of_month is not None):
            raise ValueError("a monthly recurrence names its day_of_month, and no other does")
        return self


class CampaignSchedule(_Model):
    """When a segment campaign is launched. Without a recurrence: once, at `start` (or by hand)."""

    start: datetime | None = None
    recurrence: Recurrence | None = None
    timezone: str = "UTC"
    end: datetime | None = None
    overlap: Literal["skip", "buffer_one", "allow_all"] = "skip"
    """What a run does that is due while the run before still enrols."""
    catchup: Duration = Duration(hours=1)
    """A missed run may still start so late; later it is left out."""

    _check_zone = field_validator("timezone")(_zone)


class FlowSettings(_Model):
    """What holds for the whole campaign."""

    goal: Goal | None = None
    exit_events: list[ExitEvent] = Field(default_factory=list, max_length=20)
    reentry: Reentry = Reentry()
    schedule: CampaignSchedule | None = None
    timezone: str = "UTC"
    """For customers whose own time zone is not known."""
    category: Category = Category.MARKETING
    priority: int = Field(default=3, ge=1, le=5)
    """1 is the most urgent. Transactional messages go before all marketing."""
    topic: TopicKey | None = None
    """The subscription group that its messages belong to: customers can refuse one and keep the others."""
    limits: CampaignLimits = CampaignLimits()
    skip_late_by: Duration | None = None
    """A message that a pause made later than this is left out, by port `not_sent`. Null: late ones are sent."""

    _check_zone = field_validator("timezone")(_zone)


class Flow(_Model):
    """A whole campaign as drawn."""

    nodes: list[Node] = Field(max_length=500)
    edges: list[Edge] = Field(default_factory=list, max_length=2000)
    settings: FlowSettings = FlowSettings()


def ports(node: Node) -> list[str]:
    """Every port a node can be left by, in drawing order; an `end` has none."""
    match node:
        case CheckNode():
            return [branch.id for branch in node.data.branches] + ["else"]
        case WaitEventNode():
            return [branch.id for branch in node.data.branches] + ["timeout"]
        case ChannelSplitNode():
            return [channel.value for channel in node.data.channels] + ["none"]
        case RandomSplitNode():
            return [arm.id for arm in node.data.arms]
        case EndNode():
            return []
        case _:
            return [*_NEXT, *optional_ports(node)]


_NEXT = ("next",)


def optional_ports(node: Node) -> list[str]:
    """Ports that may stay unconnected: then the journey goes on by `next`."""
    if node.type in SEND_CHANNEL:
        return ["not_sent"]
    if node.type == "http_call":
        return ["failed"]
    return []
