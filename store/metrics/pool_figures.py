"""How busy this process's connections to PostgreSQL are."""

from collections.abc import Iterable, Iterator

from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.pool import QueuePool

from store.database.engine import Database


class PoolFigures(Collector):
    """Connections in use, idle, and the most there may be. Asks the database nothing."""

    def __init__(self, database: Database, *, registry: CollectorRegistry = REGISTRY) -> None:
        """Export the pool of that database."""
        self._database = database
        registry.register(self)

    def describe(self) -> Iterable[Metric]:
        """Nothing ahead of the first look."""
        return []

    def collect(self) -> Iterator[Metric]:
        """As of now."""
        pool = self._database.engine.pool
        if not isinstance(pool, QueuePool):
            return
        connections = GaugeMetricFamily(
            "campaign_flow_database_connections", "Connections of this process's pool, by state.", labels=["state"]
        )
        connections.add_metric(["in_use"], pool.checkedout())
        connections.add_metric(["idle"], pool.checkedin())
        yield connections
        most = pool.size() + pool._max_overflow
        yield GaugeMetricFamily("campaign_flow_database_connections_max", "The most that there may be.", value=most)
