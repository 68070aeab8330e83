"""One spelling for each address, so that the same person is found again and a suppression holds."""

import re
import unicodedata

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from domain.external_ids import clean

_NAMED = re.compile(r"[^<>@]*<\s*([^<>\s]+@[^<>\s]+?)\s*>")
"""`Ada Lovelace <ada@shop.example>`, as mail programs copy an address."""


def normalise_email(text: str) -> str:
    """The address in its one spelling: trimmed, Unicode-normalised, in lower case.

    The part before the @ is lowered too: no mail service in use tells `Ada@` from `ada@`, and two spellings would let
    a suppressed address be written to. What mail programs and spreadsheets put around an address is taken off: a name
    and angle brackets, `mailto:`, quotes, a full stop. Syntax only; no DNS question is asked.

    Raises:
        ValueError: it cannot be an e-mail address; the message says why.

    """
    try:
        return validate_email(_bare(text), check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise ValueError(f"{text!r} is not an e-mail address: {error}") from error


def _bare(text: str) -> str:
    """An address without what was copied with it."""
    bare = clean(text if text.isascii() else unicodedata.normalize("NFKC", text))
    named = _NAMED.fullmatch(bare)
    bare = named[1] if named else bare
    if bare[:7].lower() == "mailto:":
        bare = bare[7:].partition("?")[0]
    return bare.strip("\"'<>").rstrip(".,;")


def normalise_phone(text: str, country: str | None) -> str:
    """The number as E.164, e.g. `+905321234567`.

    Args:
        text: as people write it, with spaces, dashes, brackets.
        country: ISO 3166-1 alpha-2; needed for numbers without an international prefix.

    Raises:
        ValueError: no such number can exist; the message says why.

    """
    region = country.strip().upper() if country else None
    number: phonenumbers.PhoneNumber | None
    if region and region not in phonenumbers.SUPPORTED_REGIONS:
        region = None
    try:
        number = phonenumbers.parse(text, region)
        _mend(number)
    except phonenumbers.NumberParseException as error:
        number = _written_abroad(text, region)
        if number is None and error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
            raise ValueError(f"{text!r} has no country code: write it as +..., or give the country") from error
        if number is None:
            raise ValueError(f"{text!r} is not a phone number") from error
    if not phonenumbers.is_valid_number(number):
        abroad = _written_abroad(text, region)
        if abroad is None:
            raise ValueError(f"{text!r} is not a phone number in use{f' in {region}' if region else ''}")
        number = abroad
    number = _without_code(number, text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _written_abroad(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    """A number with 00 for the +, where the country dials otherwise or is not known; None where it is none."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text))
    if not digits.startswith("00") or "+" in text:
        return None
    try:
        number = phonenumbers.parse("+" + digits[2:], region)
    except phonenumbers.NumberParseException:
        return None
    _mend(number)
    return number if phonenumbers.is_valid_number(number) else None


def _without_code(number: phonenumbers.PhoneNumber, text: str) -> phonenumbers.PhoneNumber:
    """A mobile number that names its country's code without a + (49151...), where it could be a landline's as well."""
    code, national = str(number.country_code), str(number.national_number)
    if "+" in text or not national.startswith(code) or _is_mobile(number):
        return number
    try:
        other = phonenumbers.parse(f"+{national}", None)
    except phonenumbers.NumberParseException:
        return number
    return other if other.country_code == number.country_code and _is_mobile(other) else number


def _is_mobile(number: phonenumbers.PhoneNumber) -> bool:
    return phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE


def email_on_the_wire(address: str) -> str:
    """The address as mail servers take it: a domain that is not of ASCII letters in Punycode (RFC 5891)."""
    local, at, domain = address.rpartition("@")
    if not at or domain.isascii():
        return address
    try:
        return local + at + validate_email(address, check_deliverability=False).ascii_domain
    except EmailNotValidError:
        return address


_SAME_MAILBOX = {"gmail.com": "googlemail.com", "googlemail.com": "gmail.com"}
"""Domains by which one provider reads the same mailboxes."""


def email_spellings(address: str) -> list[str]:
    """Every way in which an address of this mailbox may stand on a list of suppressions, itself first.

    Args:
        address: in its one spelling.

    """
    local, at, domain = address.rpartition("@")
    other = _SAME_MAILBOX.get(domain)
    return [address] if other is None else [address, f"{local}{at}{other}"]


_MEXICO, _BRAZIL, _IVORY_COAST, _BENIN = 52, 55, 225, 229
_MEXICAN_PREFIX = re.compile(r"(?:01|0?44|0?45|1)(\d{10})")


def _mend(number: phonenumbers.PhoneNumber) -> None:
    """Digits that a country has abolished or added since.

    Mexico's 1, 01, 044 and 045 (2019), Brazil's ninth digit (2016), Ivory Coast's (2021) and Benin's (2024) prefixes.
    """
    national = str(number.national_number)
    if number.italian_leading_zero:
        national = "0" * (number.number_of_leading_zeros or 1) + national
    mended = national
    if number.country_code == _MEXICO and (found := _MEXICAN_PREFIX.fullmatch(national)):
        mended = found[1]
    elif number.country_code == _BRAZIL and len(national) == 10 and national[2] in "6789":
        mended = f"{national[:2]}9{national[2:]}"
    elif number.country_code == _IVORY_COAST and len(national) == 8 and national[0] not in "23":
        mended = _ivory_prefix(national) + national
    elif number.country_code == _BENIN and len(national) == 8:
        mended = f"01{national}"
    if mended != national:
        parsed = phonenumbers.parse(f"+{number.country_code}{mended}", None)
        number.clear()
        number.merge_from(parsed)


def _ivory_prefix(national: str) -> str:
    """Of a mobile number of eight digits: its second one says whose it was."""
    return "01" if national[1] in "0123" else "05" if national[1] in "456" else "07"


def spellings(number: str) -> list[str]:
    """Every way in which providers, carriers and lists write this telephone's number, itself first.

    A suppression or a STOP under any of them holds for all.

    Args:
        number: in E.164.

    """
    found = [number]
    if number.startswith("+521") and len(number) == 14:
        found.append("+52" + number[4:])
    elif number.startswith("+52") and len(number) == 13:
        found.append("+521" + number[3:])
    elif number.startswith("+549") and len(number) == 14:
        found.append("+54" + number[4:])
    elif number.startswith("+54") and len(number) == 13:
        found.append("+549" + number[3:])
    elif number.startswith("+55") and len(number) == 14 and number[5] == "9":
        found.append(number[:5] + number[6:])
    elif number.startswith("+55") and len(number) == 13 and number[5] in "6789":
        found.append(f"{number[:5]}9{number[5:]}")
    elif number.startswith(("+22501", "+22505", "+22507")) and len(number) == 14:
        found.append("+225" + number[6:])
    elif number.startswith("+225") and len(number) == 12 and number[4] not in "23":
        found.append(f"+225{_ivory_prefix(number[4:])}{number[4:]}")
    elif number.startswith("+22901") and len(number) == 14:
        found.append("+229" + number[6:])
    elif number.startswith("+229") and len(number) == 12:
        found.append("+22901" + number[4:])
    return found
