"""What pydantic finds wrong with a field, as sentences that the web app says in its reader's language."""

from collections.abc import Mapping
from typing import Any

from domain.i18n import sentence

_SENTENCES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "missing": ("field_required", ()),
    "extra_forbidden": ("field_unknown", ()),
    "string_type": ("field_text", ()),
    "string_too_short": ("field_text_too_short", ("min_length",)),
    "string_too_long": ("field_text_too_long", ("max_length",)),
    "string_pattern_mismatch": ("field_pattern", ("pattern",)),
    "int_type": ("field_whole_number", ()),
    "int_parsing": ("field_whole_number", ()),
    "int_from_float": ("field_whole_number", ()),
    "float_type": ("field_number", ()),
    "float_parsing": ("field_number", ()),
    "finite_number": ("field_finite", ()),
    "bool_type": ("field_yes_or_no", ()),
    "bool_parsing": ("field_yes_or_no", ()),
    "greater_than": ("field_above", ("gt",)),
    "greater_than_equal": ("field_at_least", ("ge",)),
    "less_than": ("field_below", ("lt",)),
    "less_than_equal": ("field_at_most", ("le",)),
    "too_short": ("field_too_few", ("min_length",)),
    "too_long": ("field_too_many", ("max_length",)),
    "enum": ("field_one_of", ("expected",)),
    "literal_error": ("field_one_of", ("expected",)),
    "uuid_parsing": ("field_id", ()),
    "uuid_type": ("field_id", ()),
    "datetime_parsing": ("field_moment", ()),
    "datetime_from_date_parsing": ("field_moment", ()),
    "timezone_aware": ("field_zone", ()),
    "date_parsing": ("field_day", ()),
    "date_from_datetime_parsing": ("field_day", ()),
    "list_type": ("field_list", ()),
    "dict_type": ("field_object", ()),
    "model_attributes_type": ("field_object", ()),
    "url_parsing": ("field_url", ()),
}
"""Pydantic's type of error -> the sentence, and what of the error's context it names."""


def field_said(item: Mapping[str, Any]) -> dict[str, Any]:
    """`{"said": ...}` for an error of pydantic's; nothing where we have no words of our own for it."""
    code, names = _SENTENCES.get(item["type"], ("", ()))
    context = item.get("ctx", {})
    if context.get("min_length") == 1:
        code, names = "field_empty", ()
    if not code or any(name not in context for name in names):
        return {}
    values = {name: context[name] for name in names}
    return {"said": sentence(code, **{name: _value(value) for name, value in values.items()}).said()}


def _value(value: Any) -> int | str:
    return value if isinstance(value, int) else str(value)
