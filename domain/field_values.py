"""What a field of a profile, an attribute or an order takes a value from outside for: one rule for every source.

A field that holds text reads a number's digits; a field that holds a number reads a text that is a plain number.
"""

import math
import re
from datetime import date

from domain.external_ids import EXACT_BELOW, clean

MAX_TEXT = 255
LARGEST_AMOUNT = 10**12
"""Of money: what is larger is no price."""

_NUMBER = re.compile(r"[-+]?[0-9]{1,15}(?:\.[0-9]{1,15})?(?:[eE][-+]?[0-9]{1,2})?")
_PLAIN_DECIMAL = re.compile(r"[-+]?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_GROUPED = re.compile(r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?")
_COUNTRIES = {"UK": "GB", "EL": "GR"}
"""Codes in everyday use beside ISO's own: the United Kingdom's, and Greece's in the European Union."""
_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")


def text_of(value: object) -> str:
    """A text, trimmed and cut; the digits of a whole number.

    Raises:
        ValueError: it is nothing that can be read as a text; the message says what it is not.

    """
    if isinstance(value, str):
        text = clean(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        text = str(value) if abs(value) < 10**MAX_TEXT else ""
    elif isinstance(value, float) and value.is_integer() and abs(value) < EXACT_BELOW:
        text = str(int(value))
    else:
        text = ""
    if not text:
        raise ValueError("is not a text")
    return text[:MAX_TEXT]


def phone_text(value: object) -> str:
    """A telephone number as a text: the digits of a number, without the `.0` that a float leaves.

    Raises:
        ValueError: it is neither a text nor a whole number.

    """
    return re.sub(r"\.0+$", "", text_of(value))


def country_of(value: object) -> str:
    """ISO 3166-1 alpha-2, in capitals.

    Raises:
        ValueError: it is no such code.

    """
    country = text_of(value).upper()
    if len(country) != 2 or not country.isascii() or not country.isalpha():
        raise ValueError("is not an ISO 3166-1 alpha-2 code")
    return _COUNTRIES.get(country, country)


def day_of(value: object) -> date:
    """A day: ISO 8601, or the digits of one (19900512).

    Raises:
        ValueError: it is no day.

    """
    text = text_of(value)
    digits = _DAY.fullmatch(text)
    return date.fromisoformat("-".join(digits.groups()) if digits else text[:10])


def number_of(value: object) -> int | float:
    """A number, or a text that is one: digits, with a point before decimals.

    Raises:
        ValueError: it is no number, or none that is finite.

    """
    if isinstance(value, bool):
        raise ValueError("is not a number")
    if isinstance(value, int):
        if abs(value) > 10**300:
            raise ValueError("is a number out of all bounds")
        return value
    if isinstance(value, str):
        text = clean(value)
        if not _NUMBER.fullmatch(text):
            raise ValueError("is not a number")
        value = float(text) if set(text) & set(".eE") else int(text)
        if isinstance(value, int):
            return value
    if not isinstance(value, float) or not math.isfinite(value):
        raise ValueError("is not a number")
    return value


def amount_of(value: object) -> float:
    """A sum of money: a number, or a text that is a plain decimal (`59.90`, `1,299.00`).

    Raises:
        ValueError: it can't be a sum of money; the message says why.

    """
    if isinstance(value, str):
        text = clean(value)
        if _GROUPED.fullmatch(text):
            text = text.replace(",", "")
        if not _PLAIN_DECIMAL.fullmatch(text):
            raise ValueError("is not an amount: write it as 59.90")
        value = float(text)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("is not an amount")
    if abs(value) >= LARGEST_AMOUNT:
        raise ValueError("is larger than any order")
    return float(value)
