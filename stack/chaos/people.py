"""Customers who sign in, are found to be one, or ask to be forgotten, while their journeys run and messages leave."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import psycopg

from store.customers.identities import erased_hash

_AGAIN_SECONDS = 0.3
_ONE_IN = 10
"""Of so many customers one signs in on a new device, one is joined with another, and one is forgotten."""
_FEWEST = 4


@dataclass
class Promised:
    """What was answered 2xx, and must be so in the end."""

    sign_ins: list[tuple[str, str]] = field(default_factory=list)
    """(anonymous id, external id): that visitor is that customer."""
    joins: list[tuple[str, str]] = field(default_factory=list)
    """(who went, who stayed), both external ids."""
    erased: list[str] = field(default_factory=list)
    """External ids."""


class People:
    """Each request is repeated until it is answered: whoever is asked may just have been killed."""

    def __init__(
        self,
        sites: Sequence[httpx.AsyncClient],
        app: httpx.AsyncClient,
        write_key: str,
        customers: Sequence[str],
        *,
        seed: int,
        seconds: float,
    ) -> None:
        """People of these customers.

        Args:
            sites: clients of the APIs that take events.
            app: a client with an administrator's key.
            write_key: the key of a shop's server.
            customers: external ids of the launch's audience.
            seed: draws who does what, and when.
            seconds: within which all of it is asked for.

        """
        self._sites, self._app, self._key = sites, app, write_key
        self._dice = random.Random(f"people:{seed}")
        self._seed = seed
        drawn = list(customers)
        self._dice.shuffle(drawn)
        count = max(_FEWEST, len(drawn) // _ONE_IN)
        self._erasing = drawn[:count]
        self._joining = drawn[count : 2 * count]
        self._signing_in = drawn[2 * count : 3 * count]
        self.shopping = drawn[count:]
        """Those who are not forgotten: events of others are not taken."""
        self._pause = seconds / (3 * count)
        self.asked = Promised()
        self.refused: list[str] = []
        """Answers that say no: there should be none."""

    async def run(self, stop: asyncio.Event) -> None:
        """One after the other in an order that is drawn, until all is asked for or `stop` is set."""
        doing: list[Callable[[], Awaitable[None]]] = [
            *(self._erasure(each) for each in self._erasing),
            *(self._join(gone, into) for gone, into in self._pairs()),
            *(self._sign_in(each, number) for number, each in enumerate(self._signing_in)),
        ]
        self._dice.shuffle(doing)
        for do in doing:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._pause * self._dice.uniform(0.5, 1.5))
            if stop.is_set():
                return
            await do()

    def _pairs(self) -> list[tuple[str, str]]:
        """Every other one becomes somebody new; the rest become one with another who is in the launch, too."""
        half = len(self._joining) // 2
        new = [(each, f"{each}-{self._seed}") for each in self._joining[:half]]
        met = self._joining[half:]
        return new + list(zip(met[::2], met[1::2], strict=False))

    def _sign_in(self, customer: str, number: int) -> Callable[[], Awaitable[None]]:
        visitor = f"device-{self._seed}-{number}"

        async def do() -> None:
            seen = {"anonymousId": visitor, "event": "Product Viewed", "messageId": f"{visitor}-seen"}
            named = {"anonymousId": visitor, "userId": customer, "messageId": f"{visitor}-in", "traits": {}}
            if await self._post("/v1/track", seen) and await self._post("/v1/identify", named):
                self.asked.sign_ins.append((visitor, customer))

        return do

    def _join(self, gone: str, into: str) -> Callable[[], Awaitable[None]]:
        async def do() -> None:
            if await self._post("/v1/alias", {"userId": into, "previousId": gone, "messageId": f"alias-{gone}"}):
                self.asked.joins.append((gone, into))

        return do

    def _erasure(self, customer: str) -> Callable[[], Awaitable[None]]:
        async def do() -> None:
            if await self._until_answered(lambda: self._app.post(f"/customers/{customer}/erase")):
                self.asked.erased.append(customer)

        return do

    async def _post(self, path: str, call: dict[str, Any]) -> bool:
        return await self._until_answered(
            lambda: self._dice.choice(self._sites).post(path, json=call, auth=(self._key, ""))
        )

    async def _until_answered(self, ask: Callable[[], Awaitable[httpx.Response]]) -> bool:
        while True:
            try:
                answer = await ask()
            except httpx.TransportError:
                await asyncio.sleep(_AGAIN_SECONDS)
                continue
            if answer.is_success:
                return True
            if answer.status_code < 500:
                self.refused.append(f"{answer.request.url.path}: {answer.status_code} {answer.text[:200]}")
                return False
            await asyncio.sleep(_AGAIN_SECONDS)


_WHO = """
    SELECT customer_id FROM customer_identities WHERE kind = ANY(%(kinds)s) AND value = %(name)s
    UNION SELECT id FROM customers WHERE external_id = %(name)s AND 'previous' = ANY(%(kinds)s)
"""
_ERASED = """
    SELECT e.former_id FROM erasures e JOIN erased_names n ON n.erasure_id = e.id WHERE n.hash = %(hash)s
"""
_AFTER = """
    SELECT count(*) FROM messages m JOIN erasures e ON e.former_id = m.customer_id
     WHERE m.reserved_at > e.at AND m.provider IS NOT NULL
"""
_OPEN = """
    SELECT count(*) FROM journeys j JOIN erasures e ON e.former_id = j.customer_id WHERE j.state <> 'ended'
"""


async def broken(connection: psycopg.AsyncConnection[Any], asked: Promised) -> list[str]:
    """What was promised of these people and does not hold, in words."""

    async def ids(statement: str, values: dict[str, Any]) -> set[UUID]:
        return {row[0] for row in await (await connection.execute(statement, values)).fetchall()}

    async def who(kinds: list[str], name: str) -> set[UUID]:
        return await ids(_WHO, {"kinds": kinds, "name": name})

    found = []
    for visitor, customer in asked.sign_ins:
        device, named = await who(["anonymous"], visitor), await who(["previous"], customer)
        if len(device | named) != 1:
            found.append(f"visitor {visitor} is not customer {customer}")
    for gone, into in asked.joins:
        if len(await who(["previous"], gone) | await who(["previous"], into)) != 1:
            found.append(f"{gone} and {into} are not one customer")
    for customer in asked.erased:
        former = await ids(_ERASED, {"hash": erased_hash(customer)})
        if not former or await who(["previous"], customer):
            found.append(f"{customer} was not forgotten")
    for statement, words in (
        (_AFTER, "messages were given to a provider after their customer was erased"),
        (_OPEN, "journeys of erased customers are open"),
    ):
        row = await (await connection.execute(statement)).fetchone()
        if row is not None and row[0]:
            found.append(f"{row[0]} {words}")
    return found
