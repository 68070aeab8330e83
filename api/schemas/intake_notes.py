"""What could not be used of what sources sent."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from api.schemas.base import View


class IntakeExample(View):
    """One of the items that a note is about."""

    at: datetime
    reason: str = Field(description="With the values that it is about.")
    item: str = Field(description="As it was sent, cut short.")


class IntakeNoteView(View):
    """Items of one source and day of which the same could not be used."""

    day: date
    source: str
    outcome: Literal["rejected", "noted"] = Field(
        description="`rejected`: nothing was taken. `noted`: all but a part was taken."
    )
    reason: str
    count: int
    examples: list[IntakeExample] = Field(description="The newest, at most five.")
    last_at: datetime
