"""Filters that differ from the library's: dates on the customer's clock, JSON, tags stripped in linear time."""

import json
import re
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime
from babel.numbers import format_currency, format_decimal
from dateutil import parser as dates
from liquid import Environment, RenderContext
from liquid.exceptions import FilterArgumentError
from liquid.filter import string_filter, with_context

_TAG = re.compile(r"<[^<>]*>")
_LONGEST_FORMAT = 100
_LONGEST_DATE = 64


@with_context
def date_filter(value: object, form: str = "%d %B %Y", *, context: RenderContext) -> str:
    """A date in `strftime` form, on the clock of the customer the message is for.

    `now` and `today` mean the moment of sending. A text that is no date is returned as it is.
    """
    now = context.resolve("now", default=None) or datetime.now(UTC)
    if len(form) > _LONGEST_FORMAT:
        raise FilterArgumentError(f"a date's form has at most {_LONGEST_FORMAT} characters", token=None)
    moment = now if value in ("now", "today") else _moment(value)
    if moment is None:
        return str(value)
    local = moment.astimezone(now.tzinfo) if moment.tzinfo else moment
    return _written(local, form, _locale(context))


_NAMES = re.compile(r"%(%|[-_0^#]*[aAbBhp])")
_OF_BABEL = {"a": "EEE", "A": "EEEE", "b": "MMM", "B": "MMMM", "h": "MMM", "p": "a"}
"""Directives that write a word, and babel's patterns for them."""


def _locale(context: RenderContext) -> Locale | None:
    """The customer's, from `customer.locale`; None for English and where none is known."""
    customer = context.resolve("customer", default=None)
    said = customer.get("locale") if isinstance(customer, dict) else None
    try:
        locale = Locale.parse(str(said).strip().replace("_", "-"), sep="-") if said else None
    except (UnknownLocaleError, ValueError):
        return None
    return None if locale is None or locale.language == "en" else locale


def _written(moment: datetime, form: str, locale: Locale | None) -> str:
    """`strftime`, with the names of months and days in the customer's language."""
    if locale is None:
        return moment.strftime(form)

    def named(found: re.Match[str]) -> str:
        if found[1] == "%":
            return "%%"
        word = format_datetime(moment, _OF_BABEL[found[1][-1]], locale=locale)
        return (word.upper() if "^" in found[1] else word).replace("%", "%%")

    return moment.strftime(_NAMES.sub(named, form))


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    try:
        if isinstance(value, int | float) or (isinstance(value, str) and value.isdecimal()):
            return _of_number(str(value)) if not isinstance(value, float) else datetime.fromtimestamp(value, UTC)
        if isinstance(value, str) and len(value) <= _LONGEST_DATE:
            return dates.parse(value)
    except (ValueError, OverflowError, OSError):
        return None
    return None


_DAY = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_MILLISECONDS = 100_000_000_000
"""As seconds, a number from here on is later than the year 5138."""


def _of_number(digits: str) -> datetime:
    """A day as 20270115, Unix seconds or Unix milliseconds. Raises ValueError for a number that is none of them."""
    if _DAY.fullmatch(digits):
        return datetime.strptime(digits, "%Y%m%d")
    number = float(digits)
    return datetime.fromtimestamp(number / 1000 if number >= _MILLISECONDS else number, UTC)


@with_context
def money(value: object, currency: str = "", *, context: RenderContext) -> str:
    """An amount as the customer's language writes it, e.g. `1.234,50 €`; without a currency, the number alone.

    A text that is no number is returned as it is.
    """
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not amount.is_finite() or amount.adjusted() > _MOST_DIGITS:
        return str(value)
    locale = _locale(context) or Locale("en")
    code = str(currency or "").strip().upper()
    if not _CURRENCY.fullmatch(code):
        return str(format_decimal(amount, locale=locale))
    return str(format_currency(amount, code, locale=locale))


_CURRENCY = re.compile(r"[A-Z]{3}")
_MOST_DIGITS = 18


def json_text(value: object) -> str:
    """The value as it stands between the quotation marks of a JSON text."""
    text = value if isinstance(value, str) else "" if value is None else str(value)
    return json.dumps(text, ensure_ascii=False)[1:-1]


def json_filter(value: object) -> str:
    """The value as JSON: a text with its quotes, safe inside a JSON body."""
    return json.dumps(value, ensure_ascii=False, default=str)


@string_filter
def strip_html(value: str) -> str:
    """The text without anything in angle brackets."""
    return _TAG.sub("", str(value))


def register(environment: Environment) -> None:
    """Put these in place of the library's, and take away what templates must not have."""
    replacements: dict[str, Any] = {"date": date_filter, "json": json_filter, "strip_html": strip_html}
    replacements |= {"json_text": json_text, "money": money}
    for name, function in replacements.items():
        environment.add_filter(name, function)
    # `safe` would let a customer's words become markup.
    del environment.filters["safe"]
