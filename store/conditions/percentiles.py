"""Ranks by a number of the profile: limits that are kept, so that one customer's rank needs one row and no look at all.

Whoever asks about everybody brings the limits up to date first; a check in a journey takes those that there are.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Float, ScalarSelect, cast, false, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.condition_dependencies import all_parts
from domain.conditions import Condition, PercentileIs
from models import Customer, PropertyPercentiles
from store.conditions.binds import Asking, JsonPath
from store.conditions.json_path import numbers_path

FRESH = timedelta(minutes=10)
"""How old limits may be when everybody is asked about."""
_STEPS = 1000

_COMPUTED = """
    WITH held AS (
        SELECT (jsonb_path_query_first({document}, CAST(:path AS jsonpath)))::float8 AS number
          FROM customers WHERE erased_at IS NULL
    )
    SELECT count(*) AS counted,
           percentile_disc(CAST(:shares AS float8[])) WITHIN GROUP (ORDER BY number) AS highest,
           percentile_disc(CAST(:shares AS float8[])) WITHIN GROUP (ORDER BY number DESC) AS lowest
      FROM held WHERE number IS NOT NULL
"""
_SHARES = [(_STEPS - step) / _STEPS for step in range(1, _STEPS)]


def percentile_is(condition: PercentileIs, asking: Asking) -> ColumnElement[bool]:
    """Whether the customer's number is beyond the limit. Never null; false until the limits are known."""
    number, limit = _number(condition, asking), _limit(condition, asking)
    return func.coalesce(number > limit if condition.of == "highest" else number < limit, false())


def number_and_limit(condition: PercentileIs, asking: Asking) -> ColumnElement[object]:
    """What `percentile_is` compares: a JSON list of the customer's number, or null, and the limit."""
    return func.jsonb_build_array(_number(condition, asking), _limit(condition, asking))


def _number(condition: PercentileIs, asking: Asking) -> ColumnElement[float]:
    home, _, path = condition.name.partition(".")
    document = col(Customer.attributes) if home == "attributes" else col(Customer.traits)
    found = func.jsonb_path_query_first(document, asking.binds.constant(numbers_path(path), JsonPath()))
    return cast(found, Float(53))


def _limit(condition: PercentileIs, asking: Asking) -> ScalarSelect[float]:
    limits = col(PropertyPercentiles.highest if condition.of == "highest" else PropertyPercentiles.lowest)
    place = round(condition.percent * _STEPS / 100)
    return select(limits[place]).where(
        col(PropertyPercentiles.name) == asking.binds.constant(condition.name)
    ).scalar_subquery()  # fmt: skip


def names(conditions: Iterable[Condition], segments: Mapping[UUID, Condition]) -> set[str]:
    """Properties that the conditions rank customers by."""
    parts = [part for condition in conditions for part in all_parts(condition, segments)]
    return {part.name for part in parts if isinstance(part, PercentileIs)}


async def bring_up_to_date(
    session: AsyncSession, wanted: set[str], now: datetime, *, older_than: timedelta | None = FRESH
) -> None:
    """Compute the limits of these properties where there are none, or only older ones; None: where there are none.

    Each reads all customers once.
    """
    if not wanted:
        return
    known = select(col(PropertyPercentiles.name)).where(col(PropertyPercentiles.name).in_(wanted))
    if older_than is not None:
        known = known.where(col(PropertyPercentiles.computed_at) > now - older_than)
    for name in sorted(wanted - set(await session.scalars(known))):
        await _compute(session, name, now)


async def refresh_oldest(session: AsyncSession, now: datetime) -> None:
    """Compute the limits that are the oldest, if they are too old: at most one property, for it takes a while."""
    oldest = select(col(PropertyPercentiles.name)).order_by(col(PropertyPercentiles.computed_at)).limit(1)
    found = await session.scalar(oldest.where(col(PropertyPercentiles.computed_at) <= now - FRESH))
    if found is not None:
        await _compute(session, found, now)


async def _compute(session: AsyncSession, name: str, now: datetime) -> None:
    home, _, path = name.partition(".")
    document = "attributes" if home == "attributes" else "traits"
    asked = text(_COMPUTED.format(document=document))
    row = (await session.execute(asked, {"path": numbers_path(path), "shares": _SHARES})).one()
    values = {"counted": row.counted, "highest": row.highest, "lowest": row.lowest, "computed_at": now}
    put = insert(PropertyPercentiles).values(name=name, **values)
    await session.execute(put.on_conflict_do_update(index_elements=["name"], set_=values))
