"""A whole document to MJML with Liquid in it."""

from dataclasses import replace
from functools import lru_cache

from domain.email_document import BrandKit, EmailDocument, LayoutColumn, LayoutRow
from domain.email_document.document import WIDTH
from rendering.email_document.blocks import block_mjml
from rendering.email_document.conditions import shown
from rendering.email_document.style import HEAD_CSS, Style, css_class


def to_mjml(document: EmailDocument, kit: BrandKit) -> str:
    """MJML of a document, in the colours and fonts of the kit. The same document and kit give the same text."""
    style = Style(kit, document.right_to_left)
    direction = "rtl" if document.right_to_left else "ltr"
    rows = "\n".join(filter(None, (_row(row, style, number) for number, row in enumerate(document.rows))))
    return (
        f'<mjml lang="{document.language}" dir="{direction}">\n  <mj-head>\n    <mj-attributes>'
        f'<mj-all font-family="{style.body_font}" />'
        f'<mj-text color="{style.color("text")}" font-size="16px" line-height="24px" /></mj-attributes>\n'
        f"    <mj-style>{HEAD_CSS}    </mj-style>\n"
        '    <mj-raw><meta name="color-scheme" content="light dark" /></mj-raw>\n  </mj-head>\n'
        f'  <mj-body width="{WIDTH}px" background-color="{style.color(document.background)}"'
        f"{css_class(_dark(document.background))}>\n{rows}\n  </mj-body>\n</mjml>\n"
    )


@lru_cache(maxsize=256)
def _cached(document: str, kit: str) -> str:
    return to_mjml(EmailDocument.model_validate_json(document), BrandKit.model_validate_json(kit))


def to_mjml_cached(document: EmailDocument, kit: BrandKit) -> str:
    """The same, remembered: a document is compiled once for all the customers that it goes to."""
    return _cached(document.model_dump_json(), kit.model_dump_json())


def _row(row: LayoutRow, style: Style, number: int) -> str:
    style = replace(style, background=row.background)
    columns = "\n".join(_column(column, style, f"cf_{number}_{place}") for place, column in enumerate(row.columns))
    if not row.stack and len(row.columns) > 1:
        columns = f"      <mj-group>\n{columns}\n      </mj-group>"
    hidden = f"cf-hide-{row.hide_on}" if row.hide_on else None
    direction = ' direction="rtl"' if style.right_to_left else ""
    section = (
        f'    <mj-section background-color="{style.color(row.background)}" padding="{row.padding_y}px 0"{direction}'
        f"{css_class(_dark(row.background), hidden)}>\n{columns}\n    </mj-section>"
    )
    return shown(section, row.show_if, f"cf_row_{number}")


def _column(column: LayoutColumn, style: Style, name: str) -> str:
    blocks = [
        shown(block_mjml(block, style), block.show_if, f"{name}_{number}") for number, block in enumerate(column.blocks)
    ]
    inner = "\n".join(f"        {block}" for block in blocks if block)
    return f'      <mj-column width="{column.width}%" vertical-align="{column.vertical}">\n{inner}\n      </mj-column>'


def _dark(color: str) -> str | None:
    return f"cf-{color}" if color in ("page", "panel") else None
