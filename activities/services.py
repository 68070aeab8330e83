"""What activities are given by the composition root."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingestion.links import LinkSigner

from activities.channels import Population
from activities.clock import Clock, SystemClock
from activities.versions import Versions
from config.settings import Settings
from providers.registry import Providers
from store.database import Database

if TYPE_CHECKING:
    from activities.walk import Handler


@dataclass
class Services:
    """Made once a process; every activity class holds one."""

    settings: Settings
    database: Database
    providers: Providers
    links: LinkSigner
    handlers: "Mapping[str, Handler]"
    """Node type -> what entering it does. See `activities.nodes`."""
    clock: Clock = field(default_factory=SystemClock)
    versions: Versions = field(default_factory=Versions)
    population: Population = field(default_factory=Population)
