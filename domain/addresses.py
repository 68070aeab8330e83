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
    if not phonenumbers.is_valid_number(number):
        raise ValueError(f"{text!r} is not a phone number in use{f' in {region}' if region else ''}")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
