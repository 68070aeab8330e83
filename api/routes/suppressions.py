"""The suppression list: addresses that nothing is sent to, with the reason."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.dependencies import Marketer, Operator, Transaction, Viewer
from api.paging import Page, PageQuery, decode, paged
from api.problems import responses
from api.schemas.contact import SuppressionBody, SuppressionView
from api.strict_json import StrictRoute
from domain.addresses import normalise_email, normalise_phone
from domain.errors import InvalidError, NotFoundError
from domain.i18n import sentence
from domain.vocabulary import Channel
from store.messages import suppressions

router = APIRouter(prefix="/suppressions", tags=["contact"], route_class=StrictRoute)
_MANUAL, _SOURCE = "manual", "api"


class SuppressionQuery(PageQuery):
    """Which of them."""

    channel: Channel | None = None
    reason: str | None = Field(default=None, min_length=1, max_length=60)
    address: str | None = Field(default=None, min_length=1, max_length=320)
    search: str | None = Field(default=None, min_length=1, max_length=320, description="Part of the address.")


def _normalised(body: SuppressionBody) -> tuple[Channel, str]:
    channel = Channel(body.channel)
    try:
        address = body.address
        return channel, normalise_email(address) if channel is Channel.EMAIL else normalise_phone(address, None)
    except ValueError as error:
        raise InvalidError(str(error), errors=[{"path": "/body/address", "message": str(error)}]) from error


@router.get("", dependencies=[Viewer], responses=responses(401, 403, 422))
async def list_suppressions(session: Transaction, query: Annotated[SuppressionQuery, Query()]) -> Page[SuppressionView]:
    """The list, by channel and address."""
    after = decode(query.cursor, tuple[str, str])
    narrow = query.model_dump(include={"channel", "reason", "address", "search"})
    rows = await suppressions.page(session, after, query.limit + 1, **narrow)
    return paged(rows, query.limit, SuppressionView.model_validate, lambda row: (row.channel, row.address))


@router.post("", dependencies=[Marketer], responses=responses(401, 403, 413, 422))
async def suppress_address(body: SuppressionBody, session: Transaction) -> SuppressionView:
    """Send nothing to this address any more, from the next send on. One that is on the list keeps its reason."""
    channel, address = _normalised(body)
    await suppressions.suppress(session, channel, address, _MANUAL, source=_SOURCE)
    (row,) = await suppressions.page(session, None, 1, channel=channel, address=address)
    return SuppressionView.model_validate(row)


@router.post("/lift", status_code=204, dependencies=[Operator], responses=responses(401, 403, 404, 413, 422))
async def lift_suppression(body: SuppressionBody, session: Transaction) -> Response:
    """Send to this address again. What its owner said about the channel still holds."""
    channel, address = _normalised(body)
    if not await suppressions.lift(session, channel, address):
        raise NotFoundError(sentence("address_not_listed"))
    return Response(status_code=204)
