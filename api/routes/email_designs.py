"""What the visual e-mail editor asks for: the brand kit, designs to start from, saved blocks, MJML."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from api.dependencies import Marketer, ServicesDep, Transaction, Viewer
from api.paging import Page, PageQuery, decode, paged
from api.problems import responses
from api.schemas.email_designs import (
    BrandKitBody,
    BrandKitView,
    DesignLanguage,
    DesignsView,
    DesignView,
    DocumentBody,
    DocumentView,
    MjmlBody,
    MjmlView,
    SavedBlockBody,
    SavedBlockView,
)
from api.strict_json import StrictRoute
from campaigns.email_designs import DESIGNS, designed
from domain.errors import InvalidError
from domain.i18n import sentence
from rendering.email_document import MjmlImportError, export_mjml, import_mjml
from store.campaigns import brand_kit, saved_blocks

router = APIRouter(tags=["templates"], route_class=StrictRoute)


@router.get("/brand-kit", dependencies=[Viewer], responses=responses(401, 403))
async def get_brand_kit(session: Transaction) -> BrandKitView:
    """Logo, colours, fonts, names and address that e-mails of the visual editor share."""
    return BrandKitView.model_validate(await brand_kit.read(session))


@router.put("/brand-kit", dependencies=[Marketer], responses=responses(401, 403, 409, 413, 422))
async def save_brand_kit(body: BrandKitBody, session: Transaction) -> BrandKitView:
    """Replace the brand kit. What is published keeps the kit it was published with."""
    return BrandKitView.model_validate(await brand_kit.save(session, body.kit, body.revision))


@router.get("/email-designs", dependencies=[Viewer], responses=responses(401, 403, 422))
async def list_email_designs(
    session: Transaction, services: ServicesDep, language: Annotated[DesignLanguage, Query()] = "en"
) -> DesignsView:
    """Ready e-mails to start from, in the brand kit's colours."""
    kit, url = await brand_kit.kit(session), services.settings.public_url
    made = await run_in_threadpool(lambda: [designed(key, language, kit, public_url=url) for key in DESIGNS])
    return DesignsView(items=[DesignView.model_validate(each) for each in made])


@router.post("/email-documents/mjml", dependencies=[Viewer], responses=responses(401, 403, 413, 422))
async def export_email_document(body: DocumentBody, session: Transaction) -> MjmlView:
    """A document as MJML."""
    return MjmlView(mjml=export_mjml(body.document, await brand_kit.kit(session)))


@router.post("/email-documents/import", dependencies=[Viewer], responses=responses(401, 403, 413, 422))
async def import_email_document(body: MjmlBody) -> DocumentView:
    """The document that exported MJML carries; MJML of other hands, or changed since, is edited as source."""
    try:
        return DocumentView(document=import_mjml(body.mjml))
    except MjmlImportError as error:
        why = sentence(f"mjml_{error.code}")
        raise InvalidError(why, errors=[{"path": "mjml", "message": str(why)}]) from error


@router.get("/saved-blocks", dependencies=[Viewer], responses=responses(401, 403, 422))
async def list_saved_blocks(session: Transaction, query: Annotated[PageQuery, Query()]) -> Page[SavedBlockView]:
    """Saved rows by name."""
    rows = await saved_blocks.page(session, decode(query.cursor, tuple[str, UUID]), query.limit + 1)
    return paged(rows, query.limit, SavedBlockView.model_validate, lambda row: (row.name, row.id))


@router.post("/saved-blocks", status_code=201, dependencies=[Marketer], responses=responses(401, 403, 409, 413, 422))
async def create_saved_block(body: SavedBlockBody, session: Transaction) -> SavedBlockView:
    """Keep a row of an e-mail for use again."""
    return SavedBlockView.model_validate(await saved_blocks.create(session, body.name, body.content))


@router.delete(
    "/saved-blocks/{block_id}", status_code=204, dependencies=[Marketer], responses=responses(401, 403, 404, 422)
)
async def delete_saved_block(block_id: UUID, session: Transaction) -> Response:
    """Delete a saved row; e-mails keep their copies."""
    await saved_blocks.remove(session, block_id)
    return Response(status_code=204)
