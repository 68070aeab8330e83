"""Where customers answer surveys: a page without scripts, and the same for apps as JSON. The signed link names them.

Looking writes nothing, whatever the link says: scanners open every link of a message. An answer is a POST by a button;
from what calls itself a program, of two.
"""

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import parse_qs, urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api import survey_html
from api.dependencies import ApiServices, ServicesDep
from api.pages import NEVER_KEPT, signer_of
from api.problems import responses
from api.request_body import read_body
from api.schemas.surveys import AnswerBody, OpenSurvey
from api.strict_json import StrictRoute
from api.survey_words import words_of
from domain.email_document import BrandKit
from domain.errors import ConflictError, DomainError, InvalidError, NotFoundError
from domain.i18n import sentence
from domain.surveys.answers import LONGEST_TEXT, Value, next_question, understand
from domain.surveys.definition import Survey, SurveyQuestion
from ingestion.machine_detection import is_machine
from ingestion.surveys import answering
from ingestion.surveys.answering import Visit
from ingestion.tracking_links import LinkError
from store.campaigns import brand_kit
from store.database.retry import run_in_transaction

router = APIRouter(tags=["surveys"], route_class=StrictRoute)

_FORM_BYTES = 64 * 1024
_FORM_FIELDS = 100
_FORM = {"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}}}
Prechosen = Annotated[str | None, Query(alias="a", max_length=60, description="The answer that is selected.")]
Asked = Annotated[str | None, Query(alias="q", max_length=60, description="The question that is shown.")]
Passed = Annotated[str, Query(max_length=500, description="Questions that were left out, with commas.")]


@router.get("/v/{token}", response_class=HTMLResponse, responses=responses(404, 422, pages=(404,)))
@router.head("/v/{token}", include_in_schema=False)
async def get_survey_page(
    token: str, services: ServicesDep, chosen: Prechosen = None, asked: Asked = None, passed: Passed = ""
) -> HTMLResponse:
    """The question that is next, or thanks. Looking at it changes nothing."""
    try:
        found, kit = await _read(services, token)
    except NotFoundError as error:
        return _gone(error)
    if found.closed is not None:
        return survey_html.survey_page(kit, survey_html.language_of(found), *survey_html.closed(found))
    question = _shown(found, chosen, asked, passed)
    if question is None:
        return survey_html.survey_page(kit, survey_html.language_of(found), *survey_html.thanks(found, f"/v/{token}"))
    return _asking(kit, found, question, _selected(found, question, chosen), passed=passed)


@router.post(
    "/v/{token}",
    response_class=HTMLResponse,
    responses=responses(400, 403, 404, 409, 413, 422, 503, pages=(403, 404, 409, 422)),
    openapi_extra=_FORM,
)
async def answer_survey_page(token: str, request: Request, services: ServicesDep) -> Response:
    """Take the form's answer in, and go on to the next question."""
    fields = _fields(await read_body(request, _FORM_BYTES))
    try:
        found, kit = await _read(services, token)
    except NotFoundError as error:
        return _gone(error)
    question_id, passed = fields.get("question", [""])[0], fields.get("passed", [""])[0][:500]
    question = found.survey.question(question_id)
    if question is None:
        raise NotFoundError(sentence("no_survey_question", question=question_id[:60]))
    if "skip" in fields and not question.required:
        return _on(token, ",".join(filter(None, [passed, question.id])))
    given: Any = fields.get("answer", [])
    given = given if question.kind == "multiple" else (given[0] if given else "")
    language = survey_html.language_of(found)
    try:
        understood = understand(question, given)
    except InvalidError:
        too_long = isinstance(given, str) and len(given) > LONGEST_TEXT
        wrong = words_of(language)["long" if too_long else "empty"].format(n=LONGEST_TEXT)
        return _asking(kit, found, question, given, passed=passed, wrong=wrong, status=422)
    if "sure" not in fields and is_machine(request.headers, click=False, seconds_there=None):
        return _asking(kit, found, question, understood.value, passed=passed, doubt=True, status=403)
    try:
        await _take(services, found.invitation.id, question.id, given)
    except ConflictError:
        found, kit = await _read(services, token)
        return survey_html.survey_page(kit, language, *survey_html.closed(found), status=409)
    return _on(token, passed)


@router.get("/v/{token}/survey", responses=responses(404))
async def get_open_survey(token: str, services: ServicesDep) -> OpenSurvey:
    """The same for an app: questions in the customer's language, what they have answered, and what is next."""
    found, _ = await _read(services, token)
    return _open(found)


@router.post("/v/{token}/answers", responses=responses(404, 409, 413, 422, 503))
async def answer_open_survey(token: str, body: AnswerBody, services: ServicesDep) -> OpenSurvey:
    """Answer one question by an app, on the customer's behalf. The same answer again changes nothing."""
    return _open(await _take(services, _invitation(services, token), body.question, body.answer))


def _invitation(services: ApiServices, token: str) -> UUID:
    try:
        return signer_of(services).read_survey(token)
    except LinkError as error:
        raise NotFoundError(sentence("link_damaged")) from error


async def _read(services: ApiServices, token: str) -> tuple[Visit, BrandKit]:
    invitation_id, now = _invitation(services, token), datetime.now(UTC)

    async def work(session: AsyncSession) -> tuple[Visit, BrandKit]:
        return await answering.visit(session, invitation_id, now), await brand_kit.kit(session)

    return await run_in_transaction(services.database, work)


async def _take(services: ApiServices, invitation_id: UUID, question_id: str, given: object) -> Visit:
    now, scale = datetime.now(UTC), services.settings.time_scale
    return await run_in_transaction(
        services.database,
        lambda session: answering.answer(session, invitation_id, question_id, given, now=now, time_scale=scale),
    )


def _fields(body: bytes) -> dict[str, list[str]]:
    try:
        return parse_qs(body.decode(), max_num_fields=_FORM_FIELDS, errors="strict")
    except ValueError as error:
        raise DomainError("The form can't be read: open the page again") from error


def _shown(found: Visit, chosen: str | None, asked: str | None, passed: str) -> SurveyQuestion | None:
    """Which question the page shows: the one that the link names, else the next that is open."""
    if asked is not None or chosen is not None:
        return found.survey.question(asked or "") or found.survey.questions[0]
    return next_question(found.survey, found.groups, passed.split(","))


def _selected(found: Visit, question: SurveyQuestion, chosen: str | None) -> Value | None:
    if chosen is not None and question.kind != "text":
        try:
            return understand(question, chosen).value
        except InvalidError:
            return None
    return next((each.value for each in found.answered if each.question_id == question.id), None)


def _asking(
    kit: BrandKit,
    found: Visit,
    question: SurveyQuestion,
    chosen: Value | None,
    *,
    passed: str,
    wrong: str = "",
    doubt: bool = False,
    status: int = 200,
) -> HTMLResponse:
    language = survey_html.language_of(found)
    form = survey_html.question_form(found, question, chosen, wrong=wrong, doubt=doubt, passed=passed)
    return survey_html.survey_page(kit, language, found.survey.said(question.prompt, language), form, status=status)


def _on(token: str, passed: str) -> RedirectResponse:
    query = "?" + urlencode({"passed": passed}) if passed else ""
    return RedirectResponse(f"/v/{token}{query}", status_code=303, headers=NEVER_KEPT)


def _gone(error: NotFoundError) -> HTMLResponse:
    content = f'<h1>This link does not work</h1><p>{error.detail}</p><p lang="it">Questo link non funziona.</p>'
    return survey_html.survey_page(BrandKit(), "en", "This link does not work", content, status=404)


def _open(found: Visit) -> OpenSurvey:
    survey: Survey = found.survey
    upcoming = None if found.closed else next_question(survey, found.groups)
    return OpenSurvey.of(found, survey_html.language_of(found), upcoming.id if upcoming else None)
