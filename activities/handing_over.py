"""Handing a message to its provider, once, and what its answer means."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio.exceptions import ApplicationError

from activities import metrics
from domain.sentences import Sentence, as_written, channel, sentence
from domain.vocabulary import MessageState
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
    failure: str | None = None
    """What went wrong on the provider's side, whoever the recipient had been."""
    retry: ApplicationError | None = None
    """How Temporal is told to try again."""


async def hand_over(reserved: Reserved) -> Outcome:
    """Call the provider."""
    outcome = await _offer(reserved)
    metrics.sends.labels(reserved.outgoing.channel.value, reserved.provider.name, outcome.state.value).inc()
    return outcome


async def _offer(reserved: Reserved) -> Outcome:
    try:
        accepted: Accepted = await reserved.provider.send(reserved.outgoing)
    except PermanentError as error:
        words = as_written(error.reason)
        return Outcome(
            MessageState.FAILED, sentence("refused_by_provider", words=words), words, suppress=error.suppress
        )
    except AmbiguousError as error:
        words = as_written(error.reason)
        why = sentence("unknown_whether_sent", why=words)
        retry = _try_again(error) if reserved.resend else None
        return Outcome(MessageState.UNKNOWN, why, words, failure=error.reason, retry=retry)
    except (TransientError, ConfigurationError) as error:
        failure = None if isinstance(error, ThrottledError) else error.reason
        words = as_written(error.reason)
        return Outcome(MessageState.DEFERRED, sentence("not_now"), words, failure=failure, retry=_try_again(error))
    return Outcome(
        MessageState.ACCEPTED,
        sentence("sent_by_with", channel=channel(reserved.outgoing.channel), provider=reserved.provider.name),
        provider_message_id=accepted.provider_message_id,
    )


def _try_again(error: SendError) -> ApplicationError:
    delay: timedelta | None = None
    if isinstance(error, ThrottledError) and error.retry_after is not None:
        delay = timedelta(seconds=error.retry_after)
    elif isinstance(error, ConfigurationError):
        delay = CONFIGURATION_RETRY
    # A vendor's words may repeat the address: the ledger has them, history must not.
    kind = type(error).__name__
    return ApplicationError(f"{kind}: the ledger says why", type=kind, next_retry_delay=delay)
