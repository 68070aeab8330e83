from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pytest

from domain.content import EmailContent, InAppContent, PushContent, SilentPushContent, SmsContent
from models.customer import Customer
from rendering.context import build_context
from rendering.errors import RenderError
from rendering.markup_limits import DEEPEST_MARKUP
from rendering.render import render

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PAGE = (
    "<mjml><mj-body><mj-section><mj-column>"
    "<mj-text>Hello {{ customer.first_name | default: 'there' }},<br/>see you &amp; yours</mj-text>"
    '<mj-button href="https://shop.example/?who={{ customer.first_name | url_encode }}&amp;from=mail">Go</mj-button>'
    "</mj-column></mj-section></mj-body></mjml>"
)


def customer(**given: Any) -> Customer:
    return Customer(id=UUID(int=7), attributes={}, traits={}, tags=[], created_at=NOW, updated_at=NOW, **given)


def context() -> dict[str, Any]:
    return build_context(customer(first_name="Ada"), campaign_name="Win-back", now=NOW)


def test_an_email_leaves_as_html_and_text():
    written = render(
        EmailContent(subject="Hello {{ FirstName }}", preheader="For {{ FirstName }} & co", mjml=PAGE), context()
    )
    assert written.subject == "Hello Ada"
    assert written.mjml is None
    assert written.html is not None
    assert "<mj-" not in written.html
    assert 'href="https://shop.example/?who=Ada&amp;from=mail"' in written.html
    body = written.html.index("<body")
    assert written.html.index("For Ada &amp; co", body) < written.html.index("Hello Ada,")
    assert written.text == "Hello Ada,\nsee you & yours\n\nGo (https://shop.example/?who=Ada&from=mail)"


def test_a_name_full_of_markup_stays_a_name():
    written = render(
        EmailContent(subject="Hi {{ FirstName }}", mjml=PAGE),
        build_context(customer(first_name='</mj-text><script>x</script>"&'), campaign_name="x", now=NOW),
    )
    assert "<script>" not in str(written.html)
    assert '</mj-text><script>x</script>"&' in str(written.text)
    assert written.subject == 'Hi </mj-text><script>x</script>"&'


ATTRIBUTES = (
    "<mjml><mj-head><mj-title>{{ v }}</mj-title><mj-preview>{{ v }}</mj-preview></mj-head><mj-body>"
    '<mj-section background-url="{{ v }}" css-class="{{ v }}"><mj-column>'
    """<mj-image src="{{ v }}" alt='{{ v }}'/><mj-button href="{{ v }}">{{ v }}</mj-button><mj-raw>{{ v }}</mj-raw>"""
    "</mj-column></mj-section></mj-body></mjml>"
)


class _Page(HTMLParser):
    """Finds what a customer's words must not have made."""

    def __init__(self) -> None:
        super().__init__()
        self.evil: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.evil += [tag] if tag == "evil" else []
        self.evil += [name for name, _ in attrs if name.startswith("on")]


@pytest.mark.parametrize(
    "value",
    [
        '" onclick="x',
        "' onclick='x",
        '"><evil>',
        "&quot; onclick=&quot;x",
        "--><evil>",
        "<![endif]--><evil>",
        "]]><evil>",
        "</style></title><evil>",
        "\x0b\x1b<evil>\x7f",
    ],
)
def test_no_value_breaks_out_of_its_place(value):
    written = render(EmailContent(subject="s", mjml=ATTRIBUTES), {"v": value})
    page = _Page()
    page.feed(str(written.html))
    assert page.evil == []


def test_text_given_is_kept_and_html_made_from_it():
    written = render(
        EmailContent(subject="s", text="Hi {{ FirstName }} & <co>\n\nhttps://a.example/x?y=1&z=2."), context()
    )
    assert written.text == "Hi Ada & <co>\n\nhttps://a.example/x?y=1&z=2."
    assert "<p>Hi Ada &amp; &lt;co&gt;</p>" in str(written.html)
    assert '<a href="https://a.example/x?y=1&amp;z=2">https://a.example/x?y=1&amp;z=2</a>.' in str(written.html)


@pytest.mark.parametrize("breaks", ["\r\n", "\n", "\r", "\u2028", "\x00", "\x0b", "\r\n\t "])
def test_no_line_break_gets_into_a_header(breaks):
    evil = f"Ada{breaks}Bcc: all@example.com"
    values = context() | {"evil": evil}
    written = render(
        EmailContent(subject="{{ evil }}", from_name="{{ evil }}", reply_to="{{ evil }}", text="x"), values
    )
    assert written.subject == written.from_name == written.reply_to == "Ada Bcc: all@example.com"
    assert render(PushContent(title="{{ evil }}", body="x"), values).title == "Ada Bcc: all@example.com"


def test_every_field_of_every_channel_is_written():
    values = context()
    assert render(SmsContent(body="Hi {{ FirstName }}"), values).body == "Hi Ada"
    push = render(
        PushContent(
            title="{{ FirstName }}",
            body="b {{ FirstName }}",
            image="https://i.example/{{ FirstName }}.png",
            link="shop://{{ FirstName }}",
            data={"who": "{{ FirstName }}"},
        ),
        values,
    )
    assert push.model_dump() == {
        "channel": "push",
        "title": "Ada",
        "body": "b Ada",
        "image": "https://i.example/Ada.png",
        "link": "shop://Ada",
        "data": {"who": "Ada"},
    }
    assert render(SilentPushContent(data={"c": "{{ campaign.name }}"}), values).data == {"c": "Win-back"}
    keys = {"": "a", "c": "b", "a.b": "c", ".": "d"}
    assert render(SilentPushContent(data=keys), values).data == keys
    card = render(
        InAppContent(title="{{ FirstName }}", body="<{{ FirstName }}>", link="{% if x %}y{% endif %}"), values
    )
    assert (card.title, card.body, card.link) == ("Ada", "<Ada>", None)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (EmailContent(subject="{{ nobody }}", text="x"), "subject"),
        (EmailContent(subject="{% if nobody %}x{% endif %} ", text="x"), "subject"),
        (EmailContent(subject="s", mjml="<mjml>{{ nobody }}</mjml>"), "mjml"),
        (EmailContent(subject="s", mjml="<mjml><mj-body><mj-section></mjml>"), "mjml"),
        (EmailContent(subject="s", mjml="hello"), "mjml"),
        (SmsContent(body="{% for i in (1..900) %}xx{% endfor %}"), "body"),
        (PushContent(body="{% if nobody %}x{% endif %}"), "body"),
        (SilentPushContent(data={"who": "{{ nobody }}"}), "data.who"),
    ],
)
def test_what_cannot_be_sent_is_refused_by_field(content, field):
    with pytest.raises(RenderError) as caught:
        render(content, context())
    assert caught.value.field == field


@pytest.mark.parametrize(
    "inside",
    [
        "<div>" * 20_000,
        "<div>" * 15_000 + "</div>" * 15_000,
        "<div><!--</div>-->" * 10_000,
        '<div a="</div>">' * 10_000,
        '<div><div a="</div>">' * 5_000,
        "<DIV>" * 5_000,
        "<br>" * 10 + "<span>" * 5_000,
    ],
)
def test_nesting_that_would_kill_the_process_is_refused(inside):
    page = (
        f"<mjml><mj-body><mj-section><mj-column><mj-text>{inside}</mj-text></mj-column></mj-section></mj-body></mjml>"
    )
    with pytest.raises(RenderError, match=f"more than {DEEPEST_MARKUP} deep"):
        render(EmailContent(subject="s", mjml=page), {})


def test_includes_are_never_read():
    page = '<mjml><mj-body><mj-include path="/etc/hostname"/></mj-body></mjml>'
    with pytest.raises(RenderError, match="is not MJML"):
        render(EmailContent(subject="s", mjml=page), {})


# --- context ----------------------------------------------------------------------------------------------------------

TRAITS = {
    "last_order": {
        "order_id": "o1",
        "revenue": 12.5,
        "at": "2026-11-12T22:30:00+00:00",
        "products": [{"name": "Bag", "brand": "Loom"}],
    },
    "last_order_at": "2026-11-12T22:30:00+00:00",
    "last_product": "Bag",
    "preferred_brand": "Loom",
    "days_between_orders": 11.7,
    "orders": 3,
    "browsed": [{"name": "Shoe"}, {"name": "Hat"}],
}


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("FirstName", "Ada"),
        ("LastName", "Byron"),
        ("LastPurchasedProduct", "Bag"),
        ("LastOrderDate", "13 November 2026"),
        ("PreferredBrand", "Loom"),
        ("PurchaseFrequency", "every 12 days"),
        ("BrowsingHistory", "Shoe, Hat"),
        ("customer.city", "Izmir"),
        ("customer.birth_date", "1990-05-01"),
        ("customer.id", str(UUID(int=7))),
        ("customer.attributes.size", "M"),
        ("attributes.size", "M"),
        ("traits.orders", "3"),
        ("order.revenue", "12.5"),
        ("order.products[0].brand", "Loom"),
        ("trigger.cart_id", "c1"),
        ("coupon.FASHION", "FASHION-1"),
        ("campaign.name", "Win-back"),
        ("unsubscribe_url", "https://u.example/1"),
        ("now | date: '%H:%M'", "15:00"),
        ("today", "2026-11-22"),
    ],
)
def test_names_that_templates_may_use(token, expected):
    values = build_context(
        customer(
            first_name="Ada", last_name="Byron", city="Izmir", birth_date=date(1990, 5, 1), timezone="Europe/Istanbul"
        ).model_copy(update={"traits": TRAITS, "attributes": {"size": "M"}}),
        campaign_name="Win-back",
        trigger={"cart_id": "c1"},
        coupons={"FASHION": "FASHION-1"},
        unsubscribe_url="https://u.example/1",
        now=NOW,
    )
    assert render(SmsContent(body="{{ " + token + " }}"), values).body == expected


@pytest.mark.parametrize(
    "token",
    [
        "FirstName",
        "LastPurchasedProduct",
        "LastOrderDate",
        "PurchaseFrequency",
        "BrowsingHistory",
        "PreferredBrand",
        "customer.first_name",
        "order.order_id",
        "coupon.FASHION",
        "unsubscribe_url",
    ],
)
def test_what_is_not_known_needs_a_fallback(token):
    values = build_context(customer(first_name=""), campaign_name="x", now=NOW)
    with pytest.raises(RenderError, match="no value"):
        render(SmsContent(body="{{ " + token + " }}"), values)
    assert render(SmsContent(body="{{ " + token + " | default: 'f' }}"), values).body == "f"


def test_the_order_given_goes_before_the_one_remembered():
    known = customer().model_copy(update={"traits": TRAITS})
    values = build_context(known, campaign_name="x", now=NOW, last_order={"products": [{"name": "Coat"}]})
    assert values["LastPurchasedProduct"] == "Coat"
    assert build_context(known, campaign_name="x", now=NOW)["LastPurchasedProduct"] == "Bag"


def test_one_order_is_no_frequency_yet():
    known = customer().model_copy(update={"traits": {"orders": 1}})
    assert build_context(known, campaign_name="x", now=NOW)["PurchaseFrequency"] == "once"


def test_an_empty_list_renders_as_empty():
    written = render(
        SmsContent(
            body="Hi.{% for product in recommended_products %} {{ product.name }}{% endfor %}"
            "{% if recommended_products %} For you!{% endif %}"
        ),
        context(),
    )
    assert written.body == "Hi."
