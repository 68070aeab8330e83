"""Keeps the installation's gauges fresh for Prometheus, in every process that relays; they all tell the same."""

import asyncio
import logging
from contextlib import suppress

from prometheus_client import Gauge

from domain.vocabulary import JourneyState, MessageState
from store import gauges
from store.database import Database

_log = logging.getLogger(__name__)
_inside = Gauge("campaign_flow_journeys", "Journeys that have not ended, by state.", ["state"])
_overdue = Gauge("campaign_flow_journeys_overdue", "Journeys that should have gone on a minute ago, and have not.")
_messages = Gauge("campaign_flow_messages_open", "Messages whose fate is not known yet, by state.", ["state"])
_waiting = Gauge("campaign_flow_outbox_notes", "Notes that Temporal has not been told yet.")
_lag = Gauge("campaign_flow_outbox_lag_seconds", "Age of the oldest of them.")

_EVERY_SECONDS = 15.0
_INSIDE = (JourneyState.STARTING, JourneyState.ACTIVE, JourneyState.HELD)
_OPEN = (MessageState.RESERVED, MessageState.DEFERRED, MessageState.UNKNOWN)


class Sampler:
    """Counts every few seconds until it is stopped."""

    def __init__(self, database: Database, *, every_seconds: float = _EVERY_SECONDS) -> None:
        """A sampler of that database."""
        self._database = database
        self._every = every_seconds

    async def run(self, stop: asyncio.Event) -> None:
        """Sample until `stop` is set; a database that is away is asked again later."""
        while not stop.is_set():
            try:
                await self.sample()
            except Exception:
                _log.exception("the installation's figures could not be read; trying again")
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._every)

    async def sample(self) -> None:
        """Count once."""
        async with self._database.transaction() as session:
            figures = await gauges.read(session)
        for state in _INSIDE:
            _inside.labels(state).set(figures.inside.get(state, 0))
        for kind in _OPEN:
            _messages.labels(kind).set(figures.open_messages.get(kind, 0))
        _overdue.set(figures.overdue)
        _waiting.set(figures.outbox.waiting)
        _lag.set(figures.outbox.lag_seconds)
