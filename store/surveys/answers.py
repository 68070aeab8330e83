"""Answers: one a customer, survey, wave and question."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.surveys.answers import Answer
from models import SurveyAnswer, SurveyInvitation

_PUT = text("""
    INSERT INTO survey_answers (id, survey_id, customer_id, wave, question_id, kind, value, score, answer_group, words,
                                invitation_id, channel, campaign_id, node_id, revision, test, answered_at, changed_at)
    VALUES (:id, :survey, :customer, :wave, :question, :kind, CAST(:value AS jsonb), CAST(:score AS integer), :group,
            CAST(:words AS text), :invitation, CAST(:channel AS text), CAST(:campaign AS uuid), CAST(:node AS text), 1,
            :test, :now, :now)
    ON CONFLICT ON CONSTRAINT survey_answers_once DO UPDATE
       SET value = excluded.value, score = excluded.score, answer_group = excluded.answer_group,
           words = excluded.words, revision = survey_answers.revision + 1, changed_at = excluded.changed_at,
           language = NULL, sentiment = NULL, sentiment_score = NULL, theme_ids = '[]', read_at = NULL
     WHERE survey_answers.value <> excluded.value
    RETURNING id, revision
""")


@dataclass(frozen=True)
class Put:
    """An answer that was written down, or changed."""

    id: UUID
    revision: int


async def put(
    session: AsyncSession, invitation: SurveyInvitation, question: tuple[str, str], answer: Answer, now: datetime
) -> Put | None:
    """Keep an answer in place of the one before; None where it is the same.

    Args:
        session: the transaction.
        invitation: by which it came.
        question: its id and kind.
        answer: what was said.
        now: the present instant, UTC.

    """
    found = await session.execute(
        _PUT,
        {
            "id": uuid4(),
            "survey": invitation.survey_id,
            "customer": invitation.customer_id,
            "wave": invitation.wave,
            "question": question[0],
            "kind": question[1],
            "value": json.dumps(answer.value),
            "score": answer.score,
            "group": answer.group,
            "words": answer.value if question[1] == "text" else None,
            "invitation": invitation.id,
            "channel": invitation.channel,
            "campaign": invitation.campaign_id,
            "node": invitation.node_id,
            "test": invitation.test,
            "now": now,
        },
    )
    row = found.one_or_none()
    return None if row is None else Put(row.id, row.revision)


async def of_invitation(session: AsyncSession, invitation: SurveyInvitation) -> Sequence[SurveyAnswer]:
    """What the invited customer has answered in that wave."""
    found = await session.scalars(
        select(SurveyAnswer).where(
            col(SurveyAnswer.customer_id) == invitation.customer_id,
            col(SurveyAnswer.survey_id) == invitation.survey_id,
            col(SurveyAnswer.wave) == invitation.wave,
            col(SurveyAnswer.test) == invitation.test,
        )
    )
    return found.all()


async def respondents(session: AsyncSession, survey_id: UUID, wave: int, most: int) -> int:
    """How many people have answered in a wave; at most `most` are counted."""
    found = await session.execute(
        text("""
            SELECT count(*) FROM (SELECT DISTINCT customer_id FROM survey_answers
                                   WHERE survey_id = :survey AND wave = :wave AND NOT test LIMIT :most) AS people
        """),
        {"survey": survey_id, "wave": wave, "most": most},
    )
    return int(found.scalar_one())


async def any_of(session: AsyncSession, survey_id: UUID) -> bool:
    """Whether anybody has answered, tests aside."""
    found = await session.execute(
        text("SELECT EXISTS (SELECT FROM survey_answers WHERE survey_id = :survey AND NOT test)"),
        {"survey": survey_id},
    )
    return bool(found.scalar_one())


async def forget_tests(session: AsyncSession, survey_id: UUID) -> int:
    """Remove answers that only tried the survey out; how many."""
    gone = await session.execute(
        text("DELETE FROM survey_answers WHERE survey_id = :survey AND test"), {"survey": survey_id}
    )
    return int(getattr(gone, "rowcount", 0))


@dataclass(frozen=True)
class AnswerFilter:
    """Which answers are listed."""

    question_id: str | None = None
    wave: int | None = None
    group: str | None = None
    theme_id: UUID | None = None
    sentiment: str | None = None
    sought: str | None = None
    """Words that the open answer holds."""
    only_words: bool = False


_PAGE = """
    SELECT a.*, s.score AS beside
      FROM survey_answers a
      LEFT JOIN LATERAL (SELECT score FROM survey_answers b
                          WHERE b.customer_id = a.customer_id AND b.survey_id = a.survey_id AND b.wave = a.wave
                            AND NOT b.test AND b.score IS NOT NULL ORDER BY b.answered_at LIMIT 1) AS s ON true
     WHERE a.survey_id = :survey AND NOT a.test
"""


async def page(
    session: AsyncSession, survey_id: UUID, wanted: AnswerFilter, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Any]:
    """Answers, newest first, from behind `after`; each with the first score of the same customer (`beside`).

    Args:
        session: the transaction.
        survey_id: of which survey.
        wanted: which of its answers.
        after: the last of the page before.
        limit: at most so many.

    """
    values: dict[str, Any] = {"survey": survey_id, "limit": limit}
    query = _PAGE
    for clause, name, value in (
        ("a.question_id = :question", "question", wanted.question_id),
        ("a.wave = :wave", "wave", wanted.wave),
        ("a.answer_group = :group", "group", wanted.group),
        ("a.sentiment = :sentiment", "sentiment", wanted.sentiment),
        ("a.theme_ids @> CAST(:theme AS jsonb)", "theme", wanted.theme_id and json.dumps([str(wanted.theme_id)])),
        ("a.words ILIKE :sought", "sought", wanted.sought and f"%{_literal(wanted.sought)}%"),
    ):
        if value is not None:
            query += f" AND {clause}"
            values[name] = value
    if wanted.only_words:
        query += " AND a.words IS NOT NULL"
    if after is not None:
        query += " AND (a.answered_at, a.id) < (:at, :last)"
        values |= {"at": after[0], "last": after[1]}
    found = await session.execute(text(query + " ORDER BY a.answered_at DESC, a.id DESC LIMIT :limit"), values)
    return found.all()


def _literal(sought: str) -> str:
    return sought.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
