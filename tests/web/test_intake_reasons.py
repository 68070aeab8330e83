"""Every reason for which intake refuses a row or a call, or leaves out a part, is a sentence that the app can say."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.i18n.reasons import reason
from tests.source_trees import syntax_tree

ROOT = Path(__file__).parents[2]
FILES = (
    *("ingestion/files/plan.py", "ingestion/files/calls.py", "ingestion/files/rows.py", "ingestion/files/plain.py"),
    *("ingestion/files/deciding.py", "ingestion/files/parquet.py", "ingestion/segment.py", "ingestion/orders.py"),
    *("ingestion/mixpanel.py", "ingestion/profile.py", "ingestion/kafka.py", "ingestion/timestamps.py"),
    *("domain/attributes.py", "domain/field_values.py", "domain/addresses.py"),
)
VALUES = {
    "error": "is not a number",
    "_NO_TYPE[column.type]": "is not a number",
    "note": "the dates in x could be day first or month first",
    "group.note": "is not a text or a whole number",
    "previous.note": "is not a text or a whole number",
    "f' in {region}' if region else ''": " in IT",
}
"""Expressions in the texts, and what they could be; all others are some word."""
NOT_TOLD = frozenset({"is not text", "x: x"})
"""Caught where it is raised; the words of Pydantic."""


def written(node: ast.expr) -> str | None:
    """The text that an expression makes, with something in the place of each value."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    parts: list[str] = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        elif isinstance(part, ast.FormattedValue):
            parts.append("'x'" if part.conversion == ord("r") else VALUES.get(ast.unparse(part.value), "x"))
    return "".join(parts)


def reasons() -> Iterator[tuple[str, str]]:
    for file in FILES:
        for node in ast.walk(syntax_tree(ROOT / file)):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = ast.unparse(node.func)
            if called in ("ValueError", "UnreadableError", "notes.append", "told.notes.append"):
                text = written(node.args[0])
                if text is not None and text not in NOT_TOLD:
                    yield f"{file}:{node.lineno}", text


FOUND = list(reasons())


def test_they_are_found():
    assert len(FOUND) > 50


@pytest.mark.parametrize(("place", "text"), FOUND)
def test_every_reason_is_a_sentence(place: str, text: str):
    about = f"name {text}" if text.startswith(("is ", "has ", "could ", "names ")) else text
    said = reason(about)
    assert said.code != "as_written", (place, about)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("traits is not an object: left out", "intake_left_out"),
        ("userId is 'guest', which stands for no id: taken as an anonymous visitor's", "intake_as_visitor"),
        ("userId is …, which stands for no id", "intake_no_id"),
        ("size is not a number: kept as text", "intake_kept_as_text"),
        ("email is kept aside: 'x@' is not an e-mail address: There must be something after it.", "intake_kept_aside"),
        ("currency is not an ISO 4217 code: it is left out", "intake_is_left_out"),
        ("userId is …, which stands for no id; anonymousId is …, which stands for no id", "joined"),
        ("X and Y both say email: X is taken for it, Y keeps its own name", "file_two_columns"),
        ("what nobody has written before", "as_written"),
    ],
)
def test_a_reason_is_said_as_it_was_written(text: str, code: str):
    said = reason(text)
    assert (said.code, str(said)) == (code, text)
