"""What people call the things that metrics are broken down by."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.metrics.definition import Dimension

_NAMES = {
    Dimension.CAMPAIGN: text("SELECT id, name FROM campaigns WHERE id = ANY(:ids)"),
    Dimension.VERSION: text("SELECT id, number::text FROM campaign_versions WHERE id = ANY(:ids)"),
    Dimension.SEGMENT: text("SELECT id, name FROM segments WHERE id = ANY(:ids)"),
}


async def names_of(
    session: AsyncSession, groups: Collection[Mapping[Dimension, Any]]
) -> dict[Dimension, dict[Any, str]]:
    """Dimension -> id -> name, of all that these groups mention."""
    found: dict[Dimension, dict[Any, str]] = {}
    for dimension, query in _NAMES.items():
        ids = {group[dimension] for group in groups if group.get(dimension)}
        if ids:
            rows = await session.execute(query, {"ids": list(ids)})
            found[dimension] = {row[0]: row[1] for row in rows}
    return found
