"""One block to MJML."""

from collections.abc import Callable, Mapping
from typing import Any

from domain.email_document import Block, ProductsBlock
from domain.email_document.blocks import (
    ButtonBlock,
    CouponBlock,
    DividerBlock,
    FooterBlock,
    HtmlBlock,
    ImageBlock,
    LogoBlock,
    SocialBlock,
    SpacerBlock,
    SurveyBlock,
    TextBlock,
)
from domain.surveys.definition import SCALES
from rendering.email_document.products import products
from rendering.email_document.rich_text import rich_html
from rendering.email_document.style import Style, attribute, css_class, escaped

_SIZES = {"small": (13, 20), "normal": (16, 24), "large": (19, 29)}
_NETWORKS = {
    "facebook": "Facebook",
    "instagram": "Instagram",
    "x": "X",
    "youtube": "YouTube",
    "linkedin": "LinkedIn",
    "tiktok": "TikTok",
    "pinterest": "Pinterest",
    "whatsapp": "WhatsApp",
}


def block_mjml(block: Block, style: Style) -> str:
    """MJML of a block; empty where there is nothing to show."""
    return _WRITERS[block.type](block, style)


def padding_of(block: Block) -> str:
    """`10px 24px`."""
    return f"{block.padding_y}px {block.padding_x}px"


def _classes(block: Block, *more: str) -> str:
    return css_class(f"cf-hide-{block.hide_on}" if block.hide_on else None, *more)


def _logo(block: LogoBlock, style: Style) -> str:
    kit, align = style.kit, style.align(block.align)
    if not kit.logo_url:
        name = (
            f'<strong style="font-family:{style.heading_font};font-size:22px;letter-spacing:.5px;">'
            f"{escaped(kit.name or 'Your brand')}</strong>"
        )
        return (
            f'<mj-text align="{align}" padding="{padding_of(block)}" color="{style.color("text")}"'
            f"{_classes(block, style.text_class('text'))}>{name}</mj-text>"
        )
    link = f' href="{attribute(kit.website)}"' if kit.website else ""
    return (
        f'<mj-image src="{attribute(kit.logo_url)}" alt="{attribute(kit.name)}" width="{kit.logo_width}px"'
        f' align="{align}" padding="{padding_of(block)}"{link}{_classes(block)} />'
    )


def _text(block: TextBlock, style: Style) -> str:
    size, line = _SIZES[block.size]
    return (
        f'<mj-text align="{style.align(block.align)}" padding="{padding_of(block)}" font-size="{size}px"'
        f' line-height="{line}px" color="{style.color(block.color)}"'
        f"{_classes(block, style.text_class(block.color))}>{rich_html(block.text, style)}</mj-text>"
    )


def _image(block: ImageBlock, style: Style) -> str:
    if not block.src:
        return ""
    alt = "" if block.decorative else attribute(block.alt)
    width = f' width="{block.width}px"' if block.width else ""
    link = f' href="{attribute(block.link)}"' if block.link else ""
    return (
        f'<mj-image src="{attribute(block.src)}" alt="{alt}"{width} align="{style.align(block.align)}"'
        f' border-radius="{block.radius}px" padding="{padding_of(block)}"{link}{_classes(block)} />'
    )


def _button(block: ButtonBlock, style: Style) -> str:
    radius = style.kit.radius if block.radius is None else block.radius
    width = ' width="100%"' if block.full_width else ""
    link = f' href="{attribute(block.link)}"' if block.link else ""
    return (
        f'<mj-button{link} align="{style.align(block.align)}" padding="{padding_of(block)}"{width}'
        f' background-color="{style.color(block.background)}" color="{style.color(block.color)}"'
        f' border-radius="{radius}px" font-size="16px" font-weight="600" inner-padding="13px 26px"'
        f"{_classes(block)}>{escaped(block.label)}</mj-button>"
    )


def _products(block: ProductsBlock, style: Style) -> str:
    return products(block, style, padding_of(block))


def _divider(block: DividerBlock, style: Style) -> str:
    return (
        f'<mj-divider border-color="{style.color(block.color)}" border-width="{block.thickness}px"'
        f' padding="{padding_of(block)}"{_classes(block)} />'
    )


def _spacer(block: SpacerBlock, style: Style) -> str:
    return f'<mj-spacer height="{block.height}px"{_classes(block)} />'


def _social(block: SocialBlock, style: Style) -> str:
    """Words, not pictures: a picture would be fetched from a host that then knows who reads."""
    links = style.kit.social if block.links is None else block.links
    if not links:
        return ""
    color = style.color("primary")
    words = " &nbsp;·&nbsp; ".join(
        f'<a href="{attribute(link.url)}" style="color:{color};text-decoration:none;">{_NETWORKS[link.network]}</a>'
        for link in links
    )
    return (
        f'<mj-text align="{style.align(block.align)}" padding="{padding_of(block)}" font-size="14px"'
        f"{_classes(block, style.text_class('text'))}>{words}</mj-text>"
    )


def _footer(block: FooterBlock, style: Style) -> str:
    kit, color = style.kit, style.color("muted")
    said = kit.footer_text if block.text is None else block.text
    lines = [escaped(line) for line in (said, kit.name, kit.postal_address.replace("\n", ", ")) if line]
    look = f"color:{color};text-decoration:underline;"
    # data-no-track: whoever unsubscribes must not pass a counter first
    links = [f'<a data-no-track href="{{{{ unsubscribe_url }}}}" style="{look}">{escaped(block.unsubscribe)}</a>']
    if block.preferences:
        links.append(
            f'<a data-no-track href="{{{{ preferences_url }}}}" style="{look}">{escaped(block.preferences)}</a>'
        )
    inner = "<br />".join([*lines, " &nbsp;·&nbsp; ".join(links)])
    return (
        f'<mj-text align="center" padding="{padding_of(block)}" font-size="12px" line-height="18px" color="{color}"'
        f"{_classes(block, style.text_class('muted'))}>{inner}</mj-text>"
    )


def _coupon(block: CouponBlock, style: Style) -> str:
    primary = style.color("primary")
    title = f'<div style="font-weight:600;margin-bottom:6px;">{escaped(block.title)}</div>' if block.title else ""
    note = f'<div style="font-size:13px;margin-top:6px;">{escaped(block.note)}</div>' if block.note else ""
    code = (
        f'<div style="display:inline-block;border:2px dashed {primary};border-radius:6px;padding:12px 22px;'
        "font-family:'Courier New',Courier,monospace;font-size:22px;font-weight:700;letter-spacing:2px;\">"
        f"{{{{ coupon['{block.prefix}'] }}}}</div>"
    )
    return (
        f'<mj-text align="center" padding="{padding_of(block)}" color="{style.color("text")}"'
        f"{_classes(block, style.text_class('text'))}>{title}{code}{note}</mj-text>"
    )


def _survey(block: SurveyBlock, style: Style) -> str:
    """Links, each with its answer: a scanner that opens all of them answers nothing, since looking writes nothing."""
    url = f"{{{{ survey['{block.survey}'] }}}}"
    title = ""
    if block.question:
        title = f'<div style="font-weight:600;margin-bottom:10px;">{escaped(block.question)}</div>'
    cells = "".join(
        f'<a class="cf-button" href="{url}{query}" aria-label="{attribute(spoken)}" style="{_answer_look(style)}">'
        f"{escaped(shown)}</a> "
        for query, shown, spoken in _answers(block)
    )
    ends = ""
    if block.low or block.high:
        low, high = escaped(block.low), escaped(block.high)
        ends = f'<div style="font-size:13px;margin-top:8px;">{low}{" &#8596; " if low and high else ""}{high}</div>'
    return (
        f'<mj-text align="center" padding="{padding_of(block)}" color="{style.color("text")}" line-height="44px"'
        f"{_classes(block, style.text_class('text'))}>{title}<div>{cells}</div>{ends}</mj-text>"
    )


def _answers(block: SurveyBlock) -> list[tuple[str, str, str]]:
    """Of each button what its link adds, what it shows, and what is read aloud."""
    if block.kind == "link":
        return [("", block.button, f"{block.question} {block.button}".strip())]
    if block.kind == "yes_no":
        pairs = [("yes", block.yes), ("no", block.no)]
        return [(f"?a={value}", label, f"{block.question} {label}".strip()) for value, label in pairs]
    lowest, highest = SCALES[block.kind]
    shown = {score: "★" * score if block.kind == "stars" else str(score) for score in range(lowest, highest + 1)}
    return [(f"?a={score}", label, f"{block.question} {score} / {highest}".strip()) for score, label in shown.items()]


def _answer_look(style: Style) -> str:
    return (
        "display:inline-block;min-width:18px;padding:10px 9px;margin:2px 1px;line-height:20px;font-weight:600;"
        f"border-radius:{style.kit.radius}px;background:{style.color('primary')};color:{style.color('on_primary')};"
        "text-decoration:none;"
    )


def _html(block: HtmlBlock, style: Style) -> str:
    if not block.html.strip():
        return ""
    return f'<mj-text padding="{padding_of(block)}"{_classes(block)}>{block.html}</mj-text>'


_WRITERS: Mapping[str, Callable[[Any, Style], str]] = {
    "logo": _logo,
    "text": _text,
    "image": _image,
    "button": _button,
    "products": _products,
    "divider": _divider,
    "spacer": _spacer,
    "social": _social,
    "footer": _footer,
    "coupon": _coupon,
    "survey": _survey,
    "html": _html,
}
