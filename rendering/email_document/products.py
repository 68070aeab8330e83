"""Products as cards: a table, since a column of MJML can't hold columns; its cells stack on a phone."""

from domain.email_document import ProductsBlock
from domain.email_document.blocks import ProductCard
from rendering.email_document.style import Style, attribute, escaped

_LISTS = {"recommended": "recommended_products", "viewed": "traits.browsed", "ordered": "order.products"}


def products(block: ProductsBlock, style: Style, padding: str) -> str:
    """The title and the cards; nothing at all where there is no product."""
    if block.source == "chosen":
        if not block.chosen:
            return ""
        cards = [_chosen_card(block, card, style) for card in block.chosen[: block.most]]
        rows = [cards[start : start + block.columns] for start in range(0, len(cards), block.columns)]
        return _table(block, style, padding, "".join(f"<tr>{''.join(row)}</tr>" for row in rows))
    named = _LISTS[block.source]
    turn = (
        f"{{% assign cf_turn = forloop.index0 | modulo: {block.columns} %}}"
        "{% if cf_turn == 0 and forloop.index0 > 0 %}</tr><tr>{% endif %}"
    )
    loop = f"<tr>{{% for product in {named} limit: {block.most} %}}{turn}{_live_card(block, style)}{{% endfor %}}</tr>"
    return f"{{% if {named} %}}\n{_table(block, style, padding, loop)}\n{{% endif %}}"


def _table(block: ProductsBlock, style: Style, padding: str, rows: str) -> str:
    title = ""
    if block.title:
        title = (
            f'<mj-text padding="{padding}" css-class="{style.text_class("text")}"><h2 style="font-family:'
            f'{style.heading_font}">{escaped(block.title)}</h2></mj-text>\n'
        )
    color = style.color("text")
    look = f'padding="{padding}" color="{color}" font-family="{style.body_font}" css-class="{style.text_class("text")}"'
    return f"{title}<mj-table {look}>{rows}</mj-table>"


def _live_card(block: ProductsBlock, style: Style) -> str:
    name, url = "{{ product.name | default: product.product_id }}", "{{ product.url | default: '' }}"
    picture = (
        "{% if product.image_url %}"
        + _linked(_picture("{{ product.image_url }}", name.replace('"', "'")), url)
        + "{% endif %}"
    )
    price = "{% assign cf_currency = product.currency | default: '' %}{{ product.price | money: cf_currency }}"
    body = f"{picture}{_linked(f'<strong>{name}</strong>', url, style)}"
    if block.show_price:
        body += "{% if product.price %}" + _line(price) + "{% endif %}"
    if block.button:
        body += "{% if product.url %}" + _button(block.button, "{{ product.url }}", style) + "{% endif %}"
    return _cell(block, body)


def _chosen_card(block: ProductsBlock, card: ProductCard, style: Style) -> str:
    url = attribute(card.url)
    body = _linked(_picture(attribute(card.image_url), attribute(card.name)), url) if card.image_url else ""
    body += _linked(f"<strong>{escaped(card.name)}</strong>", url, style)
    if block.show_price and card.price:
        body += _line(escaped(card.price))
    if block.button and card.url:
        body += _button(block.button, url, style)
    return _cell(block, body)


def _cell(block: ProductsBlock, body: str) -> str:
    width = 100 // block.columns
    return f'<td class="cf-card" width="{width}%" align="center" valign="top" style="padding:8px;">{body}</td>'


def _picture(src: str, alt: str) -> str:
    return (
        f'<img src="{src}" alt="{alt}" width="160" '
        'style="display:block;width:100%;max-width:160px;height:auto;border-radius:6px;margin:0 auto 8px;" />'
    )


def _linked(inner: str, url: str, style: Style | None = None) -> str:
    if not url:
        return inner
    color = style.color("text") if style else "inherit"
    anchor = f'<a href="{url}" style="color:{color};text-decoration:none;">{inner}</a>'
    return f"{{% if product.url %}}{anchor}{{% else %}}{inner}{{% endif %}}" if url.startswith("{{") else anchor


def _line(text: str) -> str:
    return f'<div style="margin-top:4px;">{text}</div>'


def _button(label: str, url: str, style: Style) -> str:
    look = (
        f"display:inline-block;margin-top:8px;padding:8px 14px;border-radius:{style.kit.radius}px;"
        f"background:{style.color('primary')};color:{style.color('on_primary')};text-decoration:none;"
    )
    return f'<div><a class="cf-button" href="{url}" style="{look}">{escaped(label)}</a></div>'
