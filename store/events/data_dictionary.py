"""Which names occur in the data, for suggestions while somebody writes a condition. Bounded looks, no full scans."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.conditions import Condition, Engaged, InSegment, walk
from models import Campaign, Segment

_ROWS = 5000
_NAMES = 300

# Each name is found by a skip through the index, so that a name used once in a billion events costs as much as any.
_EVENTS = text("""
    WITH RECURSIVE name_of AS (
        (SELECT name FROM events ORDER BY name LIMIT 1)
        UNION ALL
        SELECT (SELECT name FROM events WHERE name > name_of.name ORDER BY name LIMIT 1)
          FROM name_of WHERE name_of.name IS NOT NULL
    )
    SELECT name FROM name_of WHERE name IS NOT NULL LIMIT :names
""")
_PROPERTIES = text("""
    SELECT DISTINCT known.name, key
      FROM unnest(CAST(:events AS text[])) AS known(name)
     CROSS JOIN LATERAL (
        SELECT properties FROM events WHERE name = known.name ORDER BY occurred_at DESC LIMIT 20
     ) AS newest
     CROSS JOIN LATERAL jsonb_object_keys(newest.properties) AS key
     ORDER BY 1, 2
""")
_PROFILE = text("""
    WITH newest AS (SELECT attributes, traits, tags FROM customers WHERE erased_at IS NULL LIMIT :rows)
    SELECT 'attributes' AS kind, key AS name FROM newest, jsonb_object_keys(attributes) AS key
    UNION SELECT 'traits', key FROM newest, jsonb_object_keys(traits) AS key
    UNION SELECT 'tags', tag FROM newest, unnest(tags) AS tag
    ORDER BY 1, 2 LIMIT :names
""")


async def names_in(session: AsyncSession, conditions: Iterable[Condition]) -> dict[UUID, str]:
    """Id -> name, of the segments and campaigns that conditions mention and that exist."""
    parts = [part for condition in conditions for part in walk(condition)]
    segment_ids = {part.segment_id for part in parts if isinstance(part, InSegment)}
    campaign_ids = {part.campaign_id for part in parts if isinstance(part, Engaged) and part.campaign_id is not None}
    found: dict[UUID, str] = {}
    for id_, name, ids in (
        (col(Segment.id), col(Segment.name), segment_ids),
        (col(Campaign.id), col(Campaign.name), campaign_ids),
    ):
        if ids:
            found.update((row[0], row[1]) for row in await session.execute(select(id_, name).where(id_.in_(ids))))
    return found


async def known_names(session: AsyncSession) -> dict[str, Any]:
    """Event names and their properties, attributes, traits and tags that are in use."""
    events = [row.name for row in await session.execute(_EVENTS, {"names": _NAMES})]
    properties: dict[str, list[str]] = {}
    for row in await session.execute(_PROPERTIES, {"events": events}):
        properties.setdefault(row.name, []).append(row.key)
    profile: dict[str, list[str]] = {"attributes": [], "traits": [], "tags": []}
    for row in await session.execute(_PROFILE, {"rows": _ROWS, "names": _NAMES}):
        profile[row.kind].append(row.name)
    return {"events": events, "properties": properties, **profile}
