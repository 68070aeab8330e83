"""Errors that callers are told about: each carries what is wrong and where, and its HTTP status (RFC 9457)."""

from typing import Any

from domain.i18n import Sentence


class DomainError(Exception):
    """A refusal with a reason. `code` is stable and part of the problem's `type`; `detail` is for people."""

    status = 400
    code = "bad_request"
    title = "Bad request"

    def __init__(self, detail: Sentence | str, **extra: Any) -> None:
        """Take what is wrong: a sentence where a person may read it, else plain words for who writes programs."""
        super().__init__(str(detail))
        self.detail = str(detail)
        self.said = detail.said() if isinstance(detail, Sentence) else None
        self.extra = extra


class NotFoundError(DomainError):
    """There is no such thing."""

    status, code, title = 404, "not_found", "Not found"


class ConflictError(DomainError):
    """It can't be done in the present state."""

    status, code, title = 409, "conflict", "Conflict"


class RevisionConflictError(ConflictError):
    """Somebody changed it since it was read. `extra["revision"]` is the newest."""

    code, title = "revision_conflict", "Changed by somebody else"


class InvalidError(DomainError):
    """The request was understood and can't be accepted. `extra["errors"]` lists {path, message}."""

    status, code, title = 422, "invalid", "Invalid request"


class ViolationsError(InvalidError):
    """A flow that can't be published. `extra["violations"]` lists {node_id, code, message}."""

    code, title = "flow_violations", "The campaign can't be published"


class ForbiddenError(DomainError):
    """The key's role does not allow it."""

    status, code, title = 403, "forbidden", "Forbidden"


class UnauthorizedError(DomainError):
    """No key, or one we don't know."""

    status, code, title = 401, "unauthorized", "Unauthorized"


class UnavailableError(DomainError):
    """Something we stand on can't be reached; nothing was changed, and a later try may work."""

    status, code, title = 503, "unavailable", "Not available now"


class TooLargeError(DomainError):
    """The request is bigger than is taken; nothing of it was read."""

    status, code, title = 413, "too_large", "Too large"


class TooManyRequestsError(DomainError):
    """The caller has asked too often lately; nothing was taken. `extra["retry_after"]` is in seconds."""

    status, code, title = 429, "too_many_requests", "Too many requests"
