"""Errors that callers are told about: each carries what is wrong and where, and its HTTP status (RFC 9457)."""

from typing import Any


class DomainError(Exception):
    """A refusal with a reason. `code` is stable and part of the problem's `type`; `detail` is for people."""

    status = 400
    code = "bad_request"
    title = "Bad request"

    def __init__(self, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
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
