"""Reports."""

from uuid import UUID

from pydantic import Field

from api.schemas.base import Body, Name, View
from api.schemas.customers import CustomerView
from domain.reports.funnel import Funnel, FunnelPeriod

_FUNNEL = {
    "steps": [
        {"kind": "event", "event": "Product Viewed"},
        {"kind": "event", "event": "Order Completed", "within_seconds": 86_400},
    ],
    "order": "ordered",
    "window_seconds": 604_800,
}


class FunnelQuestion(Body):
    """A funnel and the time in which its first step lies."""

    funnel: Funnel = Field(examples=[_FUNNEL])
    period: FunnelPeriod = Field(examples=[{"since": "2026-11-01T00:00:00Z", "until": "2026-12-01T00:00:00Z"}])


class StoppedQuestion(FunnelQuestion):
    """Who went no further than one of its steps."""

    step: int = Field(ge=0, le=9, description="The last step that they came to, from 0.")


class StoppedPageQuestion(StoppedQuestion):
    """A page of them."""

    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(default=None, max_length=500)


class StoppedSegment(StoppedQuestion):
    """Those who went no further, kept as a segment."""

    name: Name


class StepCountView(View):
    """How many came to a step."""

    reached: int = Field(description="Customers.")
    waiting: int = Field(description="Of those who went no further: whose time for the next step is not over.")
    median_seconds: float | None = Field(
        description="Seconds since the first step, each customer's shortest way; null where there is none.",
    )


class FunnelGroupView(View):
    """The funnel of those who share a value of the breakdown; null: who have none."""

    value: str | None
    steps: list[StepCountView]


class FunnelView(View):
    """The answer of a funnel."""

    whole: list[StepCountView]
    groups: list[FunnelGroupView] = Field(description="By the breakdown, the largest first, 30 at most.")


class StoppedPage(View):
    """Customers who went no further than a step."""

    items: list[CustomerView]
    next_cursor: str | None


class StoppedSegmentView(View):
    """A segment of those who went no further."""

    segment_id: UUID
    name: str
    customers: int = Field(description="How many are in it: 200,000 at most.")
