"""Temporal's failures in the house's words."""

from collections.abc import Iterator
from contextlib import contextmanager

from temporalio.service import RPCError, RPCStatusCode

from domain.errors import UnavailableError
from domain.i18n import Sentence, sentence

_PASSING = {
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
    RPCStatusCode.CANCELLED,
}


_NOTHING = sentence("nothing_changed")


@contextmanager
def translate_rpc_errors(saved: Sentence | str = _NOTHING) -> Iterator[None]:
    """Turn a server that can't be reached into an UnavailableError; `saved` says what was done already."""
    try:
        yield
    except RPCError as error:
        if error.status not in _PASSING:
            raise
        raise UnavailableError(sentence("temporal_silent", status=error.status.name, saved=saved)) from error
    except RuntimeError as error:
        # Danger: the SDK has no type of its own for a connection that can't be made.
        if "connect" not in str(error):
            raise
        raise UnavailableError(sentence("temporal_away_saved", saved=saved)) from error
