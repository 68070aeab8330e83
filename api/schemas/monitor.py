"""What a campaign's monitor shows."""

from datetime import datetime

from pydantic import Field

from api.schemas.base import View
from api.schemas.campaigns import RunView
from api.schemas.money import Revenue
from domain.vocabulary import Channel


class NodeFiguresView(View):
    """What became of the journeys that came to a node."""

    node_id: str
    entered: int = Field(description="All that ever came.")
    active: int = Field(description="There now.")
    paused: int = Field(description="There now, held by a pause; among `active`.")
    failed: int = Field(description="There now, and an operator has to retry or end them; among `active`.")
    exited: dict[str, int] = Field(description="Port to journeys that went on by it.")
    ended: dict[str, int] = Field(description="Exit reason to journeys that ended there.")


class MessageFiguresView(View):
    """Messages of one node on one channel."""

    node_id: str
    channel: Channel
    attempted: int
    sent: int
    open_trackable: int = Field(description="Those sent on channels that tell of opens: neither SMS nor silent push.")
    click_trackable: int = Field(description="Those sent on channels that tell of clicks: not silent push.")
    delivered: int
    opened: int
    clicked: int
    conversions: int = Field(description="Goals reached with this as the last message before.")
    revenue: Revenue
    bounced: int
    unsubscribed: int
    complained: int
    replied: int
    states: dict[str, int]
    skipped: dict[str, int] = Field(description="What skipped them to how many.")


class MonitorView(View):
    """A campaign's figures at this moment, or those of one launch."""

    entered: int
    active: int
    paused: int
    failed: int = Field(description="Their step can't be taken; among `active`. `GET /journeys?state=failed`.")
    ended: dict[str, int] = Field(description="Exit reason to journeys; `goal` are the conversions.")
    conversions: int
    revenue: Revenue
    refunded: Revenue = Field(description="What refunds have taken off `revenue` since the conversions.")
    nodes: list[NodeFiguresView]
    messages: list[MessageFiguresView] = Field(description="Conversions without a message before count only above.")
    rejected: dict[str, int] = Field(description="Code of the refusal to triggers that started nothing.")


class PointView(View):
    """A fact within one stretch of time."""

    at: datetime
    channel: Channel | None
    metric: str
    n: int
    currency: str | None = Field(description="Of `amount`; null where the events name none.")
    amount: float


class SeriesView(View):
    """What happened over time."""

    width_seconds: float = Field(description="Real seconds that a stretch lasts.")
    points: list[PointView]


class RunFiguresView(View):
    """One launch beside others."""

    run: RunView
    entered: int
    active: int
    sent: int
    open_trackable: int = Field(description="Those sent on channels that tell of opens: neither SMS nor silent push.")
    click_trackable: int = Field(description="Those sent on channels that tell of clicks: not silent push.")
    delivered: int
    opened: int
    clicked: int
    conversions: int
    revenue: Revenue
    unsubscribed: int
    bounced: int
