"""Topics, and the limits on contacting customers."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path
from pydantic import Field

from api.schemas.base import Body, Name, View
from domain.contact import ContactPolicy
from domain.vocabulary import Channel

TopicPath = Annotated[
    str,
    Path(pattern=r"^[A-Za-z0-9_.-]{1,80}$", description="The topic.", examples=["weekly-offers"]),
]


class TopicBody(Body):
    """What customers read of a topic."""

    name: Name
    description: str = Field(default="", max_length=500)
    opt_in: bool = Field(default=False, description="Only those get it who asked for it.")


class TopicView(View):
    """A subscription group."""

    key: str
    name: str
    description: str
    opt_in: bool
    created_at: datetime
    updated_at: datetime


class PreferencesLink(View):
    """The customer's own preference page. Whoever has the address can change their consents: show it to nobody else."""

    url: str


class PolicyBody(Body):
    """The limits as they shall be, all of them."""

    policy: ContactPolicy
    revision: int = Field(ge=0, le=2_000_000_000, description="The revision that was read.")


class PolicyView(View):
    """The limits in force; revision 0 before anybody set one."""

    policy: ContactPolicy
    revision: int
    updated_at: datetime | None


class SuppressionBody(Body):
    """An address that nothing shall be sent to."""

    channel: Literal["email", "sms", "whatsapp"]
    address: str = Field(min_length=1, max_length=320, examples=["ada@shop.example"])


class SuppressionView(View):
    """An address that nothing is sent to, whoever it belongs to."""

    channel: Channel
    address: str
    reason: str = Field(description="`hard_bounce`, `soft_bounces`, `complaint`, `stop`, `manual`, ...")
    source: str
    at: datetime
