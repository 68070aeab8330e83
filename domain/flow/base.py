"""What the parts of a flow share: names, and how strict they are."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

NodeId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
PortId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
EventName = Annotated[str, Field(min_length=1, max_length=120)]


class FlowModel(BaseModel):
    """Refuses what it does not know, and never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def known_zone(name: str | None) -> str | None:
    """Raises ValueError for a name that is no IANA time zone."""
    if name is not None:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{name!r} is not an IANA time zone") from error
    return name


class NodeData(FlowModel):
    """What every node can be called, and what a colleague should know of it."""

    label: str = Field(default="", max_length=120)
    notes: str = Field(default="", max_length=2000)
