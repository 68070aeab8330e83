"""What is an id, and what a field takes a value for."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import external_ids
from domain.external_ids import read_id
from domain.field_values import amount_of, country_of, day_of, number_of, phone_text, text_of


@pytest.mark.parametrize(
    "value",
    [
        *("undefined", "null", "None", "NaN", "[object Object]", "0", "false", "guest", " Undefined ", "NULL", "nil"),
        *("00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000000}", "0.0", "-1", "000"),
        *("{{ user.id }}", "${userId}", "*|EMAIL|*", "(not set)", "unde\u200bfined", ".", ".."),
        *(0, 0.0, False, True, float("nan"), -1),
    ],
)
def test_a_placeholder_is_no_id(value):
    read = read_id(value)
    assert (read.value, read.placeholder) == (None, True)
    assert "stands for no id" in read.note


@pytest.mark.parametrize(
    "value", ["c-1", " c-1", "c-1 ", "c-1\u00a0", "c-1\t", "\u200bc-1", "c-\u200b1", "\ufeffc-1\r\n"]
)
def test_ids_that_look_alike_are_alike(value):
    assert read_id(value) == ("c-1", "", False)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((1042, "1042"), (1042.0, "1042"), ("1042.0", "1042"), ("1042.00", "1042"), (2**53 - 1.0, "9007199254740991")),
        *(("7e1234", "7e1234"), ("12e3", "12e3"), ("user/13", "user/13"), ("1.5", "1.5"), ("007", "007")),
        *((2**63, "9223372036854775808"), ("ada@shop.example", "ada@shop.example"), ("e\u0301a", "éa")),
    ],
)
def test_what_is_an_id(value, text):
    assert read_id(value) == (text, "", False)


@pytest.mark.parametrize(
    ("value", "note"),
    [
        *(
            (2.0**53, "lost digits"),
            (1e17, "lost digits"),
            ("1.23457E+11", "lost digits"),
            ("90071992547409931.0", "lost"),
        ),
        *((float("inf"), "lost digits"), (10.5, "decimals"), ([1], "not a text"), ({"id": 1}, "not a text")),
        *(
            ("x" * 256, "longer than 255"),
            (10**300, "longer than 255"),
            ("a\x00b", "characters"),
            ("a\ufffd", "characters"),
        ),
        ("a\nb", "characters"),
    ],
)
def test_what_is_refused_says_why(value, note):
    read = read_id(value)
    assert (read.value, read.placeholder) == (None, False)
    assert note in read.note


@pytest.mark.parametrize("value", [None, "", " ", "\u00a0", "\u200b", "\t"])
def test_nothing_is_nothing(value):
    assert read_id(value) == (None, "", False)


def test_placeholders_can_be_added():
    external_ids.use_placeholders([" Nobody@Shop.example "])
    try:
        assert read_id("nobody@shop.example").placeholder
    finally:
        external_ids.use_placeholders([])
    assert not read_id("nobody@shop.example").placeholder


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.lists(st.text())))
def test_an_id_that_is_taken_is_taken_again_as_it_is(value):
    read = read_id(value)
    if read.value is not None:
        assert read_id(read.value) == read
        assert json.loads(json.dumps(read.value)) == read.value
        assert 0 < len(read.value) <= 255


def test_fields_read_what_they_can():
    assert [phone_text(value) for value in (2125550123, "447911123456.0", " 07911 123456")] == [
        *("2125550123", "447911123456", "07911 123456")
    ]
    assert [country_of(value) for value in ("uk", "EL", "it", "GB ")] == ["GB", "GR", "IT", "GB"]
    assert [day_of(value) for value in (19900512, "19900512", "1990-05-12", "1990-05-12T00:00:00Z")] == [
        date(1990, 5, 12)
    ] * 4
    assert [text_of(value) for value in (1770, 1770.0, " Rome\u00a0")] == ["1770", "1770", "Rome"]
    assert [number_of(value) for value in ("5", "5.5", "1e3", 7, 2.5)] == [5, 5.5, 1000.0, 7, 2.5]
    assert [amount_of(value) for value in ("59.90", 12, "1,299.00", "-5")] == [59.9, 12.0, 1299.0, -5.0]


@pytest.mark.parametrize("value", ["[" * 5000, "NaN", "1e999", "0x10", "", True, None, float("nan"), "1_000", "٣"])
def test_what_is_no_number(value):
    with pytest.raises(ValueError, match="not a"):
        number_of(value)


@pytest.mark.parametrize(
    "value", ["NaN", "12 XYZW", 1e24, "1" * 16, True, None, float("inf"), [5], "1.29,00", "Rp 59.900"]
)
def test_what_is_no_amount(value):
    with pytest.raises(ValueError, match=r"amount|order"):
        amount_of(value)
