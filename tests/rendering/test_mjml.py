"""What the MJML parser survives."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rendering.errors import RenderError
from rendering.mjml import mjml_to_html

PAGE = "<mjml><mj-body><mj-section><mj-column>{}</mj-column></mj-section></mj-body></mjml>"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<mj-text>Menü > Schuhe</mj-text>", "Menü &gt; Schuhe"),
        ("<mj-text><p>50 €5>x</p></mj-text>", "50 €5&gt;x"),
        ("<mj-button>é9></mj-button>", "é9&gt;"),
        ("<mj-text>ab > c</mj-text>", "ab > c"),
        ("<mj-raw><!-- ü9>x --></mj-raw>", "<!-- ü9>x -->"),
        ("<mj-text title='ü9>x'>a</mj-text>", ">a<"),
    ],
)
def test_a_greater_than_sign_after_any_letter_is_text(text: str, shown: str):
    assert shown in mjml_to_html(PAGE.format(text))


def test_a_style_sheet_keeps_its_selectors():
    page = mjml_to_html("<mjml><mj-head><mj-style>.ü9>b {color:red}</mj-style></mj-head><mj-body></mj-body></mjml>")
    assert ".ü9  >b {color:red}" in page


@given(st.text(st.sampled_from("aü€9>-!< /\U0001f600&;'\"="), max_size=30))
def test_any_text_is_written_or_refused(text: str):
    with contextlib.suppress(RenderError):
        assert mjml_to_html(PAGE.format(f"<mj-text>{text}</mj-text>"))
