"""Blocks: what stands in a column, one below the other."""

import re
from typing import Annotated, Literal

from pydantic import Field, field_validator

from domain.email_document.base import Align, Color, Link, Part, PartId, Pixels, Words
from domain.email_document.brand import SocialLink
from domain.email_document.rich_text import RichText
from domain.email_document.visibility import Visibility

_RUNS = re.compile(r"<\s*/?\s*(script|iframe|object|embed|form|input|mjml|mj-[a-z-]+)\b|\son[a-z]+\s*=", re.IGNORECASE)


class _Block(Part):
    id: PartId
    show_if: Visibility | None = None
    hide_on: Literal["phone", "desktop"] | None = None
    padding_y: Pixels = 10
    padding_x: Pixels = 24


class LogoBlock(_Block):
    """The logo of the brand kit, or the brand's name where it has none; leads to the website."""

    type: Literal["logo"] = "logo"
    align: Align = "center"


class TextBlock(_Block):
    """Formatted text."""

    type: Literal["text"] = "text"
    text: RichText
    color: Color = "text"
    size: Literal["small", "normal", "large"] = "normal"
    align: Align = "start"


class ImageBlock(_Block):
    """A picture. Without an address it is not there."""

    type: Literal["image"] = "image"
    src: Link = ""
    alt: Words = ""
    """What it shows, for those who don't see it; empty for decoration."""
    decorative: bool = False
    link: Link = ""
    width: Annotated[int, Field(ge=10, le=1200)] | None = None
    """In pixels; None for the column's width."""
    radius: Pixels = 0
    align: Align = "center"


class ButtonBlock(_Block):
    """A link that looks like a button."""

    type: Literal["button"] = "button"
    label: Words
    link: Link = ""
    background: Color = "primary"
    color: Color = "on_primary"
    radius: Pixels | None = None
    """None for the brand kit's."""
    full_width: bool = False
    align: Align = "center"


class ProductCard(Part):
    """A product written by hand."""

    name: Words
    url: Link = ""
    image_url: Link = ""
    price: Annotated[str, Field(max_length=60)] = ""


class ProductsBlock(_Block):
    """Products as cards. A customer without any sees nothing of it."""

    type: Literal["products"] = "products"
    source: Literal["recommended", "viewed", "ordered", "chosen"] = "recommended"
    """From models, the customer's last viewed, their last order, or the same for everybody."""
    title: Words = ""
    most: Annotated[int, Field(ge=1, le=12)] = 3
    columns: Annotated[int, Field(ge=1, le=4)] = 3
    show_price: bool = True
    button: Annotated[str, Field(max_length=60)] = ""
    """Label of each card's button; none without."""
    chosen: list[ProductCard] = Field(default_factory=list, max_length=12)


class DividerBlock(_Block):
    """A line."""

    type: Literal["divider"] = "divider"
    color: Color = "page"
    thickness: Annotated[int, Field(ge=1, le=20)] = 1


class SpacerBlock(_Block):
    """Empty room."""

    type: Literal["spacer"] = "spacer"
    height: Annotated[int, Field(ge=1, le=300)] = 24


class SocialBlock(_Block):
    """Links to the brand's pages on networks."""

    type: Literal["social"] = "social"
    links: list[SocialLink] | None = Field(default=None, max_length=8)
    """None for those of the brand kit."""
    align: Align = "center"


class FooterBlock(_Block):
    """Who sends it, their postal address, and how to unsubscribe."""

    type: Literal["footer"] = "footer"
    text: Annotated[str, Field(max_length=1000)] | None = None
    """None for the brand kit's."""
    unsubscribe: Annotated[str, Field(min_length=1, max_length=120)] = "Unsubscribe"
    preferences: Annotated[str, Field(max_length=120)] = "Preferences"
    """Label of the link to the preference page; no link without."""


class CouponBlock(_Block):
    """The code that a coupon node of the journey gave."""

    type: Literal["coupon"] = "coupon"
    prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
    title: Words = ""
    note: Words = ""


class SurveyBlock(_Block):
    """The first question of a survey as buttons: one click opens its page with that answer selected."""

    type: Literal["survey"] = "survey"
    survey: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
    """The survey's key."""
    question: Words = ""
    """Its words are those of the e-mail, which has one language."""
    kind: Literal["nps", "csat", "stars", "ces", "yes_no", "link"] = "nps"
    """What the buttons are; `link` is one button that opens the page."""
    low: Words = ""
    high: Words = ""
    yes: Annotated[str, Field(min_length=1, max_length=60)] = "Yes"
    no: Annotated[str, Field(min_length=1, max_length=60)] = "No"
    button: Annotated[str, Field(min_length=1, max_length=60)] = "Answer"


class HtmlBlock(_Block):
    """HTML as it is."""

    type: Literal["html"] = "html"
    html: Annotated[str, Field(max_length=50_000)]

    @field_validator("html")
    @classmethod
    def _runs_nothing(cls, html: str) -> str:
        found = _RUNS.search(html)
        if found is not None:
            raise ValueError(f"'{found[0].strip()}' does not work in e-mails: take it out")
        return html


Block = Annotated[
    LogoBlock
    | TextBlock
    | ImageBlock
    | ButtonBlock
    | ProductsBlock
    | DividerBlock
    | SpacerBlock
    | SocialBlock
    | FooterBlock
    | CouponBlock
    | SurveyBlock
    | HtmlBlock,
    Field(discriminator="type"),
]
