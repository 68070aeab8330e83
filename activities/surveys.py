"""AnswerReading the open answers of a survey: language, sentiment and themes, told as events."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from domain.authority import Authority
from domain.events import SURVEY_ANSWER_ANALYZED, IncomingEvent
from domain.ids import event_id
from domain.surveys.answers import group_of
from ingestion.pipeline import ingest
from ingestion.surveys.answering import SOURCE
from intelligence.surveys import sentiment
from intelligence.surveys.languages import language_of
from intelligence.surveys.scrubbing import scrubbed
from intelligence.surveys.sentiment import Sentiment
from intelligence.surveys.themes import Theme, find_themes
from models import SurveyRow, SurveyTheme
from store.database.engine import Database
from store.surveys import surveys, themes
from store.surveys.themes import AnswerReading, OpenAnswer

MOST = 10_000
"""The newest answers of a question that are read together."""
_BATCH = 500
_FEELS: Mapping[str, Sentiment] = {
    "promoter": "positive", "satisfied": "positive", "easy": "positive", "passive": "neutral", "neutral": "neutral",
    "detractor": "negative", "dissatisfied": "negative", "hard": "negative", "yes": "positive", "no": "negative",
}  # fmt: skip
"""What the score beside a text says of how it feels."""


@dataclass(frozen=True)
class Analysis:
    """What was read."""

    answers: int
    themes: int


async def analyse(database: Database, survey_id: UUID, *, now: datetime, time_scale: float = 1.0) -> Analysis:
    """Read the open answers of every question of a survey.

    Args:
        database: where they are.
        survey_id: which survey.
        now: the present instant, UTC.
        time_scale: see `ingestion.pipeline.ingest`.

    Raises:
        NotFoundError: there is no such survey.

    """
    async with database.transaction() as session:
        row = await surveys.require(session, survey_id)
        questions = [each["id"] for each in row.definition["questions"] if each["kind"] == "text"]
    read, found = 0, 0
    for question in questions:
        one = await _analyse_question(database, row, question, now=now, time_scale=time_scale)
        read, found = read + one.answers, found + one.themes
    return Analysis(read, found)


async def _analyse_question(
    database: Database, row: SurveyRow, question: str, *, now: datetime, time_scale: float
) -> Analysis:
    async with database.transaction() as session:
        answers = await themes.words_of(session, row.id, question, MOST)
        known = await themes.of_question(session, row.id, question)
    if not answers:
        return Analysis(0, 0)
    read = await asyncio.to_thread(_read, answers, [_terms(theme) for theme in known])
    async with database.transaction() as session:
        places = await _keep_themes(session, (row.id, question), answers, read.themes, known)
        names = {theme.id: theme.name for theme in await themes.of_question(session, row.id, question)}
    readings = [
        AnswerReading(each.id, each.revision, read.languages[place], *read.feelings[place], places.get(place, []))
        for place, each in enumerate(answers)
    ]
    for start in range(0, len(readings), _BATCH):
        async with database.transaction() as session:
            fresh = await themes.write(session, readings[start : start + _BATCH], now)
            events = [
                _event((row.key, question), each, answer, names, now) for each, answer in _of(fresh, readings, answers)
            ]
            if events:
                await ingest(session, events, now=now, time_scale=time_scale)
    return Analysis(len(answers), len(read.themes))


@dataclass(frozen=True)
class _Read:
    languages: list[str | None]
    feelings: list[tuple[Sentiment, float]]
    themes: list[Theme]


def _read(answers: Sequence[OpenAnswer], known: Sequence[list[tuple[str, float]]]) -> _Read:
    texts = [scrubbed(each.words, each.names) for each in answers]
    labelled = [(text, _FEELS[group]) for text, each in zip(texts, answers, strict=True) if (group := _beside(each))]
    model = sentiment.learn([text for text, _ in labelled], [label for _, label in labelled])
    return _Read([language_of(text) for text in texts], sentiment.judge(texts, model), find_themes(texts, known))


def _beside(answer: OpenAnswer) -> str | None:
    if answer.score is None or answer.kind is None:
        return None
    group = {1: "yes", 0: "no"}.get(answer.score) if answer.kind == "yes_no" else group_of(answer.kind, answer.score)
    return group if group in _FEELS else None


def _terms(theme: SurveyTheme) -> list[tuple[str, float]]:
    return [(str(word), float(weight)) for word, weight in theme.terms]


async def _keep_themes(
    session: AsyncSession,
    of: tuple[UUID, str],
    answers: Sequence[OpenAnswer],
    found: Sequence[Theme],
    known: Sequence[SurveyTheme],
) -> dict[int, list[UUID]]:
    """Write the themes; of each answer (by place) the themes that it belongs to, merges and splits obeyed."""
    by_first = {tuple(theme.terms[0]) if len(theme.terms) == 1 else str(theme.terms): theme for theme in known}
    places: dict[int, list[UUID]] = {}
    kept = {theme.id: theme for theme in known}
    for theme in found:
        terms = [list(term) for term in theme.terms]
        key = tuple(terms[0]) if len(terms) == 1 else str(terms)
        same = by_first.get(key)  # type: ignore[call-overload]
        quoted = [str(answers[place].id) for place in theme.quotations]
        if same is None:
            same = SurveyTheme(id=uuid4(), survey_id=of[0], question_id=of[1], name=theme.name, terms=terms)
            session.add(same)
            kept[same.id] = same
        await session.flush()
        await themes.quote(session, same.id, quoted)
        for place in theme.answers:
            places[place] = [themes.standing_for(same, kept, answers[place].words)]
    return places


def _of(
    fresh: set[UUID], readings: Sequence[AnswerReading], answers: Sequence[OpenAnswer]
) -> list[tuple[AnswerReading, OpenAnswer]]:
    by_id = {each.id: each for each in answers}
    return [(each, by_id[each.id]) for each in readings if each.id in fresh]


def _event(
    of: tuple[str, str], read: AnswerReading, answer: OpenAnswer, names: Mapping[UUID, str], now: datetime
) -> IncomingEvent:
    said: dict[str, Any] = {
        "survey": of[0],
        "question": of[1],
        "answer_id": str(read.id),
        "language": read.language,
        "sentiment": read.sentiment,
        "sentiment_score": read.score,
        "theme": next((names[each] for each in read.theme_ids if each in names), None),
        "score": answer.score,
    }
    return IncomingEvent(
        id=event_id(SOURCE, f"{read.id}/{read.revision}/read"),
        name=SURVEY_ANSWER_ANALYZED,
        customer_id=answer.customer_id,
        occurred_at=now,
        properties={name: value for name, value in said.items() if value is not None},
        source=SOURCE,
        authority=Authority.INTERNAL,
    )
