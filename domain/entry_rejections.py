"""Why a trigger that fired, or a launch that named somebody, started no journey."""

from dataclasses import dataclass
from enum import StrEnum

from domain.i18n import Sentence, sentence


class RejectionCode(StrEnum):
    """The rules that keep customers out. Stored, and counted by."""

    PAUSED = "paused"
    MISSING_KEY = "missing_key"
    BEEN_BEFORE = "been_before"
    BEEN_BEFORE_WITH = "been_before_with"
    STILL_INSIDE = "still_inside"
    TOO_SOON = "too_soon"
    TRIGGER_TOO_SOON = "trigger_too_soon"


_SENTENCES = {
    RejectionCode.PAUSED: "refused_paused",
    RejectionCode.MISSING_KEY: "refused_missing_key",
    RejectionCode.BEEN_BEFORE: "refused_been_before",
    RejectionCode.BEEN_BEFORE_WITH: "refused_been_before_with",
    RejectionCode.STILL_INSIDE: "refused_still_inside",
    RejectionCode.TOO_SOON: "refused_too_soon",
    RejectionCode.TRIGGER_TOO_SOON: "refused_trigger_too_soon",
}
_ABOUT = frozenset({RejectionCode.MISSING_KEY, RejectionCode.BEEN_BEFORE_WITH})


@dataclass(frozen=True)
class EntryRejection:
    """Not let in.

    Attributes:
        code: by which rule.
        about: the event property that the rule speaks of: the entry key, or the one that the event lacks.
            Never its value, which may name somebody: rejections outlive that person's data.

    """

    code: RejectionCode
    about: str | None = None

    @property
    def words(self) -> Sentence:
        """The same as a sentence."""
        code = _SENTENCES[self.code]
        return sentence(code, about=self.about or "") if self.code in _ABOUT else sentence(code)

    @property
    def reason(self) -> str:
        """The same in English."""
        return str(self.words)

    def row(self) -> dict[str, str | None]:
        """Its columns in the table of refusals."""
        return {"code": self.code.value, "about": self.about, "reason": self.reason}
