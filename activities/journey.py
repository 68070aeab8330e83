"""The decision activity: where does this journey go from here?"""

from datetime import datetime, timedelta
from uuid import UUID

from temporalio import activity

from activities import metrics
from activities.failing import fails_for_good
from activities.http_call import given_up
from activities.journey_run import Block, JourneyRun
from activities.moves import make_move
from activities.moving import take_up_move
from activities.nodes import sends, waits
from activities.sending.closing import close_message, give_up, leave_out
from activities.services import WorkerServices
from domain.conditions import EventFilter
from domain.flow import HttpCallNode, ListeningNode, SendNode, WaitNode
from domain.i18n import Length, Sentence, as_row, sentence
from domain.vocabulary import ExitReason, JourneyState
from store.campaigns import journeys
from workflows.contracts import ADVANCE, AdvanceInput, Decision, JourneySignal


class JourneyActivities:
    """Run as a local activity: one marker in history, one transaction in Postgres."""

    def __init__(self, services: WorkerServices) -> None:
        self._services = services

    @activity.defn(name=ADVANCE)
    @fails_for_good
    async def advance(self, input: AdvanceInput) -> Decision:
        """Leave a step, or say again what stands. Idempotent: a repeat of a decision taken gets that decision."""
        async with self._services.database.transaction() as session:
            walk = await JourneyRun.begin(session, self._services, input.journey_id)
            restarted = input.cause == "enter" and walk.journey.seq > 0 and not walk.is_over
            if restarted:
                return await _go_on(walk)
            if walk.is_over or (walk.journey.seq != input.seq and walk.journey.step):
                return walk.standing()
            decision = await _decide(walk, input)
            received = await _received(walk, input, decision)
        metrics.decisions.labels(decision.next.kind).inc()
        if received is not None:
            metrics.event_to_step.observe((walk.now - received).total_seconds())
        return decision


async def _decide(walk: JourneyRun, input: AdvanceInput) -> Decision:
    """Decide by the row. Cause and signals are hints: a repeated attempt tells of a wait that is over already."""
    if walk.journey.seq == 0:
        return await _enter(walk)
    barred = await walk.barred()
    if barred is not None:
        await close_message(walk)
        return barred
    if input.cause == "failed":
        return await _failed(walk)
    held = walk.journey.state == JourneyState.PAUSED
    if held:
        walk.too_late = await _too_late(walk)
    move = await walk.pending_move()
    if move is not None:
        return await take_up_move(walk, move)
    signalled = _signalled_branch(walk, input.signals)
    if signalled is not None:
        return await waits.leave_by_branch(walk, *signalled)
    if held:
        return await _take_up(walk)
    if any(signal.catch_up for signal in input.signals) and await _has_missed(walk):
        return await _due(walk)
    waits_no_longer = walk.journey.waiting_until is not None and _is_past(walk)
    return await _due(walk) if waits_no_longer else walk.standing()


async def _has_missed(walk: JourneyRun) -> bool:
    """Whether what the journey waits for has happened already, and nobody told it."""
    node = walk.node
    return isinstance(node, ListeningNode) and await waits.what_happened(walk, node) is not None


async def _go_on(walk: JourneyRun) -> Decision:
    """Take up an open journey in a workflow that has just begun: the one before was lost, with its signals."""
    barred = await walk.barred()
    if barred is not None:
        await close_message(walk)
        return barred
    move = await walk.pending_move()
    if move is not None:
        return await take_up_move(walk, move)
    if walk.journey.state == JourneyState.PAUSED:
        walk.too_late = await _too_late(walk)
        return await _take_up(walk)
    if await _has_missed(walk):
        return await _due(walk)
    waits_no_longer = walk.journey.waiting_until is not None and _is_past(walk)
    return await _due(walk) if waits_no_longer else walk.standing()


def _signalled_branch(walk: JourneyRun, signals: list[JourneySignal]) -> tuple[ListeningNode, str, UUID | None] | None:
    """The branch of this very wait that ingestion has matched an event with; a move may have changed the node since."""
    node = walk.node
    if not isinstance(node, ListeningNode):
        return None
    known = {branch.id for branch in node.data.branches}
    for signal in signals:
        if signal.seq == walk.journey.seq and signal.branch in known:
            return node, signal.branch, signal.event_id
    return None


async def _received(walk: JourneyRun, input: AdvanceInput, decision: Decision) -> datetime | None:
    """When the event was received that this decision follows from, if one has led on."""
    ids = [signal.event_id for signal in input.signals if signal.event_id is not None]
    if not ids or (decision.next.seq == input.seq and decision.next.kind != "end"):
        return None
    return await journeys.event_received(walk.session, ids, walk.customer.id)


async def _enter(walk: JourneyRun) -> Decision:
    journey = walk.journey
    if journey.started_at is None:
        journey.started_at = await _start_of(walk)
        journey.goal_deadline = _goal_deadline(walk)
        # An event may have come between the row of this journey and its first lock: the goal sees the past too.
        await _catch_up(walk)
    barred = await walk.barred()
    if barred is not None:
        return barred
    move = await walk.pending_move()
    if move is not None:
        await make_move(walk, move)
    journey.state = JourneyState.ACTIVE
    return await walk.enter()


async def _start_of(walk: JourneyRun) -> datetime:
    """The anchor of all windows: when the trigger happened, else when the journey was made."""
    journey = walk.journey
    if journey.trigger_event_id is not None:
        at = await journeys.event_time(walk.session, journey.trigger_event_id, walk.customer.id)
        if at is not None:
            return min(at, journey.created_at)
    return journey.created_at


def _goal_deadline(walk: JourneyRun) -> datetime | None:
    goal, started = walk.version.settings.goal, walk.journey.started_at
    if goal is None or started is None:
        return None
    return started + timedelta(seconds=goal.window.total_seconds * walk.services.settings.time_scale)


async def _catch_up(walk: JourneyRun) -> None:
    journey, settings = walk.journey, walk.version.settings
    watched: list[tuple[ExitReason, EventFilter, bool]] = []
    if settings.goal is not None and not settings.goal.require_coupon:  # no journey has given a coupon before it began
        watched.append((ExitReason.GOAL, settings.goal.on, settings.goal.match_entry_key))
    watched += [(ExitReason.EXIT_EVENT, exit_.on, exit_.match_entry_key) for exit_ in settings.exit_events]
    if not watched or journey.exit_signal is not None or journey.started_at is None:
        return
    filters = [filter_ for _, filter_, _ in watched]
    happened = journeys.events_since(walk.session, walk.customer.id, filters, journey.started_at, refs=walk.refs)
    async for event in happened:
        for reason, filter_, match_entry_key in watched:
            if walk.concerned_by(event, filter_, match_entry_key=match_entry_key):
                journey.exit_signal = {
                    "reason": reason.value,
                    "event_id": str(event.id),
                    **as_row(sentence("did_event", event=event.name)),
                }
                return


async def _due(walk: JourneyRun) -> Decision:
    node = walk.node
    if isinstance(node, WaitNode):
        return await walk.leave("next", sentence("wait_over"))
    if isinstance(node, ListeningNode):
        return await waits.leave_by_what_happened(walk, node)
    if isinstance(node, SendNode):  # it was put off: from the beginning
        return await walk.again(sends.instruction(walk, node), sentence("moment_has_come"))
    return walk.standing()


async def _take_up(walk: JourneyRun) -> Decision:
    """Go on after a pause: what fell due meanwhile goes at once, the rest waits on."""
    node = walk.node
    if isinstance(node, ListeningNode):
        if await waits.what_happened(walk, node) is not None or _is_past(walk):
            return await _due(walk)
        return await walk.again(waits.still_waiting(walk, node), sentence("listening_again"))
    if isinstance(node, WaitNode):
        if _is_past(walk):
            return await _due(walk)
        return await walk.again(waits.still_waiting(walk, node), sentence("waiting_again"))
    if isinstance(node, SendNode) and not _is_past(walk):
        return await walk.again(waits.still_waiting(walk, node), sentence("waiting_for_moment_again"))
    if isinstance(node, SendNode) and walk.too_late is not None:
        return await leave_out(walk, walk.too_late)
    outcome = await walk.services.handlers[node.type](walk, node)
    if not isinstance(outcome, Block):
        raise AssertionError(f"a journey can't be held at {node.type}")
    return await walk.again(outcome.instruction, outcome.why)


async def _too_late(walk: JourneyRun) -> Sentence | None:
    """Whether the pause has lasted past the campaign's patience with what was due, in words."""
    limit, journey = walk.version.settings.max_lateness, walk.journey
    if limit is None or journey.seq == 0:
        return None
    due = journey.waiting_until or await journeys.entered_at(walk.session, journey.id, journey.seq)
    if due is None or (walk.now - due).total_seconds() <= limit.total_seconds * walk.services.settings.time_scale:
        return None
    return sentence("pause_made_late", length=Length.of(limit))


def _is_past(walk: JourneyRun) -> bool:
    until = walk.journey.waiting_until
    return until is None or until <= walk.now


async def _failed(walk: JourneyRun) -> Decision:
    """Temporal has given a send or a call up, which runs of an earlier release still ask it to: the row decides."""
    return await given_up(walk) if isinstance(walk.node, HttpCallNode) else await give_up(walk)
