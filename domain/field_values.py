"""What a field of a profile, an attribute or an order takes a value from outside for: one rule for every source.

A field that holds text reads a number's digits; a field that holds a number reads a text that is a plain number.
"""

import math
import re
import unicodedata
from datetime import date
from typing import NamedTuple

from domain.external_ids import EXACT_BELOW, clean

MAX_TEXT = 255
LARGEST_AMOUNT = 10**12
"""Of money: what is larger is no price."""

_NUMBER = re.compile(r"[-+]?[0-9]{1,15}(?:\.[0-9]{1,15})?(?:[eE][-+]?[0-9]{1,2})?")
_PLAIN_DECIMAL = re.compile(r"[-+]?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_GROUPED = re.compile(r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?")
_MONEY = re.compile(
    r"(?P<sign>[-+\u2212]?)\s*(?P<before>(?:[^\d\s.,+\-\u2212]{1,4}\.?)?)\s*(?P<sign2>[-+\u2212]?)"
    r"(?P<digits>\d[\d.,'\u2019\u00a0\u202f\u2009 ]*?|[.,]\d+)(?:[.,][-\u2013\u2014]+)?\s*"
    r"(?P<after>(?:[^\d\s.,+\-]{1,4}\.?)?)"
)
_GROUPS = re.compile(r"\d{1,3}(?:(['\u2019\u00a0\u202f\u2009 ])\d{3})(?:\1\d{3})*(?:[.,]\d{1,4})?")
_COMMA_GROUPS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d{1,4})?|[1-9]\d?(?:,\d{2})+,\d{3}(?:\.\d{1,4})?")
_POINT_GROUPS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+,\d{1,4}|[1-9]\d{0,2}(?:\.\d{3}){2,}")
_DECIMALS = re.compile(r"\d{1,15}(?:[.,]\d{0,15})?|[.,]\d{1,15}")
_TWO_AMOUNTS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
"""59.900 and 59,900: where a text names its currency, it is written for people of one country or another."""
_WITH_COMMAS = frozenset({"USD", "GBP", "INR", "JPY", "AUD", "CAD", "$", "¥", "rs", "rs.", "a$", "c$", "ca$", "au$"})
"""Currencies and signs of countries that put commas between thousands."""
_SIGNS = {
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "₺": "TRY",
    "₽": "RUB",
    "zł": "PLN",
    "r$": "BRL",
    "₪": "ILS",
    "us$": "USD",
}
"""Of currencies that share their sign with no other."""
_SHARED_SIGNS = frozenset(
    {"$", "¥", "kr", "kr.", "fr", "fr.", "rs", "rs.", "rp", "lei", "kč", "ft", "a$", "c$", "ca$", "au$"}
)
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


class Money(NamedTuple):
    """A sum as it was written."""

    amount: float
    currency: str | None = None
    """The code, where the text names one."""
    plain: bool = True
    """Whether it was a number, or a text that is a plain decimal."""


def money_of(value: object) -> Money:
    """A sum of money: a number, or a text of one as shops and spreadsheets write it (`1.299,00 €`, `1'299.00`).

    Raises:
        ValueError: it can't be a sum of money, or could be two; the message says why.

    """
    money = _written(clean(value)) if isinstance(value, str) else None
    if money is None:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ValueError("is not an amount")
        money = Money(float(value)) if abs(value) < LARGEST_AMOUNT else Money(math.inf)
    if abs(money.amount) >= LARGEST_AMOUNT:
        raise ValueError("is larger than any order")
    return money


def amount_of(value: object) -> float:
    """A sum of money without its currency. Raises as `money_of`."""
    return money_of(value).amount


def _written(text: str) -> Money:
    if _PLAIN_DECIMAL.fullmatch(text):
        return Money(float(text))
    if _GROUPED.fullmatch(text):
        return Money(float(text.replace(",", "")))
    found = _MONEY.fullmatch(unicodedata.normalize("NFKC", text).replace("\u2044", "/")) or _MONEY.fullmatch(text)
    digits = _point_decimal(found["digits"].strip()) if found is not None else None
    if found is None or digits is None:
        raise ValueError("is not an amount: write it as 59.90")
    words = [word for word in (found["before"], found["after"]) if word]
    codes = {code for word in words if (code := _currency_of(word)) is not None}
    if len(words) > 1 or (words and not codes):
        raise ValueError("is not an amount: write it as 59.90")
    if (
        words
        and _TWO_AMOUNTS.fullmatch(found["digits"].strip())
        and not ("," in found["digits"] and (words[0].casefold() in _WITH_COMMAS or codes & _WITH_COMMAS))
    ):
        raise ValueError("could be two amounts: write it as 59.90")
    minus = (found["sign"] or found["sign2"]) in ("-", "\u2212")
    return Money(-float(digits) if minus else float(digits), next(iter(codes), "") or None, plain=False)


def _point_decimal(digits: str) -> str | None:
    """The digits with a point before decimals and nothing between thousands; None for what is no number."""
    if _GROUPS.fullmatch(digits):
        return re.sub(r"[^\d.]", "", digits.replace(",", "."))
    if _COMMA_GROUPS.fullmatch(digits):
        return digits.replace(",", "")
    if _POINT_GROUPS.fullmatch(digits):
        return digits.replace(".", "").replace(",", ".")
    return digits.replace(",", ".") if _DECIMALS.fullmatch(digits) else None


def currency_by_sign(sign: str) -> str | None:
    """The code of a currency that has this sign (`€`) to itself; None for any other text."""
    return _SIGNS.get(sign.casefold())


def _currency_of(word: str) -> str | None:
    """The code of a currency; empty for a sign that several share; None for what is none."""
    if len(word) == 3 and word.isascii() and word.isalpha():
        return word.upper()
    folded = word.casefold()
    if folded in _SIGNS:
        return _SIGNS[folded]
    return "" if folded in _SHARED_SIGNS or unicodedata.category(word[0]) == "Sc" else None
