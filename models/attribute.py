"""What attributes of customers may hold."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import instant


class AttributeDefinition(SQLModel, table=True):
    """The type that an attribute of customers has."""

    __tablename__ = "attribute_definitions"

    name: str = Field(primary_key=True)
    type: str
    """A `domain.attributes.AttributeType`."""
    description: str = ""
    created_at: datetime = Field(default=None, sa_column=instant(now=True))
    updated_at: datetime = Field(default=None, sa_column=instant(now=True))
