"""Topics: what customers can refuse, or ask for, without refusing everything."""

from fastapi import APIRouter, Response

from api.dependencies import Marketer, Transaction, Viewer
from api.problems import responses
from api.schemas.contact import TopicBody, TopicPath, TopicView
from api.strict_json import StrictRoute
from store.messages import topics

router = APIRouter(prefix="/topics", tags=["contact"], route_class=StrictRoute)


@router.get("", dependencies=[Viewer], responses=responses(401, 403))
async def list_topics(session: Transaction) -> list[TopicView]:
    """All topics, by name."""
    return [TopicView.model_validate(row) for row in await topics.listed(session)]


@router.put("/{topic}", dependencies=[Marketer], responses=responses(401, 403, 409, 413, 422))
async def save_topic(topic: TopicPath, body: TopicBody, session: Transaction) -> TopicView:
    """Make a topic, or change what customers read of it. `opt_in` holds from the next send on."""
    saved = await topics.save(session, topic, name=body.name, description=body.description, opt_in=body.opt_in)
    return TopicView.model_validate(saved)


@router.delete("/{topic}", status_code=204, dependencies=[Marketer], responses=responses(401, 403, 404, 409, 422))
async def delete_topic(topic: TopicPath, session: Transaction) -> Response:
    """Remove a topic that no campaign in force names (409 says which does)."""
    await topics.remove(session, topic)
    return Response(status_code=204)
