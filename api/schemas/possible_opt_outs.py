"""Inbound SMS that may ask to stop."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.schemas.base import View
from domain.vocabulary import Channel
from store.messages.possible_opt_outs import ReviewState


class PossibleOptOutView(View):
    """An answer that holds a word of STOP's and is no keyword: a person decides."""

    id: UUID
    channel: Channel
    address: str
    customer_id: UUID | None = Field(description="Whose number it is; null for a number of nobody.")
    text: str
    state: ReviewState
    received_at: datetime
    decided_at: datetime | None
    decided_by: str | None = Field(description="A key's name, or `sms:STOP`, `sms:START`: the number said so itself.")
