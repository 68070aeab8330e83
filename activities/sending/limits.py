"""Asking the limits about one message of one customer, under the customer's lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from activities.channel_selection import BELIEVED
from activities.journey_run import JourneyRun
from activities.nodes.sends import category_of, topic_of
from domain import ids
from domain.flow import SEND_CHANNEL, SendNode, WaitNode
from domain.limits import (
    CapReservation,
    ContactHistory,
    ContactLimits,
    LimitViolation,
    PendingMessage,
    SentMessage,
    judge,
)
from domain.scheduling import business_time, customer_zone
from domain.vocabulary import Category, Channel
from models import Message
from store.intelligence import scores
from store.messages import contact_history
from store.messages.contact_history import Contact, ContactRecord


@dataclass(frozen=True)
class Verdict:
    """What forbids the message, judged at the business moment `at`."""

    hit: LimitViolation
    at: datetime
    zone: str


async def verdict(walk: JourneyRun, node: SendNode, found: Message | None) -> Verdict | None:
    """What forbids this message now; None when nothing does. `found` is its row, where it was put off before."""
    channel = SEND_CHANNEL[node.type]
    if category_of(walk, node) is not Category.MARKETING or channel is Channel.SILENT_PUSH:
        return None
    policy = await walk.services.policies.get(walk.session, walk.now)
    limits = ContactLimits(policy, walk.version.settings.limits)
    at = _business_now(walk, found)
    zone, _ = customer_zone(walk.customer.timezone, walk.version.settings.timezone)
    ledger = await _ledger(walk, limits, at, zone) if limits.needs_ledger() else ContactHistory(zone)
    message = PendingMessage(channel, walk.version.campaign_id, topic_of(walk, node))
    hit = judge(limits, message, ledger, at)
    return Verdict(hit, at, zone) if hit is not None else None


def _business_now(walk: JourneyRun, found: Message | None) -> datetime:
    """Now; where days pass in seconds, a message that was put off is judged at the moment it was put off to."""
    waited = walk.journey.waiting_until
    if found is None or found.not_before is None or waited is None or waited > walk.now:
        return walk.now
    return max(walk.now, found.not_before)


async def _ledger(walk: JourneyRun, limits: ContactLimits, at: datetime, zone: str) -> ContactHistory:
    scale = walk.services.settings.time_scale
    past = await contact_history.recent(walk.session, walk.customer.id, walk.now - limits.reach_back() * scale)
    sent = [_sent(contact, business_time(contact.at, walk.now, scale, as_of=at)) for contact in past]
    claims = await _claims(walk, limits, at, {contact.id for contact in past})
    return ContactHistory(zone, sent, claims, await _leaving(walk, limits))


async def _leaving(walk: JourneyRun, limits: ContactLimits) -> float | None:
    """How likely they are to unsubscribe, beside others; asked only where the policy wants to know."""
    fatigue = limits.policy.fatigue
    if fatigue is None or fatigue.unsubscribe_percentile is None:
        return None
    within = BELIEVED * walk.services.settings.learning_time_scale
    return await scores.percentile(walk.session, walk.customer.id, "unsubscribe", within=within)


def _sent(contact: Contact, at: datetime) -> SentMessage:
    return SentMessage(at, Channel(contact.channel), contact.campaign_id, contact.topic, contact.opened)


async def _claims(
    walk: JourneyRun, limits: ContactLimits, at: datetime, counted: set[UUID]
) -> Sequence[CapReservation]:
    """Sends of the customer's more urgent journeys that are due soon."""
    within = limits.policy.priority_hold
    if within is None or all(cap.limit is None for cap in limits.policy.caps):
        return []
    scale = walk.services.settings.time_scale
    until = walk.now + timedelta(seconds=within.total_seconds) * scale
    found = []
    for standing in await contact_history.about_to(walk.session, walk.customer.id, but=walk.journey.id, until=until):
        channel = await _claimed(walk, standing)
        if channel is not None and _message_of(standing) not in counted:
            due = standing.waiting_until if standing.kind == "wait" else None
            found.append(CapReservation(channel, business_time(due or walk.now, walk.now, scale, as_of=at)))
    return found


async def _claimed(walk: JourneyRun, standing: ContactRecord) -> Channel | None:
    """The channel of the marketing message that a more urgent journey is about to send, if it is about to send one."""
    version = await walk.services.versions.get(walk.session, standing.version_id)
    node = version.graph.node(standing.node_id)
    if isinstance(node, WaitNode):
        node = version.graph.follow(node.id, "next")
    if version.settings.priority >= walk.version.settings.priority or not isinstance(node, SendNode):
        return None
    channel, category = SEND_CHANNEL[node.type], node.data.category or version.settings.category
    return channel if category is Category.MARKETING and channel is not Channel.SILENT_PUSH else None


def _message_of(standing: ContactRecord) -> UUID:
    return ids.message_id(standing.journey_id, standing.node_id, standing.visit)
