"""The answer to "why?"."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.schemas.base import AsSaid, LocalizedText, Text, View
from api.schemas.campaigns import EntryRejectionView
from api.schemas.journeys import JourneySummary, StepView
from api.schemas.segments import Explanation
from campaigns.explanation import JourneyStatus
from domain.entry_rejections import RejectionCode
from domain.vocabulary import BlockReason, Channel, MessageState


class EntryAnswer(View):
    """What lets customers in, and how it answers for this one now."""

    kind: str = Field(description="`segment`, `event` or `api`.")
    words: Text
    said: AsSaid
    holds: bool | None = Field(description="Null where only an event, or a call, could say.")
    explained: Explanation | None = Field(description="The condition, part by part.")


class ChannelView(View):
    """Whether a channel of the campaign reaches the customer now."""

    channel: Channel
    reachable: bool
    why: Text | None = Field(description="Why not; null: it reaches them.")
    said: AsSaid | None


class ContactView(View):
    """A message of the journey, and what keeps or kept it."""

    id: UUID
    node_id: str | None
    channel: Channel
    state: MessageState
    reason: str | None
    said: LocalizedText | None
    deferral_reason: BlockReason | None
    skip_reason: BlockReason | None
    not_before: datetime | None
    reserved_at: datetime
    sent_at: datetime | None


class ExplanationView(View):
    """Why a customer is, or is not, where they are."""

    where: JourneyStatus
    words: Text = Field(description="The answer in a sentence, in the words of the step log.")
    said: AsSaid
    entry: EntryAnswer | None = Field(description="Null while nothing is published.")
    reentry: str | None = Field(description="Why they could not enter again now; null: they could.")
    reentry_said: AsSaid | None
    reentry_code: RejectionCode | None = Field(description="The same as the code that a refusal would have.")
    channels: list[ChannelView]
    journey: JourneySummary | None = Field(description="Their latest one.")
    steps: list[StepView]
    messages: list[ContactView]
    refusals: list[EntryRejectionView] = Field(description="The latest 20, newest first.")
