"""Open answers to be read, and the themes that were found in them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import InvalidError, NotFoundError
from domain.i18n import sentence
from models import SurveyTheme


@dataclass(frozen=True)
class OpenAnswer:
    """An open answer; with the first score of the same customer in that wave, and its question's kind."""

    id: UUID
    revision: int
    customer_id: UUID
    words: str
    score: int | None
    kind: str | None
    names: tuple[str, ...]


@dataclass(frozen=True)
class AnswerReading:
    """What was understood of an answer, as it was at `revision`."""

    id: UUID
    revision: int
    language: str | None
    sentiment: str
    score: float
    theme_ids: list[UUID]


async def words_of(session: AsyncSession, survey_id: UUID, question_id: str, limit: int) -> list[OpenAnswer]:
    """The newest open answers to a question."""
    rows = await session.execute(
        text("""
            SELECT a.id, a.revision, a.customer_id, a.words, s.score, s.kind, c.first_name, c.last_name
              FROM survey_answers a
              LEFT JOIN customers c ON c.id = a.customer_id
              LEFT JOIN LATERAL (SELECT score, kind FROM survey_answers b
                                  WHERE b.customer_id = a.customer_id AND b.survey_id = a.survey_id
                                    AND b.wave = a.wave AND NOT b.test AND b.score IS NOT NULL
                                  ORDER BY b.answered_at LIMIT 1) AS s ON true
             WHERE a.survey_id = :survey AND a.question_id = :question AND NOT a.test AND a.words IS NOT NULL
             ORDER BY a.answered_at DESC, a.id LIMIT :limit
        """),
        {"survey": survey_id, "question": question_id, "limit": limit},
    )
    return [OpenAnswer(*row[:6], names=tuple(name for name in (row.first_name, row.last_name) if name)) for row in rows]


async def waiting(session: AsyncSession) -> list[UUID]:
    """Surveys with open answers that nobody has read."""
    rows = await session.execute(
        text("SELECT DISTINCT survey_id FROM survey_answers WHERE words IS NOT NULL AND read_at IS NULL AND NOT test")
    )
    return sorted(rows.scalars())


async def write(session: AsyncSession, readings: Sequence[AnswerReading], now: datetime) -> set[UUID]:
    """Write readings down; the answers that had none yet. One that was changed meanwhile is left for the next time."""
    values = [
        {
            "id": str(each.id),
            "revision": each.revision,
            "language": each.language,
            "sentiment": each.sentiment,
            "score": each.score,
            "themes": [str(theme) for theme in each.theme_ids],
        }
        for each in sorted(readings, key=lambda each: each.id)
    ]
    rows = await session.execute(
        text("""
            WITH read AS (SELECT * FROM jsonb_to_recordset(CAST(:readings AS jsonb)) AS r(
                              id uuid, revision integer, language text, sentiment text, score float, themes jsonb)),
                 before AS (SELECT a.id FROM survey_answers a JOIN read r ON r.id = a.id WHERE a.read_at IS NULL)
            UPDATE survey_answers a
               SET language = r.language, sentiment = r.sentiment, sentiment_score = r.score, theme_ids = r.themes,
                   read_at = :now
              FROM read r WHERE a.id = r.id AND a.revision = r.revision
            RETURNING a.id, a.id IN (SELECT id FROM before) AS fresh
        """),
        {"readings": json.dumps(values), "now": now},
    )
    return {row.id for row in rows if row.fresh}


async def of_question(session: AsyncSession, survey_id: UUID, question_id: str) -> Sequence[SurveyTheme]:
    """A question's themes, merged ones too, in the order in which they were found."""
    found = await session.scalars(
        select(SurveyTheme)
        .where(col(SurveyTheme.survey_id) == survey_id, col(SurveyTheme.question_id) == question_id)
        .order_by(col(SurveyTheme.created_at), col(SurveyTheme.id))
    )
    return found.all()


async def quote(session: AsyncSession, theme_id: UUID, answers: Sequence[str]) -> None:
    """Say which answers stand for a theme."""
    await session.execute(
        update(SurveyTheme)
        .where(col(SurveyTheme.id) == theme_id)
        .values(quotations=list(answers), updated_at=func.now())
    )


def standing_for(theme: SurveyTheme, known: Mapping[UUID, SurveyTheme], words: str) -> UUID:
    """The theme that an answer of a theme counts for: what it was merged into, or a part that was split off."""
    seen: set[UUID] = set()
    while theme.merged_into is not None and theme.merged_into in known and theme.id not in seen:
        seen.add(theme.id)
        theme = known[theme.merged_into]
    for part in known.values():
        names = [str(term[0]) for term in part.terms]
        if names[:1] == [f"part:{theme.id}"] and any(each.removeprefix("word:") in words.lower() for each in names[1:]):
            return part.id
    return theme.id


async def require(session: AsyncSession, survey_id: UUID, theme_id: UUID) -> SurveyTheme:
    """A theme of a survey.

    Raises:
        NotFoundError: it has none of that id.

    """
    found = await session.get(SurveyTheme, theme_id)
    if found is None or found.survey_id != survey_id:
        raise NotFoundError(sentence("survey_theme_unknown", theme=str(theme_id)))
    return found


async def rename(session: AsyncSession, theme: SurveyTheme, name: str) -> None:
    """Give it a name that stays."""
    theme.name, theme.named_by_hand = name, True
    await session.flush()


async def merge(session: AsyncSession, theme: SurveyTheme, into: SurveyTheme) -> None:
    """Count its answers as the other's, from now on and so far.

    Raises:
        InvalidError: the other one is it itself, or was merged into it.

    """
    if theme.id in (into.id, into.merged_into) or into.question_id != theme.question_id:
        raise InvalidError(sentence("survey_theme_itself"))
    theme.merged_into, theme.state = into.id, "merged"
    await session.flush()
    await _recount(session, theme.survey_id, theme.id, into.id, None)


async def split(session: AsyncSession, theme: SurveyTheme, name: str, words: Sequence[str]) -> SurveyTheme:
    """Make a theme of its own of those of its answers that hold one of these words."""
    terms: list[Any] = [[f"part:{theme.id}", 1.0], *([f"word:{word.lower()}", 1.0] for word in words)]
    part = SurveyTheme(
        id=uuid4(),
        survey_id=theme.survey_id,
        question_id=theme.question_id,
        name=name,
        named_by_hand=True,
        terms=terms,
    )
    session.add(part)
    await session.flush()
    for word in words:
        await _recount(session, theme.survey_id, theme.id, part.id, word)
    return part


async def _recount(session: AsyncSession, survey_id: UUID, before: UUID, after: UUID, word: str | None) -> None:
    await session.execute(
        text("""
            UPDATE survey_answers SET theme_ids = jsonb_build_array(CAST(:after AS text))
             WHERE survey_id = :survey AND theme_ids @> jsonb_build_array(CAST(:before AS text))
               AND (CAST(:word AS text) IS NULL OR position(lower(CAST(:word AS text)) in lower(words)) > 0)
        """),
        {"survey": survey_id, "before": str(before), "after": str(after), "word": word},
    )
