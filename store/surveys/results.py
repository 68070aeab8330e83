"""What the answers to a survey come to, counted in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True)
class AnswerCount:
    """So many answers of one kind."""

    question_id: str
    kind: str
    week: datetime
    channel: str | None
    group: str
    score: int | None
    answers: int


async def counts(session: AsyncSession, survey_id: UUID, wave: int | None) -> list[AnswerCount]:
    """Answers by question, week, channel, group and score; trials are left out."""
    rows = await session.execute(
        text("""
            SELECT question_id, kind, date_trunc('week', answered_at) AS week, channel, answer_group, score, count(*)
              FROM survey_answers
             WHERE survey_id = :survey AND NOT test AND (CAST(:wave AS integer) IS NULL OR wave = :wave)
             GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 3
        """),
        {"survey": survey_id, "wave": wave},
    )
    return [AnswerCount(*row) for row in rows]


async def options(session: AsyncSession, survey_id: UUID, wave: int | None) -> list[tuple[str, str, int]]:
    """Of choices of several: question, option, answers."""
    rows = await session.execute(
        text("""
            SELECT question_id, option, count(*)
              FROM survey_answers, jsonb_array_elements_text(value) AS option
             WHERE survey_id = :survey AND NOT test AND kind = 'multiple'
               AND (CAST(:wave AS integer) IS NULL OR wave = :wave)
             GROUP BY 1, 2 ORDER BY 1, 3 DESC
        """),
        {"survey": survey_id, "wave": wave},
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def asked(session: AsyncSession, survey_id: UUID, wave: int | None) -> list[tuple[str | None, int, int]]:
    """By channel: customers who were asked, and those of them who answered."""
    rows = await session.execute(
        text("""
            SELECT i.channel, count(DISTINCT i.customer_id),
                   count(DISTINCT i.customer_id) FILTER (WHERE EXISTS (
                       SELECT FROM survey_answers a
                        WHERE a.customer_id = i.customer_id AND a.survey_id = i.survey_id AND a.wave = i.wave
                          AND NOT a.test))
              FROM survey_invitations i
             WHERE i.survey_id = :survey AND NOT i.test AND (CAST(:wave AS integer) IS NULL OR i.wave = :wave)
             GROUP BY 1 ORDER BY 2 DESC
        """),
        {"survey": survey_id, "wave": wave},
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def theme_counts(session: AsyncSession, survey_id: UUID, wave: int | None) -> Sequence[Any]:
    """Of each theme: answers, of them good and bad ones, those of the last 7 and the 7 days before, its quotations."""
    rows = await session.execute(
        text("""
            SELECT t.id, t.question_id, t.name, t.named_by_hand, count(a.id) AS answers,
                   count(a.id) FILTER (WHERE a.sentiment = 'positive') AS positive,
                   count(a.id) FILTER (WHERE a.sentiment = 'negative') AS negative,
                   count(a.id) FILTER (WHERE a.answered_at > now() - interval '7 days') AS lately,
                   count(a.id) FILTER (WHERE a.answered_at <= now() - interval '7 days'
                                         AND a.answered_at > now() - interval '14 days') AS before,
                   (SELECT coalesce(jsonb_agg(left(q.words, 300)), '[]') FROM (
                        SELECT words FROM survey_answers s
                         WHERE s.survey_id = t.survey_id AND NOT s.test
                           AND s.theme_ids @> jsonb_build_array(CAST(t.id AS text))
                         ORDER BY t.quotations @> jsonb_build_array(CAST(s.id AS text)) DESC, s.answered_at DESC
                         LIMIT 3) AS q) AS quotations
              FROM survey_themes t
              LEFT JOIN survey_answers a ON a.survey_id = t.survey_id AND NOT a.test
                    AND a.theme_ids @> jsonb_build_array(CAST(t.id AS text))
                    AND (CAST(:wave AS integer) IS NULL OR a.wave = :wave)
             WHERE t.survey_id = :survey AND t.state = 'active'
             GROUP BY t.id HAVING count(a.id) > 0 ORDER BY count(a.id) DESC, t.id
        """),
        {"survey": survey_id, "wave": wave},
    )
    return rows.all()
