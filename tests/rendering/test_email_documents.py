"""Documents of the visual editor: what they are written as, for whom, and that they come back as they went."""

import re
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from campaigns.email_designs import DESIGNS, content_of
from domain.content import EmailContent
from domain.email_document import BrandKit, EmailDocument, RichText
from models.customer import Customer
from rendering.context import KNOWN_VARIABLES, build_context
from rendering.email_document import MjmlImportError, compiled, export_mjml, import_mjml, to_mjml
from rendering.errors import RenderError
from rendering.problems import problems
from rendering.render import render

URL = "https://mail.shop.example"
KIT = BrandKit(name="Linen & Co", postal_address="Via Roma 1\nMilano", website="https://shop.example")
HAT = {
    "product_id": "hat",
    "name": 'Hat "Ada" <b>',
    "price": 1234.5,
    "currency": "EUR",
    "url": "https://shop.example/hat?a=1&b=2",
    "image_url": "https://shop.example/hat.jpg",
}


def a_text(words: str) -> dict[str, Any]:
    return {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": words}]}]}


def of(*blocks: dict[str, Any], row: dict[str, Any] | None = None, **document: Any) -> EmailDocument:
    named = [{"id": f"b{number}"} | block for number, block in enumerate(blocks)]
    rows = [{"id": "r", "columns": [{"id": "c", "blocks": named}]} | (row or {})]
    return EmailDocument.model_validate({"rows": rows} | document)


def written(document: EmailDocument, *, recommended: list[Any] | None = None, **profile: Any) -> EmailContent:
    someone = Customer(id=UUID(int=7), **({"attributes": {}, "traits": {}, "tags": []} | profile))
    context = build_context(
        someone,
        campaign_name="C",
        coupons={"WELCOME": "WELCOME-1"},
        recommended=recommended or [],
        unsubscribe_url=f"{URL}/u",
        preferences_url=f"{URL}/p",
    )
    return render(compiled(EmailContent(subject="S", document=document), KIT), context)


class Seen(HTMLParser):
    """Elements and their attributes, and what is open at the end."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    handle_startendtag = handle_starttag


@pytest.mark.parametrize("language", ["en", "it"])
@pytest.mark.parametrize("key", DESIGNS)
def test_every_design_can_be_published_and_is_mail_that_mail_programs_show(key: str, language: str):
    content = content_of(key, language, public_url=URL)
    known = KNOWN_VARIABLES.with_coupons(frozenset({"WELCOME"}))
    assert problems(compiled(content, KIT), known) == []
    assert content.document is not None
    for products in ([], [HAT] * 7):
        page = written(content.document, recommended=products).html or ""
        seen = Seen(page)
        assert "mj-" not in re.sub(r"mj-(column|full|outlook)[\w-]*", "", page)
        assert not {"script", "form", "iframe"} & {tag for tag, _ in seen.found}
        assert all(attributes.get("alt") is not None for tag, attributes in seen.found if tag == "img")
        assert "max-width:600px" in page
        assert len(page.encode()) < 102_000
        assert f'lang="{language}"' in page
        assert f"{URL}/u" in page
        assert "Via Roma 1, Milano" in page
    assert import_mjml(export_mjml(content.document, KIT)) == content.document


_ids = st.uuids().map(lambda each: f"x{each.hex[:20]}")
_words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)
_run = st.builds(lambda text: {"type": "text", "text": text}, _words)
_token = st.builds(
    lambda name, fallback: {"type": "token", "name": name, "fallback": fallback},
    st.sampled_from(["FirstName", "customer.city", "attributes['loyalty tier']"]),
    _words,
)
_paragraph = st.builds(lambda inline: {"type": "paragraph", "content": inline}, st.lists(_run | _token, max_size=3))
_rich = st.builds(lambda nodes: {"type": "doc", "content": nodes}, st.lists(_paragraph, max_size=3))
_rule = st.sampled_from(
    [
        {"field": "customer.city", "operator": "is", "value": "Milan"},
        {"field": "attributes.points", "operator": "more_than", "value": "10"},
        {"field": "FirstName", "operator": "unknown"},
    ]
)
_visibility = st.none() | st.builds(
    lambda match, rules: {"match": match, "rules": rules}, st.sampled_from(["all", "any"]), st.lists(_rule, max_size=2)
)
_block = st.one_of(
    st.builds(lambda id_, text, to: {"id": id_, "type": "text", "text": text, "show_if": to}, _ids, _rich, _visibility),
    st.builds(lambda id_, label: {"id": id_, "type": "button", "label": label, "link": URL}, _ids, _words),
    st.builds(lambda id_, alt: {"id": id_, "type": "image", "src": f"{URL}/a.png", "alt": alt}, _ids, _words),
    st.builds(
        lambda id_, source, title: {"id": id_, "type": "products", "source": source, "title": title},
        _ids,
        st.sampled_from(["recommended", "viewed", "ordered", "chosen"]),
        _words,
    ),
    st.builds(
        lambda id_, kind: {"id": id_, "type": kind},
        _ids,
        st.sampled_from(["logo", "divider", "spacer", "social", "footer"]),
    ),
)
_column = st.builds(lambda id_, blocks: {"id": id_, "blocks": blocks}, _ids, st.lists(_block, max_size=4))


@st.composite
def documents(draw: st.DrawFn) -> EmailDocument:
    rows = []
    for _ in range(draw(st.integers(0, 3))):
        columns = draw(st.lists(_column, min_size=1, max_size=4))
        for column in columns:
            column["width"] = 100 // len(columns)
        rows.append({"id": draw(_ids), "columns": columns, "show_if": draw(_visibility), "stack": draw(st.booleans())})
    return EmailDocument.model_validate({"rows": rows, "language": draw(st.sampled_from(["en", "it", "ar"]))})


@settings(max_examples=50, deadline=None)
@given(documents())
def test_a_document_comes_back_from_its_mjml_as_it_went_and_is_written_for_anybody(document: EmailDocument):
    assert import_mjml(export_mjml(document, KIT)) == document
    assert EmailDocument.model_validate_json(document.model_dump_json()) == document
    if "{{" not in document.model_dump_json() and "{%" not in document.model_dump_json():
        assert written(document).html


def test_mjml_of_other_hands_stays_source():
    whole = export_mjml(of({"type": "text", "text": a_text("Hello")}), KIT)
    with pytest.raises(MjmlImportError, match="changed"):
        import_mjml(whole.replace("Hello", "Hullo"))
    with pytest.raises(MjmlImportError, match="no_document"):
        import_mjml("<mjml><mj-body></mj-body></mjml>")
    digest = re.search(r"document (\w+) ", whole)
    assert digest
    with pytest.raises(MjmlImportError, match="unreadable"):
        import_mjml(re.sub(rf"{digest[1]} \S+ -->", f"{digest[1]} AAAA -->", whole))


def test_an_empty_list_of_products_is_nothing_not_even_its_title():
    document = of({"type": "products", "title": "For you", "button": "Buy"})
    assert "For you" not in (written(document).html or "")
    page = written(document, recommended=[HAT, {"product_id": "2"}], locale="it").html or ""
    assert "For you" in page
    assert "1.234,50\xa0€" in page
    assert "Hat &#34;Ada&#34; &lt;b&gt;" in page
    assert page.count('class="cf-card"') == 2


@pytest.mark.parametrize("source", ["viewed", "ordered"])
def test_products_of_a_customer_who_has_none_and_of_one_who_has(source: str):
    document = of({"type": "products", "source": source, "columns": 2, "most": 3})
    assert "cf-card" not in re.sub(r"<style.*?</style>", "", written(document).html or "", flags=re.DOTALL)
    traits = {"browsed": [HAT] * 5} if source == "viewed" else {"last_order": {"products": [HAT] * 5}}
    assert (written(document, traits=traits).html or "").count('class="cf-card"') == 3


@pytest.mark.parametrize(
    ("rules", "match", "profile", "shows"),
    [
        ([("customer.city", "is", "Milan")], "all", {"city": "Milan"}, True),
        ([("customer.city", "is", "Milan")], "all", {"city": "Rome"}, False),
        ([("customer.city", "is", "Milan")], "all", {}, False),
        ([("customer.city", "is_not", "Milan")], "all", {}, True),
        ([("customer.city", "known", "")], "all", {}, False),
        ([("customer.city", "unknown", "")], "all", {}, True),
        ([("attributes.vip", "is", "true")], "all", {"attributes": {"vip": True}}, True),
        ([("attributes.vip", "is", "false")], "all", {"attributes": {"vip": False}}, True),
        ([("attributes.points", "more_than", "10")], "all", {"attributes": {"points": 11}}, True),
        ([("attributes.points", "more_than", "10")], "all", {"attributes": {"points": "11.5"}}, True),
        ([("attributes.points", "more_than", "10")], "all", {"attributes": {}}, False),
        ([("attributes.points", "less_than", "10")], "all", {"attributes": {}}, False),
        ([("attributes.points", "less_than", "10")], "all", {"attributes": {"points": 9}}, True),
        ([("customer.tags", "contains", "vip")], "all", {"tags": ["new", "vip"]}, True),
        ([("customer.tags", "contains", "vip")], "all", {"tags": ["viper"]}, False),
        ([("attributes['loyalty tier']", "is", "d'oro")], "all", {"attributes": {"loyalty tier": "d'oro"}}, True),
        ([("customer.city", "is", "Milan"), ("FirstName", "known", "")], "all", {"city": "Milan"}, False),
        ([("customer.city", "is", "Milan"), ("FirstName", "known", "")], "any", {"city": "Milan"}, True),
        ([("customer.city", "is", "Rome"), ("FirstName", "known", "")], "any", {"city": "Milan"}, False),
    ],
)
@pytest.mark.parametrize("whole_row", [False, True])
def test_a_block_is_shown_to_those_who_meet_its_rules(
    rules: list[tuple[str, str, str]], match: str, profile: dict[str, Any], shows: bool, whole_row: bool
):
    asked = [{"field": field, "operator": operator, "value": value} for field, operator, value in rules]
    to = {"show_if": {"match": match, "rules": asked}}
    block = {"type": "text", "text": a_text("Only some")} | ({} if whole_row else to)
    page = written(of(block, row=to if whole_row else None), **profile).html or ""
    assert ("Only some" in page) is shows


def test_a_token_has_its_fallback_and_without_one_the_message_is_not_written():
    def greeting(fallback: str) -> EmailDocument:
        token = {"type": "token", "name": "FirstName", "fallback": fallback}
        text = {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Hi "}, token]}]}
        return of({"type": "text", "text": text})

    assert "Hi l'amico" in (written(greeting("l'amico")).html or "")
    assert "Hi Ada" in (written(greeting("l'amico"), first_name="Ada").html or "")
    with pytest.raises(RenderError, match="FirstName has no value"):
        written(greeting(""))


def test_what_is_typed_is_text_never_markup():
    document = of(
        {"type": "text", "text": a_text("<script>alert(1)</script> & 5 < 6")},
        {"type": "button", "label": "<b>x</b>", "link": 'https://x.example/" onclick="y'},
        {"type": "image", "src": "https://x.example/a.png", "alt": '"><script>'},
    )
    page = written(document).html or ""
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; 5 &lt; 6" in page
    assert all("onclick" not in attributes for _, attributes in Seen(page).found)


def test_links_that_unsubscribe_are_not_counted_and_colours_follow_the_kit():
    kit = KIT.model_copy(update={"colors": KIT.colors.model_copy(update={"primary": "#abcdef"})})
    mjml = to_mjml(of({"type": "button", "label": "Go", "link": URL}, {"type": "footer"}), kit)
    assert 'background-color="#abcdef"' in mjml
    assert '<a data-no-track href="{{ unsubscribe_url }}"' in mjml


def test_a_language_from_right_to_left_turns_the_page():
    page = written(of({"type": "text", "text": a_text("سلام")}, language="ar")).html or ""
    assert 'dir="rtl"' in page
    assert "text-align:right" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"rows": [{"id": "r", "columns": [{"id": "c", "width": 50, "blocks": []}]}]},
        {"rows": [{"id": "r", "columns": [{"id": "r", "blocks": []}]}]},
        {"rows": [{"id": "r", "columns": [{"id": "c", "blocks": [{"id": "b", "type": "nothing"}]}]}]},
        {"rows": [{"id": "r", "columns": [{"id": "c", "blocks": [{"id": "b", "type": "html", "html": "<script>"}]}]}]},
        {"version": 2},
        {"background": "red"},
    ],
)
def test_a_document_that_cannot_be_is_refused(wrong: dict[str, Any]):
    with pytest.raises(ValidationError):
        EmailDocument.model_validate(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "doc", "content": [{"type": "text", "text": "loose"}]},
        {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "token", "name": "a b }}"}]}]},
        {"type": "doc", "content": [{"type": "heading", "content": []}]},
    ],
)
def test_a_text_that_cannot_be_is_refused(wrong: dict[str, Any]):
    with pytest.raises(ValidationError):
        RichText.model_validate(wrong)


def test_lists_within_lists_end_somewhere():
    node: dict[str, Any] = {"type": "paragraph", "content": []}
    for _ in range(6):
        node = {"type": "bulletList", "content": [{"type": "listItem", "content": [node]}]}
    with pytest.raises(ValidationError, match="nested"):
        RichText.model_validate({"type": "doc", "content": [node]})


def test_what_stands_in_for_a_value_is_text():
    inline = [{"type": "token", "name": "customer.city", "fallback": "R&D <3"}]
    rich = {"type": "doc", "content": [{"type": "paragraph", "content": inline}]}
    assert "R&amp;D &lt;3" in (written(of({"type": "text", "text": rich})).html or "")
