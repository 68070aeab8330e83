"""The brand kit, saved blocks, designs to start from, and documents as MJML."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.schemas.base import Body, Name, View
from domain.email_document import BrandKit, EmailDocument, LayoutRow


class BrandKitBody(Body):
    """The kit as it shall be, all of it."""

    kit: BrandKit
    revision: int = Field(ge=0, le=2_000_000_000, description="The revision that was read.")


class BrandKitView(View):
    """The brand kit; revision 0 before anybody set one."""

    kit: BrandKit
    revision: int
    updated_at: datetime | None


class DocumentBody(Body):
    """A document of the visual editor."""

    document: EmailDocument


class MjmlView(View):
    """MJML of a document in the colours of the brand kit; it carries the document in a comment at its end."""

    mjml: str


class MjmlBody(Body):
    """MJML that was exported before."""

    mjml: str = Field(max_length=400_000)


class DocumentView(View):
    """A document of the visual editor."""

    document: EmailDocument


class SavedBlockBody(Body):
    """A row to keep under a name."""

    name: Name
    content: LayoutRow


class SavedBlockView(View):
    """A saved row."""

    id: UUID
    name: str
    content: LayoutRow
    created_at: datetime


class DesignView(View):
    """A ready e-mail to start from."""

    key: str
    name: str
    subject: str
    preheader: str
    document: EmailDocument
    html: str = Field(description="As it looks in the brand kit, for a made-up customer.")


class DesignsView(View):
    """All of them."""

    items: list[DesignView]


DesignLanguage = Literal["en", "it"]
