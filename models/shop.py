"""What holds for the whole shop."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import instant, json_object, text_list


class ShopSettings(SQLModel, table=True):
    """The shop's currency, and those seen. At most one row; none before a currency was set or seen."""

    __tablename__ = "shop_settings"

    id: int = Field(default=1, primary_key=True)
    currency: str | None = None
    """ISO 4217: sums of money are in it, and orders that name no currency are taken to be in it."""
    currency_from: str | None = None
    """Who said so: `set` by an operator, else the first order, of a `server` rather than of a `page`."""
    currencies: list[str] = Field(default_factory=list, sa_column=text_list())
    """Those that events named. With a single one, no sum has to look for the currency of its events."""
    message_costs: dict[str, int] = Field(default_factory=dict, sa_column=json_object())
    """Channel -> what one message on it costs, in millionths of the currency; a text message: one segment."""
    revision: int = 1
    updated_at: datetime = Field(default=None, sa_column=instant(now=True))
