"""A length of business time."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Duration(BaseModel):
    """A length of business time: weeks to seconds, added together; above zero and at most five years."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    weeks: float = Field(default=0, ge=0)
    days: float = Field(default=0, ge=0)
    hours: float = Field(default=0, ge=0)
    minutes: float = Field(default=0, ge=0)
    seconds: float = Field(default=0, ge=0)

    @property
    def total_seconds(self) -> float:
        """The whole length in seconds."""
        return self.weeks * 604800 + self.days * 86400 + self.hours * 3600 + self.minutes * 60 + self.seconds

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if not 0 < self.total_seconds <= 5 * 366 * 86400:
            raise ValueError("a duration is above zero and at most five years")
        return self
