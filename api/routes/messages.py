"""The ledger: every attempted contact and what became of it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import Transaction, Viewer
from api.paging import Page, PageQuery, decode, paged
from api.problems import responses
from api.schemas.messages import MessageEventView, MessageSummary, MessageView
from domain.vocabulary import Channel, MessageState
from store.campaigns import campaigns
from store.customers import customer_queries
from store.messages import message_queries
from store.messages.message_queries import MessageFilter, MessageRow

router = APIRouter(prefix="/messages", tags=["messages"], dependencies=[Viewer])


class MessageQuery(PageQuery):
    """Which messages."""

    campaign: str | None = Field(default=None, max_length=60, description="Its slug.")
    customer: str | None = Field(default=None, max_length=255, description="External id, or our UUID.")
    journey_id: UUID | None = None
    run_id: UUID | None = None
    node: str | None = Field(default=None, max_length=64)
    channel: Channel | None = None
    state: MessageState | None = None


def _fields(row: MessageRow) -> dict[str, object]:
    names = {"campaign": row.campaign_slug, "external_id": row.external_id, "customer_name": row.customer_name}
    return {**row.message.model_dump(), **names}


async def message_view(session: AsyncSession, message_id: UUID) -> MessageView:
    """One message with its whole life. Raises NotFoundError where there is none."""
    row = await message_queries.require(session, message_id)
    events = await message_queries.life(session, message_id)
    return MessageView.model_validate(
        {**_fields(row), "events": [MessageEventView.model_validate(event) for event in events]}
    )


@router.get("", responses=responses(401, 403, 404, 422))
async def list_messages(session: Transaction, query: Annotated[MessageQuery, Query()]) -> Page[MessageSummary]:
    """Messages, newest first."""
    narrow = MessageFilter(
        campaign_id=(await campaigns.require(session, query.campaign)).id if query.campaign else None,
        customer_id=(await customer_queries.require(session, query.customer)).id if query.customer else None,
        journey_id=query.journey_id,
        run_id=query.run_id,
        node_id=query.node,
        channel=query.channel,
        state=query.state,
    )
    rows = await message_queries.page(session, narrow, decode(query.cursor, tuple[datetime, UUID]), query.limit + 1)
    return paged(
        rows,
        query.limit,
        lambda row: MessageSummary.model_validate(_fields(row)),
        lambda row: (row.message.reserved_at, row.message.id),
    )


@router.get("/{message_id}", responses=responses(401, 403, 404, 422))
async def get_message(message_id: UUID, session: Transaction) -> MessageView:
    """One message with its whole life: what was sent, and all that became of it."""
    return await message_view(session, message_id)
