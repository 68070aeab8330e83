"""JSON bodies that the database can keep: no NUL, no lone surrogate, no number that is none."""

import json
import re
import sys
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])|[eE][+]?[0-9]{3}|[0-9]{300}")
_BAD = re.compile("[\x00\ud800-\udfff]")
_MESSAGE = "can't be kept: NUL characters, lone surrogates and numbers beyond 1.8e308 are refused"
Location = tuple[str | int, ...]


def _no_constant(name: str) -> NoReturn:
    raise json.JSONDecodeError(f"{name} is not JSON", name, 0)


def _bad_places(value: Any, at: Location) -> list[Location]:
    if isinstance(value, str):
        return [at] if _BAD.search(value) else []
    if isinstance(value, (int, float)):
        return [] if abs(value) <= sys.float_info.max else [at]
    if isinstance(value, list):
        return [place for index, item in enumerate(value) for place in _bad_places(item, (*at, index))]
    if isinstance(value, dict):
        keys = [at for key in value if _BAD.search(key)]
        return keys + [place for key, item in value.items() for place in _bad_places(item, (*at, key))]
    return []


class _StrictRequest(Request):
    async def json(self) -> Any:
        return json.loads((await self.body()).decode(), parse_constant=_no_constant)

    async def refuse_bad_values(self) -> None:
        raw = await self.body()
        if not _SUSPECT.search(raw):
            return
        try:
            value = json.loads(raw)
            places = _bad_places(value, ("body",))
        except (ValueError, RecursionError):
            return  # not JSON: the route says so
        if places:
            raise RequestValidationError(
                [{"type": "value", "loc": place, "msg": _MESSAGE, "input": None} for place in places], body=value
            )


class StrictRoute(APIRoute):
    """A route that refuses values that no database takes, with a 422 that says where they are."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler, given a request that reads JSON strictly."""
        handler = super().get_route_handler()

        async def strict(request: Request) -> Response:
            checked = _StrictRequest(request.scope, request.receive)
            await checked.refuse_bad_values()
            return await handler(checked)

        return strict
