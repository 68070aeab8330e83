"""What crosses the border to Temporal: one model in, one out. Pure, small (it is kept in history), no personal data."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from temporalio.common import SearchAttributeKey

JOURNEY_WORKFLOW = "JourneyWorkflow"
CAMPAIGN_WORKFLOW = "CampaignWorkflow"
ADVANCE = "advance"
SEND_MESSAGE = "send_message"
CALL_HTTP = "call_http"
SNAPSHOT = "snapshot_audience"
MIGRATION_WORKFLOW = "MigrationWorkflow"
EXPERIMENT_WORKFLOW = "ExperimentWorkflow"
LOOK_AT_EXPERIMENT = "look_at_experiment"
SIGNAL_MIGRATIONS = "signal_migrations"
ENROL = "enrol"
FINISH_RUN = "finish_run"
IMPORT_WORKFLOW = "ImportWorkflow"
IMPORT_ROWS = "import_rows"
UPDATE_PROFILES = "update_profiles"
FINISH_IMPORT = "finish_import"
RECONCILE_WORKFLOW = "ReconcileWorkflow"
RECONCILE = "reconcile"
HTTP_QUEUE = "send-http"
IMPORTS_QUEUE = "imports"
SWEEP_WORKFLOW = "SegmentSweepWorkflow"
LIST_DUE_SEGMENTS = "list_due_segments"
REFRESH_SEGMENT = "refresh_segment"
UPKEEP_WORKFLOW = "TableUpkeepWorkflow"
MAINTAIN_TABLES = "maintain_tables"
UPKEEP_QUEUE = "upkeep"
EXPORT_WORKFLOW = "ExportWorkflow"
EXPORT_VIEWS = "export_views"
RENEWAL_WORKFLOW = "ScheduleRenewalWorkflow"
RENEW_SCHEDULES = "renew_schedules"
PROMOTION_ORDER_WORKFLOW = "PromotionOrderWorkflow"
END_RESERVATION = "end_reservation"
SIGNAL_RESERVED = "reserved"
SIGNAL_JOURNEY = "notify"
"""The one signal of a journey: something concerns you; ask where you stand."""
CAMPAIGN_VERSION = SearchAttributeKey.for_int("CampaignVersion")
"""What operators find journeys by; a journey changes it itself when it moves to another version."""
QUERY_POSITION = "position"
QUERY_PROGRESS = "progress"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Send(_Model):
    """Send this node's message, on its channel's queue."""

    kind: Literal["send"] = "send"
    node: str
    seq: int
    queue: str
    label: str = ""
    priority: int = 3
    fairness: str = ""
    """Campaigns share a queue fairly by this key."""


class HttpCall(_Model):
    """Make this node's request."""

    kind: Literal["http"] = "http"
    node: str
    seq: int
    label: str = ""
    priority: int = 3
    fairness: str = ""


class Wait(_Model):
    """Sleep until `until`, or until a signal says that there is something to look at."""

    kind: Literal["wait"] = "wait"
    node: str
    seq: int
    until: datetime
    label: str = ""


class Pause(_Model):
    """The campaign is paused: sleep until a signal, and look again at `until` in case it was lost."""

    kind: Literal["pause"] = "pause"
    node: str
    seq: int
    label: str = ""
    until: datetime
    looks: int = 0
    """How often the journey has looked in vain: each time it waits longer."""


class End(_Model):
    """The journey is over."""

    kind: Literal["end"] = "end"
    node: str | None
    seq: int
    reason: str


Instruction = Annotated[Send | HttpCall | Wait | Pause | End, Field(discriminator="kind")]


class Decision(_Model):
    """What to do next, decided and recorded in one transaction. `path` names the nodes passed on the way to it."""

    next: Instruction
    path: list[str] = Field(default_factory=list)
    version: int | None = None
    """Number of the campaign's version that the journey is on, where it has moved; null where it began there."""


class JourneySignal(_Model):
    """Signal: ids only. `id` drops repeats; `seq` and `branch` answer the wait that the event matched."""

    id: str
    catch_up: bool = False
    """Earlier signals may be lost: a wait for events looks for what has happened since it began."""
    seq: int | None = None
    branch: str | None = None
    event_id: UUID | None = None


class ContinuedState(_Model):
    """What a run hands to the next one when its history grows large."""

    decision: Decision
    path: list[str]
    signals: list[JourneySignal]
    """Signals not looked at yet."""
    seen: list[str]
    """Ids of the latest signals, to drop repeats."""


class JourneyInput(_Model):
    """One customer's walk. `continued` is set when the walk continues as a new run of the same workflow."""

    journey_id: UUID
    continued: ContinuedState | None = None


class JourneyResult(_Model):
    """How the walk ended."""

    reason: str
    steps: int


class AdvanceInput(_Model):
    """Leave step `seq` (0 = enter the journey): its timer ended, or `signals` came. A repeat gets the same decision."""

    journey_id: UUID
    seq: int
    cause: Literal["enter", "timer", "signal", "failed"]
    signals: list[JourneySignal] = Field(default_factory=list)


class StepInput(_Model):
    """Carry out the send or the request of step `seq`."""

    journey_id: UUID
    seq: int


class Position(_Model):
    """Query answer: where the customer is, why, and until when."""

    node: str | None
    label: str
    doing: str
    until: datetime | None
    path: list[str]


class EnrolInput(_Model):
    """Start the journeys of a run's audience from `position` on, at most `limit` of them."""

    run_id: UUID
    position: int
    limit: int


class EnrolResult(_Model):
    """How far one stretch of enrolment came. `position` is the first member not yet done."""

    position: int
    started: int
    refused: int
    paused: bool = False
    """The campaign is paused: the launch waits, and goes on from `position`."""


class SnapshotInput(_Model):
    """Open run `launch` of a campaign and write down its audience."""

    campaign_id: UUID
    launch: str
    workflow_id: str
    scheduled_at: datetime | None = None
    """The run of the campaign's schedule that it is; its day, and not `launch`, is the launch's key then."""
    customer_ids: list[UUID] | None = None


class PromotionOrderInput(_Model):
    """Which order's reservation ends. Our id: the shop's stays out of histories."""

    order_key: UUID


class ReservationState(_Model):
    """Until when an order is reserved; None for not at all."""

    until: datetime | None = None


class RenewedSchedules(_Model):
    """How many schedules were given their coming runs, and how many could not be."""

    renewed: int = 0
    failed: int = 0


class FinishInput(_Model):
    """Close a run; how many it started and kept out was counted page by page."""

    run_id: UUID
    started: int
    refused: int


class RunProgress(_Model):
    """Query answer and result of a launch. `state` is `starting`, then a `domain.vocabulary.RunState`."""

    run_id: UUID | None = None
    state: str = "starting"
    audience: int | None = None
    started: int = 0
    refused: int = 0


class ContinuedLaunch(_Model):
    """What a run of a launch hands to the next one when its history grows large."""

    progress: RunProgress
    position: int


class CampaignRunInput(_Model):
    """One launch. `launch` is null when a schedule starts it: then the workflow's own id tells launches apart."""

    campaign_id: UUID
    launch: str | None = None
    customer_ids: list[UUID] | None = None
    """Only these, for campaigns started by API; otherwise the entry segment, evaluated now."""
    continued: ContinuedLaunch | None = None
    """Set when the launch continues as a new run of the same workflow."""


class ImportInput(_Model):
    """A file that was uploaded."""

    import_id: UUID


class ImportProgress(_Model):
    """How far an import is. `done` ends the phase that said so."""

    read: int = 0
    row_count: int | None = None
    taken: int = 0
    repeated: int = 0
    refused: int = 0
    done: bool = False


class FinishImportInput(_Model):
    """End an import; `error` says why it failed."""

    import_id: UUID
    error: str | None = None


class ExperimentInput(_Model):
    """Look at an experiment until it is decided."""

    experiment_id: UUID
    pause_seconds: float = 15.0
    """Real seconds between two questions whether a look is due."""


class LookResult(_Model):
    """Where the experiment stands after a look."""

    done: bool
    state: str
    step: int


class MigrationInput(_Model):
    """Tell the journeys of a campaign to move to another version. `told` and `after` when it continues as new."""

    migration_id: UUID
    told: int = 0
    after: tuple[datetime, UUID] | None = None


class MigrationStretch(_Model):
    """Signal a stretch of the journeys that are to move, from behind `after` on."""

    migration_id: UUID
    after: tuple[datetime, UUID] | None = None
    """Creation and id of the last journey of the stretch before; None begins anew."""


class MigrationResult(_Model):
    """How many journeys were told. `done` once there is none left that has not been."""

    told: int
    done: bool = False
    after: tuple[datetime, UUID] | None = None
    """Where the next stretch begins. None: from the beginning, for those that were locked."""


class DueSegments(_Model):
    """Watched segments whose members are to be compared with their conditions now."""

    segment_ids: list[UUID]
    """Those that time moves: who it may have moved is compared."""
    whole_ids: list[UUID] = Field(default_factory=list)
    """Those whose members are all to be compared, the most urgent first."""


class SweepWatch(_Model):
    """How long a run of the sweep goes on: operators see a run an hour in their list, not one every half minute."""

    lasts: timedelta = timedelta(hours=1)
    """Nought for a single sweep."""


class SweepInput(_Model):
    """Compare one segment's members with its condition."""

    segment_id: UUID
    whole: bool = True
    """All of them; else those whom time may have moved since the last sweep."""


class SweepResult(_Model):
    """How often segments were compared in a run, how many customers came or went, and how often that failed."""

    segments: int = 0
    changes: int = 0
    failed: int = 0


class ExportInput(_Model):
    """Which files of the views for BI are written."""

    recent: bool = True
    """Dimensions and the facts of the last month; else all."""


class ExportResult(_Model):
    """What an export wrote."""

    parts: int = 0
    rows: int = 0
    removed: int = 0


class UpkeepResult(_Model):
    """What the upkeep of the tables did."""

    partitions_made: int
    partitions_dropped: list[str]
    receipts_forgotten: int
    journeys_forgotten: int = 0
    """Ended long ago: their details went."""
    events_moved_for: int = 0
    """Quarters of which the default partition had held events."""
    purged: dict[str, int] = Field(default_factory=dict)
    """Table -> rows that were too old."""
    failed: list[str] = Field(default_factory=list)
    """Steps that failed; the next run tries them again."""


class ReconcileInput(_Model):
    """Check open rows behind `after`: those that are overdue, or everybody."""

    everybody: bool = False
    after: UUID = UUID(int=0)


class Reconciled(_Model):
    """How many open rows were checked, and how many workflows of each kind were started again."""

    checked: int = 0
    journeys: int = 0
    runs: int = 0
    migrations: int = 0
    imports: int = 0
    schedules: int = 0
    experiments: int = 0
    after: UUID | None = None
    """Where the next stretch begins; None when all were checked."""

    @property
    def healed(self) -> int:
        """All that was started again."""
        return self.journeys + self.runs + self.migrations + self.imports + self.schedules + self.experiments

    def plus(self, other: "Reconciled") -> "Reconciled":
        """Both together; the place is the other's."""
        return Reconciled(
            checked=self.checked + other.checked,
            journeys=self.journeys + other.journeys,
            runs=self.runs + other.runs,
            migrations=self.migrations + other.migrations,
            imports=self.imports + other.imports,
            schedules=self.schedules + other.schedules,
            experiments=self.experiments + other.experiments,
            after=other.after,
        )
