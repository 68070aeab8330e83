"""Attribution."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from api.schemas.base import Body, View
from domain.events import ORDER_COMPLETED
from domain.reports.attribution import AttributionModel
from domain.reports.funnel import EARLIEST, LATEST
from domain.vocabulary import Channel

DEFAULT_WINDOWS = {
    Channel.EMAIL: 120.0,
    Channel.SMS: 24.0,
    Channel.WHATSAPP: 24.0,
    Channel.PUSH: 24.0,
    Channel.IN_APP: 24.0,
}
Hours = float


class AttributionQuestion(Body):
    """Which conversions, and what they are credited to."""

    event: str = Field(default=ORDER_COMPLETED, min_length=1, max_length=120)
    since: datetime
    until: datetime
    as_of: datetime | None = Field(default=None, description="Only what had been received by then.")
    by: Literal["channel", "campaign", "message", "version", "arm"] = "channel"
    credited: Literal["click", "open", "send"] = Field(
        default="click", description="What a touch is; `open` takes clicks as well. Machines never count."
    )
    windows_hours: dict[Channel, Hours] = Field(
        default_factory=lambda: dict(DEFAULT_WINDOWS),
        description="How long after a touch a conversion counts, by channel; others are left out.",
    )
    half_life_hours: float = Field(default=168, gt=0, le=8784, description="For time decay.")
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$", description="The shop's unless given.")
    costs: dict[Channel, Decimal] = Field(
        default_factory=dict, description="What one message costs, by channel, in that currency.", max_length=10
    )
    margin_percent: float = Field(default=100, ge=0, le=100, description="What goods leave of revenue.")

    @model_validator(mode="after")
    def _sensible(self) -> "AttributionQuestion":
        for name in ("since", "until", "as_of"):
            moment = getattr(self, name)
            if moment is not None and (moment.tzinfo is None or not EARLIEST <= moment.year <= LATEST):
                raise ValueError(f"{name} needs a zone, such as Z, and a year from {EARLIEST} to {LATEST}")
        if self.since >= self.until:
            raise ValueError("since must be before until")
        if not self.windows_hours or not all(0 < hours <= 8784 for hours in self.windows_hours.values()):
            raise ValueError("a window is longer than nothing, and a year (8784 hours) at most")
        if any(not cost.is_finite() or cost < 0 or cost > 1_000 for cost in self.costs.values()):
            raise ValueError("a message costs nothing or more, and 1,000 at most")
        return self


class CreditView(View):
    """What a model credits."""

    conversions: float
    revenue: float = Field(description="Net: what was given back is taken off.")
    profit: float = Field(description="The margin of the revenue, less what the messages cost.")
    roi: float | None = Field(description="Profit by cost; null where nothing is known to be spent.")


class CausedView(View):
    """What a campaign caused, by its holdout."""

    conversions: float
    low: float
    high: float
    contacted: int
    held_out: int
    claimed_by_last: float = Field(description="Conversions that last touch credits.")
    overclaim: float | None = Field(description="Claimed by caused; null where nothing is shown to be caused.")


class PlayerView(View):
    """One channel, campaign, message, version or arm."""

    key: str
    label: str
    sent: int
    cost: float
    credits: dict[AttributionModel, CreditView]
    caused: CausedView | None = Field(default=None, description="Of campaigns that hold somebody out.")


class AttributionView(View):
    """Every model beside the others."""

    currency: str
    conversions: int = Field(description="In that currency, those without any touch too.")
    revenue: float
    touched: int = Field(description="Those with a touch: what is credited.")
    other_currencies: int = Field(description="Conversions in other currencies: never added to these.")
    players: list[PlayerView]
