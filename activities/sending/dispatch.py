"""Handing a message to its provider, once, and what its answer means."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities import metrics
from activities.sending.breakers import ProviderFailure
from config.tracing import span
from domain.i18n import Sentence, as_written, channel, sentence
from domain.vocabulary import MessageState
from ingestion.sanitize import storable
from providers.base import (
    Accepted,
    AmbiguousError,
    ConfigurationError,
    Outgoing,
    PermanentError,
    Provider,
    SendError,
    ThrottledError,
    TransientError,
)

log = structlog.get_logger()

_Result = TypeVar("_Result")
CONFIGURATION_RETRY = timedelta(minutes=1)
"""A wrong key fails every send alike: it is tried again at this pace until somebody mends it."""


@dataclass(frozen=True)
class Reserved:
    """The ledger holds the message: it may be handed over, once."""

    outgoing: Outgoing
    provider: Provider
    first_offered_at: datetime
    """Its deadline counts from here."""
    resend: bool = False
    """Should nobody know whether it was taken, it is sent again."""


@dataclass(frozen=True)
class Outcome:
    """What is known after handing over."""

    state: MessageState
    """`deferred`: the provider surely did not take it; a retry may send."""
    why: Sentence
    reason: Sentence | None = None
    provider_message_id: str | None = None
    suppress: str | None = None
    failure: ProviderFailure | None = None
    """What went wrong on the provider's side, whoever the recipient had been."""
    retry: ApplicationError | None = None
    """How Temporal is told to try again."""


async def to_the_end(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Do this work to its end, though the task that asks for it is cancelled.

    A worker that is told to stop cancels its activities in the end. What is at the provider by then has left: its
    answer must reach the ledger.
    """
    task = asyncio.ensure_future(work)
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                raise
        except Exception:
            break
    return task.result()


async def hand_over(reserved: Reserved) -> Outcome:
    """Call the provider."""
    outcome = await _offer(reserved)
    if outcome.retry is not None:  # expected, and in the ledger: one line, without a traceback
        log.info(
            "put off: the provider said not now",
            message_id=str(reserved.outgoing.message_id),
            provider=reserved.provider.name,
            kind=outcome.failure.kind if outcome.failure else "throttled",
            reason=str(outcome.reason),
        )
    metrics.sends.labels(reserved.outgoing.channel.value, reserved.provider.name, outcome.state.value).inc()
    return outcome


async def _offer(reserved: Reserved) -> Outcome:
    try:
        name = reserved.provider.name
        with (
            metrics.send_seconds.labels(reserved.outgoing.channel.value, name).time(),
            span(f"{name} send", kind="CLIENT"),
        ):
            accepted: Accepted = await reserved.provider.send(reserved.outgoing)
    except SendError as error:
        return _outcome(reserved, error)
    except Exception as error:
        # a defect of ours in the provider's module: the request may have left before it
        log.exception("a provider's module failed", provider=reserved.provider.name)
        return _outcome(reserved, AmbiguousError(f"{type(error).__name__} in the provider's module"))
    return Outcome(
        MessageState.ACCEPTED,
        sentence("sent_by_with", channel=channel(reserved.outgoing.channel), provider=reserved.provider.name),
        provider_message_id=None if accepted.provider_message_id is None else storable(accepted.provider_message_id),
    )


def _outcome(reserved: Reserved, error: SendError) -> Outcome:
    reason = storable(error.reason)
    words = as_written(reason)
    match error:
        case PermanentError():
            why = sentence("refused_by_provider", words=words)
            return Outcome(MessageState.FAILED, why, words, suppress=error.suppress)
        case ThrottledError():
            return Outcome(MessageState.DEFERRED, sentence("not_now"), words, retry=_try_again(error))
        case ConfigurationError():
            failure = ProviderFailure("configuration", reason)
            return Outcome(MessageState.DEFERRED, sentence("not_now"), words, failure=failure, retry=_try_again(error))
        case TransientError():
            failure = ProviderFailure("transient", reason)
            return Outcome(MessageState.DEFERRED, sentence("not_now"), words, failure=failure, retry=_try_again(error))
        case _:
            retry = _try_again(error) if reserved.resend else None
            why = sentence("unknown_whether_sent", why=words)
            return Outcome(MessageState.UNKNOWN, why, words, failure=ProviderFailure("ambiguous", reason), retry=retry)


def _try_again(error: SendError) -> ApplicationError:
    delay: timedelta | None = None
    if isinstance(error, TransientError) and error.retry_after is not None:
        delay = timedelta(seconds=error.retry_after)
    elif isinstance(error, ConfigurationError):
        delay = CONFIGURATION_RETRY
    # A vendor's words may repeat the address: the ledger has them, history must not.
    kind = type(error).__name__
    return ApplicationError(
        f"{kind}: the ledger says why",
        type=kind,
        next_retry_delay=delay,
        # no failure of ours: the SDK neither logs a traceback nor counts it among failed activities
        category=ApplicationErrorCategory.BENIGN,
    )
