"""What a customer gets: messages on six channels, and calls to systems of the shop's."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field

from domain.contact import OverLimit, TopicKey
from domain.content import EmailContent, InAppContent, PushContent, SilentPushContent, SmsContent, WhatsAppContent
from domain.flow.base import NodeData
from domain.vocabulary import Category


class _SendData(NodeData):
    template_id: UUID | None = None
    category: Category | None = None
    """Overrides the campaign's category for this one message."""
    topic: TopicKey | None = None
    """What the message is about, for customers who choose topics; overrides the campaign's."""
    over_limit: OverLimit | None = None
    """Overrides the campaign's for this one message."""
    retry_on_unknown: bool = False
    """Transactional only: sent again, twice at most, while nobody knows whether it was taken. It may arrive twice."""


class SendEmailData(_SendData):
    """An e-mail by template, or with its content written here."""

    content: EmailContent | None = None


class SendSmsData(_SendData):
    """An SMS by template, or with its content written here."""

    content: SmsContent | None = None


class SendWhatsAppData(_SendData):
    """A WhatsApp message by template, or with its content written here."""

    content: WhatsAppContent | None = None


class SendPushData(_SendData):
    """A push notification by template, or with its content written here."""

    content: PushContent | None = None


class SendSilentPushData(_SendData):
    """A silent push by template, or with its content written here."""

    content: SilentPushContent | None = None


class SendInAppData(_SendData):
    """An in-app card by template, or with its content written here."""

    content: InAppContent | None = None


class HttpCallData(NodeData):
    """A request to a system of the shop's; `body` and header values are Liquid."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    url: str = Field(pattern=r"^https?://", max_length=2000)
    headers: dict[str, str] = Field(default_factory=dict, max_length=30)
    body: str | None = Field(default=None, max_length=50_000)
    timeout_seconds: float = Field(default=10, gt=0, le=60)
