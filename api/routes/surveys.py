"""Surveys: what is asked, links to it, and what was answered."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Path, Query, Response

from activities.surveys import analyse
from api.dependencies import Marketer, Operator, ServicesDep, Transaction, Viewer
from api.pages import signer_of
from api.paging import Page, Paging, decode, paged
from api.problems import responses
from api.schemas.surveys import (
    AnalysisView,
    AskedView,
    LinkCreate,
    LinkView,
    SurveyAnswersQuery,
    SurveyAnswerView,
    SurveyCreate,
    SurveyResults,
    SurveyUpdate,
    SurveyView,
    TestsRemoved,
    ThemeUpdate,
    ThemeView,
    WaveCreate,
    WaveQuery,
)
from api.strict_json import StrictRoute
from api.survey_results import question_results
from domain.errors import ConflictError
from domain.i18n import sentence
from domain.surveys.definition import Survey
from ingestion.surveys import inviting
from models import SurveyRow
from store.access import audit
from store.customers import customer_queries
from store.surveys import answers, invitations, results, surveys, themes
from store.surveys.answers import AnswerFilter

router = APIRouter(prefix="/surveys", tags=["surveys"], route_class=StrictRoute)
SurveyPath = Annotated[UUID, Path(description="The survey.")]
_READ = responses(401, 403, 404, 422)
_CHANGE = responses(401, 403, 404, 409, 413, 422)


def _view(row: SurveyRow) -> SurveyView:
    names = ("id", "key", "name", "state", "wave", "revision", "created_at", "updated_at")
    return SurveyView(survey=Survey.model_validate(row.definition), **{name: getattr(row, name) for name in names})


@router.post("", status_code=201, dependencies=[Marketer], responses=responses(401, 403, 409, 413, 422))
async def create_survey(body: SurveyCreate, session: Transaction) -> SurveyView:
    """Create a draft."""
    definition = body.survey.model_dump(mode="json")
    row = SurveyRow(id=uuid4(), key=body.key, name=body.name, definition=definition)
    return _view(await surveys.add(session, row))


@router.get("", dependencies=[Viewer], responses=responses(401, 403, 422))
async def list_surveys(session: Transaction, query: Paging) -> Page[SurveyView]:
    """Surveys, newest first."""
    rows = await surveys.page(session, decode(query.cursor, tuple[datetime, UUID]), query.limit + 1)
    return paged(rows, query.limit, _view, lambda row: (row.created_at, row.id))


@router.get("/{survey_id}", dependencies=[Viewer], responses=_READ)
async def get_survey(survey_id: SurveyPath, session: Transaction) -> SurveyView:
    """One survey."""
    return _view(await surveys.require(session, survey_id))


@router.patch("/{survey_id}", dependencies=[Marketer], responses=_CHANGE)
async def update_survey(survey_id: SurveyPath, body: SurveyUpdate, session: Transaction) -> SurveyView:
    """Change a survey, or start and end it. 409 when somebody changed it since it was read.

    Once somebody has answered, its texts may change, and its questions, their kinds and options stay.
    """
    row = await surveys.require(session, survey_id)
    values = body.model_dump(mode="json", exclude_none=True, exclude={"revision", "survey"})
    if body.state == "draft" and row.state != "draft":
        raise ConflictError(sentence("survey_draft_again"))
    if body.survey is not None:
        changed = body.survey.shape != Survey.model_validate(row.definition).shape
        if changed and await answers.any_of(session, survey_id):
            raise ConflictError(sentence("survey_questions_kept"))
        values["definition"] = body.survey.model_dump(mode="json")
    return _view(await surveys.change(session, survey_id, body.revision, values))


@router.post("/{survey_id}/waves", status_code=201, dependencies=[Marketer], responses=_CHANGE)
async def start_survey_wave(survey_id: SurveyPath, body: WaveCreate, session: Transaction) -> SurveyView:
    """Ask everybody anew: links sent before are closed, and say so."""
    row = await surveys.require(session, survey_id)
    return _view(await surveys.change(session, survey_id, body.revision, {"wave": row.wave + 1}))


@router.post("/{survey_id}/links", status_code=201, dependencies=[Marketer], responses=_CHANGE)
async def create_survey_link(
    survey_id: SurveyPath, body: LinkCreate, session: Transaction, services: ServicesDep
) -> LinkView:
    """A customer's own link to the survey's page, or one to try it out."""
    row = await surveys.require(session, survey_id)
    customer_id = None if body.customer is None else (await customer_queries.require(session, body.customer)).id
    invitation_id = await inviting.link_for(session, row, customer_id, datetime.now(UTC))
    await audit.note(session, "made a link", "survey", row.key, {"test": customer_id is None})
    return LinkView(url=signer_of(services).survey(invitation_id), test=customer_id is None)


@router.delete("/{survey_id}/test-answers", dependencies=[Marketer], responses=_READ)
async def remove_survey_test_answers(survey_id: SurveyPath, session: Transaction) -> TestsRemoved:
    """Remove the answers of trials, and the trials' links."""
    row = await surveys.require(session, survey_id)
    removed = await answers.forget_tests(session, survey_id)
    await invitations.forget_tests(session, survey_id)
    await audit.note(session, "removed test answers", "survey", row.key, {"answers": removed})
    return TestsRemoved(answers=removed)


@router.get("/{survey_id}/answers", dependencies=[Operator], responses=_READ)
async def list_survey_answers(
    survey_id: SurveyPath, session: Transaction, query: Annotated[SurveyAnswersQuery, Query()]
) -> Page[SurveyAnswerView]:
    """Answers, newest first; trials are left out."""
    await surveys.require(session, survey_id)
    wanted = AnswerFilter(
        question_id=query.question,
        wave=query.wave,
        group=query.group,
        theme_id=query.theme,
        sentiment=query.sentiment,
        sought=query.search,
        only_words=query.words,
    )
    after = decode(query.cursor, tuple[datetime, UUID])
    rows = await answers.page(session, survey_id, wanted, after, query.limit + 1)
    return paged(rows, query.limit, SurveyAnswerView.model_validate, lambda row: (row.answered_at, row.id))


@router.get("/{survey_id}/results", dependencies=[Viewer], responses=_READ)
async def get_survey_results(
    survey_id: SurveyPath, session: Transaction, query: Annotated[WaveQuery, Query()]
) -> SurveyResults:
    """Scores with their 95 % interval, who was asked and answered, and themes with what some of them said."""
    row = await surveys.require(session, survey_id)
    counted = await results.counts(session, survey_id, query.wave)
    asked = await results.asked(session, survey_id, query.wave)
    options = await results.options(session, survey_id, query.wave)
    return SurveyResults(
        questions=question_results(Survey.model_validate(row.definition), counted, options, asked),
        asked=[AskedView(channel=channel, asked=number, answered=said) for channel, number, said in asked],
        themes=[ThemeView.model_validate(one) for one in await results.theme_counts(session, survey_id, query.wave)],
    )


@router.post("/{survey_id}/analysis", dependencies=[Marketer], responses=_READ)
async def analyse_survey_answers(survey_id: SurveyPath, services: ServicesDep) -> AnalysisView:
    """Read the open answers now: language, sentiment and themes. The upkeep does so daily."""
    read = await analyse(services.database, survey_id, now=datetime.now(UTC), time_scale=services.settings.time_scale)
    async with services.database.transaction() as session:
        row = await surveys.require(session, survey_id)
        await audit.note(session, "read answers", "survey", row.key, {"answers": read.answers})
    return AnalysisView(answers=read.answers, themes=read.themes)


@router.patch("/{survey_id}/themes/{theme_id}", dependencies=[Marketer], status_code=204, responses=_CHANGE)
async def update_survey_theme(
    survey_id: SurveyPath, theme_id: UUID, body: ThemeUpdate, session: Transaction
) -> Response:
    """Rename a theme, merge it into another, or split some of its answers off; it stays so."""
    row = await surveys.require(session, survey_id)
    theme = await themes.require(session, survey_id, theme_id)
    if body.split_words is not None:
        await themes.split(session, theme, body.name or ", ".join(body.split_words), body.split_words)
    elif body.name is not None:
        await themes.rename(session, theme, body.name)
    if body.merge_into is not None:
        await themes.merge(session, theme, await themes.require(session, survey_id, body.merge_into))
    said = body.model_dump(mode="json", exclude_none=True)
    await audit.note(session, "changed a theme", "survey", row.key, {"theme": str(theme_id), **said})
    return Response(status_code=204)
