"""Answers that are files, written while they are sent."""

from collections.abc import AsyncIterator
from typing import Any, Literal

from fastapi.responses import StreamingResponse

FileFormat = Literal["csv", "ndjson"]
_MEDIA = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}
_TEXT = {"schema": {"type": "string"}}


def file_answer(description: str) -> dict[int | str, dict[str, Any]]:
    """OpenAPI's words for such an answer."""
    return {200: {"description": description, "content": {"text/csv": _TEXT, "application/x-ndjson": _TEXT}}}


def file_of(name: str, format: FileFormat, lines: AsyncIterator[str]) -> StreamingResponse:
    """A file to be kept under that name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.{format}"'}
    return StreamingResponse(lines, media_type=_MEDIA[format], headers=headers)
