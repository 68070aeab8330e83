"""A whole e-mail: rows of columns of blocks."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from domain.email_document.base import Color, Part, PartId, Pixels
from domain.email_document.blocks import Block
from domain.email_document.visibility import Visibility

WIDTH = 600
_RIGHT_TO_LEFT = re.compile(r"^(ar|dv|fa|he|iw|ku-arab|ps|sd|ug|ur|yi)\b", re.IGNORECASE)


class LayoutColumn(Part):
    """Blocks one below the other."""

    id: PartId
    width: Annotated[int, Field(ge=10, le=100)] = 100
    """Per cent of the row."""
    vertical: Literal["top", "middle", "bottom"] = "top"
    blocks: list[Block] = Field(default_factory=list, max_length=60)


class LayoutRow(Part):
    """Columns side by side; below one another on a phone, unless told otherwise."""

    id: PartId
    columns: list[LayoutColumn] = Field(min_length=1, max_length=4)
    background: Color = "panel"
    padding_y: Pixels = 10
    stack: bool = True
    """On a phone."""
    show_if: Visibility | None = None
    hide_on: Literal["phone", "desktop"] | None = None

    @model_validator(mode="after")
    def _fills_the_width(self) -> "LayoutRow":
        total = sum(column.width for column in self.columns)
        if not 98 <= total <= 100:
            raise ValueError(f"the columns of a row take {total} % of its width together; they must take 100 %")
        return self


class EmailDocument(Part):
    """The body of an e-mail. `version` names this schema."""

    version: Literal[1] = 1
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    background: Color = "page"
    rows: list[LayoutRow] = Field(default_factory=list, max_length=100)

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "EmailDocument":
        ids = Counter(
            part.id for row in self.rows for part in (row, *row.columns, *(b for c in row.columns for b in c.blocks))
        )
        twice = next((each for each, count in ids.items() if count > 1), None)
        if twice is not None:
            raise ValueError(f"two parts have the id '{twice}'")
        return self

    @property
    def right_to_left(self) -> bool:
        """Whether its language is written from right to left."""
        return _RIGHT_TO_LEFT.match(self.language) is not None

    def blocks(self) -> Iterator[Block]:
        """Every block, from top to bottom."""
        for row in self.rows:
            for column in row.columns:
                yield from column.blocks
