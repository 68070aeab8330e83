"""The most frequent values of one property, for suggestions beside a comparison. Bounded looks at the newest rows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.customer_fields import BUILT_IN
from domain.errors import InvalidError
from domain.i18n import sentence
from domain.matching import ISO_8601
from store.conditions.json_path import found_path
from store.events.data_dictionary import SHOWN

ROWS = 5000
"""So many of the newest profiles, or events of the name, are looked at."""
MOST = 30
_LENGTH = 80
"""Longer texts are no values that somebody chooses from a list."""
_FEW = 20
_DATES = frozenset({"birth_date", "created_at", "updated_at", "last_seen_at"})
_MONEY = frozenset({"revenue", "total", "subtotal", "shipping", "tax", "discount", "price", "value", "amount"})
_NUMBERED = re.compile(r"[0-9][0-9 ./-]{7,}[0-9]")
"""So many digits: a telephone number, a card's, an id."""
_DATE = re.compile(ISO_8601)

_TALLY = """
    , held AS (
        SELECT value, count(*) AS count FROM newest, jsonb_path_query(newest.document, CAST(:path AS jsonpath)) AS value
         WHERE jsonb_typeof(value) IN ('string', 'number', 'boolean') GROUP BY value
    ), currency AS (
        SELECT jsonb_agg(code ORDER BY count DESC, code) AS codes FROM (
            SELECT value #>> '{}' AS code, count(*) AS count
              FROM newest, jsonb_path_query(newest.document, CAST(:currency AS jsonpath)) AS value
             WHERE jsonb_typeof(value) = 'string' GROUP BY 1 ORDER BY 2 DESC LIMIT 5
        ) AS codes
    )
    SELECT (SELECT count(*) FROM newest) AS looked_at,
           (SELECT sum(count) FROM held) AS found,
           (SELECT count(*) FROM held) AS distinct_values,
           (SELECT codes FROM currency) AS currencies,
           (SELECT jsonb_agg(jsonb_build_array(value, count)) FROM (
                SELECT value, count FROM held ORDER BY count DESC, value LIMIT :most
           ) AS often) AS values
"""
# each reads the end of an index: the newest profiles, the newest events of a name
_OF_PROFILES = """
    WITH newest AS (
        SELECT {document} AS document FROM customers WHERE erased_at IS NULL
         ORDER BY created_at DESC, id DESC LIMIT :rows
    )
"""
_OF_EVENTS = """
    WITH newest AS (
        SELECT properties AS document FROM events WHERE name = :event ORDER BY occurred_at DESC LIMIT :rows
    )
"""
_SHOWN = ", ".join(f"'{name}', {name}" for name in SHOWN)
_DOCUMENTS = {
    "attributes": "attributes",
    "traits": "traits",
    "field": f"jsonb_build_object({_SHOWN})",
}
_PROFILES = {kind: text(_OF_PROFILES.format(document=sql) + _TALLY) for kind, sql in _DOCUMENTS.items()}
_EVENTS = text(_OF_EVENTS + _TALLY)
_NOTHING = '$.""'


@dataclass(frozen=True)
class Frequent:
    """What the newest rows hold of a property."""

    type: str | None
    """`string`, `number`, `boolean` or `date`; None where nothing is known."""
    looked_at: int = 0
    values: list[dict[str, Any]] = field(default_factory=list)
    """`{value, count}`, the most frequent first; none of those that say who somebody is."""
    currencies: list[str] = field(default_factory=list)
    """Of an amount of money: ISO 4217 codes, the most frequent first."""
    money: bool = False


async def of_profiles(session: AsyncSession, name: str) -> Frequent:
    """Values of a profile's property: a built-in field, `attributes.<name>` or `traits.<name>`.

    Raises:
        InvalidError: there is no such field.

    """
    kind, dot, path = name.partition(".")
    if dot and kind in ("attributes", "traits") and path:
        money = kind == "traits" and path in ("revenue", "average_order")
        currency = found_path("revenue_currency") if money else _NOTHING
        return await _tallied(session, kind, {"path": found_path(path), "currency": currency}, money=money)
    if name not in BUILT_IN:
        said = sentence("no_such_profile_field", name=name)
        raise InvalidError(said, errors=[{"path": "property", "message": str(said)}])
    if name not in SHOWN:
        return Frequent("date" if name in _DATES else "string")
    return await _tallied(session, "field", {"path": found_path(name), "currency": _NOTHING}, money=False)


async def of_events(session: AsyncSession, event: str, name: str) -> Frequent:
    """Values of a property of an event, by dotted path."""
    money = name.rpartition(".")[2] in _MONEY
    asked = {"event": event, "path": found_path(name), "currency": found_path("currency") if money else _NOTHING}
    return await _tallied(session, "events", asked, money=money)


async def _tallied(session: AsyncSession, of: str, asked: dict[str, str], *, money: bool) -> Frequent:
    statement = _EVENTS if of == "events" else _PROFILES[of]
    row = (await session.execute(statement, asked | {"rows": ROWS, "most": MOST})).mappings().one()
    found: list[tuple[Any, int]] = [(value, count) for value, count in row["values"] or []]
    type_ = _type_of([value for value, _ in found])
    return Frequent(
        type=type_,
        looked_at=row["looked_at"],
        values=[]
        if _names_people(row)
        else [{"value": value, "count": count} for value, count in found if _is_shown(value)],
        currencies=row["currencies"] or [],
        money=money and type_ in ("number", None),
    )


def _names_people(row: RowMapping) -> bool:
    """Whether most values are had by one alone, as names and ids are: these are no suggestions."""
    return bool(row["distinct_values"] >= _FEW and row["distinct_values"] * 2 > row["found"])


def _is_shown(value: object) -> bool:
    if not isinstance(value, str):
        return True
    return 0 < len(value) <= _LENGTH and "@" not in value and (bool(_DATE.match(value)) or not _NUMBERED.search(value))


def _type_of(values: Sequence[object]) -> str | None:
    kinds = [_kind_of(value) for value in values]
    return max(sorted(set(kinds)), key=kinds.count) if kinds else None


def _kind_of(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "date" if _DATE.match(value) else "string"
    return "number"
