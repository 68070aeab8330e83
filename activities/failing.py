"""Journeys whose step can't be taken: after a fault that no retry heals, the row says `failed` and the workflow ends.

The steps before are kept and the step in hand stays in the row, so that a retry goes on from there. What is sent is
decided by the ledger, as ever: a retried send finds its message.
"""

import traceback
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Protocol, TypeVar
from uuid import UUID

import structlog
from sqlalchemy import exc
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import metrics
from activities.journey_run import failed
from activities.services import WorkerServices
from domain.errors import DomainError, NotFoundError, UnavailableError
from domain.i18n import Sentence, sentence
from domain.traversal import TraversalError
from domain.vocabulary import CampaignState, ExitReason, FailureCode, JourneyState
from store.campaigns import failures, journeys
from workflows.contracts import Decision

ATTEMPTS = 12
"""Of a step that meets an error of ours, a decision's take about two minutes. Then it fails."""

_INSTALLATION = (
    exc.OperationalError,
    exc.InterfaceError,
    exc.InternalError,
    exc.ProgrammingError,
    exc.TimeoutError,
    OSError,
)
"""The database is away, or not yet migrated: that concerns everybody and passes, so it is tried for ever."""

_FRAMES = 6
_OVER = (JourneyState.ENDED, JourneyState.FAILED)

log = structlog.get_logger()


class _Step(Protocol):
    @property
    def journey_id(self) -> UUID: ...
    @property
    def seq(self) -> int: ...


_Self = TypeVar("_Self")
_Input = TypeVar("_Input", bound=_Step)


def judge(error: Exception, attempt: int) -> FailureCode | None:
    """Why a journey is to fail by this error of its step; None where it is to be tried again.

    Args:
        error: what the step raised.
        attempt: its number, from 1 on.

    """
    if isinstance(error, ApplicationError):  # "not now", said on purpose
        return FailureCode.FAULT if error.non_retryable else None
    if isinstance(error, (NotFoundError, UnavailableError, *_INSTALLATION)):
        return None
    if isinstance(error, TraversalError):
        return FailureCode.FLOW
    if isinstance(error, DomainError):
        return FailureCode.REFUSED
    if attempt < ATTEMPTS:
        return None
    return FailureCode.DATA if isinstance(error, exc.SQLAlchemyError) else FailureCode.FAULT


def fails_for_good(
    work: Callable[[_Self, _Input], Coroutine[Any, Any, Decision]],
) -> Callable[[_Self, _Input], Coroutine[Any, Any, Decision]]:
    """Let an activity of one journey's step end the journey as failed, where its error will not pass.

    The method's class keeps its `WorkerServices` as `_services`.
    """

    @wraps(work)
    async def guarded(self: _Self, input: _Input) -> Decision:
        try:
            return await work(self, input)
        except Exception as error:
            code = judge(error, activity.info().attempt)
            services: WorkerServices = self._services  # type: ignore[attr-defined]
            decision = await _fail(services, input, code, error) if code is not None else None
            if decision is None:
                raise
            return decision

    return guarded


async def _fail(services: WorkerServices, step: _Step, code: FailureCode, error: Exception) -> Decision | None:
    """Write down that the journey failed. None where it stands elsewhere by now: the next attempt is told where."""
    now = await services.clock.now()
    async with services.database.transaction() as session:
        locked = await journeys.lock(session, step.journey_id)
        journey = locked.journey
        # step 0 is also that of a workflow that was started again from a row further on
        if journey.state in _OVER or step.seq not in (0, journey.seq):
            return None
        state = await failures.state_for_update(session, journey.campaign_id)
        failures.fail(journey, code, _name(error), now)
        over = _over(locked.customer.erased_at is not None, state)
        if over is not None:
            await session.flush()
            await failures.end(session, *over, journey_id=journey.id)
        decision = failed(journey)
    log.error(
        "a journey failed", journey=str(step.journey_id), step=decision.next.node, code=code, error=_name(error),
        at=_place(error),
    )  # fmt: skip
    metrics.failed.labels(code.value).inc()
    return decision


def _over(erased: bool, state: CampaignState) -> tuple[ExitReason, Sentence] | None:
    if erased:
        return ExitReason.ERASED, sentence("customer_erased")
    return (ExitReason.STOPPED, sentence("campaign_stopped")) if state is CampaignState.STOPPED else None


def _place(error: Exception) -> list[str]:
    """Where it was raised. Its message stays out of the log: a database's repeats the row."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def _name(error: Exception) -> str:
    # of a driver's error its own name, `UniqueViolation` for instance, says more
    cause = error.orig if isinstance(error, exc.DBAPIError) and error.orig is not None else error
    return type(cause).__name__
