"""The sandbox's own API: what arrived, what became of it, and hands on the recipients."""

import random
import time
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from providers.sandbox.acceptance import MessageAcceptor
from providers.sandbox.faults import FaultPlayer, Faults
from providers.sandbox.page import render_page
from providers.sandbox.recipient_model import Behaviour, purchase
from providers.sandbox.store import FILTERS, Store
from providers.sandbox.types import DeliveryOutcome, Planned

Action = Literal["deliver", "bounce", "open", "click", "buy", "unsubscribe", "complain", "reply"]

_FATES: dict[Action, DeliveryOutcome] = {
    "deliver": DeliveryOutcome.DELIVERED,
    "bounce": DeliveryOutcome.BOUNCED,
    "open": DeliveryOutcome.OPENED,
    "click": DeliveryOutcome.CLICKED,
    "buy": DeliveryOutcome.BOUGHT,
    "unsubscribe": DeliveryOutcome.UNSUBSCRIBED,
    "complain": DeliveryOutcome.COMPLAINED,
    "reply": DeliveryOutcome.REPLIED,
}


def inbox_routes(store: Store, faults: FaultPlayer, intake: MessageAcceptor, wake: Callable[[], None]) -> APIRouter:
    """Routes under /sandbox. All run on the event loop: the store is one connection and knows no threads."""
    router = APIRouter(prefix="/sandbox")
    _reading(router, store)
    _acting(router, store, intake, wake)
    _tuning(router, faults, intake)
    return router


def _reading(router: APIRouter, store: Store) -> None:
    @router.get("", response_class=HTMLResponse)
    async def page(channel: str = "", customer: str = "", before: int | None = None) -> str:
        filters = {"channel": channel, "customer": customer}
        return render_page(store.page(filters, 30, before), store.stats(), filters)

    @router.get("/inbox")
    async def inbox(
        request: Request, limit: Annotated[int, Query(ge=1, le=1000)] = 100, before: int | None = None
    ) -> dict[str, Any]:
        filters = {name: request.query_params.get(name, "") for name in FILTERS}
        items = store.page(filters, limit, before)
        return {"items": items, "next_before": items[-1]["id"] if len(items) == limit else None}

    @router.get("/stats")
    async def stats() -> dict[str, Any]:
        return store.stats()

    @router.get("/undelivered")
    async def undelivered() -> dict[str, Any]:
        return {"items": store.undelivered()}

    @router.get("/messages/{message_id}")
    async def message(message_id: str) -> dict[str, Any]:
        return {"acceptances": _acceptances(store, message_id)}


def _acting(router: APIRouter, store: Store, intake: MessageAcceptor, wake: Callable[[], None]) -> None:
    @router.post("/messages/{message_id}/{action}")
    async def act(message_id: str, action: Action, request: Request, back: bool = False) -> Response:
        first = _acceptances(store, message_id)[-1]
        stored, fate, now = store.get(first["id"]), _FATES[action], time.time()
        detail: dict[str, Any] = {}
        if fate is DeliveryOutcome.BOUGHT:
            detail = purchase(intake.behaviour, stored.arrival, _dice(message_id))
        elif fate is DeliveryOutcome.BOUNCED:
            detail = {"permanent": True}
        elif fate is DeliveryOutcome.REPLIED:
            detail = {"text": request.query_params.get("text", "STOP")}
        store.plan(stored.id, [Planned(fate, now, detail)])
        wake()
        return RedirectResponse("/sandbox", status_code=303) if back else Response(status_code=202)

    @router.delete("/inbox", status_code=204)
    async def clear() -> None:
        store.clear()


def _tuning(router: APIRouter, faults: FaultPlayer, intake: MessageAcceptor) -> None:
    @router.get("/faults")
    async def get_faults() -> Faults:
        return faults.faults

    @router.put("/faults")
    async def put_faults(new: Faults) -> Faults:
        faults.faults = new
        return new

    @router.get("/behaviour")
    async def get_behaviour() -> Behaviour:
        return intake.behaviour

    @router.put("/behaviour")
    async def put_behaviour(new: Behaviour) -> Behaviour:
        intake.behaviour = new
        return new


def _acceptances(store: Store, message_id: str) -> list[dict[str, Any]]:
    rows = store.page({"message_id": message_id}, 100)
    if not rows:
        raise HTTPException(404, f"the inbox holds no message {message_id}")
    return rows


def _dice(message_id: str) -> random.Random:
    return random.Random(f"by-hand:{message_id}")
