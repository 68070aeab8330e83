"""Clusters as saved segments, at once usable wherever a segment is."""

from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from domain.conditions import Condition
from domain.errors import ConflictError, NotFoundError
from intelligence.targets import CLUSTER
from intelligence.uplift_training import SHARES
from models import Model
from store.segments import saved_segments

_CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)
_LONGEST = 120


async def save_cluster_segments(session: AsyncSession, row: Model, *, before: Model | None) -> None:
    """Give each cluster a segment. A cluster's segment stays the same from run to run, and takes its newest name.

    A segment that a marketer renamed keeps the name they gave it; one that they deleted is not made again.
    """
    known = {} if before is None else dict(before.card.get("segments", {}))
    kept: dict[str, str | None] = {}
    for cluster in row.card["clusters"]:
        number = cluster["number"]
        title = _title(number, cluster["name"])
        if str(number) in known:
            kept[str(number)] = await _rename(session, known[str(number)], number, title)
        else:
            kept[str(number)] = await _create(session, number, title, cluster["name"])
    # segments of clusters that are gone hold nobody; a campaign may still name them
    row.card = row.card | {"segments": known | kept}
    await session.flush()


async def _create(session: AsyncSession, number: int, title: str, words: str) -> str | None:
    condition = _CONDITION.validate_python(
        {"kind": "score", "score": CLUSTER, "is": {"op": "eq", "value": float(number)}}
    )
    try:
        made = await saved_segments.create(session, title, f"Found by data: {words}", condition)
    except ConflictError:  # a marketer has a segment of that name
        return None
    return str(made.id)


async def _rename(session: AsyncSession, segment_id: str | None, number: int, title: str) -> str | None:
    if segment_id is None:
        return None
    try:
        found = await saved_segments.require(session, UUID(segment_id))
        if found.name.startswith(_title(number, "")) and found.name != title:
            await saved_segments.change(session, found.id, name=title)
    except NotFoundError:
        return None
    except ConflictError:
        return segment_id
    return segment_id


_SAID = {"persuadables": ("Persuadables", "gte", "gt"), "do_not_disturb": ("Do not disturb", "lte", "lt")}


async def save_uplift_segments(session: AsyncSession, row: Model, *, before: Model | None) -> None:
    """Give each group whose effect was proven a segment; one that a marketer deleted is not made again."""
    known = {} if before is None else dict(before.card.get("segments", {}))
    for name, group in row.card["groups"].items():
        if group["proven"] and name not in known:
            known[name] = await _create_group(session, row, name)
    row.card = row.card | {"segments": known}
    await session.flush()


async def _create_group(session: AsyncSession, row: Model, name: str) -> str | None:
    title, above, beyond = _SAID[name]
    parts = [
        {"kind": "score", "score": row.name, "of": "percentile", "is": {"op": above, "value": SHARES[name]}},
        {"kind": "score", "score": row.name, "is": {"op": beyond, "value": 0.0}},
    ]
    campaign = row.card["campaign"]["name"]
    words = f"Found by the holdout of “{campaign}”: whom a contact moves most" + (
        "" if name == "persuadables" else " away"
    )
    try:
        condition = _CONDITION.validate_python({"kind": "all", "of": parts})
        made = await saved_segments.create(session, f"{title}: {campaign}"[:_LONGEST], words, condition)
    except ConflictError:  # a marketer has a segment of that name
        return None
    return str(made.id)


def _title(number: int, name: str) -> str:
    return f"Cluster {number + 1}: {name}"[:_LONGEST]
