"""What templates may name of what models foretell, fetched only for a text that names it."""

from collections.abc import Mapping
from typing import Any

from activities.journey_run import JourneyRun
from store.intelligence import scores


async def foretold(walk: JourneyRun, text: str) -> Mapping[str, float]:
    """The customer's scores by name, where a text names any of them.

    Args:
        walk: the journey.
        text: everything that is to be rendered, as it is written.

    """
    if "scores" not in text:
        return {}
    return {row.name: row.value for row in await scores.of_customer(walk.session, walk.customer.id)}


def written(data: Any) -> str:
    """A content, or a node's data, as one text."""
    return str(data.model_dump_json())
