"""The one word that says what a campaign is doing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.campaign_status import CampaignStatus, CurrentStatus, RunFacts, StatusFacts, status_of
from domain.vocabulary import CampaignState, RunState

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)
RUN = RunFacts(RunState.FINISHED, None, audience=10, entered=9, refused=1)
IDLE = StatusFacts(
    state=CampaignState.ACTIVE,
    broadcast=False,
    launched=True,
    recurring=False,
    next_at=None,
    run=None,
    inside=0,
    pending=0,
    failed=0,
)


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        (replace(IDLE, state=CampaignState.DRAFT), "draft"),
        (replace(IDLE, state=CampaignState.PAUSED, run=RUN, inside=3), "paused"),
        (replace(IDLE, state=CampaignState.STOPPED, run=RUN, inside=3), "ended"),
        (replace(IDLE, state=CampaignState.RETIRED, inside=3), "finishing"),
        (replace(IDLE, state=CampaignState.RETIRED), "ended"),
        (replace(IDLE, launched=False), "active"),
        (IDLE, "ready"),
        (replace(IDLE, recurring=True, next_at=LATER), "active"),
        (replace(IDLE, run=RUN), "sent"),
        (replace(IDLE, run=RUN, inside=2), "active"),
        (replace(IDLE, run=replace(RUN, state=RunState.REFUSED, entered=0)), "failed"),
        (replace(IDLE, run=RUN, failed=9), "failed"),
        (replace(IDLE, run=replace(RUN, state=RunState.CANCELLED)), "ready"),
        (replace(IDLE, broadcast=True, run=RUN, inside=9), "sent"),
    ],
)
def test_the_status_is_what_is_true(facts: StatusFacts, kind: str):
    assert status_of(facts, NOW) == CurrentStatus(CampaignStatus(kind))


@pytest.mark.parametrize(
    "facts",
    [
        replace(IDLE, next_at=LATER),
        replace(IDLE, run=RunFacts(RunState.STARTING, LATER, audience=None, entered=0, refused=0)),
        replace(IDLE, broadcast=True, run=RunFacts(RunState.STARTING, LATER, audience=None, entered=0, refused=0)),
    ],
)
def test_what_waits_for_its_time_is_scheduled(facts: StatusFacts):
    assert status_of(facts, NOW) == CurrentStatus(CampaignStatus.SCHEDULED, at=LATER)


@pytest.mark.parametrize(
    ("run", "pending", "percent"),
    [
        (RunFacts(RunState.STARTING, NOW, audience=None, entered=0, refused=0), 0, 0),
        (RunFacts(RunState.RUNNING, None, audience=10, entered=3, refused=1), 0, 40),
        (RunFacts(RunState.RUNNING, None, audience=10, entered=10, refused=0), 0, 99),
        (RunFacts(RunState.FINISHED, None, audience=10, entered=9, refused=1), 6, 40),
    ],
)
def test_sending_says_how_far_it_is(run: RunFacts, pending: int, percent: int):
    facts = replace(IDLE, broadcast=True, run=run, pending=pending, inside=pending)
    assert status_of(facts, NOW) == CurrentStatus(CampaignStatus.SENDING, percent=percent)
