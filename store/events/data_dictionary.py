"""Which names occur in the data, for suggestions while somebody writes a condition. Bounded looks, no full scans."""

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.conditions import Condition, Engaged, InSegment, walk
from models import Campaign, Segment

_NUMBERED = re.compile(r"[0-9][0-9 ./-]{7,}[0-9]")
"""So many digits: a telephone number, a card's, an id."""
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

# how often each event happened lately; what is more than `most` is said to be so
_OFTEN = text("""
    SELECT known.name, (
        SELECT count(*) FROM (
            SELECT 1 FROM events WHERE name = known.name AND occurred_at > now() - interval '30 days' LIMIT :most
        ) AS lately
    ) AS count
      FROM unnest(CAST(:events AS text[])) AS known(name)
""")
_VALUES = text("""
    WITH newest AS (
        SELECT attributes, traits, to_jsonb(customers) AS profile FROM customers WHERE erased_at IS NULL LIMIT :rows
    ), held AS (
        SELECT 'attributes.' || key AS path, value FROM newest, jsonb_each(attributes)
        UNION ALL SELECT 'traits.' || key, value FROM newest, jsonb_each(traits)
        UNION ALL SELECT field, profile -> field FROM newest, unnest(CAST(:fields AS text[])) AS field
    )
    SELECT path, count(*) AS count, mode() WITHIN GROUP (ORDER BY jsonb_typeof(value)) AS type,
           (array_agg(DISTINCT left(value #>> '{}', 40))
               FILTER (WHERE jsonb_typeof(value) IN ('string', 'number')))[1:3] AS examples
      FROM held WHERE jsonb_typeof(value) <> 'null' GROUP BY path ORDER BY path LIMIT :names
""")
SHOWN = ("city", "country", "gender", "locale", "timezone")
"""Fields whose values may be shown as examples: none of them says who somebody is."""
_MOST = 1000


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
    often = await session.execute(_OFTEN, {"events": events, "most": _MOST})
    values = await session.execute(_VALUES, {"rows": _ROWS, "names": _NAMES, "fields": list(SHOWN)})
    return {
        "events": events,
        "properties": properties,
        **profile,
        "event_counts": {row.name: row.count for row in often},
        "values": {
            row.path: {"count": row.count, "type": row.type, "examples": _examples(row.path, row.examples)}
            for row in values
        },
    }


def _examples(path: str, found: list[str] | None) -> list[str]:
    """Values to show; those that look like an address or a telephone number say who somebody is."""
    return [value for value in found or [] if "@" not in value and not _NUMBERED.search(value)] if found else []
