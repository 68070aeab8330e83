"""Ids as real programs write them: what stands for nobody never becomes somebody, what looks alike is alike."""

import pytest

from domain.external_ids import clean, is_plain, read_id
from ingestion import ga4, mixpanel
from ingestion.segment import read_call
from tests.ingestion.factories import NOW

NOBODY = (
    # JavaScript, Go, Swift, Python, Java
    *("undefined", "null", "NaN", "None", "nil", "<nil>", "%!s(<nil>)", "%!d(string=)"),
    *("Optional(nil)", "NULL"),
    *("[object Object]", "[object Promise]", "[object HTMLElement]"),
    *("function () { return id }", "<class 'NoneType'>"),
    *("Infinity", "-Infinity", "inf", "(null)", "'undefined'", '"undefined"', "`null`"),
    *("[null]", "“undefined”"),
    *("undefinedundefined", "nullnull", "undefined-undefined", "null_null", "undefined:undefined", "None None"),
    # spreadsheets and databases
    *("#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NV", "#WERT!", "n/a", "N.A.", "\\N"),
    *("(empty)", "<empty>"),
    # nobody in particular
    *("guest", "Guest User", "guest_user", "guest-user", "anonymous", "anonymous-user"),
    *("Anonymous User", "unknown"),
    *(
        "unknown user",
        "not set",
        "(not set)",
        "not-set",
        "not provided",
        "(not provided)",
        "not_logged_in",
        "logged-out",
    ),
    *("not-logged-in", "unidentified", "default", "[REDACTED]", "deleted", "user", "customer"),
    *("Gast", "ospite", "invité", "misafir", "гость", "unbekannt", "N/D", "no-id", "noid", "dummy"),
    *("java.lang.Object@1a2b", "com.shop.User@6d06d69c", "System.Object", "Symbol()", "Total", "Gesamtsumme"),
    *("%7B%7Buser_id%7D%7D", "USER-ID-HERE", "replace-me", "changeme"),
    # a name for an id, or a template that nobody filled in
    *("{user_id}", "$user_id", "$userId", "<user_id>", "[user_id]", "__user_id__", "%USERID%", "YOUR_USER_ID"),
    *("{{ user.id }}", "${userId}", "<%= user.id %>", "*|UNIQID|*", "%%user_id%%", "your-user-id"),
    # one id for many
    *(
        "0",
        "00",
        "0.0",
        "-0",
        "0x0",
        "-1",
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
    ),
    *(
        "11111111-1111-1111-1111-111111111111",
        "00000000000000000000000000000000",
        "000000000000000",
        "02:00:00:00:00:00",
    ),
    *(
        "xxx",
        "XXXXX",
        "***",
        "****",
        "---",
        "...",
        "#",
        "//",
        "?",
        "undefi\u200bned",
        "\ufeffnull",
        "null\n",
        "\u3164null",
    ),
)


@pytest.mark.parametrize("text", NOBODY)
def test_what_stands_for_nobody_is_nobodys_id(text: str):
    read = read_id(text)
    assert (read.value, read.placeholder) == (None, True)
    assert not is_plain(clean(text))


@pytest.mark.parametrize("text", ["undefined", "[object Promise]", "Guest User", "<nil>"])
def test_on_every_road_two_devices_stay_two_visitors(text: str):
    segment = [
        read_call({"userId": text, "anonymousId": one, "traits": {}}, kind="identify", sent_at=None, received=NOW)
        for one in ("a", "b")
    ]
    [of_ga4] = ga4.read_events({"client_id": "a.1", "user_id": text, "events": [{"name": "x"}]}, received=NOW)
    assert [(event.external_id, event.anonymous_id) for event in segment] == [(None, "a"), (None, "b")]
    assert all("stands for no id" in event.notes[0] for event in segment)
    assert not isinstance(of_ga4, str)
    assert of_ga4.external_id is None


@pytest.mark.parametrize(
    "text",
    [
        *(
            "1",
            "42",
            "007",
            "-12",
            "c-1",
            "user-13",
            "guest-4711",
            "null-island-shop",
            "undefined.co",
            "nan@shop.example",
        ),
        *("ada", "nana", "nilsson", "anonymous@shop.example", "test", "00000000-0000-0000-0000-000000000001"),
        *(
            "00000000-0000-4000-8000-000000000000",
            "1e3",
            "7e1234",
            "12E12",
            "1E5",
            "aaaaaaaa-1111-2222-3333-444444444444",
        ),
        *("ada.b@shop1", "a.b@c9.example", "host-7", "gastone", "total-4711"),
        *("shop-10", "login-7", "xxl", "0x1F", "Ünal", "顧客42"),
    ],
)
def test_what_is_somebodys_id_stays_as_it_is(text: str):
    assert read_id(text) == (text, "", False)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "c-1 ",
            " c-1",
            "c-1\t",
            "c-1\r\n",
            "c-1\u00a0",
            "c-1\u3000",
            "c-1\u202f",
            "\ufeffc-1",
            "c\u200b-1",
            "c-1\u200c",
        ),
        *("c-1\u2060", "\u200ec-1", "\u202ac-1\u202c", "c-\u00ad1", "c-1\u3164", "c-1\u2800"),
        *("c-1\u115f", "c-1\u180e"),
        *("c-1\ufe0f", "c-1\U000e0020"),
    ],
)
def test_what_can_t_be_seen_makes_no_other_customer(text: str):
    assert read_id(text).value == "c-1"


@pytest.mark.parametrize(
    ("value", "read"),
    [
        *(
            (1042, "1042"),
            (1042.0, "1042"),
            ("1042.0", "1042"),
            ("1042.00", "1042"),
            (1e3, "1000"),
            (1e15, "10" + "0" * 14),
        ),
        *((2**53 + 1, "9007199254740993"), (float(2**53), None), (1e22, None), ("9007199254740993.0", None)),
        *(("4.47912E+11", None), ("4,47912E+11", None), ("1e+3", None), (10.5, None), (float("inf"), None)),
    ],
)
def test_numbers_keep_their_digits_or_are_refused(value: object, read: str | None):
    found = read_id(value)
    assert found.value == read
    assert bool(found.note) is (read is None)


def test_a_placeholder_of_mixpanel_is_nobody():
    for text in ("undefined", "[object Promise]", "$device:undefined"):
        read = mixpanel.read_event(
            {"event": "x", "properties": {"distinct_id": text, "$device_id": "d1"}}, received=NOW
        )
        assert read.external_id is None
