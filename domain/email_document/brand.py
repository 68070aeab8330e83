"""The brand kit: what every e-mail of the installation shares, said once."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from domain.email_document.base import HexColor, Link, Part

Font = Literal["system", "arial", "helvetica", "verdana", "tahoma", "trebuchet", "georgia", "times", "courier"]
"""Fonts that mail programs have: others would be fetched from a host that then knows who reads."""
Network = Literal["facebook", "instagram", "x", "youtube", "linkedin", "tiktok", "pinterest", "whatsapp"]
FONT_STACKS: Mapping[Font, str] = {
    "system": "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif",
    "arial": "Arial, Helvetica, sans-serif",
    "helvetica": "Helvetica, Arial, sans-serif",
    "verdana": "Verdana, Geneva, sans-serif",
    "tahoma": "Tahoma, Geneva, sans-serif",
    "trebuchet": "'Trebuchet MS', Helvetica, sans-serif",
    "georgia": "Georgia, 'Times New Roman', serif",
    "times": "'Times New Roman', Times, serif",
    "courier": "'Courier New', Courier, monospace",
}


class BrandColors(Part):
    """Colours by what they are for."""

    primary: HexColor = "#1f4d3d"
    on_primary: HexColor = "#ffffff"
    text: HexColor = "#1d1d1f"
    muted: HexColor = "#5f6368"
    page: HexColor = "#f4f4f2"
    panel: HexColor = "#ffffff"


class SocialLink(Part):
    """A page of the brand on a network."""

    network: Network
    url: Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^https?://")]


class BrandKit(Part):
    """Logo, colours, fonts, names and address of the sender."""

    name: Annotated[str, Field(max_length=120)] = ""
    website: Link = ""
    logo_url: Link = ""
    logo_width: Annotated[int, Field(ge=20, le=600)] = 160
    colors: BrandColors = Field(default_factory=BrandColors)
    heading_font: Font = "system"
    body_font: Font = "system"
    radius: Annotated[int, Field(ge=0, le=40)] = 6
    """Of buttons, in pixels."""
    from_names: list[Annotated[str, Field(min_length=1, max_length=120)]] = Field(default_factory=list, max_length=10)
    postal_address: Annotated[str, Field(max_length=500)] = ""
    footer_text: Annotated[str, Field(max_length=1000)] = ""
    social: list[SocialLink] = Field(default_factory=list, max_length=8)
