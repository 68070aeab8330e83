"""Codes of promotions."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.schemas.base import Body, View
from domain.promotions.codes import PREFIX

CodeText = Annotated[str, Field(min_length=3, max_length=64, pattern=r"^[A-Za-z0-9 _.\-]+$")]


class CodesCreate(Body):
    """Unguessable codes that are to be made."""

    count: int = Field(ge=1, le=100_000)
    prefix: str = Field(default="", pattern=PREFIX, examples=["FASHION"])
    customer: str | None = Field(default=None, max_length=255, description="Whom they are issued to.")


class CodesImport(Body):
    """Codes that exist already, or one that everybody is to use."""

    codes: list[CodeText] = Field(min_length=1, max_length=10_000)


class CodesMade(View):
    """What was made."""

    batch_id: UUID
    made: int
    codes: list[str] = Field(description="As they are handed out; empty for an import.")


class CodesSwitch(Body):
    """Whether codes may be used."""

    disabled: bool


class BatchView(View):
    """Codes that were made or imported together."""

    id: UUID
    kind: Literal["made", "imported"]
    prefix: str
    count: int
    valid_until: datetime | None
    disabled: bool
    created_at: datetime


class CodeView(View):
    """A code."""

    code: str
    batch_id: UUID
    customer_id: UUID | None
    max_uses: int | None
    used: int = Field(description="How often it is reserved or redeemed; counted where its uses are limited.")
    balance: int | None
    spent: int = Field(description="Of its balance, in minor units.")
    valid_until: datetime | None
    issued_at: datetime | None
    disabled: bool
