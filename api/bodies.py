"""JSON bodies that the database can keep: no NUL, no lone surrogate, no NaN."""

import json
import re
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_BAD = re.compile("[\x00\ud800-\udfff]")
Location = tuple[str | int, ...]


def _no_constant(name: str) -> NoReturn:
    raise json.JSONDecodeError(f"{name} is not JSON", name, 0)


def _bad_places(value: Any, at: Location) -> list[Location]:
    if isinstance(value, str):
        return [at] if _BAD.search(value) else []
    if isinstance(value, list):
        return [place for index, item in enumerate(value) for place in _bad_places(item, (*at, index))]
    if isinstance(value, dict):
        keys = [at for key in value if _BAD.search(key)]
        return keys + [place for key, item in value.items() for place in _bad_places(item, (*at, key))]
    return []


class _StrictRequest(Request):
    async def json(self) -> Any:
        raw = await self.body()
        value = json.loads(raw, parse_constant=_no_constant)
        places = _bad_places(value, ("body",)) if _SUSPECT.search(raw) else []
        if places:
            message = "text must not hold NUL characters or lone surrogates"
            raise RequestValidationError(
                [{"type": "text", "loc": place, "msg": message, "input": None} for place in places], body=value
            )
        return value


class StrictRoute(APIRoute):
    """A route that refuses such text with a 422 that says where it is."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler, given a request that reads JSON strictly."""
        handler = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handler(_StrictRequest(request.scope, request.receive))

        return strict
