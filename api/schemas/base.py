"""Kinds of fields that many schemas share."""

from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.encoded_slashes import STAND_IN
from domain.i18n import Sentence, StoredText

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60, examples=["win-back"])]
SlugPath = Annotated[
    str, Path(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60, description="The campaign.", examples=["win-back"])
]
CustomerRef = Annotated[
    str,
    BeforeValidator(lambda ref: ref.replace(STAND_IN, "/") if isinstance(ref, str) else ref),
    Path(
        min_length=1,
        max_length=255,
        description="The customer: the shop's own id (external id), or our UUID.",
        examples=["household-2375"],
    ),
]
ExternalId = Annotated[str, Field(min_length=1, max_length=255, examples=["household-2375"])]
Name = Annotated[str, Field(min_length=1, max_length=120)]
NodeName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Revision = Annotated[int, Field(ge=1, le=2_000_000_000, description="The revision that was read.")]


class Body(BaseModel):
    """A request's body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class View(BaseModel):
    """An answer, read from a row."""

    model_config = ConfigDict(from_attributes=True)


class LocalizedText(View):
    """A sentence as a code and what it names, so that it can be said in any language: see the text beside it."""

    code: str = Field(examples=["happened"])
    params: dict[str, Any] = Field(
        description="Texts, numbers, sentences like this one, `{list, by}`, `{at, zone?, year?}`, `{day}`, `{length}` "
        "by its units, `{share}` (0 to 1) and `{step}`, a node's id.",
        examples=[{"event": "Order Completed"}],
    )


Text = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, Sentence | StoredText) else value)]
"""The English of a sentence."""
AsSaid = Annotated[
    LocalizedText, BeforeValidator(lambda value: value.said() if isinstance(value, Sentence | StoredText) else value)
]
"""The same sentence as JSON."""
