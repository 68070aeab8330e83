"""What attributes of customers may hold."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field

from api.dependencies import Marketer, Transaction, Viewer
from api.problems import responses
from api.schemas.base import Body, View
from api.schemas.customers import RESERVED
from api.strict_json import StrictRoute
from domain.attributes import AttributeType
from domain.errors import InvalidError, NotFoundError
from domain.i18n import sentence
from store.customers import attributes

router = APIRouter(prefix="/attributes", tags=["customers"], route_class=StrictRoute)
_Name = Annotated[str, Path(min_length=1, max_length=120, examples=["loyalty_points"])]
_WRITE = responses(401, 403, 404, 413, 422)


class AttributeBody(Body):
    """The type of an attribute."""

    type: AttributeType
    description: str = Field(default="", max_length=500)


class AttributeView(View):
    """An attribute that has a type."""

    name: str
    type: AttributeType
    description: str
    updated_at: datetime


@router.get("", dependencies=[Viewer], responses=responses(401, 403))
async def list_attributes(session: Transaction) -> list[AttributeView]:
    """Attributes that have a type. Those without one hold anything."""
    return [AttributeView.model_validate(row) for row in await attributes.every(session)]


@router.put("/{name}", dependencies=[Marketer], responses=_WRITE)
async def define_attribute(name: _Name, body: AttributeBody, session: Transaction) -> AttributeView:
    """Give an attribute a type. It holds for values that come from now on; those that are there stay as they are."""
    if name in RESERVED:
        message = "this is a field of its own"
        raise InvalidError(message, errors=[{"path": "/path/name", "message": message}])
    return AttributeView.model_validate(await attributes.define(session, name, body.type, body.description))


@router.delete("/{name}", status_code=204, dependencies=[Marketer], responses=responses(401, 403, 404, 422))
async def forget_attribute(name: _Name, session: Transaction) -> Response:
    """Let the attribute hold anything again."""
    if not await attributes.forget(session, name):
        raise NotFoundError(sentence("attribute_untyped", name=name))
    return Response(status_code=204)
