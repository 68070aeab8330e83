"""The HTTP call node: a request to a system of the shop's."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.failing import fails_for_good
from activities.journey_run import JourneyRun
from activities.moving import take_up_move
from activities.predicted_scores import foretold, written
from activities.recommendations import recommended
from activities.sending import deadlines
from activities.sending.rendering import context_of
from activities.services import WorkerServices
from activities.ssrf_guard import NotPublicError, PublicOnly, networks
from domain.flow import HttpCallNode
from domain.i18n import Sentence, StoredText, Words, sentence
from rendering.errors import RenderError
from rendering.json_body import with_escaped_values
from rendering.liquid_text import render_text
from store.campaigns import journeys
from workflows.contracts import CALL_HTTP, Decision, StepInput

log = structlog.get_logger()
_RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class _Answer:
    """What came of a request; `port` is None where it is worth asking again."""

    port: str | None
    why: Sentence
    details: dict[str, Any] = field(default_factory=dict)


class HttpActivities:
    """At least once: every request carries an `Idempotency-Key`, the same for each attempt of one visit."""

    def __init__(self, services: WorkerServices) -> None:
        self._services = services
        allowed = networks(services.settings.http_call_networks)
        # neither redirects nor a proxy of the environment's: both would lead past the judgement of addresses
        self._http = httpx.AsyncClient(transport=PublicOnly(allowed), follow_redirects=False, trust_env=False)

    @activity.defn(name=CALL_HTTP)
    @fails_for_good
    async def call_http(self, input: StepInput) -> Decision:
        """Make the request of step `seq`, and walk on: by `next` on a 2xx answer, else by `failed`.

        Raises:
            ApplicationError: no answer, or one that says "later"; the retry asks again, until the deadline.

        """
        async with self._services.database.transaction() as session:
            walk = await JourneyRun.begin(session, self._services, input.journey_id)
            if walk.is_over or walk.journey.seq != input.seq:
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
            asked_at = walk.now
        answer = await self._answer(request)
        async with self._services.database.transaction() as session:
            walk = await JourneyRun.begin(session, self._services, input.journey_id)
            if walk.is_over or walk.journey.seq != input.seq:
                return walk.standing()
            if answer.port is not None:
                return await walk.leave(answer.port, answer.why, answer.details)
            first = await _first_refused(walk) or asked_at
            if deadlines.is_past(first, walk.now, self._services.settings):
                return await give_up_call(walk, answer.why)
            await _note_refusal(walk, first, answer.why)
        log.info("the request is tried again", reason=str(answer.why))
        raise ApplicationError(str(answer.why), type="AskedToRetry", category=ApplicationErrorCategory.BENIGN)

    async def _request(self, walk: JourneyRun, input: StepInput) -> httpx.Request:
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
            # a name may hold any letter, and httpx refuses what is not ASCII unless it is told how to write it
            headers=httpx.Headers({"Idempotency-Key": f"{input.journey_id}-{input.seq}"} | headers, encoding="utf-8"),
            content=_body(data.body, context),
            timeout=data.timeout_seconds,
        )

    async def _answer(self, request: httpx.Request) -> _Answer:
        """What came of it; without a port where a later attempt may be answered otherwise."""
        try:
            # httpx counts each read alone: who sends a header a second would keep this slot for ever
            async with asyncio.timeout(request.extensions["timeout"]["read"]):
                # The body is not read: an endless one must not fill the worker's memory.
                response = await self._http.send(request, stream=True)
                status = response.status_code
                await response.aclose()
        except NotPublicError as error:
            return _Answer("failed", sentence("not_called", problem=str(error)))
        except (httpx.TransportError, TimeoutError) as error:
            kind = type(error).__name__ if isinstance(error, httpx.TransportError) else "no answer in time"
            return _Answer(None, sentence("call_no_answer", kind=kind))
        port = None if status in _RETRIED else "next" if 200 <= status < 300 else "failed"
        return _Answer(port, sentence("call_answered", status=status), {"status": status})


_REFUSED_SINCE = "refused_since"
"""In the step's details: when the first of its requests was refused."""


async def give_up_call(walk: JourneyRun, why: Words) -> Decision:
    """The call has been refused past its deadline."""
    length = deadlines.length(walk.services.settings)
    return await walk.leave("failed", sentence("call_not_answered", length=length, why=why))


async def given_up(walk: JourneyRun) -> Decision:
    """As `give_up_call` where that is so; where it is not, what stands is said."""
    step = await journeys.step(walk.session, walk.journey.id, walk.journey.seq)
    if step is None or not deadlines.is_past(await _first_refused(walk), walk.now, walk.services.settings):
        return walk.standing()  # it waited for its turn: that is no refusal
    return await give_up_call(walk, StoredText(step.why, step.said))


async def _first_refused(walk: JourneyRun) -> datetime | None:
    step = await journeys.step(walk.session, walk.journey.id, walk.journey.seq)
    noted = step.details.get(_REFUSED_SINCE) if step is not None else None
    return datetime.fromisoformat(noted) if noted is not None else None


async def _note_refusal(walk: JourneyRun, first: datetime, why: Words) -> None:
    details = {_REFUSED_SINCE: first.isoformat()}
    await journeys.note(walk.session, walk.journey.id, walk.journey.seq, why=why, details=details)


def _body(source: str | None, context: Mapping[str, Any]) -> str | None:
    return None if source is None else render_text(with_escaped_values(source), context, field="body")


def _one_line(name: str, value: str) -> str:
    """A header's value. Raises RenderError for one that would write further headers."""
    if any(ord(character) < 32 for character in value):
        raise RenderError(f"header {name}", None, "holds a line break")
    return value
