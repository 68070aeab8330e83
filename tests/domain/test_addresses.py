import pytest

from domain.addresses import email_on_the_wire, normalise_email, normalise_phone, spellings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ada@example.com", "ada@example.com"),
        ("  Ada.Lovelace@Example.COM ", "ada.lovelace@example.com"),
        ("ada+shop@example.com", "ada+shop@example.com"),
        ("jörg@BÜCHER.example.com", "jörg@bücher.example.com"),
        ("ada@xn--bcher-kva.example.com", "ada@bücher.example.com"),
    ],
)
def test_email_has_one_spelling(text, expected):
    assert normalise_email(text) == expected
    assert normalise_email(expected) == expected


@pytest.mark.parametrize(
    "text", ["", "ada", "@example.com", "ada@", "ada@b", "a b@example.com", "a@x.com\nBcc: b@x.com"]
)
def test_email_that_cannot_be_is_refused_in_words(text):
    with pytest.raises(ValueError, match="is not an e-mail address"):
        normalise_email(text)


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("+90 532 123 45 67", None, "+905321234567"),
        ("0532 123 45 67", "TR", "+905321234567"),
        ("0532 123 45 67", " tr ", "+905321234567"),
        ("(202) 555-0123", "US", "+12025550123"),
        ("+39 06 698 12345", "US", "+390669812345"),
        ("00 44 20 7946 0958", "DE", "+442079460958"),
        ("+447400123456", "nowhere", "+447400123456"),
    ],
)
def test_phone_becomes_e164(text, country, expected):
    assert normalise_phone(text, country) == expected
    assert normalise_phone(expected, None) == expected


@pytest.mark.parametrize(
    ("text", "country", "message"),
    [
        ("0532 123 45 67", None, "give the country"),
        ("0532 123 45 67", "XX", "give the country"),
        ("call me", "TR", "is not a phone number"),
        ("", "TR", "is not a phone number"),
        ("12", "US", "not a phone number in use in US"),
        ("+1 999 999 9999", None, "not a phone number in use"),
    ],
)
def test_phone_that_cannot_be_is_refused_in_words(text, country, message):
    with pytest.raises(ValueError, match=message):
        normalise_phone(text, country)


@pytest.mark.parametrize(
    ("written", "one"),
    [
        ("+5215512345678", "+525512345678"),
        ("+52 1 55 1234 5678", "+525512345678"),
        ("+525512345678", "+525512345678"),
        ("+551187654321", "+5511987654321"),
        ("+55 11 98765-4321", "+5511987654321"),
        ("+55 11 3456-7890", "+551134567890"),
        ("+5491123456789", "+5491123456789"),
        ("+39 333 123 4567", "+393331234567"),
    ],
)
def test_a_number_whose_country_changed_its_digits_has_one_spelling(written: str, one: str):
    assert normalise_phone(written, None) == one


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+525512345678", "+5215512345678"),
        ("+541123456789", "+5491123456789"),
        ("+5511987654321", "+551187654321"),
    ],
)
def test_every_spelling_leads_to_the_others(one: str, other: str):
    assert set(spellings(one)) == set(spellings(other)) == {one, other}


@pytest.mark.parametrize("number", ["+393331234567", "+12125550123", "+551134567890", "", "+52155"])
def test_other_numbers_have_one(number: str):
    assert spellings(number) == [number]


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("ada@müller-buch.de", "ada@xn--mller-buch-9db.de"),
        ("ada@shop.example", "ada@shop.example"),
        ("用户@例え.jp", "用户@xn--r8jz45g.jp"),
        ("ada@пример.рф", "ada@xn--e1afmkfd.xn--p1ai"),
    ],
)
def test_a_domain_goes_out_in_ascii(address: str, wire: str):
    assert email_on_the_wire(address) == wire


@pytest.mark.parametrize("spelling", ["ada@müller-buch.de", "Ada@MÜLLER-Buch.de", "ada@xn--mller-buch-9db.de"])
def test_an_international_address_is_suppressed_under_one_spelling(spelling: str):
    assert normalise_email(spelling) == "ada@müller-buch.de"
