"""Filters that differ from the library's: dates on the customer's clock, JSON, tags stripped in linear time."""

import json
import re
from datetime import UTC, date, datetime, time
from typing import Any

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
    return (moment.astimezone(now.tzinfo) if moment.tzinfo else moment).strftime(form)


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    try:
        if isinstance(value, int | float) or (isinstance(value, str) and value.isdecimal()):
            return datetime.fromtimestamp(float(value), UTC)
        if isinstance(value, str) and len(value) <= _LONGEST_DATE:
            return dates.parse(value)
    except (ValueError, OverflowError, OSError):
        return None
    return None


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
    for name, function in replacements.items():
        environment.add_filter(name, function)
    # `safe` would let a customer's words become markup.
    del environment.filters["safe"]
