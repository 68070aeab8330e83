"""What all parts of a document share."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

PartId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Color = Annotated[str, Field(pattern=r"^(#[0-9a-fA-F]{6}|primary|on_primary|text|muted|page|panel)$")]
"""`#rrggbb`, or the name of a colour of the brand kit."""
HexColor = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Link = Annotated[str, Field(max_length=2000)]
Words = Annotated[str, Field(max_length=500)]
Pixels = Annotated[int, Field(ge=0, le=100)]
Align = Literal["start", "center", "end"]
"""Start is left, or right where the language is written from right to left."""


class Part(BaseModel):
    """A part of a document: unknown fields are refused, so that nothing is lost unseen."""

    model_config = ConfigDict(extra="forbid", frozen=True)
