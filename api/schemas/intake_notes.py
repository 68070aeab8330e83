"""What could not be used of what sources sent."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field, computed_field

from api.schemas.base import LocalizedText, View
from domain.i18n.reasons import reason


class IntakeExample(View):
    """One of the items that a note is about."""

    at: datetime
    reason: str = Field(description="With the values that it is about.")
    item: str = Field(description="As it was sent, cut short.")

    @computed_field  # type: ignore[prop-decorator]
    @property
    def said(self) -> LocalizedText:
        """The reason, so that it can be said in any language."""
        return LocalizedText.model_validate(reason(self.reason).said())


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

    @computed_field  # type: ignore[prop-decorator]
    @property
    def said(self) -> LocalizedText:
        """The reason, so that it can be said in any language."""
        return LocalizedText.model_validate(reason(self.reason).said())
