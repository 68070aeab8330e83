"""The HTTP call node: a request to a system of the shop's."""

from typing import Any

import httpx
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.foretold import foretold, written
from activities.moving import take_up_move
from activities.outgoing import context_of
from activities.public_http import NotPublicError, PublicOnly, networks
from activities.recommended import recommended
from activities.services import Services
from activities.walk import Walk
from domain.flow import HttpCallNode
from domain.sentences import Sentence, sentence
from domain.vocabulary import JourneyState
from rendering.errors import RenderError
from rendering.liquid_text import render_text
from workflows.contracts import CALL_HTTP, Decision, StepInput

_RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})


class HttpActivities:
    """At least once: every request carries an `Idempotency-Key`, the same for each attempt of one visit."""

    def __init__(self, services: Services) -> None:
        self._services = services
        allowed = networks(services.settings.http_call_networks)
        # neither redirects nor a proxy of the environment's: both would lead past the judgement of addresses
        self._http = httpx.AsyncClient(transport=PublicOnly(allowed), follow_redirects=False, trust_env=False)

    @activity.defn(name=CALL_HTTP)
    async def call_http(self, input: StepInput) -> Decision:
        """Make the request of step `seq`, and walk on: by `next` on a 2xx answer, else by `failed`.

        Raises:
            ApplicationError: no answer, or one that says "later"; the retry asks again.

        """
        async with self._services.database.transaction() as session:
            walk = await Walk.begin(session, self._services, input.journey_id)
            if walk.journey.state == JourneyState.ENDED or walk.journey.seq != input.seq:
                return walk.standing()
            barred = await walk.barred()
            if barred is not None:
                return barred
            move = await walk.pending_move()
            if move is not None:
                return await take_up_move(walk, move)
            try:
                request = await self._request(walk, input)
            except RenderError as error:
                return await walk.leave("failed", sentence("template_fails", problem=str(error)))
        port, why, details = await self._answer(request)
        async with self._services.database.transaction() as session:
            walk = await Walk.begin(session, self._services, input.journey_id)
            if walk.journey.state == JourneyState.ENDED or walk.journey.seq != input.seq:
                return walk.standing()
            return await walk.leave(port, why, details)

    async def _request(self, walk: Walk, input: StepInput) -> httpx.Request:
        node = walk.node
        assert isinstance(node, HttpCallNode)
        data = node.data
        text = written(data)
        products = await recommended(walk.session, walk.customer, walk.now, text)
        context = context_of(walk, scores=await foretold(walk, text), recommended_products=products)
        headers = {name: _one_line(name, render_text(value, context)) for name, value in data.headers.items()}
        return self._http.build_request(
            data.method,
            data.url,
            headers={"Idempotency-Key": f"{input.journey_id}-{input.seq}"} | headers,
            content=render_text(data.body, context, field="body") if data.body is not None else None,
            timeout=data.timeout_seconds,
        )

    async def _answer(self, request: httpx.Request) -> tuple[str, Sentence, dict[str, Any]]:
        """Port, words and details. Raises ApplicationError where a later attempt may be answered otherwise."""
        try:
            # The body is not read: an endless one must not fill the worker's memory.
            response = await self._http.send(request, stream=True)
            status = response.status_code
            await response.aclose()
        except NotPublicError as error:
            return "failed", sentence("not_called", problem=str(error)), {}
        except httpx.TransportError as error:
            raise ApplicationError(f"no answer: {type(error).__name__}", type="NoAnswer") from error
        if status in _RETRIED:
            raise ApplicationError(f"answered {status}", type="AskedToRetry")
        return "next" if 200 <= status < 300 else "failed", sentence("call_answered", status=status), {"status": status}


def _one_line(name: str, value: str) -> str:
    """A header's value. Raises RenderError for one that would write further headers."""
    if any(ord(character) < 32 for character in value):
        raise RenderError(f"header {name}", None, "holds a line break")
    return value
