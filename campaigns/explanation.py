"""Why is this customer where they are in a campaign, or why are they not in it? Read from what was recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.conditions import Condition, InSegment
from domain.entry_rejections import EntryRejection, RejectionCode
from domain.errors import DomainError
from domain.flow import SEND_CHANNEL, EntryNode, Flow
from domain.i18n import ListParam, MomentParam, Sentence, StepParam, Words, as_written, read, sentence
from domain.i18n.values import Value
from domain.matching import filter_matches, property_at
from domain.reentry import EntryRule
from domain.triggers import (
    EventTrigger,
    SegmentChangeTrigger,
    SegmentTrigger,
    Trigger,
    as_event_trigger,
    implied_condition,
)
from domain.vocabulary import CampaignState, Channel, ExitReason, FailureCode, JourneyState
from ingestion.wait_matching import key_text
from models import Campaign, Customer, EntryRejectionRow, Journey, JourneyStep, Message
from store.campaigns import campaigns, journey_queries, runs
from store.campaigns.campaigns import RefusalRow
from store.campaigns.journey_queries import JourneyFilter, JourneyRow
from store.conditions.explanation import Explained, explain
from store.conditions.scope import Scope
from store.customers import profile_events
from store.messages import contactability, message_queries
from store.messages.message_queries import MessageFilter

_SHOWN = 200
_REFUSALS = 20
_NO_RUN = UUID(int=0)
_EXITS: Mapping[str, str] = {
    ExitReason.COMPLETED: "exit_completed",
    ExitReason.GOAL: "exit_goal",
    ExitReason.EXIT_EVENT: "exit_exit_event",
    ExitReason.CANCELLED: "exit_cancelled",
    ExitReason.STOPPED: "exit_stopped",
    ExitReason.ERASED: "exit_erased",
    ExitReason.FAILED: "exit_failed",
    ExitReason.OVER_LIMIT: "exit_over_limit",
    ExitReason.NODE_REMOVED: "exit_node_removed",
    ExitReason.PROFILE_MERGED: "exit_profile_merged",
}
_STATES = {
    CampaignState.DRAFT: "campaign_is_draft",
    CampaignState.ACTIVE: "campaign_is_active",
    CampaignState.PAUSED: "campaign_is_paused",
    CampaignState.RETIRED: "campaign_is_retired",
    CampaignState.STOPPED: "campaign_is_stopped",
}


class JourneyStatus(StrEnum):
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
    words: Words
    holds: bool | None
    explained: Explained | None = None

    @property
    def said(self) -> Words:
        """The same, to be said in any language."""
        return self.words


@dataclass(frozen=True)
class ChannelAnswer:
    """Whether a channel of the campaign reaches the customer now."""

    channel: Channel
    reachable: bool
    why: Sentence | None

    @property
    def said(self) -> Sentence | None:
        """The same, to be said in any language."""
        return self.why


@dataclass(frozen=True)
class JourneyExplanation:
    """The whole answer. `words` says it in a sentence; the rest is what that was judged on."""

    where: JourneyStatus
    words: Words
    entry: Entry | None
    reentry: EntryRejection | None
    channels: list[ChannelAnswer]
    journey: JourneyRow | None = None
    steps: Sequence[JourneyStep] = ()
    messages: Sequence[Message] = ()
    refusals: Sequence[RefusalRow] = field(default_factory=list)


async def why(
    session: AsyncSession, campaign: Campaign, customer: Customer, *, now: datetime, time_scale: float
) -> JourneyExplanation:
    """Tell why a customer is, or is not, where they are in a campaign.

    Args:
        session: a transaction; nothing is written.
        campaign: the campaign.
        customer: the customer.
        now: the present instant, UTC.
        time_scale: real seconds per business second, for re-entry gaps.

    """
    found = await journey_queries.page(
        session, JourneyFilter(campaign_id=campaign.id, customer_id=customer.id), None, limit=1
    )
    refusals = await campaigns.refusals(session, campaign.id, None, _REFUSALS, customer_id=customer.id)
    version = await campaigns.current_version(session, campaign)
    flow = Flow.model_validate(version.flow) if version is not None else None
    entry = await entry_of(session, flow, customer, now) if flow is not None else None
    reentry = (
        await _reentry(session, flow, (campaign, customer), now=now, time_scale=time_scale)
        if flow is not None
        else None
    )
    channels = await _channels(session, flow, customer) if flow is not None else []
    if not found:
        where, words = _outside(campaign, entry, reentry, refusals)
        return JourneyExplanation(where, words, entry, reentry, channels, refusals=refusals)
    row = found[0]
    where, words = _within(row, refusals)
    return JourneyExplanation(
        where,
        words,
        entry,
        reentry,
        channels,
        journey=row,
        steps=await journey_queries.steps(session, row.journey.id, None, _SHOWN),
        messages=[
            item.message
            for item in await message_queries.page(session, MessageFilter(journey_id=row.journey.id), None, _SHOWN)
        ],
        refusals=refusals,
    )


def _within(row: JourneyRow, refusals: Sequence[RefusalRow]) -> tuple[JourneyStatus, Sentence]:
    journey = row.journey
    at: dict[str, Value] = {"step": StepParam(journey.node_id)} if journey.node_id else {}
    why = read(journey.why, journey.said) if journey.why else sentence("about_to_begin")
    if journey.state == JourneyState.PAUSED:
        return JourneyStatus.HELD, sentence("held_at" if at else "held", why=why, **at)
    if journey.state == JourneyState.FAILED:
        return JourneyStatus.HELD, sentence("failed_at" if at else "failed", why=_failure(journey), **at)
    if journey.state != JourneyState.ENDED:
        if journey.waiting_until is None:
            return JourneyStatus.INSIDE, sentence("inside_at" if at else "inside", why=why, **at)
        at["moment"] = MomentParam(journey.waiting_until, seconds=True)
        return JourneyStatus.INSIDE, sentence("inside_at_until" if journey.node_id else "inside_until", why=why, **at)
    assert journey.ended_at is not None  # written with the state
    at |= {"moment": MomentParam(journey.ended_at, seconds=True), "reason": _reason(journey.exit_reason or "")}
    left = _left(journey, at)
    latest = refusals[0].refusal if refusals else None
    if latest is not None and latest.at > journey.ended_at:
        return JourneyStatus.REFUSED, sentence("refused_since", left=left, refusal=_refusal(latest))
    return JourneyStatus.LEFT, left


def _left(journey: Journey, at: dict[str, Value]) -> Sentence:
    """An end says its reason twice: as the reason and as the words of its step."""
    if journey.why in {"", journey.exit_reason}:
        return sentence("has_ended_at" if journey.node_id else "has_ended", **at)
    return sentence("has_left_at" if journey.node_id else "has_left", why=read(journey.why, journey.said), **at)


def _failure(journey: Journey) -> Sentence:
    return sentence(f"failure_{journey.failure_code or FailureCode.FAULT}")


def _reason(exit_reason: str) -> Value:
    """The house's own reasons have their words; an end node's is said as its author wrote it."""
    known = _EXITS.get(exit_reason)
    return sentence(known) if known is not None else exit_reason


def _refusal(row: EntryRejectionRow) -> Words:
    return (
        EntryRejection(RejectionCode(row.code), row.about).words
        if row.code in set(RejectionCode)
        else as_written(row.reason)
    )


def _outside(
    campaign: Campaign, entry: Entry | None, reentry: EntryRejection | None, refusals: Sequence[RefusalRow]
) -> tuple[JourneyStatus, Sentence]:
    if refusals:
        latest = refusals[0].refusal
        words = sentence("refused_on", moment=MomentParam(latest.at, seconds=True), refusal=_refusal(latest))
        return JourneyStatus.REFUSED, words
    if campaign.state != CampaignState.ACTIVE:
        return JourneyStatus.KEPT_OUT, sentence("never_entered", why=sentence(_STATES[CampaignState(campaign.state)]))
    if reentry is not None:
        return JourneyStatus.KEPT_OUT, reentry.words
    if entry is None:
        return JourneyStatus.KEPT_OUT, sentence("never_entered", why=sentence("nothing_published"))
    if entry.holds is False:
        return JourneyStatus.KEPT_OUT, sentence("never_entered", why=entry.words)
    return JourneyStatus.COULD_ENTER, sentence("never_entered_could", why=entry.words)


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
    return Entry("api", sentence("enters_by_call"), None) if trigger is not None else None


async def _coming(
    session: AsyncSession, trigger: Trigger, condition: Condition, customer: Customer, now: datetime
) -> Entry:
    """Customers enter as it becomes so (or ends being so): whether it is so now does not let them in."""
    try:
        explained = await explain(session, condition, customer.id, Scope(now=now))
    except DomainError as error:
        return Entry(trigger.kind, as_written(error.detail), None)
    if isinstance(trigger, SegmentChangeTrigger) and trigger.change == "left":
        code = "enters_ending_so" if explained.holds else "enters_ending_not_so"
    else:
        code = "enters_becoming_so" if explained.holds else "enters_becoming_not_so"
    return Entry(trigger.kind, sentence(code, condition=explained.words), None, explained)


async def _segment(session: AsyncSession, condition: Condition | None, customer: Customer, now: datetime) -> Entry:
    assert condition is not None
    try:
        explained = await explain(session, condition, customer.id, Scope(now=now))
    except DomainError as error:  # the segment is gone: that is the answer
        return Entry("segment", as_written(error.detail), None)
    if explained.holds:
        return Entry("segment", sentence("in_audience_now", condition=explained.words), True, explained)
    failing = ListParam([part.words for part in _failing(explained)])
    return Entry("segment", sentence("not_in_audience_now", conditions=failing), False, explained)


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
        return Entry("event", sentence("never_did", event=name), None)
    did: dict[str, Value] = {"event": name, "moment": MomentParam(latest.occurred_at, seconds=True)}
    if not filter_matches(trigger.on, latest.name, latest.properties, {}):
        return Entry("event", sentence("did_with_other_properties", **did), None)
    if trigger.customer is None:
        return Entry("event", sentence("did_lets_in", **did), None)
    answer = await _segment(session, trigger.customer, customer, now)
    words = sentence("did_and_meets" if answer.holds else "did_not_meets", **did)
    return Entry("event", words, answer.holds, answer.explained)


async def _reentry(
    session: AsyncSession, flow: Flow, pair: tuple[Campaign, Customer], *, now: datetime, time_scale: float
) -> EntryRejection | None:
    """What would keep the customer out, if what starts journeys happened now (again, where it has an entry key)."""
    campaign, customer = pair
    trigger = next((node.data.trigger for node in flow.nodes if isinstance(node, EntryNode)), None)
    listened = as_event_trigger(trigger, campaign.id) if trigger is not None else None
    rule, key = EntryRule.of(flow.settings.reentry, listened), None
    if listened is not None and listened.key is not None:
        latest = await profile_events.latest(session, customer.id, listened.on.event)
        if latest is None:
            return None  # no event, no key: nothing can be said
        key = key_text(property_at(latest.properties, listened.key))
        if key is None:
            return EntryRejection(RejectionCode.MISSING_KEY, listened.key)
    kept = await runs.kept_out(
        session, campaign.id, _NO_RUN, [customer.id], rule, now=now, time_scale=time_scale, key=key
    )
    return kept.get(customer.id)


async def _channels(session: AsyncSession, flow: Flow, customer: Customer) -> list[ChannelAnswer]:
    used = sorted({SEND_CHANNEL[node.type] for node in flow.nodes if node.type in SEND_CHANNEL})
    if not used:
        return []
    settings = flow.settings
    reach = await contactability.contactability(session, customer, used, settings.category, topic=settings.topic)
    return [ChannelAnswer(channel, reach[channel].reachable, reach[channel].why) for channel in used]
