"""Surveys: definitions, links, answers."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StrictInt

from api.paging import PageQuery
from api.schemas.base import Body, Name, Revision, View
from domain.surveys.definition import SCALES, QuestionKind, Survey, SurveyKey
from ingestion.surveys.answering import Visit

State = Literal["draft", "active", "ended"]


class SurveyCreate(Body):
    """A new survey; it is a draft until its state is changed."""

    key: SurveyKey
    name: Name
    survey: Survey


class SurveyUpdate(Body):
    """What is to change. What is left out stays."""

    revision: Revision
    name: Name | None = None
    state: State | None = None
    survey: Survey | None = None


class WaveCreate(Body):
    """A new wave: everybody may answer again."""

    revision: Revision


class SurveyView(View):
    """A survey."""

    id: UUID
    key: str
    name: str
    state: State
    wave: int = Field(description="Everybody may answer once a wave; links of earlier waves are closed.")
    revision: int
    survey: Survey
    created_at: datetime
    updated_at: datetime


class LinkCreate(Body):
    """Whose link is wanted."""

    customer: str | None = Field(
        default=None, min_length=1, max_length=255, description="Without one it is a trial, whose answers don't count."
    )


class LinkView(View):
    """A link to a survey's page."""

    url: str
    test: bool


class TestsRemoved(View):
    """What was removed."""

    answers: int


class AnswerBody(Body):
    """An answer to one question."""

    question: str = Field(min_length=1, max_length=40)
    answer: StrictInt | Annotated[str, Field(max_length=20_000)] | list[Annotated[str, Field(max_length=60)]] = Field(
        description="A score, `yes` or `no`, an option's id or several, or words.", examples=[9]
    )


class OpenOption(View):
    """What can be chosen."""

    id: str
    label: str


class OpenQuestion(View):
    """A question in the customer's language."""

    id: str
    kind: QuestionKind
    prompt: str
    low: str
    high: str
    lowest: int | None
    highest: int | None
    options: list[OpenOption]
    required: bool


class OpenSurvey(View):
    """A survey as the customer sees it."""

    key: str
    language: str
    closed: Literal["ended", "wave", "full", "not_begun"] | None
    questions: list[OpenQuestion]
    answers: dict[str, Any] = Field(description="By question.")
    next: str | None = Field(description="The question that is to be asked now; null when there is none.")
    thanks: str
    thanks_link: str

    @classmethod
    def of(cls, visit: Visit, language: str, upcoming: str | None) -> "OpenSurvey":
        """What a visit shows."""
        survey, said = visit.survey, visit.survey.said
        return cls(
            key=visit.row.key,
            language=language,
            closed=visit.closed,
            questions=[
                OpenQuestion(
                    id=each.id,
                    kind=each.kind,
                    prompt=said(each.prompt, language),
                    low=said(each.low, language),
                    high=said(each.high, language),
                    lowest=SCALES[each.kind][0] if each.kind in SCALES else None,
                    highest=SCALES[each.kind][1] if each.kind in SCALES else None,
                    options=[OpenOption(id=one.id, label=said(one.label, language)) for one in each.options],
                    required=each.required,
                )
                for each in survey.questions
            ],
            answers={each.question_id: each.value for each in visit.answered},
            next=upcoming,
            thanks=said(survey.thanks, language),
            thanks_link=survey.thanks_link,
        )


class SurveyAnswersQuery(PageQuery):
    """Which answers."""

    question: str | None = Field(default=None, max_length=40)
    wave: int | None = Field(default=None, ge=1, le=2_000_000_000)
    group: str | None = Field(default=None, max_length=40, examples=["detractor"])
    theme: UUID | None = None
    sentiment: Literal["positive", "neutral", "negative"] | None = None
    search: str | None = Field(default=None, min_length=1, max_length=120, description="Words of an open answer.")
    words: bool = Field(default=False, description="Only open answers.")


class SurveyAnswerView(View):
    """An answer."""

    id: UUID
    customer_id: UUID
    wave: int
    question_id: str
    kind: QuestionKind
    value: Any
    score: int | None
    group: str = Field(validation_alias="answer_group")
    words: str | None
    beside: int | None = Field(description="The customer's first score in that wave.")
    language: str | None
    sentiment: Literal["positive", "neutral", "negative"] | None
    theme_ids: list[UUID]
    channel: str | None
    answered_at: datetime
    changed_at: datetime


class FigureView(View):
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


class ScorePoint(View):
    """The answers of a week, or by a channel."""

    label: str = Field(description="The week's Monday, or the channel; `link` for links of no message.")
    answers: int
    figure: FigureView | None


class QuestionResult(View):
    """What the answers to a question come to."""

    question_id: str
    kind: QuestionKind
    answers: int
    groups: dict[str, int] = Field(description="Answers by group; of several choices by option.")
    mean: float | None
    figure: FigureView | None = Field(description="NPS from -100 to 100; else the share of good answers, in per cent.")
    weighted: FigureView | None = Field(description="As if every channel's customers had answered alike often.")
    weeks: list[ScorePoint]
    channels: list[ScorePoint]


class AskedView(View):
    """Whom a channel asked."""

    channel: str | None
    asked: int
    answered: int


class ThemeView(View):
    """What several answers are about."""

    id: UUID
    question_id: str
    name: str
    named_by_hand: bool
    answers: int
    positive: int
    negative: int
    lately: int = Field(description="Answers of the last 7 days.")
    before: int = Field(description="Answers of the 7 days before those.")
    quotations: list[str]


class SurveyResults(View):
    """What a survey's answers come to; trials are left out."""

    questions: list[QuestionResult]
    asked: list[AskedView]
    themes: list[ThemeView]


class WaveQuery(Body):
    """Of which wave."""

    wave: int | None = Field(default=None, ge=1, le=2_000_000_000, description="All waves without one.")


class AnalysisView(View):
    """What was read."""

    answers: int
    themes: int


class ThemeUpdate(Body):
    """What is to become of a theme; it stays so when answers are read again."""

    name: Name | None = None
    merge_into: UUID | None = Field(default=None, description="Count its answers as that theme's.")
    split_words: list[Annotated[str, Field(min_length=2, max_length=40)]] | None = Field(
        default=None, min_length=1, max_length=10, description="Make those that hold such a word a theme called `name`."
    )
