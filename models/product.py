"""Products, as events name them, with what is recommended beside each."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.columns import instant, json_list, json_object


class Product(SQLModel, table=True):
    """One product that customers look at or buy. Written whole by each training of the recommendations."""

    __tablename__ = "products"
    __table_args__ = (Index("products_rank", "rank"),)

    id: str = Field(primary_key=True)
    """The shop's `product_id`."""
    details: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    """`name`, `category`, `brand`, `price`, `url`, `image_url`, as the newest event had them."""
    neighbours: list[Any] = Field(default_factory=list, sa_column=json_list())
    """`[product_id, weight]`, the nearest first; empty where popularity foretells better."""
    rank: int
    """By popularity, from 0."""
    model_id: UUID | None = None
    at: datetime = Field(default=None, sa_column=instant(now=True))
