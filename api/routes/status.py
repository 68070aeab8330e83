"""How the installation is: for the app's banner and its page Status."""

import time
from datetime import datetime

from fastapi import APIRouter
from pydantic import Field

from api.dependencies import ApiServices, ServicesDep, Viewer
from api.problems import responses
from api.schemas.base import View
from campaigns import status as reading
from campaigns.status import Status
from domain.status import TroubleCode
from domain.vocabulary import Channel
from store.messages.circuit_breakers import KeyCheckResult

router = APIRouter(tags=["health"])

_KEPT_SECONDS = 5.0


class TroubleView(View):
    """Something that is wrong now."""

    code: TroubleCode
    subject: str | None = Field(description="A provider's or a task queue's name.")
    seconds: float | None = Field(description="For how long.")
    count: int | None = Field(description="How many, of failed journeys.")


class FailingView(View):
    """A provider that does not answer well."""

    name: str
    kind: str = Field(description="`configuration` (our key or account), `transient` or `ambiguous`.")
    since: datetime
    reason: str = Field(description="Its own words, without addresses.")
    held_until: datetime | None = Field(description="Nothing is offered to it until then.")


class ProviderView(View):
    """A provider that this installation sends through."""

    name: str
    channels: list[Channel]
    key_check: KeyCheckResult | None = Field(
        description="What it said of our key, asked at each start of a sender and every hour: `accepted`, `refused`, "
        "`unreachable`; `not_checked` where only a message would tell. Null: no sender has started yet."
    )
    key_checked_at: datetime | None


class QueueView(View):
    """A task queue of Temporal."""

    name: str
    waiting: int
    age_seconds: float = Field(description="How long the oldest task has waited.")
    pollers: int = Field(description="Of the last two minutes; 0: no worker.")


class BuildsView(View):
    """Builds of the workers, where they have names."""

    current: str | None
    known: list[str]


class WebhookView(View):
    """A provider's webhook."""

    provider: str
    age_seconds: float = Field(description="Since it last came.")


class StatusView(View):
    """One moment of the installation."""

    troubles: list[TroubleView]
    failing: list[FailingView]
    providers: list[ProviderView]
    queues: list[QueueView] | None = Field(description="Null where Temporal does not answer.")
    builds: BuildsView | None
    webhooks: list[WebhookView]
    silent_webhooks: list[str] = Field(description="Webhooks that are configured and never came.")
    sweep_seconds: float | None
    outbox_rows: int
    outbox_seconds: float
    journeys: dict[str, int]
    overdue: int
    messages: dict[str, int]
    possible_opt_outs: int = Field(description="Inbound SMS that wait for a person; counted up to 1,000.")


@router.get("/status", dependencies=[Viewer], responses=responses(401, 403, 503))
async def get_status(services: ServicesDep) -> StatusView:
    """What is wrong now, and the figures behind it. Read anew every five seconds at the most."""
    kept = services.status
    if kept is None or time.monotonic() - kept[1] > _KEPT_SECONDS:
        found = await reading.read(services.database, services.temporal, services.settings)
        kept = services.status = (found, time.monotonic())
    return _view(services, kept[0])


def _providers(services: ApiServices, status: Status) -> list[ProviderView]:
    in_use = {name: on for name, on in services.providers.in_use.items() if name != Channel.IN_APP}
    known = ((name, on, status.keys.get(name)) for name, on in sorted(in_use.items()))
    return [
        ProviderView(name=name, channels=on, key_check=key and key.result, key_checked_at=key and key.at)
        for name, on, key in known
    ]


def _view(services: ApiServices, status: Status) -> StatusView:
    figures = status.figures
    return StatusView(
        troubles=[TroubleView.model_validate(vars(one)) for one in status.troubles],
        failing=[FailingView.model_validate(vars(one)) for one in status.failing],
        providers=_providers(services, status),
        queues=None if status.queues is None else [QueueView.model_validate(vars(one)) for one in status.queues],
        builds=None
        if status.builds is None
        else BuildsView(current=status.builds.current, known=[*status.builds.known]),
        webhooks=[WebhookView(provider=name, age_seconds=age) for name, age in sorted(status.webhooks.items())],
        silent_webhooks=sorted(set(services.providers.webhooks) - set(status.webhooks)),
        sweep_seconds=status.sweep_seconds,
        outbox_rows=figures.outbox.waiting,
        outbox_seconds=figures.outbox.lag_seconds,
        journeys=figures.active,
        overdue=figures.overdue + figures.overdue_sends,
        messages=figures.open_messages,
        possible_opt_outs=status.possible_opt_outs,
    )
