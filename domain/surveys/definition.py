"""A survey as a marketer defines it. Name, key, state, wave and revision are the row's."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

QuestionKind = Literal["nps", "csat", "stars", "ces", "yes_no", "single", "multiple", "text"]
PartId = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
SurveyKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
Words = Annotated[str, Field(min_length=1, max_length=500)]
Texts = Annotated[dict[Language, Words], Field(max_length=20)]
"""A text by language, e.g. `{"en": "How was it?", "it": "Com'è andata?"}`."""

SCALES: Mapping[str, tuple[int, int]] = {"nps": (0, 10), "csat": (1, 5), "stars": (1, 5), "ces": (1, 7)}
"""Lowest and highest score, by kind."""
GROUPS: Mapping[str, tuple[str, ...]] = {
    "nps": ("promoter", "passive", "detractor"),
    "csat": ("satisfied", "neutral", "dissatisfied"),
    "stars": ("satisfied", "neutral", "dissatisfied"),
    "ces": ("easy", "neutral", "hard"),
    "yes_no": ("yes", "no"),
    "multiple": ("answered",),
    "text": ("answered",),
}
"""What answers of a kind fall into, the best first; a single choice falls into its options."""
END = "end"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SurveyOption(_Part):
    """What can be chosen."""

    id: PartId
    label: Texts = Field(min_length=1)


class SurveyJump(_Part):
    """Where those go on whose answer is of one of these groups."""

    groups: tuple[PartId, ...] = Field(min_length=1, max_length=20)
    to: PartId
    """A later question, or `end`."""


class SurveyQuestion(_Part):
    """One question."""

    id: PartId
    kind: QuestionKind
    prompt: Texts = Field(min_length=1)
    low: Texts = Field(default_factory=dict)
    """What the lowest score means."""
    high: Texts = Field(default_factory=dict)
    options: tuple[SurveyOption, ...] = Field(default=(), max_length=20)
    required: bool = True
    jumps: tuple[SurveyJump, ...] = Field(default=(), max_length=20)

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        chosen = self.kind in ("single", "multiple")
        if chosen and len(self.options) < 2:
            raise ValueError("a choice needs two options or more")
        if not chosen and self.options:
            raise ValueError(f"a question of the kind {self.kind} has no options")
        ids = [option.id for option in self.options]
        if len(set(ids)) != len(ids):
            raise ValueError("two options have the same id")
        if self.id == END:
            raise ValueError("'end' is where a survey ends: call the question something else")
        unknown = {group for jump in self.jumps for group in jump.groups} - set(self.groups)
        if unknown:
            raise ValueError(f"no answer is of the group '{min(unknown)}'; groups are {', '.join(self.groups)}")
        return self

    @property
    def groups(self) -> tuple[str, ...]:
        """What its answers fall into."""
        return tuple(option.id for option in self.options) if self.kind == "single" else GROUPS[self.kind]


class Survey(_Part):
    """What is asked, whom it may be asked, and how it ends."""

    language: Language = "en"
    """Which of the texts is shown to those whose language has none."""
    questions: tuple[SurveyQuestion, ...] = Field(min_length=1, max_length=10)
    thanks: Texts = Field(default_factory=dict)
    """Shown at the end; without it the page thanks in its own words."""
    thanks_link: Annotated[str, Field(max_length=2000, pattern=r"^(https?://.+)?$")] = ""
    thanks_link_label: Texts = Field(default_factory=dict)
    ends_at: AwareDatetime | None = None
    quota: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    """So many people may answer in a wave."""
    pause_days: Annotated[int, Field(ge=0, le=365)] = 30
    """Nobody is asked who was asked by any survey in the days before."""

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        ids = [question.id for question in self.questions]
        if len(set(ids)) != len(ids):
            raise ValueError("two questions have the same id")
        for place, question in enumerate(self.questions):
            for jump in question.jumps:
                if jump.to != END and jump.to not in ids[place + 1 :]:
                    raise ValueError(f"'{question.id}' goes on to '{jump.to}', which is no later question")
        for texts in self._texts():
            if texts and self.language not in texts:
                raise ValueError(f"a text is missing in the survey's language, '{self.language}'")
        return self

    def _texts(self) -> list[dict[str, str]]:
        found = [self.thanks, self.thanks_link_label]
        for question in self.questions:
            found += [question.prompt, question.low, question.high, *(option.label for option in question.options)]
        return found

    def question(self, question_id: str) -> SurveyQuestion | None:
        """The question of that id."""
        return next((question for question in self.questions if question.id == question_id), None)

    @property
    def shape(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """What must not change once somebody has answered: questions, their kinds and options."""
        return [(each.id, each.kind, tuple(option.id for option in each.options)) for each in self.questions]

    def said(self, texts: Mapping[str, str], language: str | None) -> str:
        """One of the texts: in that language, else in the survey's; empty where there is none."""
        return texts.get(language or self.language) or texts.get(self.language) or next(iter(texts.values()), "")

    def closed_at(self, now: datetime) -> bool:
        """Whether its end has passed."""
        return self.ends_at is not None and now >= self.ends_at
