"""Invitations: made when a message that names a survey is written, or when a link is asked for by itself."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from domain.errors import ConflictError
from domain.i18n import Sentence, sentence
from domain.ids import survey_invitation_id
from domain.surveys.definition import Survey
from models import SurveyRow
from store.surveys import answers, invitations, surveys


async def refusal(
    session: AsyncSession,
    customer_id: UUID,
    keys: Iterable[str],
    *,
    message_id: UUID,
    now: datetime,
    time_scale: float = 1.0,
) -> Sentence | None:
    """Why a message with these surveys is not to be sent to the customer now; None where nothing forbids it.

    Args:
        session: the transaction.
        customer_id: who would be asked; locked.
        keys: of the surveys.
        message_id: of the message; an invitation that an earlier attempt of it made does not count.
        now: the present instant, UTC.
        time_scale: real seconds per business second.

    """
    known = await surveys.by_keys(session, list(keys))
    for key in sorted(set(keys)):
        row = known.get(key)
        if row is None:
            return sentence("no_survey", survey=key)
        survey = Survey.model_validate(row.definition)
        if row.state != "active" or survey.closed_at(now):
            return sentence("survey_not_running", survey=row.name)
        if survey.quota and await answers.respondents(session, row.id, row.wave, survey.quota) >= survey.quota:
            return sentence("survey_closed_full")
        since = now - timedelta(days=survey.pause_days) * time_scale
        own = survey_invitation_id(message_id, row.id)
        if survey.pause_days and await invitations.asked_since(session, customer_id, since, but=[own]):
            return sentence("survey_asked_lately", days=survey.pause_days)
    return None


async def invite(
    session: AsyncSession, keys: Iterable[str], *, customer_id: UUID, message: Mapping[str, object], now: datetime
) -> dict[str, UUID]:
    """Write down that a message asks; the invitation by the survey's key. A retry of the message makes no second one.

    Args:
        session: the transaction.
        keys: of the surveys that the message names; those that do not exist are left out.
        customer_id: who is asked.
        message: `message_id`, `channel`, `journey_id`, `campaign_id` and `node_id`.
        now: the present instant, UTC.

    """
    made: dict[str, UUID] = {}
    for key, row in (await surveys.by_keys(session, list(keys))).items():
        message_id = message["message_id"]
        assert isinstance(message_id, UUID)
        made[key] = survey_invitation_id(message_id, row.id)
        values = {"id": made[key], "survey_id": row.id, "customer_id": customer_id, "wave": row.wave, "test": False}
        await invitations.add(session, values | {"invited_at": now} | dict(message))
    return made


async def link_for(session: AsyncSession, row: SurveyRow, customer_id: UUID | None, now: datetime) -> UUID:
    """An invitation that no message carries; without a customer one to try the survey out.

    Raises:
        ConflictError: the survey is not running, and it is not a test.

    """
    if customer_id is not None and row.state != "active":
        raise ConflictError(sentence("survey_not_running", survey=row.name))
    invitation_id = uuid4() if customer_id is None else survey_invitation_id(customer_id, row.id, row.wave)
    await invitations.add(
        session,
        {
            "id": invitation_id,
            "survey_id": row.id,
            # each test is a person of its own: several people may try at once
            "customer_id": customer_id or invitation_id,
            "wave": row.wave,
            "test": customer_id is None,
            "invited_at": now,
        },
    )
    return invitation_id
