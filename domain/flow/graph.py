"""Nodes, edges, and the flow that they make."""

from __future__ import annotations

from typing import Annotated, Literal, assert_never

from pydantic import Field

from domain.flow.base import FlowModel, NodeData, NodeId, PortId
from domain.flow.decisions import (
    ChannelSplitData,
    CheckData,
    CouponData,
    EndData,
    RandomSplitData,
    UpdateProfileData,
)
from domain.flow.sends import (
    HttpCallData,
    SendEmailData,
    SendInAppData,
    SendPushData,
    SendSilentPushData,
    SendSmsData,
    SendWhatsAppData,
)
from domain.flow.settings import FlowSettings
from domain.flow.surveys import SurveyWaitData
from domain.flow.waits import WaitData, WaitEventData
from domain.triggers import Trigger
from domain.vocabulary import Channel


class CanvasPosition(FlowModel):
    """Where the node is drawn, in canvas pixels."""

    x: float = 0
    y: float = 0


class EntryData(NodeData):
    """Who enters."""

    trigger: Trigger


class _Node(FlowModel):
    id: NodeId
    position: CanvasPosition = CanvasPosition()


class EntryNode(_Node):
    type: Literal["entry"] = "entry"
    data: EntryData


class SendEmailNode(_Node):
    type: Literal["send_email"] = "send_email"
    data: SendEmailData


class SendSmsNode(_Node):
    type: Literal["send_sms"] = "send_sms"
    data: SendSmsData


class SendWhatsAppNode(_Node):
    type: Literal["send_whatsapp"] = "send_whatsapp"
    data: SendWhatsAppData


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


class SurveyNode(_Node):
    type: Literal["survey"] = "survey"
    data: SurveyWaitData


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


SendNode = SendEmailNode | SendSmsNode | SendWhatsAppNode | SendPushNode | SendSilentPushNode | SendInAppNode

Node = Annotated[
    EntryNode
    | SendEmailNode
    | SendSmsNode
    | SendWhatsAppNode
    | SendPushNode
    | SendSilentPushNode
    | SendInAppNode
    | HttpCallNode
    | WaitNode
    | WaitEventNode
    | SurveyNode
    | CheckNode
    | ChannelSplitNode
    | RandomSplitNode
    | UpdateProfileNode
    | CouponNode
    | EndNode,
    Field(discriminator="type"),
]

ListeningNode = WaitEventNode | SurveyNode
"""Nodes that wait for events: their `data` has `branches`, a `timeout` and a `since_node`."""

SEND_CHANNEL: dict[str, Channel] = {
    "send_email": Channel.EMAIL,
    "send_sms": Channel.SMS,
    "send_whatsapp": Channel.WHATSAPP,
    "send_push": Channel.PUSH,
    "send_silent_push": Channel.SILENT_PUSH,
    "send_in_app": Channel.IN_APP,
}


class Edge(FlowModel):
    """From a port of one node to another node."""

    id: str = Field(min_length=1, max_length=200)
    source: NodeId
    source_handle: PortId = Field(default="next", alias="sourceHandle")
    target: NodeId


class StickyNote(FlowModel):
    """What somebody stuck onto the drawing, for whoever works on it: nothing else reads it."""

    id: NodeId
    position: CanvasPosition = CanvasPosition()
    text: str = Field(default="", max_length=2000)
    colour: Literal["yellow", "blue", "green", "pink"] = "yellow"


class Flow(FlowModel):
    """A whole campaign as drawn."""

    nodes: list[Node] = Field(max_length=500)
    edges: list[Edge] = Field(default_factory=list, max_length=2000)
    settings: FlowSettings = FlowSettings()
    notes: list[StickyNote] = Field(default_factory=list, max_length=100)


def ports(node: Node) -> list[str]:
    """Every port a node can be left by, in drawing order; an `end` has none."""
    match node:
        case CheckNode():
            return [branch.id for branch in node.data.branches] + ["else"]
        case WaitEventNode() | SurveyNode():
            return [branch.id for branch in node.data.branches] + ["timeout"]
        case ChannelSplitNode():
            return [channel.value for channel in node.data.channels] + ["none"]
        case RandomSplitNode():
            return [arm.id for arm in node.data.arms]
        case EndNode():
            return []
        case (
            EntryNode()
            | SendEmailNode()
            | SendSmsNode()
            | SendWhatsAppNode()
            | SendPushNode()
            | SendSilentPushNode()
            | SendInAppNode()
            | HttpCallNode()
            | WaitNode()
            | UpdateProfileNode()
            | CouponNode()
        ):
            return [*_NEXT, *optional_ports(node)]
        case _:
            assert_never(node)


_NEXT = ("next",)


def optional_ports(node: Node) -> list[str]:
    """Ports that may stay unconnected: then the journey goes on by `next`."""
    if node.type in SEND_CHANNEL:
        return ["not_sent"]
    if node.type == "http_call":
        return ["failed"]
    return []
