# ruff: noqa: E501
"""Inputs of real people: links at a sentence's end, dates as systems write them, names with quotation marks, branches."""

import json
from uuid import uuid4

import pytest

from domain.content import EmailContent, PushContent, SilentPushContent
from ingestion.tracking_links import LinkSigner, track_html, track_text
from rendering.branches import variants
from rendering.context import KNOWN_VARIABLES
from rendering.errors import RenderError
from rendering.json_body import with_escaped_values
from rendering.liquid_text import render_text
from rendering.mjml import mjml_to_html
from rendering.problems import problems

SIGNER = LinkSigner("secret", "https://shop.example")
MJML = "<mjml><mj-body><mj-section><mj-column>\n{}\n</mj-column></mj-section></mj-body></mjml>"


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("See https://en.wikipedia.org/wiki/Milan_(disambiguation) today", "https://en.wikipedia.org/wiki/Milan_(disambiguation)"),
        ("(see https://a.example/x)", "https://a.example/x"),
        ("(https://a.example/x_(y))", "https://a.example/x_(y)"),
        ("Now: https://a.example/x?b=1.", "https://a.example/x?b=1"),
        ("“https://a.example/x”", "https://a.example/x"),
        ("https://a.example/x…", "https://a.example/x"),
        ("详见https://a.example/x。谢谢", "https://a.example/x"),
        ("（https://a.example/x）", "https://a.example/x"),
        ("انظر https://a.example/x؟", "https://a.example/x"),
        ("देखें https://a.example/x।", "https://a.example/x"),
        ("https://de.wikipedia.org/wiki/Müller!", "https://de.wikipedia.org/wiki/Müller"),
        ("https://a.example/x/", "https://a.example/x/"),
        ("https://a.example/x#y", "https://a.example/x#y"),
        ("https://a.example/x?y=", "https://a.example/x?y="),
        ("[https://a.example/x[1]]", "https://a.example/x[1]"),
    ],
)  # fmt: skip
def test_an_address_ends_where_a_person_would_end_it(text: str, link: str):
    message = uuid4()
    assert track_text(text, SIGNER, message) == text.replace(link, SIGNER.click(message, link))


@pytest.mark.parametrize(
    "element",
    [
        '<mj-button data-no-track href="https://a.example/x">Go</mj-button>',
        '<mj-button href="https://a.example/x" data-no-track="true">Go</mj-button>',
        "<mj-button data-no-track href='https://a.example/x'>Go</mj-button>",
        '<mj-image data-no-track href="https://a.example/x" src="https://a.example/i.png" />',
        '<mj-text><a data-no-track href="https://a.example/x">Go</a></mj-text>',
    ],
)
def test_what_is_not_to_be_counted_is_not(element: str):
    page = mjml_to_html(MJML.format(element))
    assert "urn:campaign-flow" not in page
    assert 'href="https://a.example/x"' in track_html(page, SIGNER, uuid4())


@pytest.mark.parametrize("element", ["<mj-button href='https://a.example/x'>Go</mj-button>"])
def test_other_buttons_are_counted(element: str):
    assert 'href="https://a.example/x"' not in track_html(mjml_to_html(MJML.format(element)), SIGNER, uuid4())


def dated(value: object, form: str = "%d %B %Y", locale: str | None = None) -> str:
    context = {"value": value, "customer": {"locale": locale} if locale else {}}
    return render_text(f'{{{{ value | date: "{form}" }}}}', context)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (20270115, "15 January 2027"),
        ("20270115", "15 January 2027"),
        ("2027-01-15", "15 January 2027"),
        (1800000000, "15 January 2027"),
        (1800000000000, "15 January 2027"),
        ("1800000000000", "15 January 2027"),
        (20271315, "23 August 1970"),
    ],
)
def test_a_day_as_systems_write_it(value: object, said: str):
    assert dated(value) == said


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("de-DE", "15. Januar 2027 Freitag"),
        ("it", "15. gennaio 2027 venerdì"),
        ("tr_TR", "15. Ocak 2027 Cuma"),
        ("pt-BR", "15. janeiro 2027 sexta-feira"),
        ("en-GB", "15. January 2027 Friday"),
        ("nonsense!", "15. January 2027 Friday"),
        (None, "15. January 2027 Friday"),
    ],
)
def test_months_and_days_are_named_in_the_customers_language(locale: str | None, said: str):
    assert dated("2027-01-15", "%d. %B %Y %A", locale) == said


@pytest.mark.parametrize(
    "body",
    [
        '{"name": "{{ name }}"}',
        '{"name": "Dear {{ name }}, hello"}',
        '{"name": {{ name | json }}}',
        '[{"name": "{{- name -}}"}]',
        '{"name": "{% if name %}{{ name }}{% endif %}"}',
        '{"note": "a \\" quote", "name": "{{ name }}"}',
        '{"name": "{{ name | upcase }}"}',
    ],
)
@pytest.mark.parametrize("name", ['Ada "Bee"', "back\\slash", "two\nlines", "tab\t", "ordinary"])
def test_a_value_never_breaks_the_json_around_it(body: str, name: str):
    written = json.loads(render_text(with_escaped_values(body), {"name": name}))
    found = written[0] if isinstance(written, list) else written
    assert name.strip().lower() in found["name"].lower()


@pytest.mark.parametrize("body", ["name={{ name }}", "{{ name }}", 'say "{{ name }}"'])
def test_what_is_no_json_stays_as_it_is(body: str):
    assert with_escaped_values(body) == body


def said(source: str) -> list[str]:
    return [str(problem) for problem in problems(EmailContent(subject="s", mjml=MJML.format(source)), KNOWN_VARIABLES)]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("<mj-text>Gifts (<$100) for 5 < 6 people</mj-text>", 2),
        ("{% if customer.city %}\n<mj-text>5 < 6</mj-text>{% endif %}", 3),
        ("{% if customer.city %}<mj-text>a</mj-text>{% else %}\n\n<mj-text>5 < 6</mj-text>{% endif %}", 4),
        ("{% case customer.city %}{% when 'Rome' %}<mj-text>a</mj-text>{% when 'Milan' %}\n<mj-text><3</mj-text>{% endcase %}", 3),
    ],
)  # fmt: skip
def test_a_bracket_that_begins_no_tag_is_told_with_its_line_in_every_branch(source: str, line: int):
    assert said(source) == [f"mjml, line {line}: a < that begins no tag: write it as &lt;"]


@pytest.mark.parametrize(
    "source",
    [
        "{% if customer.city %}<mj-text>a</mj-text>{% endif %}",
        "{% if customer.city %}<mj-text color='red'>{% else %}<mj-text>{% endif %}a</mj-text>",
        "{% for product in order.products %}<mj-text>{{ product.name }}</mj-text>{% endfor %}",
        "<mj-text>a <!-- 5 < 6 --> b &lt; c</mj-text>",
        "{% if order.total < 5 %}<mj-text>a</mj-text>{% endif %}",
    ],
)
def test_sound_branches_have_no_problem(source: str):
    assert said(source) == []


def test_an_unclosed_tag_in_a_branch_is_told():
    [problem] = said("{% if customer.city %}<mj-text>a{% else %}<mj-text>a</mj-text>{% endif %}")
    assert "is not MJML" in problem


def test_each_branch_is_written_once():
    source = "{% if a %}1{% elsif b %}2{% else %}3{% endif %}{% unless c %}4{% endunless %}"
    assert list(variants(source)) == ["14", "24", "34"]


@pytest.mark.parametrize("key", ["from", "gcm.x", "google.sent_time", "GCM", "message_type", "receipt"])
@pytest.mark.parametrize("silent", [True, False])
def test_a_reserved_key_of_push_data_is_a_problem(key: str, silent: bool):
    content = SilentPushContent(data={key: "x"}) if silent else PushContent(body="b", data={key: "x"})
    [problem] = problems(content, KNOWN_VARIABLES)
    assert str(problem) == f"data: the key '{key}' is reserved by the push service; call it something else"


@pytest.mark.parametrize(("size", "count"), [(5000, 1), (3000, 0)])
def test_a_push_that_is_too_large_is_a_problem(size: int, count: int):
    assert len(problems(SilentPushContent(data={"screen": "x" * size}), KNOWN_VARIABLES)) == count


def test_sound_push_data_has_no_problem():
    assert problems(PushContent(body="b", data={"screen": "home", "fromage": "brie"}), KNOWN_VARIABLES) == []


def test_mjml_that_meets_a_bracket_only_while_a_message_is_written_says_its_line():
    with pytest.raises(RenderError, match="line 2"):
        mjml_to_html(MJML.format("<mj-text>5 < 6</mj-text>"))


@pytest.mark.parametrize("family", ["", 'font-family="Roboto, sans-serif"', 'font-family="Ubuntu"'])
def test_a_mail_loads_no_typeface_from_another_host(family):
    page = mjml_to_html(MJML.format(f"<mj-text {family}>Hello</mj-text>"))
    assert "Hello" in page
    assert "fonts.googleapis" not in page
    assert "@import" not in page
