"""Waits: for a moment, or for the first of several events, the past included."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from activities.journey_run import Advance, Block, JourneyRun
from activities.send_time import best_moment
from domain import scheduling
from domain.customer_fields import field_value
from domain.flow import EventBranch, ListeningNode, SendNode, UntilAttributeDate, UntilBestHour, WaitNode
from domain.i18n import ListParam, quoted, sentence
from domain.vocabulary import Category
from models import Event
from store.campaigns import journeys
from workflows.contracts import Decision, Wait

_YEAR = timedelta(days=365)


async def enter_wait(walk: JourneyRun, node: WaitNode) -> Advance | Block:
    """Name the moment; one that has passed is no wait."""
    return await _wait_since(walk, node, walk.now)


async def wait_on(walk: JourneyRun, node: WaitNode | ListeningNode, since: datetime) -> Advance | Block:
    """Wait at a node as if the customer had come to it at `since`: what is overdue by now goes on at once."""
    if isinstance(node, ListeningNode):
        outcome = await _listen_since(walk, node, since)
    else:
        outcome = await _wait_since(walk, node, since)
    if isinstance(outcome, Advance) or outcome.until is None or outcome.until > walk.now:
        return outcome
    port = "timeout" if isinstance(node, ListeningNode) else "next"
    return Advance(port, sentence("over_by_now", why=outcome.why), outcome.details)


async def _wait_since(walk: JourneyRun, node: WaitNode, since: datetime) -> Advance | Block:
    until = node.data.until
    zone, zone_from = scheduling.customer_zone(walk.customer.timezone, walk.version.settings.timezone)
    details = {"zone": zone, "zone_from": zone_from}
    if isinstance(until, UntilBestHour):
        moment, by = await _best_hour(walk, until, since, zone)
        details |= {"hours_by": by}
    else:
        attribute = field_value(walk.customer, until.attribute) if isinstance(until, UntilAttributeDate) else None
        moment = scheduling.resolve(until, now=since, zone=zone, attribute=attribute)
    details |= {"moment": moment.at.isoformat()}
    if moment.late and isinstance(until, UntilAttributeDate) and until.yearly and walk.journey.visit > 1:
        # Danger: who has no date goes on at once. A loop of a yearly date, which has no other wait, would never rest.
        in_a_year = since + _YEAR
        moment = scheduling.ScheduledMoment(in_a_year, sentence("no_date_again", attribute=quoted(until.attribute)))
    if moment.late:
        return Advance("next", moment.why, details)
    at = scheduling.scaled(since, moment.at, walk.services.settings.time_scale)
    return Block(_wait(walk, node, at), why=moment.why, until=at, details=details)


async def _best_hour(
    walk: JourneyRun, until: UntilBestHour, since: datetime, zone: str
) -> tuple[scheduling.ScheduledMoment, str]:
    """The moment, and whose hours say so."""
    services = walk.services
    policy = await services.policies.get(walk.session, walk.now)
    own = walk.version.settings.limits.quiet_hours
    marketing = walk.version.settings.category is Category.MARKETING
    quiet = [each for each in (policy.quiet_hours, own) if each is not None and marketing]
    pace = services.settings.learning_time_scale
    habits = await services.hours.get(walk.session, walk.now, pace)
    found, week = await best_moment(
        walk.session, until, habits, walk.customer, now=since, zone=zone, quiet=quiet, time_scale=pace
    )
    return found, week.by


async def enter_wait_event(walk: JourneyRun, node: ListeningNode) -> Advance | Block:
    """Listen; an event that already happened since the anchor ends the wait before it begins.

    The customer is locked, as ingestion locks them: an event is either committed, and seen here, or comes after this
    wait is committed, and finds it.
    """
    return await _listen_since(walk, node, walk.now)


async def _listen_since(walk: JourneyRun, node: ListeningNode, since: datetime) -> Advance | Block:
    happened = await what_happened(walk, node, arrived=since)
    if happened is not None:
        branch, event = happened
        return Advance(branch.id, sentence("had_happened", event=event.name), _about(event))
    seconds = node.data.timeout.total_seconds * walk.services.settings.time_scale
    at = since + timedelta(seconds=seconds)
    names = ListParam([branch.on.event for branch in node.data.branches], "choice")
    return Block(_wait(walk, node, at), why=sentence("waiting_for", events=names), until=at)


async def leave_by_branch(walk: JourneyRun, node: ListeningNode, branch: str, event_id: UUID | None) -> Decision:
    """Leave by the event that ingestion matched with this very wait."""
    name = next((known.on.event for known in node.data.branches if known.id == branch), branch)
    return await walk.leave(branch, sentence("happened", event=name), {"event_id": str(event_id)} if event_id else {})


async def leave_by_what_happened(walk: JourneyRun, node: ListeningNode) -> Decision:
    """The timer ended. An event that was committed before wins, though its signal has not come through yet."""
    happened = await what_happened(walk, node)
    if happened is not None:
        branch, event = happened
        return await walk.leave(branch.id, sentence("happened", event=event.name), _about(event))
    names = ListParam([branch.on.event for branch in node.data.branches], "nor")
    return await walk.leave("timeout", sentence("none_in_time", events=names))


def still_waiting(walk: JourneyRun, node: WaitNode | ListeningNode | SendNode) -> Wait:
    """The wait that the journey is in, once more."""
    assert walk.journey.waiting_until is not None
    return _wait(walk, node, walk.journey.waiting_until)


def _wait(walk: JourneyRun, node: WaitNode | ListeningNode | SendNode, until: datetime) -> Wait:
    return Wait(node=node.id, seq=walk.journey.seq, until=until, label=node.data.label or node.id)


async def what_happened(
    walk: JourneyRun, node: ListeningNode, *, arrived: datetime | None = None
) -> tuple[EventBranch, Event] | None:
    """The first event since the anchor that a branch listens to, and that branch.

    Args:
        walk: the journey, which stands at the node or just comes to it.
        node: what it listens to.
        arrived: when it came, while that is not in the step log yet.

    """
    since, used = await _anchor(walk, node, arrived)
    filters = [branch.on for branch in node.data.branches]
    async for event in journeys.events_since(walk.session, walk.customer.id, filters, since, refs=walk.refs):
        if str(event.id) in used:
            continue
        for branch in node.data.branches:
            if walk.concerned_by(event, branch.on, match_entry_key=branch.match_entry_key):
                return branch, event
    return None


async def _anchor(walk: JourneyRun, node: ListeningNode, arrived: datetime | None) -> tuple[datetime, frozenset[str]]:
    """From when on events count, and the ids of those that do not.

    Danger: a wait that a loop leads back to, within one decision, must not be ended again by the event that ended it.
    So steps of this decision count as visits, and an event ends an anchored wait once, whatever its sender's clock.
    """
    start = walk.journey.started_at or walk.now
    anchor = node.data.since_node
    if anchor is None:
        return start, frozenset()
    await walk.write_steps()
    used = await journeys.events_that_ended(walk.session, walk.journey.id, node.id)
    if anchor == node.id and arrived is not None:
        return arrived, used
    return await journeys.last_visit(walk.session, walk.journey.id, anchor) or start, used


def _about(event: Event) -> dict[str, Any]:
    return {"event_id": str(event.id), "occurred_at": event.occurred_at.isoformat()}
