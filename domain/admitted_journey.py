"""How a journey is made: the one place where an entry by event, launch or API becomes a row and a start message."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from domain import ids
from domain.i18n import Sentence, as_row
from domain.vocabulary import JourneyState


@dataclass(frozen=True)
class EnteredVersion:
    """The version of a campaign that journeys go through, as far as starting one needs it."""

    campaign_id: UUID
    slug: str
    campaign_name: str
    version_id: UUID
    number: int
    priority: int


@dataclass(frozen=True)
class AdmittedJourney:
    """A customer who was let in; nothing is written yet."""

    version: EnteredVersion
    customer_id: UUID
    entry: str
    """Tells this entrance from others: `run:<id>`, `event:<id>`, `key:<value>`, `api:<key>`. Its id is made of it."""
    why: Sentence
    created_at: datetime | None = None
    """None: by the database's clock."""
    run_id: UUID | None = None
    entry_key: str | None = None
    trigger_event_id: UUID | None = None
    trigger: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def id(self) -> UUID:
        """The same entrance has the same id, however often it is made."""
        return ids.journey_id(self.version.campaign_id, self.customer_id, self.entry)

    @cached_property
    def workflow_id(self) -> str:
        """The id of its workflow."""
        return ids.journey_workflow_id(self.version.slug, self.customer_id, self.id)

    def row(self) -> dict[str, Any]:
        """Its columns in the table of journeys."""
        row: dict[str, Any] = {
            "id": self.id,
            "campaign_id": self.version.campaign_id,
            "version_id": self.version.version_id,
            "customer_id": self.customer_id,
            "workflow_id": self.workflow_id,
            "run_id": self.run_id,
            "entry": ids.entry_text(self.entry),
            "entry_key": self.entry_key,
            "trigger_event_id": self.trigger_event_id,
            "trigger": dict(self.trigger),
            "state": JourneyState.STARTING.value,
            **as_row(self.why),
        }
        return row if self.created_at is None else row | {"created_at": self.created_at}

    def told(self) -> dict[str, Any]:
        """What Temporal is told besides the two ids, as JSON. No personal data."""
        return {
            "campaign_id": str(self.version.campaign_id),
            "customer_id": str(self.customer_id),
            "version_number": self.version.number,
            "campaign_name": self.version.campaign_name,
            "priority": self.version.priority,
        }
