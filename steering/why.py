"""Why is this customer where they are in a campaign, or why are they not in it? Read from what was recorded."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.conditions import Condition, InSegment
from domain.errors import DomainError
from domain.flow import SEND_CHANNEL, EntryNode, Flow, Reentry
from domain.matching import filter_matches
from domain.refusals import Refused
from domain.triggers import EventTrigger, SegmentChangeTrigger, SegmentTrigger, Trigger, implied_condition
from domain.vocabulary import CampaignState, Channel, JourneyState
from models import Campaign, Customer, JourneyStep, Message
from store import campaigns, journey_lists, launches, message_lists, permissions, profile_events
from store.campaigns import RefusalRow
from store.explanation import Explained, explain
from store.journey_lists import JourneyFilter, JourneyRow
from store.message_lists import MessageFilter
from store.scope import Scope

_SHOWN = 200
_REFUSALS = 20
_NO_RUN = UUID(int=0)


class Whereabouts(StrEnum):
    """Where a customer is, seen from a campaign."""

    INSIDE = "inside"
    HELD = "held"
    LEFT = "left"
    REFUSED = "refused"
    COULD_ENTER = "could_enter"
    KEPT_OUT = "kept_out"


@dataclass(frozen=True)
class Entry:
    """What lets customers in, and how it answers for this one now. `holds` is null where only an event could say."""

    kind: str
    words: str
    holds: bool | None
    explained: Explained | None = None


@dataclass(frozen=True)
class ChannelAnswer:
    """Whether a channel of the campaign reaches the customer now."""

    channel: Channel
    reachable: bool
    why: str


@dataclass(frozen=True)
class Why:
    """The whole answer. `words` says it in a sentence; the rest is what that was judged on."""

    where: Whereabouts
    words: str
    entry: Entry | None
    reentry: Refused | None
    channels: list[ChannelAnswer]
    journey: JourneyRow | None = None
    steps: Sequence[JourneyStep] = ()
    messages: Sequence[Message] = ()
    refusals: Sequence[RefusalRow] = field(default_factory=list)


async def why(
    session: AsyncSession, campaign: Campaign, customer: Customer, *, now: datetime, time_scale: float
) -> Why:
    """Tell why a customer is, or is not, where they are in a campaign.

    Args:
        session: a transaction; nothing is written.
        campaign: the campaign.
        customer: the customer.
        now: the present instant, UTC.
        time_scale: real seconds per business second, for re-entry gaps.

    """
    found = await journey_lists.page(
        session, JourneyFilter(campaign_id=campaign.id, customer_id=customer.id), None, limit=1
    )
    refusals = await campaigns.refusals(session, campaign.id, None, _REFUSALS, customer_id=customer.id)
    version = await campaigns.current_version(session, campaign)
    flow = Flow.model_validate(version.flow) if version is not None else None
    entry = await entry_of(session, flow, customer, now) if flow is not None else None
    reentry = None
    if flow is not None:
        gap = flow.settings.reentry.min_gap
        since = now - timedelta(seconds=gap.total_seconds * time_scale) if gap is not None else None
        reentry = await _reentry(session, campaign, flow.settings.reentry, customer, since)
    channels = await _channels(session, flow, customer) if flow is not None else []
    if not found:
        where, words = _outside(campaign, entry, reentry, refusals)
        return Why(where, words, entry, reentry, channels, refusals=refusals)
    row = found[0]
    where, words = _within(row, refusals)
    return Why(
        where,
        words,
        entry,
        reentry,
        channels,
        journey=row,
        steps=await journey_lists.steps(session, row.journey.id, None, _SHOWN),
        messages=[
            item.message
            for item in await message_lists.page(session, MessageFilter(journey_id=row.journey.id), None, _SHOWN)
        ],
        refusals=refusals,
    )


def _within(row: JourneyRow, refusals: Sequence[RefusalRow]) -> tuple[Whereabouts, str]:
    journey = row.journey
    at = f" at {journey.node_id!r}" if journey.node_id else ""
    until = f", until {journey.waiting_until:%Y-%m-%d %H:%M:%S} UTC" if journey.waiting_until else ""
    if journey.state == JourneyState.HELD:
        return Whereabouts.HELD, f"held{at}: {journey.why}"
    if journey.state != JourneyState.ENDED:
        return Whereabouts.INSIDE, f"inside{at}: {journey.why or 'about to begin'}{until}"
    left = f"left on {journey.ended_at:%Y-%m-%d %H:%M:%S} UTC" if journey.ended_at else "left"
    words = f"{left}{at} with reason {journey.exit_reason}: {journey.why}"
    latest = refusals[0].refusal if refusals else None
    if latest is not None and journey.ended_at is not None and latest.at > journey.ended_at:
        return Whereabouts.REFUSED, f"{words}; refused since: {latest.reason}"
    return Whereabouts.LEFT, words


def _outside(
    campaign: Campaign, entry: Entry | None, reentry: Refused | None, refusals: Sequence[RefusalRow]
) -> tuple[Whereabouts, str]:
    if refusals:
        latest = refusals[0].refusal
        return Whereabouts.REFUSED, f"refused on {latest.at:%Y-%m-%d %H:%M:%S} UTC: {latest.reason}"
    if campaign.state != CampaignState.ACTIVE:
        return Whereabouts.KEPT_OUT, f"never entered: the campaign is {campaign.state}"
    if reentry is not None:
        return Whereabouts.KEPT_OUT, reentry.reason
    if entry is None:
        return Whereabouts.KEPT_OUT, "never entered: the campaign has no published version"
    if entry.holds is False:
        return Whereabouts.KEPT_OUT, f"never entered: {entry.words}"
    return Whereabouts.COULD_ENTER, f"never entered, and could: {entry.words}"


async def entry_of(session: AsyncSession, flow: Flow, customer: Customer, now: datetime) -> Entry | None:
    """How the flow lets customers in, and how that answers for this one now; None for a flow without an entry."""
    trigger = next((node.data.trigger for node in flow.nodes if isinstance(node, EntryNode)), None)
    if isinstance(trigger, SegmentTrigger):
        named = InSegment(segment_id=trigger.segment_id) if trigger.segment_id is not None else None
        return await _segment(session, named or trigger.condition, customer, now)
    if isinstance(trigger, EventTrigger):
        return await _event(session, trigger, customer, now)
    if isinstance(trigger, SegmentChangeTrigger):
        return await _coming(session, trigger, InSegment(segment_id=trigger.segment_id), customer, now)
    condition = implied_condition(trigger) if trigger is not None else None
    if trigger is not None and condition is not None:
        return await _coming(session, trigger, condition, customer, now)
    return Entry("api", "customers enter by a call of the API", None) if trigger is not None else None


async def _coming(
    session: AsyncSession, trigger: Trigger, condition: Condition, customer: Customer, now: datetime
) -> Entry:
    """Customers enter as it becomes so (or ends being so): whether it is so now does not let them in."""
    try:
        explained = await explain(session, condition, customer.id, Scope(now=now))
    except DomainError as error:
        return Entry(trigger.kind, error.detail, None)
    change = "ends being" if isinstance(trigger, SegmentChangeTrigger) and trigger.change == "left" else "becomes"
    now_so = "is so now" if explained.holds else "is not so now"
    return Entry(trigger.kind, f"lets customers in as it {change} so: {explained.words}; it {now_so}", None, explained)


async def _segment(session: AsyncSession, condition: Condition | None, customer: Customer, now: datetime) -> Entry:
    assert condition is not None
    try:
        explained = await explain(session, condition, customer.id, Scope(now=now))
    except DomainError as error:  # the segment is gone: that is the answer
        return Entry("segment", error.detail, None)
    if explained.holds:
        return Entry("segment", f"in the audience of a launch now: {explained.words}", True, explained)
    failing = "; ".join(part.words for part in _failing(explained))
    return Entry("segment", f"not in the audience now, for want of: {failing}", False, explained)


def _failing(explained: Explained) -> list[Explained]:
    """The smallest parts to blame, where that can be told; else the whole."""
    wanting = [part for part in explained.parts if not part.holds]
    # Of parts that must all hold, those that don't are to blame; where one is enough, or none may hold, the whole is.
    if wanting and len(wanting) < len(explained.parts):
        return [smaller for part in wanting for smaller in _failing(part)]
    return [explained]


async def _event(session: AsyncSession, trigger: EventTrigger, customer: Customer, now: datetime) -> Entry:
    name = trigger.on.event
    latest = await profile_events.latest(session, customer.id, name)
    if latest is None:
        return Entry("event", f"has never done {name}, which lets customers in", None)
    at = f"{latest.occurred_at:%Y-%m-%d %H:%M:%S} UTC"
    if not filter_matches(trigger.on, latest.name, latest.properties, {}):
        return Entry("event", f"did {name} last on {at}, with properties that do not let them in", None)
    if trigger.customer is None:
        return Entry("event", f"did {name} last on {at}, which lets customers in as it happens", None)
    answer = await _segment(session, trigger.customer, customer, now)
    met = "and meets" if answer.holds else "but does not meet"
    return Entry("event", f"did {name} last on {at}, {met} what is asked of them now", answer.holds, answer.explained)


async def _reentry(
    session: AsyncSession, campaign: Campaign, reentry: Reentry, customer: Customer, since: datetime | None
) -> Refused | None:
    kept = await launches.kept_out(
        session,
        campaign.id,
        _NO_RUN,
        [customer.id],
        ever=reentry.mode == "never",
        inside=reentry.mode == "after_exit",
        since=since,
    )
    return kept.get(customer.id)


async def _channels(session: AsyncSession, flow: Flow, customer: Customer) -> list[ChannelAnswer]:
    used = sorted({SEND_CHANNEL[node.type] for node in flow.nodes if node.type in SEND_CHANNEL})
    if not used:
        return []
    settings = flow.settings
    reach = await permissions.reach(session, customer, used, settings.category, topic=settings.topic)
    return [ChannelAnswer(channel, reach[channel].reachable, reach[channel].why) for channel in used]
