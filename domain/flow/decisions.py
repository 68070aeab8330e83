"""Where a customer goes on: checks, splits, what is noted of them, and the end."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from domain.conditions import Condition
from domain.flow.base import FlowModel, NodeData, PortId
from domain.vocabulary import Channel


class CheckBranch(FlowModel):
    """Taken when its condition is the first that holds."""

    id: PortId
    label: str = Field(default="", max_length=120)
    condition: Condition


class CheckData(NodeData):
    """Ordered branches, then `else`."""

    branches: list[CheckBranch] = Field(min_length=1, max_length=20)


class ChannelSplitData(NodeData):
    """The best of these channels among those the customer can be reached on; `none` when there is none.

    The order of `channels` breaks ties. `last_resort_channels` are taken when no other one reaches the customer.
    """

    channels: list[Channel] = Field(min_length=1, max_length=5)
    last_resort_channels: list[Channel] = Field(default_factory=list, max_length=5)


class SplitArm(FlowModel):
    """A share of customers, sticky by customer and node. A holdout arm is watched, not contacted."""

    id: PortId
    label: str = Field(default="", max_length=120)
    weight: float = Field(gt=0, le=1000)
    holdout: bool = False


class RandomSplitData(NodeData):
    """Customers are divided by a hash of customer and node, by weight."""

    arms: list[SplitArm] = Field(min_length=2, max_length=20)


class UpdateProfileData(NodeData):
    """Set attributes (null removes one), add and remove tags."""

    set: dict[Annotated[str, Field(min_length=1, max_length=120)], bool | int | float | str | None] = Field(
        default_factory=dict, max_length=50
    )
    add_tags: list[str] = Field(default_factory=list, max_length=50)
    remove_tags: list[str] = Field(default_factory=list, max_length=50)


class CouponData(NodeData):
    """Give the customer a coupon code: one per customer and campaign; templates read `{{ coupon.<prefix> }}`."""

    prefix: str = Field(pattern=r"^[A-Z0-9]{2,20}$")
    promotion_id: UUID | None = None
    """The promotion whose code it is; without one it is a code that the shop checks by itself."""


class EndData(NodeData):
    """The journey ends here; `reason` is what reports call it."""

    reason: str = Field(default="completed", pattern=r"^[a-z0-9_]{1,60}$")
