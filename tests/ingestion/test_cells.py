"""Cells of a file are read by their column: one column, one type, and no text is lost to a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.attributes import AttributeType
from ingestion.files.rows import UnreadableError
from tests.ingestion.file_reading import take


def column(cells: list[str], name: str = "size", separator: str = ";") -> list[object]:
    """What cells become in a file of customers."""
    rows = [f'c-{number}{separator}"{cell}"' for number, cell in enumerate(cells, 1)]
    told = take("\n".join([f"user_id{separator}{name}", *rows, ""])).told
    return [each.get(name) for each in told]


def test_what_looks_like_an_exponent_is_a_text():
    taken = take("user_id,sku,coupon\n7e1234,32E0134,12E12\n12e3,1e5,0\n")
    assert taken.who == ["7e1234", "12e3"]
    assert taken.told == [{"sku": "32E0134", "coupon": "12E12"}, {"sku": "1e5", "coupon": "0"}]


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["02134", "90210"], ["02134", "90210"]),
        (["1e5", "3"], ["1e5", "3"]),
        (["7e1234", "1"], ["7e1234", "1"]),
        (["1", "2", "x"], ["1", "2", "x"]),
        (["1", "2", "-3"], [1, 2, -3]),
        (["0", "-0"], ["0", "-0"]),
        (["59.90", "12.50", "3.00"], [59.9, 12.5, 3.0]),
        (["59.9", "7"], [59.9, 7]),
        (["1.10", "1.9", "2"], ["1.10", "1.9", "2"]),
        (["+12", "3"], ["+12", "3"]),
        (["12345678901234567890", "1"], ["12345678901234567890", "1"]),
        (["1.", ".5"], ["1.", ".5"]),
        (["NaN", "1"], [None, 1]),
        (["Infinity"], ["Infinity"]),
        (["TRUE", "False", "true"], [True, False, True]),
        (["WAHR", "falsch"], [True, False]),
        (["true", "1"], ["true", "1"]),
        (["yes", "no"], ["yes", "no"]),
        (["1,5", "12,25"], [1.5, 12.25]),
        (["1.234,56", "2,10"], [1234.56, 2.1]),
        (["1,234.50", "2"], [1234.5, 2]),
    ],
)
def test_a_column_is_of_one_type(cells, values):
    assert column(cells) == values


def test_digits_alone_are_no_thousands_where_nothing_says_so():
    taken = take('user_id,spent\nc-1,"1,234"\nc-2,"5,678"\n')
    assert [each["spent"] for each in taken.told] == ["1,234", "5,678"]
    assert taken.notes() == ["spent holds numbers that could be read in two ways: they are kept as text"]


def test_in_a_file_with_decimal_commas_a_point_may_stand_between_thousands():
    taken = take("user_id;spent;weight\nc-1;1.234;1,5\nc-2;5.678;2,5\n")
    assert taken.told == [{"spent": "1.234", "weight": 1.5}, {"spent": "5.678", "weight": 2.5}]
    assert "spent holds numbers" in taken.notes()[0]


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("zip", ["02134", "90210"]),
        ("zip", ["10115", "90210"]),
        ("PLZ", ["10115", "20095"]),
        ("order_id", ["1001", "1002"]),
        ("sku", ["320134", "1"]),
        ("Barcode", ["4006381333931", "1"]),
    ],
)
def test_codes_and_ids_are_never_numbers(name, cells):
    assert column(cells, name) == cells


def test_phone_numbers_keep_their_digits():
    taken = take("external_id,country,phone\nc-1,US,2125550123\nc-2,GB,447911123456\n")
    assert [each["phone"] for each in taken.told] == ["2125550123", "447911123456"]


def test_a_later_cell_that_contradicts_makes_all_of_the_column_text():
    rows = "".join(f"c-{number},{number}\n" for number in range(25_000))
    taken = take(f"user_id,level\n{rows}c-x,gold\n")
    assert {type(each["level"]) for each in taken.told} == {str}
    seen = take(f"user_id,level\n{rows}c-x,gold\n", most=4_000)
    assert seen.types()["level"] == "number"  # a look at the first rows can't know: it is told so
    assert seen.reading.rows is None


def test_a_declared_type_wins():
    content = 'user_id,level,vip,since,score\nc-1,7,1,01/11/2026,"1,5"\nc-2,8,0,13/11/2026,"2,25"\n'
    types = {"level": AttributeType.TEXT, "since": AttributeType.DATE, "score": AttributeType.NUMBER}
    taken = take(content, types=types)
    assert taken.told[0] == {"level": "7", "vip": 1, "since": "2026-11-01T00:00:00+00:00", "score": 1.5}


def test_the_mark_by_which_spreadsheets_keep_digits_is_none_of_the_text():
    taken = take("Customer ID,Phone,Note\n'1001,'+393331234567,'t is well\n'1002,'+393331234568,\n")
    assert taken.who == ["1001", "1002"]
    assert [each["phone"] for each in taken.told] == ["+393331234567", "+393331234568"]
    assert taken.told[0]["Note"] == "'t is well"


_TEXT = st.text(st.characters(codec="utf-8", exclude_characters='"\x00\r\n'), max_size=8)
_DIGITS = st.from_regex(r"\A-?[0-9]{1,4}([.,][0-9]{1,3}){0,3}\Z") | st.from_regex(r"\A[0-9.,e+-]{1,7}\Z")


@given(st.lists(_TEXT | _DIGITS, min_size=1, max_size=9) | st.lists(_DIGITS, min_size=1, max_size=4))
def test_what_became_a_number_writes_back_the_same(cells):
    cells = [cell.replace("'", "") for cell in cells]
    for cell, value in zip(cells, column(cells), strict=True):
        if isinstance(value, int | float) and not isinstance(value, bool):
            # thousands apart, and zeros behind the decimals that all cells of the column have, it is the same text
            digits = f"{value:f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
            assert digits in _without_thousands(cell)
        else:
            assert isinstance(value, bool) or value == (cell or None)


def _without_thousands(cell: str) -> set[str]:
    """What a cell could say as a plain number, whichever of its marks is the decimal one."""
    found = set()
    for point, mark in ((".", ","), (",", ".")):
        whole, _, part = cell.replace(mark, "").partition(point)
        part = part.rstrip("0")
        found.add(f"{whole}.{part}" if part else whole)
    return found


def test_a_file_without_what_it_must_have_is_refused_in_one_sentence():
    with pytest.raises(UnreadableError, match=r"no column says who the customer is.*nick, size"):
        take("nick,size\na,1\n")
    with pytest.raises(UnreadableError, match="no column says when"):
        take("user_id,event\na,Bought\n", "events")
    with pytest.raises(UnreadableError, match="no column says what happened"):
        take("user_id,timestamp\na,2026-01-01\n", "events")


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["01.05.2026", "24.12.2025"], ["2026-05-01", "2025-12-24"]),
        (["2026-05-01", "2026/06/02"], ["2026-05-01", "2026-06-02"]),
        (["13/01/2026", "01/02/2026"], ["2026-01-13", "2026-02-01"]),
        (["01/13/2026", "01/02/2026"], ["2026-01-13", "2026-01-02"]),
        (["May 1, 2026", "1. März 2026"], ["2026-05-01", "2026-03-01"]),
        (["01.05.2026 10:00", "02.05.2026"], ["2026-05-01T10:00:00+00:00", "2026-05-02T00:00:00+00:00"]),
        (["2026-05-01T10:00:00Z", "2026-05-02T10:00:00Z"], ["2026-05-01T10:00:00Z", "2026-05-02T10:00:00Z"]),
        # no dates: one cell is none, the year has two digits, either could come first, both do
        (["01.05.2026", "soon"], ["01.05.2026", "soon"]),
        (["1.2.26", "2.3.26"], ["1.2.26", "2.3.26"]),
        (["01/02/2026", "02/03/2026"], ["01/02/2026", "02/03/2026"]),
        (["13/01/2026", "01/13/2026"], ["13/01/2026", "01/13/2026"]),
        (["31.02.2026", "01.01.2026"], ["31.02.2026", "01.01.2026"]),
    ],
)
def test_a_column_of_dates_holds_dates(cells: list[str], values: list[str]):
    assert column(cells, "renewal") == values


def test_the_type_that_an_attribute_was_given_wins_over_dates():
    taken = take("user_id,renewal\n1,01.05.2026\n", types={"renewal": AttributeType.TEXT})
    assert taken.told == [{"renewal": "01.05.2026"}]


def test_dates_that_could_be_two_are_told_and_read_once_the_order_is_said():
    content = "user_id,renewal\n1,01/02/2026\n2,03/04/2026\n"
    taken = take(content)
    assert taken.told[0] == {"renewal": "01/02/2026"}
    assert "day first or month first" in taken.notes()[0]
    taken = take(content, asked={"columns": {"renewal": {"order": "day"}}})
    assert (taken.told[0], taken.notes(), taken.types()["renewal"]) == ({"renewal": "2026-02-01"}, [], "day")


@pytest.mark.parametrize(
    ("asked", "value", "note"),
    [
        ({"type": "text"}, "1,234", ""),
        ({"type": "number", "point": ","}, 1.234, ""),
        ({"type": "number", "point": "1,000.0"}, 1234, ""),
        ({"point": ","}, 1.234, ""),
        ({"type": "boolean"}, "1,234", "size is not true or false: kept as text"),
        ({"type": "day"}, "1,234", "size is not a date: kept as text"),
        ({"type": "list"}, ["1", "234"], ""),
    ],
)
def test_somebody_can_say_what_a_column_is(asked: dict[str, str], value: object, note: str):
    taken = take('user_id,size\n1,"1,234"\n', asked={"columns": {"size": asked}})
    assert taken.told == [{"size": value}]
    assert list(taken.reads[0].notes) == ([note] if note else [])
