"""Why a trigger that fired, or a launch that named somebody, started no journey."""

from dataclasses import dataclass
from enum import StrEnum


class RefusalCode(StrEnum):
    """The rules that keep customers out. Stored, and counted by."""

    PAUSED = "paused"
    MISSING_KEY = "missing_key"
    BEEN_BEFORE = "been_before"
    BEEN_BEFORE_WITH = "been_before_with"
    STILL_INSIDE = "still_inside"
    TOO_SOON = "too_soon"
    TRIGGER_TOO_SOON = "trigger_too_soon"


_SENTENCES = {
    RefusalCode.PAUSED: "paused",
    RefusalCode.MISSING_KEY: "missing key: the event has no {about}",
    RefusalCode.BEEN_BEFORE: "re-entry: has been in this campaign before",
    RefusalCode.BEEN_BEFORE_WITH: "re-entry: has been in this campaign before with {about}",
    RefusalCode.STILL_INSIDE: "re-entry: is still inside",
    RefusalCode.TOO_SOON: "re-entry: entered too short a time ago",
    RefusalCode.TRIGGER_TOO_SOON: "cool-down: the trigger started a journey too short a time ago",
}


@dataclass(frozen=True)
class Refused:
    """Not let in.

    Attributes:
        code: by which rule.
        about: what the rule speaks of: the key that the customer entered with, or the property that the event lacks.

    """

    code: RefusalCode
    about: str | None = None

    @property
    def reason(self) -> str:
        """The same in English."""
        return _SENTENCES[self.code].format(about=self.about)

    def row(self) -> dict[str, str | None]:
        """Its columns in the table of refusals."""
        return {"code": self.code.value, "about": self.about, "reason": self.reason}
