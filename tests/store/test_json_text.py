"""Fast JSON says what slow JSON says."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.events.json_text import dumps, loads

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@given(VALUES)
def test_both_libraries_agree(value):
    text = json.dumps(value)
    assert loads(text) == loads(text.encode()) == json.loads(text)
    assert json.loads(dumps(value)) == value


@pytest.mark.parametrize("text", ["123456789012345678901234", '{"id": 18446744073709551617}', '"\\ud800"', "1e400"])
def test_what_one_of_them_would_change_is_read_unchanged(text):
    assert loads(text) == loads(text.encode()) == json.loads(text)


@pytest.mark.parametrize("text", ["", "{", "NaN", "-Infinity", '{"a": NaN}', "[1,]", "\ufeff{}"])
def test_what_is_not_json_is_refused(text):
    with pytest.raises(ValueError, match=r"JSON|Expecting|Illegal|BOM"):
        loads(text)
