import pytest

from domain.addresses import normalise_email, normalise_phone


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
