"""The installation's gauges for Prometheus, in every process that samples: the API and the relays. All say the same.

A process that does not sample exports none of them: a zero that nobody measured would look like good news. Where
sampling fails for a minute they vanish, and `campaign_flow_sampled_at_seconds` stands still.
"""

import asyncio
import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from temporalio.client import Client

from domain.vocabulary import JourneyState, MessageState
from ingestion import backlogs
from ingestion.backlogs import QueueBacklog
from store.database.engine import Database
from store.metrics import gauges
from store.metrics.gauges import GaugeReadings
from store.metrics.heartbeats import SWEEP, WEBHOOK

_log = logging.getLogger(__name__)

_EVERY_SECONDS = 15.0
_FRESH_SECONDS = 60.0
_INSIDE = (JourneyState.STARTING, JourneyState.ACTIVE, JourneyState.PAUSED)
_OPEN = (MessageState.RESERVED, MessageState.DEFERRED, MessageState.UNKNOWN)


@dataclass
class _Sample:
    """What was read last, and when by the clock that only goes forward."""

    figures: GaugeReadings
    at: float


class GaugeExporter(Collector):
    """Reads every few seconds until it is stopped; exports what it read while that is fresh."""

    def __init__(
        self,
        database: Database,
        client: Client | None = None,
        *,
        every_seconds: float = _EVERY_SECONDS,
        fresh_seconds: float = _FRESH_SECONDS,
        registry: CollectorRegistry = REGISTRY,
    ) -> None:
        """A sampler of that database, and of Temporal's task queues where there is a client."""
        self._database = database
        self._client = client
        self._every = every_seconds
        self._fresh = fresh_seconds
        self._registry = registry
        self._sample: _Sample | None = None
        self._queues: tuple[Sequence[QueueBacklog], float] | None = None
        self._sampled_at = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Sample until `stop` is set; what is away is asked again later."""
        self._registry.register(self)
        try:
            while not stop.is_set():
                await self.sample()
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), self._every)
        finally:
            self._registry.unregister(self)

    async def sample(self) -> None:
        """Read once. PostgreSQL and Temporal may fail one without the other."""
        done = await asyncio.gather(self._read_database(), self._read_queues(), return_exceptions=True)
        for what, result in zip(("the database", "Temporal"), done, strict=True):
            if isinstance(result, Exception):
                _log.warning("no figures from %s: %s; trying again", what, type(result).__name__)
            elif isinstance(result, BaseException):
                raise result
        if not any(done):
            self._sampled_at = time.time()

    async def _read_database(self) -> None:
        async with asyncio.timeout(self._every), self._database.transaction() as session:
            figures = await gauges.read(session)
        self._sample = _Sample(figures, time.monotonic())

    async def _read_queues(self) -> None:
        if self._client is not None:
            self._queues = (await backlogs.read(self._client), time.monotonic())

    def describe(self) -> Iterable[Metric]:
        """Nothing ahead of the first sample."""
        return []

    def collect(self) -> Iterator[Metric]:
        """What was read in the last minute."""
        yield _gauge("sampled_at_seconds", "When the gauges were last read, as Unix time.", self._sampled_at)
        now = time.monotonic()
        if self._sample is not None and now - self._sample.at < self._fresh:
            yield from _of_database(self._sample.figures)
        if self._queues is not None and now - self._queues[1] < self._fresh:
            yield from _of_queues(self._queues[0])


def _gauge(name: str, help: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"campaign_flow_{name}", help, value=value)


def _gauges(name: str, help: str, label: str, values: Iterable[tuple[str, float]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"campaign_flow_{name}", help, labels=[label])
    for value, figure in values:
        family.add_metric([value], figure)
    return family


def _of_database(figures: GaugeReadings) -> Iterator[Metric]:
    inside = ((state.value, figures.active.get(state, 0)) for state in _INSIDE)
    yield _gauges("journeys", "Journeys that have not ended, by state.", "state", inside)
    overdue = (("wait", figures.overdue), ("send", figures.overdue_sends))
    about = "Journeys that should have gone on (wait: a minute ago; send: a quarter of an hour ago), and have not."
    yield _gauges("journeys_overdue", about, "step", overdue)
    messages = ((state.value, figures.open_messages.get(state, 0)) for state in _OPEN)
    yield _gauges("messages_open", "Messages whose fate is not known yet, by state.", "state", messages)
    yield _gauge("outbox_notes", "Notes that Temporal has not been told yet.", figures.outbox.waiting)
    yield _gauge("outbox_lag_seconds", "Age of the oldest of them.", figures.outbox.lag_seconds)
    if SWEEP in figures.ages:
        yield _gauge("sweep_age_seconds", "Since watched segments were last swept.", figures.ages[SWEEP])
    webhooks = ((n.removeprefix(WEBHOOK), age) for n, age in figures.ages.items() if n.startswith(WEBHOOK))
    yield _gauges("webhook_age_seconds", "Since a provider's webhook last came.", "provider", webhooks)
    failing = GaugeMetricFamily(
        "campaign_flow_provider_failing_seconds",
        "Since a provider that fails began to; absent while it answers.",
        labels=["provider", "kind"],
    )
    for provider in figures.failing:
        failing.add_metric([provider.provider, provider.kind], provider.seconds)
    yield failing
    yield _gauges("model_age_seconds", "Since the model in use was trained.", "score", figures.models.items())


def _of_queues(queues: Sequence[QueueBacklog]) -> Iterator[Metric]:
    waiting = ((queue.queue, queue.waiting) for queue in queues)
    yield _gauges("queue_backlog", "Tasks of a Temporal task queue that no worker has taken yet.", "queue", waiting)
    ages = ((queue.queue, queue.age_seconds) for queue in queues)
    yield _gauges("queue_backlog_age_seconds", "How long the oldest of them has waited.", "queue", ages)
    pollers = ((queue.queue, queue.pollers) for queue in queues)
    yield _gauges("queue_pollers", "Pollers of the last two minutes; 0: no worker.", "queue", pollers)
