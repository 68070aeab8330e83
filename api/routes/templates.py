"""Templates: what messages say; tried as a customer would get them."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Header, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.concurrency import run_in_threadpool

from activities.recommendations import products_for
from api.dependencies import ApiServices, Marketer, Operator, ServicesDep, Transaction, Viewer
from api.paging import Page, PageQuery, decode, paged
from api.problems import responses
from api.routes.messages import message_view
from api.schemas.messages import MessageView
from api.schemas.templates import (
    DraftPreviewBody,
    DraftTestBody,
    PreviewBody,
    PreviewView,
    TemplateCreate,
    TemplateSummary,
    TemplateUpdate,
    TemplateView,
    TestSendBody,
)
from api.strict_json import StrictRoute
from campaigns import test_send
from campaigns.test_send import TestMessage
from domain.content import Content
from domain.errors import NotFoundError
from domain.i18n import sentence
from domain.vocabulary import Channel
from models import Customer, Template
from rendering.context import KNOWN_VARIABLES
from rendering.email_document import compiled
from rendering.errors import RenderError
from rendering.problems import problems
from rendering.sms import sms_segments
from store.access import audit
from store.campaigns import brand_kit, templates
from store.customers import customer_queries
from store.intelligence import scores

router = APIRouter(prefix="/templates", tags=["templates"], route_class=StrictRoute)

IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=255,
        description="The caller's own id of the request: the same again sends nothing and answers the first message.",
    ),
]


class TemplateQuery(PageQuery):
    """Which templates."""

    channel: Channel | None = None


@router.post("", status_code=201, dependencies=[Marketer], responses=responses(401, 403, 409, 413, 422))
async def create_template(body: TemplateCreate, session: Transaction) -> TemplateView:
    """Save content under a name."""
    made = Template(
        id=uuid4(), name=body.name, channel=body.content.channel, content=body.content.model_dump(mode="json")
    )
    return TemplateView.model_validate(await templates.create(session, made))


@router.get("", dependencies=[Viewer], responses=responses(401, 403, 422))
async def list_templates(session: Transaction, query: Annotated[TemplateQuery, Query()]) -> Page[TemplateSummary]:
    """Templates by name."""
    after = decode(query.cursor, tuple[str, UUID])
    rows = await templates.page(session, after, query.limit + 1, channel=query.channel)
    return paged(rows, query.limit, TemplateSummary.model_validate, lambda row: (row.name, row.id))


@router.post("/preview", dependencies=[Viewer], responses=responses(401, 403, 404, 413, 422))
async def preview_content(body: DraftPreviewBody, session: Transaction, services: ServicesDep) -> PreviewView:
    """Content that is not saved, as a customer would get it."""
    return await _preview(session, services, body, body.content)


@router.post("/test", dependencies=[Operator], responses=responses(401, 403, 404, 409, 413, 422))
async def send_content_test(
    body: DraftTestBody, services: ServicesDep, idempotency_key: IdempotencyKey = None
) -> MessageView:
    """Send content that is not saved once, written for a customer, to any address. The ledger keeps it as a test."""
    return await _send(services, body.content, body, idempotency_key)


@router.get("/{template_id}", dependencies=[Viewer], responses=responses(401, 403, 404, 422))
async def get_template(template_id: UUID, session: Transaction) -> TemplateView:
    """One template."""
    return TemplateView.model_validate(await templates.require(session, template_id))


@router.patch("/{template_id}", dependencies=[Marketer], responses=responses(401, 403, 404, 409, 413, 422))
async def update_template(template_id: UUID, body: TemplateUpdate, session: Transaction) -> TemplateView:
    """Change a template. Published campaigns keep what they have until they are published again."""
    values: dict[str, object] = body.model_dump(include={"name"}, exclude_none=True)
    if body.content is not None:
        values |= {"content": body.content.model_dump(mode="json"), "channel": body.content.channel}
    return TemplateView.model_validate(await templates.change(session, template_id, body.revision, values))


@router.delete("/{template_id}", status_code=204, dependencies=[Marketer], responses=responses(401, 403, 404, 422))
async def delete_template(template_id: UUID, session: Transaction) -> Response:
    """Delete a template; published versions keep their copy."""
    if not await templates.remove(session, template_id):
        raise NotFoundError(sentence("no_template", template=str(template_id)))
    return Response(status_code=204)


@router.post("/{template_id}/preview", dependencies=[Viewer], responses=responses(401, 403, 404, 413, 422))
async def preview_template(
    template_id: UUID, body: PreviewBody, session: Transaction, services: ServicesDep
) -> PreviewView:
    """The template (or the content sent in its place) as a customer would get it, and all that is wrong with it."""
    saved = TemplateView.model_validate(await templates.require(session, template_id))
    return await _preview(session, services, body, body.content or saved.content)


@router.post("/{template_id}/test", dependencies=[Operator], responses=responses(401, 403, 404, 409, 413, 422))
async def send_test(
    template_id: UUID, body: TestSendBody, services: ServicesDep, idempotency_key: IdempotencyKey = None
) -> MessageView:
    """Send the template once, written for a customer, to any address. The ledger keeps it as a test."""
    async with services.database.transaction() as session:
        saved = TemplateView.model_validate(await templates.require(session, template_id))
    return await _send(services, saved.content, body, idempotency_key)


async def _send(services: ApiServices, content: Content, body: TestSendBody, key: str | None) -> MessageView:
    database = services.database
    message_id = await test_send.send(
        database,
        services.providers,
        TestMessage(content, body.trigger, body.coupons),
        body.customer,
        body.address,
        public_url=services.settings.public_url,
        key=key,
    )
    async with database.transaction() as session:
        # whose address it was is in the ledger, which an erasure reaches
        await audit.note(session, "test sent", "message", str(message_id), {"channel": content.channel})
        return await message_view(session, message_id)


async def _preview(session: AsyncSession, services: ApiServices, body: PreviewBody, content: Content) -> PreviewView:
    customer = await customer_queries.require(session, body.customer) if body.customer else _anybody()
    content = compiled(content, await brand_kit.kit(session))
    known = KNOWN_VARIABLES.with_coupons(frozenset(body.coupons))
    foretold = {row.name: row.value for row in await scores.of_customer(session, customer.id)}
    products = await products_for(session, customer, datetime.now(UTC))
    tried = TestMessage(content, body.trigger, body.coupons, foretold, products)
    return await run_in_threadpool(_write, tried, customer, [str(each) for each in problems(content, known)], services)


def _write(tried: TestMessage, customer: Customer, found: list[str], services: ApiServices) -> PreviewView:
    try:
        rendered = test_send.write(tried, customer, public_url=services.settings.public_url)
    except RenderError as error:
        return PreviewView(rendered=None, problems=list(dict.fromkeys([*found, str(error)])))
    parts = sms_segments(rendered.body).segments if rendered.channel == "sms" else None
    return PreviewView(rendered=rendered, problems=found, sms_segments=parts)


def _anybody() -> Customer:
    return Customer(id=UUID(int=0), first_name="Ada", last_name="Lovelace", email="ada@shop.example", city="London")
