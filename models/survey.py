"""Surveys, whom they were sent to, and what was answered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Column, Field, SQLModel

from models.columns import instant, json_list, json_object


class SurveyRow(SQLModel, table=True):
    """A survey. Never deleted: its answers name it."""

    __tablename__ = "surveys"

    id: UUID = Field(primary_key=True)
    key: str = Field(unique=True)
    """What templates and journeys call it."""
    name: str
    state: str = "draft"
    """`draft`, `active` or `ended`."""
    wave: int = 1
    """Everybody may answer once a wave; links of earlier waves are closed."""
    definition: dict[str, Any] = Field(sa_column=json_object())
    """A `domain.surveys.definition.Survey`."""
    revision: int = 1
    created_at: datetime = Field(default=None, sa_column=instant(now=True))
    updated_at: datetime = Field(default=None, sa_column=instant(now=True))


class SurveyInvitation(SQLModel, table=True):
    """Somebody was asked. Its id is what a signed link holds."""

    __tablename__ = "survey_invitations"
    __table_args__ = (
        Index("survey_invitations_customer", "customer_id", "invited_at"),
        Index("survey_invitations_survey", "survey_id", "wave", "customer_id"),
    )

    id: UUID = Field(primary_key=True)
    survey_id: UUID
    customer_id: UUID
    wave: int
    channel: str | None = None
    """That of its message; None for a link that was asked for by itself."""
    message_id: UUID | None = None
    journey_id: UUID | None = None
    campaign_id: UUID | None = None
    node_id: str | None = None
    test: bool = False
    invited_at: datetime = Field(default=None, sa_column=instant(now=True))


class SurveyAnswer(SQLModel, table=True):
    """One answer of one customer to one question in one wave. Changed in place until the survey closes."""

    __tablename__ = "survey_answers"
    __table_args__ = (
        UniqueConstraint("customer_id", "survey_id", "wave", "question_id", "test", name="survey_answers_once"),
        Index("survey_answers_survey", "survey_id", "answered_at", "id"),
        Index("survey_answers_waiting", "answered_at", postgresql_where=text("words IS NOT NULL AND read_at IS NULL")),
    )

    id: UUID = Field(primary_key=True)
    survey_id: UUID
    customer_id: UUID
    wave: int
    question_id: str
    kind: str
    value: Any = Field(sa_column=Column(JSONB, nullable=False))
    score: int | None = None
    answer_group: str
    words: str | None = None
    """Of an open question."""
    language: str | None = None
    sentiment: str | None = None
    """`positive`, `neutral` or `negative`."""
    sentiment_score: float | None = None
    """-1 to 1."""
    theme_ids: list[Any] = Field(default_factory=list, sa_column=json_list())
    read_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """When its words were analysed."""
    invitation_id: UUID
    channel: str | None = None
    campaign_id: UUID | None = None
    node_id: str | None = None
    revision: int = 1
    test: bool = False
    answered_at: datetime = Field(default=None, sa_column=instant(now=True))
    changed_at: datetime = Field(default=None, sa_column=instant(now=True))


class SurveyTheme(SQLModel, table=True):
    """What several answers are about. Names and merges that a person made stay."""

    __tablename__ = "survey_themes"
    __table_args__ = (Index("survey_themes_survey", "survey_id", "question_id"),)

    id: UUID = Field(primary_key=True)
    survey_id: UUID
    question_id: str
    name: str
    named_by_hand: bool = False
    terms: list[Any] = Field(default_factory=list, sa_column=json_list())
    """`[word, weight]`, the heaviest first: by which it is found again."""
    quotations: list[Any] = Field(default_factory=list, sa_column=json_list())
    """Ids of the answers that stand for it."""
    state: str = "active"
    """`active`, `merged` or `split`."""
    merged_into: UUID | None = None
    created_at: datetime = Field(default=None, sa_column=instant(now=True))
    updated_at: datetime = Field(default=None, sa_column=instant(now=True))
