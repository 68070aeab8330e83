"""What history learns of an error: its kind and where it was raised, never its words.

A database's or a vendor's words repeat what they were given: addresses, names, contents. They are for the worker's log
and the ledger, which an erasure reaches; Temporal keeps failures for as long as the history. What our own code says by
`ApplicationError` is kept: it is written to hold no personal data.
"""

from temporalio.api.failure.v1 import Failure
from temporalio.converter import DefaultFailureConverter, PayloadConverter
from temporalio.exceptions import ApplicationError, FailureError


class RedactingFailureConverter(DefaultFailureConverter):
    """Writes failures without the words of errors that are not ours."""

    def to_failure(self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure) -> None:
        """See `temporalio.converter.FailureConverter`. Causes come through here too."""
        super().to_failure(_discreet(exception), payload_converter, failure)


class EncodedDiscreetFailures(RedactingFailureConverter):
    """The same, with what is left encrypted by the payload codec."""

    def __init__(self) -> None:
        super().__init__(encode_common_attributes=True)


def _discreet(exception: BaseException) -> BaseException:
    if isinstance(exception, FailureError):
        return exception
    kind = type(exception).__name__
    said = ApplicationError(f"{kind}: the worker's log has the words", type=kind)
    said.__cause__ = exception.__cause__
    return said.with_traceback(exception.__traceback__)
