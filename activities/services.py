"""What activities are given by the composition root."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from activities.channel_selection import Population
from activities.clock import Clock, SystemClock
from activities.contact_policy_cache import Policies
from activities.moves import Moves
from activities.send_time import HourlyProfileCache
from activities.sending.breakers import Breakers
from activities.version_cache import Versions
from config.settings import Settings
from domain.vocabulary import Channel
from ingestion.tracking_links import LinkSigner
from providers.base import Provider
from store.database.engine import Database

if TYPE_CHECKING:
    from activities.journey_run import Handler


class ProviderChoice(Protocol):
    """Which provider sends on which channel; `providers.registry.Providers` is the real one."""

    @property
    def channels(self) -> frozenset[Channel]:
        """Those that have a provider."""
        ...

    def for_channel(self, channel: Channel) -> Provider | None:
        """Who sends on it; None where nobody does."""
        ...

    def fallback_for(self, channel: Channel) -> Provider | None:
        """Who takes over while that one fails; None where nobody does."""
        ...


@dataclass
class WorkerServices:
    """Made once a process; every activity class holds one."""

    settings: Settings
    database: Database
    providers: ProviderChoice
    links: LinkSigner
    handlers: "Mapping[str, Handler]"
    """Node type -> what entering it does. See `activities.nodes`."""
    clock: Clock = field(default_factory=SystemClock)
    versions: Versions = field(default_factory=Versions)
    moves: Moves = field(default_factory=Moves)
    population: Population = field(default_factory=Population)
    policies: Policies = field(default_factory=Policies)
    hours: HourlyProfileCache = field(default_factory=HourlyProfileCache)
    breakers: Breakers = field(default_factory=Breakers)
