"""The way in, the same for every vendor: key, body, faults, inbox, answer."""

import asyncio
import time
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from providers.sandbox.faults import FaultPlayer
from providers.sandbox.recipient_model import Behaviour, draw
from providers.sandbox.store import Store
from providers.sandbox.vendors.base import Call, Front

DROP = "campaign_flow.drop"
"""Name of the ASGI extension by which the server lets a handler reset its connection."""


class MessageAcceptor:
    """Takes messages."""

    def __init__(
        self, store: Store, faults: FaultPlayer, behaviour: Behaviour, time_scale: float, wake: Callable[[], None]
    ) -> None:
        self.behaviour = behaviour
        self._store = store
        self._faults = faults
        self._time_scale = time_scale
        self._wake = wake

    async def take(self, request: Request, front: Front) -> Response:
        """Answer one request to send, as the vendor would or as the faults have it."""
        call = Call(request.headers, request.path_params, await request.body())
        if not front.authorised(call):
            return front.refuse("unauthorised", 0, "")
        try:
            arrival = front.read(call)
        except (ValueError, KeyError, TypeError, IndexError, AttributeError):
            return front.refuse("invalid", 0, "")
        fault, latency = self._faults.request(front.name, arrival.message_id or arrival.address)
        if latency:
            await asyncio.sleep(latency)
        if fault is not None:
            self._store.count(f"fault_{fault}")
        if fault == "throttle":
            return front.refuse("throttled", self._faults.faults.retry_after, arrival.address)
        if fault == "unauthorised":
            return front.refuse("unauthorised", 0, "")
        if fault == "error":
            return front.refuse("broken", 0, arrival.address)
        if fault == "reset":
            return await _drop(request)
        if arrival.address in self._faults.faults.rejected_addresses:
            return front.refuse("bad_address", 0, arrival.address)
        own_id, now = front.new_id(), time.time()
        self._store.accept(arrival, own_id, now, draw(self.behaviour, arrival, now, self._time_scale))
        self._wake()
        if fault == "lose_answer":
            return await _drop(request)
        if fault == "error_after":
            return front.refuse("broken", 0, arrival.address)
        return front.accepted(own_id, arrival)

    async def check_key(self, request: Request, front: Front, answer: dict[str, object] | str) -> Response:
        """Answer a request that only asks whether the key is good."""
        call = Call(request.headers, request.path_params, await request.body())
        fault, _ = self._faults.request(front.name, "key")
        if fault == "unauthorised" or not front.authorised(call):
            return front.refuse("unauthorised", 0, "")
        return JSONResponse(answer)


async def _drop(request: Request) -> Response:
    request.scope["extensions"][DROP]()
    await asyncio.sleep(0)
    return Response(status_code=500)
