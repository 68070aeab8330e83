"""Dates and sums as warehouses, shops and spreadsheets write them: read alike everywhere, or told."""

from datetime import UTC, date, datetime

import pytest

from domain.field_values import amount_of
from ingestion.files.moments import read_day, read_moment
from ingestion.profile import ProfileInput, identify
from ingestion.segment import read_call
from tests.fidelity.test_addresses import new_profile
from tests.ingestion.factories import NOW

DAYS = (
    *("1990-05-12", "19900512", 19900512, 19900512.0, "12.05.1990", "12.5.1990", "1990/05/12"),
    *("12 May 1990", "12-May-90"),
    *("May 12, 1990", "12. Mai 1990", "12 mai 1990", "12 maggio 1990", "12 de mayo de 1990"),
    "12 de maio de 1990",
    *(
        "12 Mayıs 1990",
        "12 мая 1990",
        "12 maja 1990",
        "1990年5月12日",
        "May 12th, 1990",
        "12th May 1990",
        "33005",
        33005,
    ),
    *("33005.0", 33005.0, "642470400", "642470400000", 642470400000, "1990-05-12T00:00:00Z"),
    "1990-05-12 00:00:00",
)


def birthday(value: object) -> date | None:
    profile = new_profile()
    identify(profile, {"birthday": value}, ProfileInput(NOW))
    return profile.birth_date


@pytest.mark.parametrize("value", DAYS)
def test_a_day_by_file_and_by_call(value: object):
    assert birthday(value) == date(1990, 5, 12)
    if not isinstance(value, float):
        assert read_day(str(value)) == date(1990, 5, 12)


@pytest.mark.parametrize(
    "value",
    ["12/05/1990", "05-12", "0000-00-00", "1900-01-00", "29/02/2023", "unknown", "1990", True, [], "13/13/1990"],
)
def test_what_is_no_day_or_two_is_kept_aside(value: object):
    assert birthday(value) is None


def test_a_moment_before_1970_and_midnight_at_the_end_of_a_day():
    assert read_day("-238982400000") == date(1962, 6, 6)
    assert read_moment("2026-10-31 24:00:00") == datetime(2026, 11, 1, tzinfo=UTC)


MOMENTS = (
    *("2026-11-01 10:00:00 UTC", "2026-11-01 10:00:00.000000 UTC", "2026-11-01T10:00:00.000Z"),
    "2026-11-01 10:00:00+00",
    *("2026-11-01 11:00:00 +0100", "2026-11-01 05:00:00 -0500", "2026-11-01 05:00:00 America/New_York"),
    *("2026-11-01 05:00:00 EST", "2026-11-01 11:00:00 CET", "2026-11-01 11:00:00 UTC+1"),
    "2026-11-01 10:00:00 (UTC)",
    *("2026-11-01T11:00:00+01:00[Europe/Berlin]", "2026-11-01T10:00:00.000:Z", "2026-11-01T10:00:00.0000000Z"),
    *("Sun, 01 Nov 2026 10:00:00 GMT", "Sun Nov 01 2026 11:00:00 GMT+0100 (Central European Standard Time)"),
    *("Sun Nov  1 10:00:00 UTC 2026", "Nov 1, 2026, 10:00:00 AM", "November 1st, 2026 at 10:00", "1 Nov 2026 10:00"),
    *("01-NOV-26 10.00.00.000000 AM", "01-NOV-2026 10:00:00", "2026/11/01 10:00", "01.11.2026 10:00 Uhr"),
    *("46327.416666667", "46327,416666667"),
    *("1793527200", "1793527200000", "1793527200000000", "1793527200000000000"),
    *("1793527200.0", "20261101100000"),
    *("/Date(1793527200000)/", "20261101T100000Z", "2026-11-01 10:00:00 Etc/UTC", "2026年11月1日 10:00:00"),
)


@pytest.mark.parametrize("text", MOMENTS)
def test_a_moment_as_warehouses_and_programs_write_it(text: str):
    assert read_moment(text) == datetime(2026, 11, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["11/1/2026 10:00", "202611011000", "1.79E+12", "2026-11-01 10:00 IST", "soon", "2026-13-01", "12:30"]
)
def test_what_could_be_two_moments_is_none(text: str):
    with pytest.raises(ValueError, match=r"."):
        read_moment(text)


AMOUNTS = {
    59.9: (
        "59.90",
        "59,90",
        "+59.90",
        "59.9000",
        "€59.90",
        "59,90 €",
        "59,90\u00a0€",
        "EUR 59,90",
        "59.90 EUR",
        "US$59.90",
    ),
    1299.0: ("1,299.00", "1.299,00", "1 299,00", "1\u00a0299,00", "1\u202f299.00", "1'299.00", "1’299.00", "$1,299"),
    129900.0: ("1,29,900.00", "₹1,29,900", "129.900,00", "129 900", "CHF 129'900.–"),
    59.0: ("59,-", "59.–", "CHF 59.-", "59 kr", "kr. 59", "59.", "R$ 59,00"),
    -59.9: ("-59.90", "−59.90", "-€59.90", "€-59.90", "- 59,90 €"),
}


@pytest.mark.parametrize(("text", "amount"), [(text, amount) for amount, texts in AMOUNTS.items() for text in texts])
def test_an_amount_as_people_write_it(text: str, amount: float):
    assert amount_of(text) == amount


@pytest.mark.parametrize(
    "value",
    [
        "",
        "free",
        "NaN",
        "1e3",
        "1e24",
        "0x10",
        "59.90.1",
        "1.29,00",
        "59.900 €",
        "Rp 59.900",
        "12,345 €",
        "59 apples",
        True,
        None,
        [59.9],
        {"amount": 59.9},
        float("nan"),
        float("inf"),
        1e24,
        "EUR 59 USD",
        "(59.90)",
        "59 90",
    ],
)
def test_what_is_no_amount_or_two(value: object):
    with pytest.raises(ValueError, match=r"amount|order"):
        amount_of(value)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"revenue": "59,90 €"}, {"revenue": 59.9, "currency": "EUR"}),
        ({"total": "USD 1,299.00"}, {"revenue": 1299.0, "currency": "USD"}),
        ({"revenue": "€59.90", "currency": "eur"}, {"revenue": 59.9, "currency": "EUR"}),
        ({"revenue": "59.90 EUR", "currency": "USD"}, {"invalid_revenue": "59.90 EUR", "currency": "USD"}),
    ],
)
def test_the_currency_that_an_amount_names_is_the_orders(given: dict[str, object], kept: dict[str, object]):
    call = {"userId": "ada", "event": "Order Completed", "properties": given}
    event = read_call(call, kind="track", sent_at=None, received=NOW)
    assert kept.items() <= event.properties.items()
    assert event.notes


@pytest.mark.parametrize(
    ("given", "revenue", "note"),
    [
        ({"value": "25.42"}, 25.42, ""),
        ({"total": 12, "value": 3}, 12, ""),
        ({"revenue": 0}, 0, ""),
        ({"subtotal": 5, "tax": 1}, None, "the order names no amount: it counts without one"),
        ({"revenue": None}, None, "the order names no amount: it counts without one"),
        ({"products": [{"price": 5, "quantity": 2}]}, None, "the order names no amount: it counts without one"),
    ],
)
def test_an_order_without_an_amount_is_told(given: dict[str, object], revenue: object, note: str):
    call = {"userId": "ada", "event": "Order Completed", "properties": {"order_id": "1", **given}}
    event = read_call(call, kind="track", sent_at=None, received=NOW)
    assert (event.properties.get("revenue"), event.notes) == (revenue, [note] if note else [])


@pytest.mark.parametrize(("sign", "code"), [("€", "EUR"), ("£", "GBP"), ("₺", "TRY"), ("zł", "PLN")])
def test_a_currency_by_its_sign(sign: str, code: str):
    call = {"userId": "ada", "event": "Order Completed", "properties": {"revenue": 5, "currency": sign}}
    event = read_call(call, kind="track", sent_at=None, received=NOW)
    assert (event.properties["currency"], event.notes) == (code, [])


@pytest.mark.parametrize("value", ["2990-01-01", "2027-12-31", "0001-01-01", "1753-01-01", "31.12.2099"])
def test_nobody_was_born_then(value: str):
    assert birthday(value) is None
