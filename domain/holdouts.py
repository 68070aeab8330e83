"""Campaigns that hold some customers out: what can be learned from them, and what its score is called."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain.events import ORDER_COMPLETED
from domain.flow import Flow, RandomSplitNode

_PREFIX = "uplift_"
_DIGITS = 12
_USUAL, _LONGEST = timedelta(days=14), timedelta(days=60)


@dataclass(frozen=True)
class Holdout:
    """A campaign's holdout, and what the campaign is for.

    Attributes:
        node_id: the random split.
        event: what counts as a response: the goal's event, whatever its properties, else an order.
        within: how long after the split it counts.

    """

    node_id: str
    event: str
    within: timedelta


def holdout_of(flow: Flow) -> Holdout | None:
    """The first random split that holds somebody out; None where there is none."""
    for node in flow.nodes:
        if isinstance(node, RandomSplitNode) and len({arm.holdout for arm in node.data.arms}) == 2:
            goal = flow.settings.goal
            if goal is None:
                return Holdout(node.id, ORDER_COMPLETED, _USUAL)
            return Holdout(node.id, goal.on.event, min(timedelta(seconds=goal.window.total_seconds), _LONGEST))
    return None


def score_name(campaign_id: UUID) -> str:
    """The score that says how much a contact of the campaign changes a customer's chance to respond."""
    return f"{_PREFIX}{campaign_id.hex[:_DIGITS]}"


def is_score_name(name: str) -> bool:
    """Whether it is the score of some campaign's uplift."""
    return name.startswith(_PREFIX) and len(name) == len(_PREFIX) + _DIGITS
