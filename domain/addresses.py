"""One spelling for each address, so that the same person is found again and a suppression holds."""

import phonenumbers
from email_validator import EmailNotValidError, validate_email


def normalise_email(text: str) -> str:
    """The address in its one spelling: trimmed, Unicode-normalised, in lower case.

    The part before the @ is lowered too: no mail service in use tells `Ada@` from `ada@`, and two spellings would let
    a suppressed address be written to. Syntax only; no DNS question is asked.

    Raises:
        ValueError: it cannot be an e-mail address; the message says why.

    """
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise ValueError(f"{text!r} is not an e-mail address: {error}") from error


def normalise_phone(text: str, country: str | None) -> str:
    """The number as E.164, e.g. `+905321234567`.

    Args:
        text: as people write it, with spaces, dashes, brackets.
        country: ISO 3166-1 alpha-2; needed for numbers without an international prefix.

    Raises:
        ValueError: no such number can exist; the message says why.

    """
    region = country.strip().upper() if country else None
    if region and region not in phonenumbers.SUPPORTED_REGIONS:
        region = None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        if error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
            raise ValueError(f"{text!r} has no country code: write it as +..., or give the country") from error
        raise ValueError(f"{text!r} is not a phone number") from error
    _mend(number)
    if not phonenumbers.is_valid_number(number):
        raise ValueError(f"{text!r} is not a phone number in use{f' in {region}' if region else ''}")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email_on_the_wire(address: str) -> str:
    """The address as mail servers take it: a domain that is not of ASCII letters in Punycode (RFC 5891)."""
    local, at, domain = address.rpartition("@")
    if not at or domain.isascii():
        return address
    try:
        return local + at + validate_email(address, check_deliverability=False).ascii_domain
    except EmailNotValidError:
        return address


_MEXICO, _BRAZIL = 52, 55


def _mend(number: phonenumbers.PhoneNumber) -> None:
    """Digits that a country has abolished or added since: Mexico's 1 (2019), Brazil's ninth digit (2016)."""
    national = str(number.national_number)
    if number.country_code == _MEXICO and len(national) == 11 and national.startswith("1"):
        number.national_number = int(national[1:])
    elif number.country_code == _BRAZIL and len(national) == 10 and national[2] in "6789":
        number.national_number = int(f"{national[:2]}9{national[2:]}")


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
    return found
