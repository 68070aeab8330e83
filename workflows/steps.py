"""What each instruction means: one short coroutine a kind, each returning the decision that follows."""

from datetime import timedelta
from typing import Literal, Protocol
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
        Hold,
        HttpCall,
        Instruction,
        Look,
        Send,
        StepInput,
        Wait,
    )

DOING = {"send": "sending", "http": "calling", "wait": "waiting", "hold": "held", "end": "ended"}

Cause = Literal["enter", "timer", "look", "failed"]


class Looks(Protocol):
    """The signals of a journey, as far as a step may see them."""

    def concerns(self, seq: int) -> bool:
        """Is there a signal that step `seq` must look at?"""
        ...

    def take_looks(self) -> list[Look]:
        """The signals not looked at yet; they count as looked at from now on."""
        ...


async def enter(journey_id: UUID) -> Decision:
    """Begin the walk."""
    return await _advance(journey_id, 0, "enter", [], "enter")


async def carry_out(journey_id: UUID, step: Instruction, looks: Looks) -> Decision:
    """Carry out one instruction, and learn the next."""
    match step:
        case Send():
            return await _send(journey_id, step)
        case HttpCall():
            return await _call(journey_id, step)
        case Wait():
            return await _wait(journey_id, step, looks)
        case Hold():
            await workflow.wait_condition(lambda: looks.concerns(step.seq))
            return await _advance(
                journey_id, step.seq, "look", looks.take_looks(), f"take up {step.label or step.node}"
            )
        case _:
            raise AssertionError(f"nothing to carry out in {step!r}")


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


async def _wait(journey_id: UUID, step: Wait, looks: Looks) -> Decision:
    cause: Cause = "timer"
    left = step.until - workflow.now()
    if left > timedelta(0):
        try:
            await workflow.wait_condition(lambda: looks.concerns(step.seq), timeout=left, timeout_summary=step.label)
            cause = "look"
        except TimeoutError:
            pass
    return await _advance(journey_id, step.seq, cause, looks.take_looks(), f"after {step.label or step.node}")


async def _give_up(journey_id: UUID, step: Send | HttpCall, error: ActivityError) -> Decision:
    """Ask the row whether this is given up. Anything but a deadline that fails is a bug, and must be seen.

    Only steps that an earlier release has begun have a deadline in Temporal. Danger: a failure whose next retry would
    come after the deadline ends the activity with that failure as its cause, not with a time-out.
    """
    if error.retry_state is not RetryState.TIMEOUT and not isinstance(error.cause, ActivityTimeoutError):
        raise error
    return await _advance(journey_id, step.seq, "failed", [], f"give up {step.label or step.node}")


async def _advance(journey_id: UUID, seq: int, cause: Cause, looks: list[Look], summary: str) -> Decision:
    decision: Decision = await workflow.execute_local_activity(
        ADVANCE,
        AdvanceInput(journey_id=journey_id, seq=seq, cause=cause, looks=looks),
        result_type=Decision,
        start_to_close_timeout=policies.DECIDE_TIMEOUT,
        retry_policy=policies.DECIDE_RETRY,
        summary=summary,
    )
    return decision
