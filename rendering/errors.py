"""Why a message could not be written."""


class RenderError(Exception):
    """The template can't be written for this customer, or at all.

    Attributes:
        field: which part of the content, e.g. `subject` or `data.screen`.
        line: line of that part, counted from 1, where it is known.
        message: what is wrong, in words.

    """

    def __init__(self, field: str, line: int | None, message: str) -> None:
        super().__init__(f"{field}{f', line {line}' if line else ''}: {message}")
        self.field = field
        self.line = line
        self.message = message
