"""Makes due what was planned: turns fates into webhooks, purchases and visits, and posts them until they are taken."""

import asyncio
import base64
import contextlib
import logging
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from providers.sandbox.faults import FaultPlayer
from providers.sandbox.store import Store
from providers.sandbox.types import AcceptedMessage, DeliveryOutcome, Planned, Post
from providers.sandbox.vendors.base import Front, Letter

ACTIONS_A_ROUND = 500
POSTS_A_ROUND = 400
AT_ONCE = 16
MAX_ATTEMPTS = 60
FIRST_BACKOFF_SECONDS = 0.25
MAX_BACKOFF_SECONDS = 10.0

SHOP = "shop"
VISITOR = "visitor"
_TELEPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 "
    "Mobile/15E148 Safari/604.1"
)
"""A person's visit must look like one: what names an HTTP library counts as a machine's."""

_log = logging.getLogger(__name__)
_Due = tuple[int, int, Post]


def backoff(attempts: int) -> float:
    """Seconds until the next attempt after so many failed ones (at least one)."""
    return float(min(MAX_BACKOFF_SECONDS, FIRST_BACKOFF_SECONDS * 2 ** min(attempts - 1, 10)))


def order_call(api_url: str, stored: AcceptedMessage, planned: Planned, now: float) -> Post:
    """The purchase as the shop's site tracks it: Segment's "Order Completed"."""
    moment = datetime.fromtimestamp(planned.due_at, UTC).isoformat()
    body = {
        "type": "track",
        "userId": stored.arrival.customer,
        "event": "Order Completed",
        "properties": planned.detail,
        "timestamp": moment,
        "sentAt": moment,
        "messageId": f"sandbox-{planned.detail.get('order_id')}",
    }
    return Post(SHOP, f"{api_url}/v1/track", body, now)


class Player:
    """One background task. All it needs to know is in the store, so that a restart goes on where it was."""

    def __init__(
        self, store: Store, fronts: Mapping[str, Front], faults: FaultPlayer, api_url: str, write_key: str
    ) -> None:
        self._store = store
        self._fronts = fronts
        self._faults = faults
        self._api_url = api_url.rstrip("/")
        self._basic = "Basic " + base64.b64encode(f"{write_key}:".encode()).decode()
        # a tracked link of ours in an SMS: people who click it are how an SMS's click is known
        self._link = re.compile(re.escape(self._api_url) + r"/[^\s\"'<>]+")
        self._woken = asyncio.Event()
        self._at_once = asyncio.Semaphore(AT_ONCE)

    def wake(self) -> None:
        """Look again: something new may be due."""
        self._woken.set()

    async def run(self) -> None:
        """Play until cancelled."""
        async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
            while True:
                try:
                    await self._round(client)
                except Exception:
                    # a round that fails must not end the play: what was due stays due
                    _log.exception("a round failed")
                    await asyncio.sleep(1)

    async def _round(self, client: httpx.AsyncClient) -> None:
        self._woken.clear()
        self._play_actions()
        posts = self._store.due_posts(time.time(), POSTS_A_ROUND)
        if posts:
            await asyncio.gather(*(self._post(client, letter, group) for letter, group in self._letters(posts)))
        else:
            await self._rest()

    async def _rest(self) -> None:
        due = self._store.next_due()
        seconds = 1.0 if due is None else max(0.005, min(1.0, due - time.time()))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)
            # what arrives together is reported together
            await asyncio.sleep(0.01)

    def _play_actions(self) -> None:
        now = time.time()
        due = self._store.due_actions(now, ACTIONS_A_ROUND)
        if not due:
            return
        done = []
        for action_id, inbox_id, planned in due:
            posts = self._posts(self._store.get(inbox_id), planned, now)
            done.append((action_id, inbox_id, planned.fate, now, posts))
        self._store.play(done)

    def _posts(self, stored: AcceptedMessage, planned: Planned, now: float) -> list[Post]:
        if planned.fate is DeliveryOutcome.BOUGHT:
            return [order_call(self._api_url, stored, planned, now)] if stored.arrival.customer else []
        if planned.fate is DeliveryOutcome.CLICKED and stored.arrival.channel == "sms":
            link = self._link.search(stored.arrival.text)
            return [Post(VISITOR, link.group(), {}, now)] if link else []
        front = self._fronts[stored.arrival.vendor]
        report = front.report(stored, planned.fate, planned.detail, planned.due_at)
        if report is None:
            return []
        url = front.address(stored, planned.fate)
        late = self._faults.webhook(front.name, f"{stored.id}:{planned.fate}")
        return [Post(front.name, url, report, now + seconds) for seconds in late]

    def _letters(self, posts: list[_Due]) -> Iterable[tuple[Letter, list[_Due]]]:
        by_target: dict[tuple[str, str], list[_Due]] = defaultdict(list)
        for due in posts:
            by_target[due[2].sender, due[2].url].append(due)
        for (sender, url), group in by_target.items():
            front = self._fronts.get(sender)
            size = front.batch if front else 1
            for start in range(0, len(group), size):
                part = group[start : start + size]
                yield self._letter(front, url, [due[2].payload for due in part]), part

    def _letter(self, front: Front | None, url: str, payloads: list[dict[str, Any]]) -> Letter:
        if front is not None:
            return front.letter(url, payloads, time.time())
        if not payloads[0]:
            return Letter(url, {"User-Agent": _TELEPHONE}, b"")
        body = httpx.Request("POST", url, json=payloads[0]).content
        return Letter(url, {"Content-Type": "application/json", "Authorization": self._basic}, body)

    async def _post(self, client: httpx.AsyncClient, letter: Letter, group: list[_Due]) -> None:
        method = "POST" if letter.body else "GET"
        async with self._at_once:
            try:
                answer = await client.request(method, letter.url, headers=letter.headers, content=letter.body)
                taken, problem = answer.status_code < 400, f"HTTP {answer.status_code}: {answer.text}"
            except httpx.HTTPError as error:
                taken, problem = False, f"{type(error).__name__}: {error}"
        ids = [due[0] for due in group]
        if taken:
            self._store.posted(ids)
            return
        attempts = max(due[1] for due in group) + 1
        give_up = attempts >= MAX_ATTEMPTS
        if attempts in (5, MAX_ATTEMPTS):
            _log.warning("%s was not taken after %d attempts: %s", letter.url, attempts, problem[:200])
        self._store.put_off(ids, time.time() + backoff(attempts), problem, give_up=give_up)
