"""Templates, previews and test sends."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from api.schemas.base import Body, ExternalId, Name, Revision, View
from domain.content import Content
from domain.vocabulary import Channel

_PUSH = {
    "channel": "push",
    "title": "We miss you!",
    "body": "Here's a 10% discount, {{ FirstName | default: 'friend' }}.",
}


class TemplateCreate(Body):
    """A new template. Its channel is that of its content."""

    name: Name
    content: Content = Field(examples=[_PUSH])


class TemplateUpdate(Body):
    """What is to change, and the revision that was read: another one means that somebody was faster (409)."""

    revision: Revision
    name: Name | None = None
    content: Content | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.name is None and self.content is None:
            raise ValueError("give a name or content to change")
        return self


class TemplateSummary(View):
    """A template in a list."""

    id: UUID
    name: str
    channel: Channel
    revision: int
    created_at: datetime
    updated_at: datetime


class TemplateView(TemplateSummary):
    """A template with its content."""

    content: Content


class PreviewBody(Body):
    """Whom to preview as, and content that is not saved yet."""

    customer: ExternalId | None = Field(default=None, description="External id; none for a made-up customer.")
    content: Content | None = Field(default=None, description="In place of the saved content.")
    trigger: dict[str, Any] = Field(default_factory=dict, max_length=50)
    coupons: dict[str, str] = Field(default_factory=dict, max_length=20, examples=[{"FASHION": "FASHION-7K2M-9QXA"}])


class DraftPreviewBody(PreviewBody):
    """Content to preview without a saved template."""

    content: Content


class PreviewView(View):
    """The message as it would leave now, or what is wrong with it."""

    rendered: Content | None
    problems: list[str]
    sms_segments: int | None = None


class TestSendBody(Body):
    """Where to send a test, rendered as which customer."""

    customer: ExternalId
    address: str | None = Field(
        default=None,
        min_length=1,
        max_length=4096,
        description="E-mail address, E.164 number or push token; the customer's own if left out.",
    )
    trigger: dict[str, Any] = Field(default_factory=dict, max_length=50)
    coupons: dict[str, str] = Field(default_factory=dict, max_length=20)


class DraftTestBody(TestSendBody):
    """Content to send a test of without a saved template."""

    content: Content
