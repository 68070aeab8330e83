import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rendering.plain_text import html_to_text


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("plain", "plain"),
        ("a &amp; b &lt;c&gt; &#39;d&#39; &nbsp;e", "a & b <c> 'd' e"),
        ("<p>one</p><p>two<br>three</p>", "one\n\ntwo\nthree"),
        ("<h1>Sale</h1>\n\n   <p>  now \n or never </p>", "Sale\n\nnow or never"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n\n- two"),
        ('<a href="https://a.example/?x=1&amp;y=2">Shop</a> now', "Shop (https://a.example/?x=1&y=2) now"),
        ("<a href='https://a.example'>https://a.example</a>", "https://a.example"),
        ('<a href="https://a.example"><img src="i.png" alt="Shoes"></a>', "Shoes (https://a.example)"),
        ('<a href="https://a.example"><img src="i.png"></a>', "https://a.example"),
        ('<a href="#top">up</a><a name="x">y</a>', "upy"),
        ("<style>p { color: red }</style><STYLE type='x'>y</STYLE>z", "z"),
        ("<head><title>t</title></head><body>b</body>", "b"),
        ("<!--[if mso]><p>outlook</p><![endif]-->all", "all"),
        ("<script>if (a < b) {}</script>x", "x"),
        ('<div style="color:red;display:none;">hidden</div>shown', "shown"),
        ("5 < 6 and <", "5 < 6 and <"),
        ("never closed <!-- x", "never closed"),
        ("<!doctype html><?xml x?><p>x</p>", "x"),
    ],
)
def test_says_what_the_page_says(page, expected):
    assert html_to_text(page) == expected


@settings(deadline=None)
@given(st.text(alphabet="<>/!-ap \"'=&;#x\n", max_size=200))
def test_any_text_at_all_is_read(page):
    text = html_to_text(page)
    assert text == text.strip()
    assert "\n\n\n" not in text


@pytest.mark.parametrize(
    "piece", ["<", "<a", "<!--", "<!", '<a href="', "<style", "<div style='display:none'>", "&", "<a href="]
)
def test_hostile_pages_take_linear_time(piece):
    # A quadratic reader needs hours for this; the run's own timeout is the guard.
    html_to_text(piece * 300_000)
