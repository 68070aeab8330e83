"""Customers who go on shopping meanwhile: events whose ids are known, each repeated until it is answered 2xx."""

import asyncio
import contextlib
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from domain import ids
from ingestion.segment import SOURCE

_KINDS: tuple[tuple[str, float, dict[str, Any]], ...] = (
    ("Product Viewed", 0.55, {"product_id": "P7", "category": "fashion"}),
    ("Cart Updated", 0.2, {"cart_id": "chaos", "products": []}),
    ("Signed In", 0.15, {}),
    ("Order Completed", 0.1, {"revenue": 20.0, "currency": "EUR", "products": []}),
)
_REPEATED = 0.1
"""Share of calls that are sent once more although they were answered: senders do that, and it must change nothing."""
_AGAIN_SECONDS = 0.3


class Traffic:
    """A shop's site that calls /v1/track, `rate` times a second, until it is told to stop."""

    def __init__(
        self, apps: Sequence[httpx.AsyncClient], write_key: str, customers: Sequence[str], *, seed: int, rate: float
    ):
        self._apps = apps
        self._key = write_key
        self._customers = customers
        self._seed = seed
        self._dice = random.Random(f"traffic:{seed}")
        self._rate = rate
        self.accepted: dict[UUID, str] = {}
        """Event id -> name, of every event that was answered 2xx."""
        self.refused: list[str] = []
        """Answers that say the event will never be taken: there should be none."""

    async def run(self, stop: asyncio.Event) -> None:
        """Post until `stop` is set; what is under way then is brought to its answer."""
        async with asyncio.TaskGroup() as calls:
            number = 0
            while not stop.is_set():
                number += 1
                calls.create_task(self._until_taken(self._call(number), again=self._dice.random() < _REPEATED))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), 1 / self._rate)

    def _call(self, number: int) -> dict[str, Any]:
        kinds, shares = [kind[0] for kind in _KINDS], [kind[1] for kind in _KINDS]
        name = self._dice.choices(kinds, shares)[0]
        properties = next(kind[2] for kind in _KINDS if kind[0] == name)
        message_id = f"chaos-{self._seed}-{number}"
        if name == "Order Completed":
            properties = {**properties, "order_id": message_id}
        return {
            "userId": self._dice.choice(self._customers),
            "event": name,
            "messageId": message_id,
            "properties": properties,
            "timestamp": datetime.now(UTC).isoformat(),
        }

    async def _until_taken(self, call: dict[str, Any], *, again: bool) -> None:
        taken = 0
        while taken < (2 if again else 1):
            try:
                answer = await self._dice.choice(self._apps).post("/v1/track", json=call, auth=(self._key, ""))
            except httpx.TransportError:
                await asyncio.sleep(_AGAIN_SECONDS)
                continue
            if answer.is_success:
                taken += 1
                self.accepted[_event_id(call)] = call["event"]
            elif answer.status_code < 500:
                self.refused.append(f"{answer.status_code} {answer.text[:200]}")
                return
            else:
                await asyncio.sleep(_AGAIN_SECONDS)


def _event_id(call: Mapping[str, Any]) -> UUID:
    """Under what id the event is kept."""
    since = datetime.fromisoformat(call["timestamp"]) - datetime(1970, 1, 1, tzinfo=UTC)
    return ids.sent_event_id(
        SOURCE,
        call["messageId"],
        kind="track",
        name=call["event"],
        who=call["userId"],
        when=since // timedelta(microseconds=1),
    )
