"""One telephone and one mailbox, however people, lists and carriers write them."""

from uuid import uuid4

import pytest

from domain.addresses import email_spellings, normalise_email, normalise_phone, spellings
from domain.field_values import country_of, phone_text
from ingestion.files.countries import country_code
from ingestion.profile import ProfileInput, identify
from store.customers.customers import Profile
from tests.ingestion.factories import NOW


def new_profile() -> Profile:
    return Profile(id=uuid4(), external_id="ada")


PHONES = (
    ("US", "+12125550123", "2125550123", "(212) 555-0123", "1-212-555-0123", "001 212 555 0123", "+1.212.555.0123"),
    (
        "GB",
        "+447911123456",
        "07911 123456",
        "447911123456",
        "00447911123456",
        "+44 (0)7911 123456",
        "+44 0 7911 123456",
    ),
    (
        "DE",
        "+4915123456789",
        "0151 23456789",
        "49 151 23456789",
        "4915123456789",
        "+49 (0) 151 23456789",
        "15123456789",
    ),
    ("FR", "+33612345678", "06.12.34.56.78", "+33 (0)6 12 34 56 78", "0033612345678", "612345678", "33612345678"),
    ("IT", "+393481234567", "348 1234567", "393481234567", "0039 348 1234567", "+39 348-123-4567", "tel:+393481234567"),
    (
        "MX",
        "+525512345678",
        "+52 1 55 1234 5678",
        "044 55 1234 5678",
        "045 55 1234 5678",
        "01 55 1234 5678",
        "5512345678",
    ),
    ("BR", "+5511987654321", "(11) 98765-4321", "11 8765-4321", "0 11 98765-4321", "+55 11 8765 4321", "5511987654321"),
    ("AR", "+5491123456789", "011 15 2345 6789", "+54 11 15 2345 6789", "+54 9 11 2345-6789", "0 11 15 2345 6789"),
    ("RU", "+79161234567", "8 (916) 123-45-67", "79161234567", "9161234567", "+7 (916) 123-45-67"),
    ("IN", "+919876543210", "9876543210", "09876543210", "919876543210", "0091 98765 43210"),
    ("JP", "+819012345678", "090-1234-5678", "+81 090-1234-5678", "０９０－１２３４－５６７８", "819012345678"),
    ("TR", "+905321234567", "0532 123 45 67", "5321234567", "905321234567", "0090 532 123 45 67"),
    ("AU", "+61412345678", "0412 345 678", "+61 0412 345 678", "61412345678", "0061 412 345 678"),
    ("CI", "+2250707123456", "07 07 12 34 56", "07 12 34 56", "+225 07 12 34 56", "00225 07 12 34 56"),
    ("BJ", "+2290197123456", "01 97 12 34 56", "97 12 34 56", "+229 97 12 34 56", "0022997123456"),
    ("HU", "+36201234567", "06 20 123 4567", "+36 06 20 123 4567", "36201234567"),
    ("SA", "+966501234567", "٠٥٠١٢٣٤٥٦٧", "0501234567", "+966 0501234567", "00966501234567"),
)


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [(text, country, number) for country, number, *texts in PHONES for text in texts],
)
def test_a_telephone_number_in_every_spelling(text: str, country: str, number: str):
    assert normalise_phone(phone_text(text), country) == number


@pytest.mark.parametrize(
    "text",
    [
        *(
            "whatsapp:+447911123456",
            "'+447911123456",
            "p:+447911123456",
            "＋４４７９１１１２３４５６",
            "\u202d+447911123456\u202c",
        ),
        *("0044 7911 123456", "00447911123456", "+44 (0) 7911-123456", "\u200e+44 7911 123456"),
    ],
)
@pytest.mark.parametrize("country", [None, "US", "XX"])
def test_a_number_that_names_its_country_needs_no_other(text: str, country: str | None):
    assert normalise_phone(text, country) == "+447911123456"


@pytest.mark.parametrize("value", [2125550123, 2125550123.0, "2125550123.0", "12125550123", "+1 212 555 0123 ext. 4"])
def test_a_number_that_came_as_a_number(value: object):
    assert normalise_phone(phone_text(value), "US") == "+12125550123"


@pytest.mark.parametrize("value", ["447911123456", "4.47911E+11", "n/a", "0000000000", "+", "123", "ada@shop.example"])
def test_what_could_be_anybodys_number_is_none(value: str):
    with pytest.raises(ValueError, match=r"no country code|not a phone number"):
        normalise_phone(phone_text(value), None)


@pytest.mark.parametrize(
    "number",
    [
        "+5215512345678",
        "+525512345678",
        "+5491123456789",
        "+541123456789",
        "+5511987654321",
        "+551187654321",
        "+2250707123456",
        "+22507123456",
        "+2290197123456",
        "+22997123456",
    ],
)
def test_spellings_name_each_other(number: str):
    found = spellings(number)
    assert found[0] == number
    assert len(found) == 2
    assert set(spellings(found[1])) == set(found)


@pytest.mark.parametrize(
    "text",
    [
        *("Ada@Shop.Example", " ada@shop.example\u00a0", "<ada@shop.example>"),
        "Ada Lovelace <ada@shop.example>",
        *('"Lovelace, Ada" <Ada@shop.example>', "mailto:ada@shop.example?subject=x"),
        *("ada@shop.example.", "ada@shop.example;"),
        *("'ada@shop.example'", '"ada@shop.example"', "a\u200bda@shop.example", "\ufeffada@shop.example"),
        *("ada@shop.example\u2060", "ａｄａ@shop.example", "ada＠shop.example", "\u202aada@shop.example\u202c"),
    ],
)
def test_an_address_in_every_spelling(text: str):
    assert normalise_email(text) == "ada@shop.example"


@pytest.mark.parametrize(
    "text",
    [
        "ada@shop.example;bob@shop.example",
        "ada@shop.example, bob@shop.example",
        "ada@shop,example",
        "ada@shop",
        "none",
        "ada @shop.example",
        "@shop.example",
        "ada@",
        "ada@shop..example",
    ],
)
def test_what_is_no_address_or_two(text: str):
    with pytest.raises(ValueError, match="not an e-mail address"):
        normalise_email(text)


COUNTRIES = {
    "GB": ("UK", "uk", "GB", "GBR", "826", "United Kingdom", "England", "Great Britain", "Regno Unito"),
    "US": ("us", "USA", "U.S.", "U.S.A.", "United States", "United States of America", "Vereinigte Staaten", "America"),
    "DE": ("DE ", "DEU", "276", "Germany", "Deutschland", "Germania", "Allemagne", "Alemanha", "Almanya", "Niemcy"),
    "GR": ("EL", "GRC", "Greece", "Griechenland", "Ελλάδα"),
    "NL": ("Holland", "The Netherlands", "Nederland", "Pays-Bas", "netherlands"),
    "TR": ("Turkey", "Türkiye", "Turchia", "TUR"),
    "KR": ("Korea, South", "South Korea", "Korea, Republic of", "KOR"),
    "JP": ("日本", "Japan", "Giappone", "JPN"),
    "CI": ("Côte d’Ivoire", "Côte d'Ivoire", "Ivory Coast", "CIV"),
}


@pytest.mark.parametrize(("name", "code"), [(name, code) for code, names in COUNTRIES.items() for name in names])
def test_a_country_by_its_codes_and_names(name: str, code: str):
    assert country_of(country_code(name)) == code


@pytest.mark.parametrize("name", ["XXL", "unknown", "n/a", "999", "Atlantis", ""])
def test_what_is_no_country(name: str):
    with pytest.raises(ValueError, match=r"ISO 3166|not a text"):
        country_of(country_code(name))


@pytest.mark.parametrize("country", ["USA", "United States", "us", "U.S.", "840"])
@pytest.mark.parametrize("later", [False, True])
def test_a_national_number_is_read_once_the_country_is_known(country: str, later: bool):
    profile = new_profile()
    if later:
        identify(profile, {"phone": "(212) 555-0123"}, ProfileInput(NOW))
        assert profile.phone is None
        identify(profile, {"country": country}, ProfileInput(NOW))
    else:
        identify(profile, {"phone": "(212) 555-0123", "country": country}, ProfileInput(NOW))
    assert (profile.phone, profile.country) == ("+12125550123", "US")
    assert "invalid_phone" not in profile.attributes


@pytest.mark.parametrize(
    ("address", "spelt"),
    [
        ("ada@gmail.com", ["ada@gmail.com", "ada@googlemail.com"]),
        ("ada@googlemail.com", ["ada@googlemail.com", "ada@gmail.com"]),
        ("ada@shop.example", ["ada@shop.example"]),
        ("ada@mail.gmail.com", ["ada@mail.gmail.com"]),
        ("", [""]),
        ("not an address", ["not an address"]),
    ],
)
def test_a_mailbox_of_two_domains_is_one(address: str, spelt: list[str]):
    assert email_spellings(address) == spelt
