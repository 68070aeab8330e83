"""What holds for the whole shop."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from api.schemas.base import Body, View
from domain.vocabulary import Channel


class ShopBody(Body):
    """The shop's settings as they shall be."""

    currency: str = Field(pattern=r"^[A-Z]{3}$", examples=["EUR"], description="ISO 4217.")
    message_costs: dict[Channel, Annotated[int, Field(ge=0, le=1_000_000_000)]] | None = Field(
        default=None,
        description="What one message costs, in millionths of the currency; of a text message, one segment. A channel "
        "that is left out costs nothing; null leaves all as they are.",
        examples=[{"email": 800, "sms": 45000}],
    )
    revision: int = Field(ge=0, le=2_000_000_000, description="The revision that was read.")


class ShopView(View):
    """The shop's settings; revision 0 before any was known."""

    currency: str | None = Field(description="ISO 4217. Sums of money are in it where nothing else is said.")
    currency_from: Literal["set", "server", "page"] | None = Field(
        description="Who said so: an operator, else the first order of a server, else of a page."
    )
    currencies: list[str] = Field(description="Those that events named.")
    message_costs: dict[Channel, int] = Field(description="In millionths of the currency.")
    revision: int
    updated_at: datetime | None
