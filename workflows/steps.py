"""What each instruction means: one short coroutine a kind, each returning the decision that follows."""

from datetime import timedelta
from typing import Literal, Protocol, assert_never
from uuid import UUID

from temporalio import workflow
from temporalio.common import Priority
from temporalio.exceptions import ActivityError, RetryState
from temporalio.exceptions import TimeoutError as ActivityTimeoutError

with workflow.unsafe.imports_passed_through():
    from workflows import policies
    from workflows.contracts import (
        ADVANCE,
        CALL_HTTP,
        HTTP_QUEUE,
        SEND_MESSAGE,
        AdvanceInput,
        Decision,
        End,
        HttpCall,
        Instruction,
        JourneySignal,
        Pause,
        Send,
        StepInput,
        Wait,
    )

SHORTEST_SLEEP = timedelta(milliseconds=100)
DOING = {"send": "sending", "http": "calling", "wait": "waiting", "pause": "held", "end": "ended"}

Cause = Literal["enter", "timer", "signal", "failed"]


class PendingSignals(Protocol):
    """The signals of a journey, as far as a step may see them."""

    def concerns(self, seq: int) -> bool:
        """Is there a signal that step `seq` must look at?"""
        ...

    def take_signals(self) -> list[JourneySignal]:
        """The signals not looked at yet; they count as looked at from now on."""
        ...


async def enter(journey_id: UUID) -> Decision:
    """Begin the walk."""
    return await _advance(journey_id, 0, "enter", [], "enter")


async def carry_out(journey_id: UUID, step: Instruction, signals: PendingSignals) -> Decision:
    """Carry out one instruction, and learn the next."""
    match step:
        case Send():
            return await _send(journey_id, step)
        case HttpCall():
            return await _call(journey_id, step)
        case Wait():
            return await _wait(journey_id, step, signals)
        case Pause():
            await _sleep(step, signals)
            return await _advance(
                journey_id, step.seq, "signal", signals.take_signals(), f"take up {step.label or step.node}"
            )
        case End():
            raise AssertionError(f"nothing to carry out in {step!r}")
        case _:
            assert_never(step)


async def _send(journey_id: UUID, step: Send) -> Decision:
    try:
        decision: Decision = await workflow.execute_activity(
            SEND_MESSAGE,
            StepInput(journey_id=journey_id, seq=step.seq),
            task_queue=step.queue,
            result_type=Decision,
            start_to_close_timeout=policies.SEND_TIMEOUT,
            retry_policy=policies.SEND_RETRY,
            priority=Priority(priority_key=step.priority, fairness_key=step.fairness),
            summary=step.label,
        )
    except ActivityError as error:
        return await _give_up(journey_id, step, error)
    return decision


async def _call(journey_id: UUID, step: HttpCall) -> Decision:
    try:
        decision: Decision = await workflow.execute_activity(
            CALL_HTTP,
            StepInput(journey_id=journey_id, seq=step.seq),
            task_queue=HTTP_QUEUE,
            result_type=Decision,
            start_to_close_timeout=policies.HTTP_TIMEOUT,
            retry_policy=policies.SEND_RETRY,
            priority=Priority(priority_key=step.priority, fairness_key=step.fairness),
            summary=step.label,
        )
    except ActivityError as error:
        return await _give_up(journey_id, step, error)
    return decision


async def _wait(journey_id: UUID, step: Wait, signals: PendingSignals) -> Decision:
    cause = await _sleep(step, signals)
    return await _advance(journey_id, step.seq, cause, signals.take_signals(), f"after {step.label or step.node}")


async def _sleep(step: Wait | Pause, signals: PendingSignals) -> Cause:
    """Sleep until the step's moment or a signal that concerns it; which of the two it was.

    Danger: the decision that follows compares the moment with another machine's clock. One that is behind says "wait
    on", so that a sleep without a minimum would ask it in a loop.
    """
    left = max(step.until - workflow.now(), SHORTEST_SLEEP)
    try:
        await workflow.wait_condition(lambda: signals.concerns(step.seq), timeout=left, timeout_summary=step.label)
    except TimeoutError:
        return "timer"
    return "signal"


async def _give_up(journey_id: UUID, step: Send | HttpCall, error: ActivityError) -> Decision:
    """Ask the row whether this is given up. Anything but a deadline that fails is a bug, and must be seen.

    Only steps that an earlier release has begun have a deadline in Temporal. Danger: a failure whose next retry would
    come after the deadline ends the activity with that failure as its cause, not with a time-out.
    """
    if error.retry_state is not RetryState.TIMEOUT and not isinstance(error.cause, ActivityTimeoutError):
        raise error
    return await _advance(journey_id, step.seq, "failed", [], f"give up {step.label or step.node}")


async def _advance(journey_id: UUID, seq: int, cause: Cause, signals: list[JourneySignal], summary: str) -> Decision:
    decision: Decision = await workflow.execute_local_activity(
        ADVANCE,
        AdvanceInput(journey_id=journey_id, seq=seq, cause=cause, signals=signals),
        result_type=Decision,
        start_to_close_timeout=policies.DECIDE_TIMEOUT,
        retry_policy=policies.DECIDE_RETRY,
        local_retry_threshold=policies.DECIDE_WAITS_HERE,
        summary=summary,
    )
    return decision
