import pytest

from rendering.markup_limits import markup_depth, without


@pytest.mark.parametrize(
    ("markup", "depth"),
    [
        ("", 0),
        ("plain", 0),
        ("<a><b></b><c></c></a>", 2),
        ("<a/><a/><a />", 0),
        ("<br><img src='x'><HR>", 0),
        ("<a title='>'><b></b></a>", 2),
        ("</b></b><b>", 1),
        ("<b><!-- </b> --><b>", 2),
        ("5 < 6", 1),
        ('<a title="</a>">', 1),
        ("<a" * 7, 7),
        ("<mj-text css-class='x'><!-- never closed <b>", 1),
    ],
)
def test_depth(markup, depth):
    assert markup_depth(markup) == depth


@pytest.mark.parametrize(
    ("text", "left"),
    [("a(b)c(d)e", "ace"), ("a(b", "a"), ("a)b", "a)b"), ("((b)c", "c"), ("", "")],
)
def test_without(text, left):
    assert without(text, "(", ")") == left
