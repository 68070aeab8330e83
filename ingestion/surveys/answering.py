"""Answers on their way in: checked, written down, and told as an event, in one transaction.

An answer and its event are committed together, so that no crash can part them; journeys that wait for it are woken by
the outbox like those that wait for any other event.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.authority import Authority
from domain.errors import ConflictError, NotFoundError
from domain.events import SURVEY_ANSWERED, IncomingEvent
from domain.i18n import sentence
from domain.ids import event_id
from domain.surveys.answers import Answer, understand
from domain.surveys.definition import Survey, SurveyQuestion
from ingestion import preferences
from ingestion.pipeline import ingest
from ingestion.sanitize import storable
from models import SurveyAnswer, SurveyInvitation, SurveyRow
from store.customers import customer_queries
from store.surveys import answers, invitations, surveys

SOURCE = "surveys"
Closed = Literal["ended", "wave", "full", "not_begun"]
_LONGEST_IN_EVENT = 1000


@dataclass(frozen=True)
class Visit:
    """What somebody who follows a survey's link finds."""

    row: SurveyRow
    survey: Survey
    invitation: SurveyInvitation
    answered: Sequence[SurveyAnswer]
    closed: Closed | None
    """Why no answer is taken (any more)."""
    language: str | None

    @property
    def groups(self) -> dict[str, str]:
        """The group of each answer, by question."""
        return {each.question_id: each.answer_group for each in self.answered}


async def visit(session: AsyncSession, invitation_id: UUID, now: datetime) -> Visit:
    """What the link of an invitation leads to. Writes nothing.

    Raises:
        NotFoundError: there is no such invitation (any more).

    """
    invitation = await invitations.read(session, invitation_id)
    if invitation is None:
        raise NotFoundError(sentence("survey_link_gone"))
    row = await surveys.require(session, invitation.survey_id)
    survey = Survey.model_validate(row.definition)
    answered = await answers.of_invitation(session, invitation)
    closed = _closed(row, survey, invitation, now)
    if closed is None and not answered and not invitation.test:
        closed = await _full(session, row, survey)
    return Visit(
        row,
        survey,
        invitation,
        answered,
        closed,
        await _language(session, survey, invitation),
    )


async def answer(
    session: AsyncSession,
    invitation_id: UUID,
    question_id: str,
    given: object,
    *,
    now: datetime,
    time_scale: float = 1.0,
) -> Visit:
    """Take an answer in, in place of the one before. The same answer again changes nothing.

    Args:
        session: the transaction; the caller commits.
        invitation_id: by whose link.
        question_id: which question.
        given: see `domain.surveys.answers.understand`.
        now: the present instant, UTC.
        time_scale: see `ingestion.pipeline.ingest`.

    Raises:
        NotFoundError: no such invitation or question, or the customer was erased.
        ConflictError: the survey takes no answers (any more).
        InvalidError: it is no answer to that question.

    """
    found = await visit(session, invitation_id, now)
    question = found.survey.question(question_id)
    if question is None:
        raise NotFoundError(sentence("no_survey_question", question=question_id[:60]))
    understood = understand(question, storable(given))
    if found.invitation.test:
        await answers.put(session, found.invitation, (question.id, question.kind), understood, now)
        return await visit(session, invitation_id, now)
    await preferences.locked(session, found.invitation.customer_id)
    if found.survey.quota is not None:  # the last free place is one person's
        await surveys.require(session, found.row.id, locked=True)
    session.expire_all()  # what was read before the lock may be of before another's change
    found = await visit(session, invitation_id, now)
    if found.closed is not None:
        raise ConflictError(sentence(f"survey_closed_{found.closed}"))
    put = await answers.put(session, found.invitation, (question.id, question.kind), understood, now)
    if put is not None:
        told = _event(found, question, understood, put, now)
        await ingest(session, [told], now=now, time_scale=time_scale)
    return await visit(session, invitation_id, now)


def _closed(row: SurveyRow, survey: Survey, invitation: SurveyInvitation, now: datetime) -> Closed | None:
    if invitation.test:
        return None
    if row.state == "draft":
        return "not_begun"
    if row.state == "ended" or survey.closed_at(now):
        return "ended"
    return None if invitation.wave == row.wave else "wave"


async def _full(session: AsyncSession, row: SurveyRow, survey: Survey) -> Closed | None:
    """Whether nobody else can answer: those who have may still change what they said."""
    if survey.quota is None:
        return None
    return "full" if await answers.respondents(session, row.id, row.wave, survey.quota) >= survey.quota else None


async def _language(session: AsyncSession, survey: Survey, invitation: SurveyInvitation) -> str | None:
    if invitation.test:
        return None
    locale = await customer_queries.locale_of(session, invitation.customer_id)
    return (locale or "").replace("_", "-").split("-")[0].lower() or None


def _event(
    found: Visit, question: SurveyQuestion, understood: Answer, put: answers.Put, now: datetime
) -> IncomingEvent:
    return IncomingEvent(
        id=event_id(SOURCE, f"{put.id}/{put.revision}"),
        name=SURVEY_ANSWERED,
        customer_id=found.invitation.customer_id,
        occurred_at=now,
        properties=_properties(found, question, understood, put),
        source=SOURCE,
        authority=Authority.INTERNAL,
    )


def _properties(found: Visit, question: SurveyQuestion, understood: Answer, put: answers.Put) -> dict[str, Any]:
    value = understood.value
    invitation = found.invitation
    said = {
        "survey": found.row.key,
        "survey_name": found.row.name,
        "question": question.id,
        "kind": question.kind,
        "answer": value[:_LONGEST_IN_EVENT] if isinstance(value, str) else value,
        "score": understood.score,
        "group": understood.group,
        "wave": invitation.wave,
        "changed": put.revision > 1,
        "answer_id": str(put.id),
        "channel": invitation.channel,
        "campaign_id": str(invitation.campaign_id) if invitation.campaign_id else None,
        "node_id": invitation.node_id,
        "message_id": str(invitation.message_id) if invitation.message_id else None,
    }
    return {name: value for name, value in said.items() if value is not None}
