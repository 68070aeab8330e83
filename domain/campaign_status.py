"""What a campaign or broadcast is doing, in one word that is true: computed here and nowhere else."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from domain.vocabulary import CampaignState, RunState


class CampaignStatus(StrEnum):
    """What people are shown. `CampaignState` is what was decided; this is what has come of it."""

    DRAFT = "draft"
    READY = "ready"
    """Published, and nothing starts it: never launched, schedule off."""
    SCHEDULED = "scheduled"
    """Sending begins at `at`."""
    SENDING = "sending"
    """`percent` of the audience have been dealt with."""
    ACTIVE = "active"
    """Customers are inside, or may enter at any moment or by a recurring schedule."""
    SENT = "sent"
    """Everything is over, and nothing starts it again by itself."""
    PAUSED = "paused"
    FINISHING = "finishing"
    """Takes nobody new; those inside finish."""
    ENDED = "ended"
    FAILED = "failed"
    """Its last launch reached nobody."""


@dataclass(frozen=True)
class RunFacts:
    """The latest launch."""

    state: RunState
    not_before: datetime | None
    audience: int | None
    entered: int
    """Journeys of this launch."""
    refused: int


@dataclass(frozen=True)
class StatusFacts:
    """What a status follows from."""

    state: CampaignState
    broadcast: bool
    launched: bool
    """Customers enter by launches: its entry is a segment."""
    recurring: bool
    """Its schedule is on and repeats."""
    next_at: datetime | None
    """Its schedule's next run, where that is on."""
    run: RunFacts | None
    inside: int
    """Journeys that have not ended; failed ones are none of them."""
    pending: int
    """Of a broadcast: those inside whom the message has not been sent to."""
    failed: int
    """Journeys that have failed."""


@dataclass(frozen=True)
class CurrentStatus:
    """A status and what belongs to it."""

    kind: CampaignStatus
    percent: int | None = None
    """With `sending`, 0 to 99."""
    at: datetime | None = None
    """With `scheduled`, when."""


def status_of(facts: StatusFacts, now: datetime) -> CurrentStatus:
    """The status that follows from these facts."""
    match facts.state:
        case CampaignState.DRAFT:
            return CurrentStatus(CampaignStatus.DRAFT)
        case CampaignState.PAUSED:
            return CurrentStatus(CampaignStatus.PAUSED)
        case CampaignState.STOPPED:
            return CurrentStatus(CampaignStatus.ENDED)
        case CampaignState.RETIRED:
            return CurrentStatus(CampaignStatus.FINISHING if facts.inside else CampaignStatus.ENDED)
        case CampaignState.ACTIVE:
            if facts.launched:
                return _under_way(facts, now) or _at_rest(facts)
            return CurrentStatus(CampaignStatus.ACTIVE)
        case _:
            assert_never(facts.state)


def _under_way(facts: StatusFacts, now: datetime) -> CurrentStatus | None:
    """The status while a launch waits for its time or enrols; for a broadcast, until the last message is dealt with."""
    run = facts.run
    if run is None:
        return None
    if run.state is RunState.STARTING and run.not_before is not None and run.not_before > now:
        return CurrentStatus(CampaignStatus.SCHEDULED, at=run.not_before)
    if run.state in (RunState.STARTING, RunState.RUNNING) or (facts.broadcast and facts.pending):
        return CurrentStatus(CampaignStatus.SENDING, percent=_percent(run, facts.pending))
    return None


def _percent(run: RunFacts, pending: int) -> int:
    done = max(0, run.entered - pending) + run.refused
    return min(99, 100 * done // run.audience) if run.audience else 0


def _at_rest(facts: StatusFacts) -> CurrentStatus:
    run = facts.run
    if facts.recurring:
        return CurrentStatus(CampaignStatus.ACTIVE)
    if facts.next_at is not None:
        return CurrentStatus(CampaignStatus.SCHEDULED, at=facts.next_at)
    if run is None or run.state is RunState.CANCELLED:
        return CurrentStatus(CampaignStatus.ACTIVE if facts.inside else CampaignStatus.READY)
    if run.state is RunState.REFUSED or (run.entered and facts.failed >= run.entered):
        return CurrentStatus(CampaignStatus.FAILED)
    if facts.inside and not facts.broadcast:
        return CurrentStatus(CampaignStatus.ACTIVE)
    return CurrentStatus(CampaignStatus.SENT)
