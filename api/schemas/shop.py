"""What holds for the whole shop."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.schemas.base import Body, View


class ShopBody(Body):
    """The shop's settings as they shall be."""

    currency: str = Field(pattern=r"^[A-Z]{3}$", examples=["EUR"], description="ISO 4217.")
    revision: int = Field(ge=0, le=2_000_000_000, description="The revision that was read.")


class ShopView(View):
    """The shop's settings; revision 0 before any was known."""

    currency: str | None = Field(description="ISO 4217. Sums of money are in it where nothing else is said.")
    currency_from: Literal["set", "server", "page"] | None = Field(
        description="Who said so: an operator, else the first order of a server, else of a page."
    )
    currencies: list[str] = Field(description="Those that events named.")
    revision: int
    updated_at: datetime | None
