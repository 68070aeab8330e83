"""Which campaigns an event starts a journey of, and why not where it does not."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.admitted_journey import AdmittedJourney, EnteredVersion
from domain.conditions import Condition, EventFilter
from domain.entry_rejections import EntryRejection, RejectionCode
from domain.errors import InvalidError
from domain.events import SEGMENT_ENTERED, SEGMENT_LEFT
from domain.i18n import Sentence, quoted, sentence
from domain.matching import filter_matches, property_at
from domain.reentry import EntryRule, PastEntry, check
from domain.triggers import EventTrigger, Repeated
from domain.vocabulary import JourneyState
from ingestion.version_cache import EventSubscription, listening
from ingestion.wait_matching import JourneyMatcher, key_text
from store.campaigns import triggers
from store.campaigns.triggers import ActiveTrigger, OpenJourney
from store.customers.customers import Profile
from store.events.events import NewEvent

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class EntryCandidate:
    """An event that a campaign's trigger lets through; re-entry is still to be asked."""

    event: NewEvent
    campaign: ActiveTrigger
    listening: EventSubscription
    trigger: EventTrigger


@dataclass(frozen=True)
class EventStart:
    """A journey to be started, and its watcher for the rest of the batch."""

    journey: AdmittedJourney
    watcher: JourneyMatcher


async def candidates(
    session: AsyncSession,
    campaigns: Sequence[ActiveTrigger],
    events: Sequence[NewEvent],
    *,
    now: datetime,
    time_scale: float,
) -> dict[UUID, list[EntryCandidate]]:
    """By event, which of these campaigns' triggers it passes: name, properties, and the condition on the customer."""
    if not campaigns:
        return {}
    parsed = await listening(session, {campaign.version_id for campaign in campaigns})
    found: dict[UUID, list[EntryCandidate]] = {}
    for campaign in campaigns:
        trigger = parsed[campaign.version_id].trigger
        if trigger is None:
            continue
        passing = [event for event in events if filter_matches(trigger.on, event.name, event.properties)]
        if trigger.repeated is not None and passing:
            passing = await _often_enough(session, trigger.on, trigger.repeated, passing, time_scale)
        if trigger.customer is not None and passing:
            members = await _fitting(session, campaign, trigger.customer, passing, now=now)
            passing = [event for event in passing if event.customer_id in members]
        for event in passing:
            found.setdefault(event.id, []).append(EntryCandidate(event, campaign, parsed[campaign.version_id], trigger))
    return found


async def _often_enough(
    session: AsyncSession, wanted: EventFilter, repeated: Repeated, events: Sequence[NewEvent], time_scale: float
) -> list[NewEvent]:
    """Those of the events that are the so-manieth of their customer within the time; all are written already."""
    span = timedelta(seconds=repeated.within.total_seconds * time_scale)
    times = sorted(event.occurred_at for event in events)
    found = await triggers.moments(
        session, wanted, {event.customer_id for event in events}, after=times[0] - span, until=times[-1]
    )

    def enough(event: NewEvent) -> bool:
        near = [at for at in found.get(event.customer_id, []) if event.occurred_at - span < at <= event.occurred_at]
        return len(near) >= repeated.at_least

    return [event for event in events if enough(event)]


async def _fitting(
    session: AsyncSession,
    campaign: ActiveTrigger,
    condition: Condition,
    events: Iterable[NewEvent],
    *,
    now: datetime,
) -> set[UUID]:
    """Customers of these events who satisfy the condition. One that can't be asked must not keep events out."""
    customer_ids = {event.customer_id for event in events}
    try:
        return await triggers.fitting(session, condition, customer_ids, now=now)
    except InvalidError:
        _log.exception("campaign %s: its condition on the customer can't be asked, so nobody enters", campaign.slug)
        return set()


class EntryChecker:
    """Holds the re-entry rules for a batch: what was, and what the batch itself has started."""

    def __init__(self, pasts: Iterable[triggers.Past], *, now: datetime, time_scale: float) -> None:
        self._pasts: dict[tuple[UUID, UUID], dict[str | None, triggers.Past]] = {}
        self._started: list[EventStart] = []
        self._now = now
        self._time_scale = time_scale
        for past in pasts:
            self._pasts.setdefault((past.campaign_id, past.customer_id), {})[past.entry_key] = past

    @classmethod
    async def read(
        cls, session: AsyncSession, found: Iterable[EntryCandidate], *, now: datetime, time_scale: float
    ) -> "EntryChecker":
        """The doorkeeper for these candidates."""
        every = list(found)
        campaigns = {candidate.campaign.campaign_id for candidate in every}
        customers = {candidate.event.customer_id for candidate in every}
        return cls(await triggers.pasts(session, campaigns, customers), now=now, time_scale=time_scale)

    def admit(self, candidate: EntryCandidate, profile: Profile) -> EventStart | EntryRejection:
        """A start, or why there is none."""
        if candidate.campaign.paused:
            return EntryRejection(RejectionCode.PAUSED)
        key = None
        if candidate.trigger.key is not None:
            key = key_text(property_at(candidate.event.properties, candidate.trigger.key))
            if key is None:
                return EntryRejection(RejectionCode.MISSING_KEY, candidate.trigger.key)
        refusal = self._kept_out(candidate, key)
        if refusal is not None:
            return refusal
        start = _start(candidate, profile, key, now=self._now)
        self._started.append(start)
        return start

    def _kept_out(self, candidate: EntryCandidate, key: str | None) -> EntryRejection | None:
        trigger = candidate.trigger
        rule = EntryRule.of(candidate.listening.settings.reentry, trigger)
        return check(rule, self._before(candidate), key, now=self._now, time_scale=self._time_scale)

    def _before(self, candidate: EntryCandidate) -> list[PastEntry]:
        """The customer's earlier entries, those of this batch included."""
        pair = (candidate.campaign.campaign_id, candidate.event.customer_id)
        past = [PastEntry(each.entry_key, each.inside, each.latest) for each in self._pasts.get(pair, {}).values()]
        for start in self._started:
            journey = start.watcher.journey
            if (journey.campaign_id, journey.customer_id) == pair:
                past.append(PastEntry(journey.entry_key, start.watcher.inside, self._now))
        return past


def _entry(candidate: EntryCandidate, key: str | None) -> str:
    """What tells this entrance from others; the journey's id is made of it."""
    if key is None:
        return f"event:{candidate.event.id}"
    once = candidate.listening.settings.reentry.mode in ("never", "per_key")
    return f"key:{key}" if once else f"key:{key}:{candidate.event.id}"


def _start(candidate: EntryCandidate, profile: Profile, key: str | None, *, now: datetime) -> EventStart:
    event, campaign = candidate.event, candidate.campaign
    journey = AdmittedJourney(
        version=EnteredVersion(
            campaign_id=campaign.campaign_id,
            slug=campaign.slug,
            campaign_name=campaign.campaign_name,
            version_id=campaign.version_id,
            number=campaign.version_number,
            priority=candidate.listening.settings.priority,
        ),
        customer_id=profile.id,
        entry=_entry(candidate, key),
        why=_why(event),
        created_at=now,
        entry_key=key,
        trigger_event_id=event.id,
        trigger=event.properties,
    )
    return EventStart(journey, JourneyMatcher(_opened(journey), candidate.listening, since=event.occurred_at))


def _opened(journey: AdmittedJourney) -> OpenJourney:
    """The journey as what listens to later events of the batch sees it."""
    return OpenJourney(
        id=journey.id,
        workflow_id=journey.workflow_id,
        customer_id=journey.customer_id,
        campaign_id=journey.version.campaign_id,
        version_id=journey.version.version_id,
        state=JourneyState.STARTING.value,
        entry_key=journey.entry_key,
        trigger=journey.trigger,
        step=None,
        exit_signal=None,
        coupons={},
        goal_deadline=None,
        started_at=None,
    )


def _why(event: NewEvent) -> Sentence:
    if event.name in (SEGMENT_ENTERED, SEGMENT_LEFT):
        segment = quoted(str(event.properties.get("segment")))
        return sentence("came_into_segment" if event.name == SEGMENT_ENTERED else "left_segment", segment=segment)
    return sentence("did_event", event=event.name)
