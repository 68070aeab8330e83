"""`python -m stack.chaos.promotions`: many customers want one code at once, while what serves them is killed.

10,000 orders of 64 clients try a code that may be used 1,000 times. API processes get SIGKILL and are started again,
database sessions are terminated. A client that loses its answer asks again with the same order id. In the end exactly
1,000 orders are redeemed, and counters, ledger and redemptions say the same to the cent.

Knobs, by environment: CHAOS_TRIES (10000), CHAOS_USES (1000), CHAOS_CLIENTS (64), CHAOS_SEED (drawn).
"""

import asyncio
import contextlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psutil
import psycopg

from config.shutdown import exit_process
from stack import postgres
from stack.console import Console, describe
from stack.ports import HOST, Ports
from stack.run_folder import ROOT, RUN

REPORT_FILE = RUN / "chaos-promotions.json"
KEY = "an-admin-key-for-promotions"
APIS = 2
PRICE = 12_345
PARTS = ("api", "session")


@dataclass
class PromotionChaosReport:
    """What came of it."""

    tries: int = 0
    uses: int = 0
    redeemed: int = 0
    """Orders that the database says are redeemed."""
    answered: int = 0
    """Orders whose client was told so."""
    over_redeemed: int = 0
    stuck: int = 0
    kills: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


class ApiProcess:
    """One process of the API on a port of its own; started again when it is dead."""

    def __init__(self, database_url: str, port: int) -> None:
        known = {
            "DATABASE_URL": database_url,
            "BOOTSTRAP_API_KEY": KEY,
            "LOG_LEVEL": "ERROR",
        }
        self._environment = {**os.environ, **{f"CAMPAIGN_FLOW_{name}": value for name, value in known.items()}}
        self._command = [sys.executable, "-m", "api", "--port", str(port)]
        self.address = f"http://{HOST}:{port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        self._process = subprocess.Popen(self._command, cwd=ROOT, env=self._environment, start_new_session=True)

    def kill(self) -> None:
        """SIGKILL it and what it started."""
        if self._process is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                for child in psutil.Process(self._process.pid).children(recursive=True):
                    child.kill()
            self._process.kill()
            self._process.wait()

    async def until_ready(self) -> None:
        """Wait until it answers."""
        async with httpx.AsyncClient(trust_env=False) as client:
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    if (await client.get(self.address + "/healthz")).status_code == 200:
                        return
                await asyncio.sleep(0.1)


@contextlib.contextmanager
def apis(database_url: str, count: int = APIS) -> Iterator[list[ApiProcess]]:
    """Processes of the API over that database, ended with the block."""
    ports = Ports()
    claimed = ports.claim([f"api{at}" for at in range(count)])
    made = [ApiProcess(database_url, port) for port in claimed.values()]
    try:
        for each in made:
            each.start()
        yield made
    finally:
        for each in made:
            each.kill()
        ports.release()


def client_of(address: str) -> httpx.AsyncClient:
    """A client with the key of the installation."""
    return httpx.AsyncClient(base_url=address, headers={"Authorization": f"Bearer {KEY}"}, timeout=30, trust_env=False)


async def hot_promotion(client: httpx.AsyncClient, uses: int, code: str = "HOT") -> str:
    """A promotion of 10 % with one code for all, that may be used so often; its id."""
    said = {
        "currency": "EUR",
        "reward": {"kind": "percent", "percent": 1_000},
        "codes": {"kind": "generic"},
        "budgets": [{"of": "uses", "limit": uses}, {"of": "amount", "limit": uses * PRICE}],
    }
    made = await client.post("/promotions", json={"name": "Hot", "promotion": said})
    made.raise_for_status()
    id_ = str(made.json()["id"])
    (await client.patch(f"/promotions/{id_}", json={"revision": 1, "state": "active"})).raise_for_status()
    (await client.post(f"/promotions/{id_}/codes/import", json={"codes": [code]})).raise_for_status()
    return id_


def order_body(code: str = "HOT") -> dict[str, Any]:
    """An order of one line that gives the code."""
    line = {"id": "1", "product": "shoe", "quantity": 1, "unit_price": PRICE}
    return {"cart": {"currency": "EUR", "lines": [line]}, "codes": [code]}


async def _want(addresses: Sequence[str], orders: Iterator[str], chance: random.Random, got: set[str]) -> None:
    """One client: each order until there is an answer that stays; a third reserve first."""
    async with contextlib.AsyncExitStack() as exits:
        clients = [await exits.enter_async_context(client_of(address)) for address in addresses]
        for order in orders:
            ways = ["reserve", "redeem"] if chance.random() < 0.33 else ["redeem"]
            for way in ways:
                while True:
                    try:
                        url = f"/promotions/orders/{order}/{way}"
                        answer = await chance.choice(clients).post(url, json=order_body())
                    except httpx.HTTPError:
                        await asyncio.sleep(0.1)
                        continue
                    if answer.status_code < 500 and "try again" not in answer.text:
                        break
                    await asyncio.sleep(0.05)
                if answer.status_code != 200:
                    break
                if way == "redeem":
                    got.add(order)


async def _harm(
    parts: Sequence[ApiProcess], url: str, chance: random.Random, kills: dict[str, int], stop: asyncio.Event
) -> None:
    """Kill something every second or so."""
    while not stop.is_set():
        await asyncio.sleep(0.5 + chance.random())
        part = chance.choice(PARTS)
        if part == "api":
            victim = chance.choice(parts)
            await asyncio.to_thread(victim.kill)
            victim.start()
            # the next one is killed when this one serves again: else nobody would be left to ask
            await victim.until_ready()
        else:
            await asyncio.to_thread(_end_sessions, url, chance)
        kills[part] = kills.get(part, 0) + 1


def _end_sessions(url: str, chance: random.Random) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
        for (pid,) in chance.sample(rows, min(len(rows), 5)):
            connection.execute("SELECT pg_terminate_backend(%s)", [pid])


def reckon(url: str, report: PromotionChaosReport, got: set[str]) -> None:
    """Compare counters, ledger, redemptions and what clients were told."""
    with psycopg.connect(url) as connection:

        def one(query: str) -> tuple[Any, ...]:
            found = connection.execute(query).fetchone()
            return tuple(found or ())

        rows = connection.execute("SELECT order_id FROM promotion_orders WHERE state = 'redeemed'").fetchall()
        redeemed = {order for (order,) in rows}
        (report.stuck,) = one("SELECT count(*) FROM promotion_orders WHERE state = 'reserved'")
        (uses,) = one("SELECT coalesce(sum(taken), 0)::bigint FROM promotion_counters WHERE budget LIKE 'uses/%'")
        (money,) = one("SELECT coalesce(sum(taken), 0)::bigint FROM promotion_counters WHERE budget LIKE 'amount/%'")
        ledger = one("SELECT coalesce(sum(uses), 0)::bigint, coalesce(sum(amount), 0)::bigint FROM promotion_ledger")
        made = one("""SELECT count(*), coalesce(sum(amount), 0)::bigint FROM promotion_redemptions
                       WHERE state IN ('reserved', 'redeemed')""")
    report.redeemed, report.answered = len(redeemed), len(got)
    report.over_redeemed = max(0, report.redeemed - report.uses)
    if report.redeemed != min(report.uses, report.tries):
        report.problems.append(f"{report.redeemed} redeemed, {report.uses} possible")
    if not (uses == ledger[0] == made[0] and money == ledger[1] == made[1]):
        report.problems.append(f"counters {(uses, money)}, ledger {ledger}, redemptions {made}")
    if got != redeemed:
        report.problems.append(f"{len(got ^ redeemed)} orders are not what their clients were told")
    if report.stuck:
        report.problems.append(f"{report.stuck} orders are reserved still")


async def play(folder: Path, tries: int, uses: int, clients: int, seed: int) -> PromotionChaosReport:
    """The whole run."""
    from store.migrate import migrate

    report, chance, got = PromotionChaosReport(tries, uses), random.Random(seed), set[str]()
    server = postgres.start(folder)
    try:
        url = postgres.create_database(server.get_uri(), f"promotions_{uuid4().hex[:8]}")
        await asyncio.to_thread(migrate, url)
        with apis(url) as processes:
            for each in processes:
                await each.until_ready()
            async with client_of(processes[0].address) as client:
                await hot_promotion(client, uses)
            orders, stop = iter([f"o-{n}" for n in range(tries)]), asyncio.Event()
            addresses = [each.address for each in processes]
            harm = asyncio.create_task(_harm(processes, url, chance, report.kills, stop))
            await asyncio.gather(*(_want(addresses, orders, random.Random(seed + n), got) for n in range(clients)))
            stop.set()
            await harm
        reckon(url, report, got)
    finally:
        server.cleanup_mode = "delete"
        server.cleanup()
    return report


def main() -> None:
    """Run it, and end with the code of how it went."""
    describe(__doc__)
    console = Console()

    def number(name: str, default: int) -> int:
        return int(os.environ.get(f"CHAOS_{name}") or default)

    seed = number("SEED", random.SystemRandom().randrange(1_000_000))
    console.say(f"seed {seed}: CHAOS_SEED={seed} draws the same kills again")
    folder = RUN / "chaos-promotions"
    report = asyncio.run(play(folder, number("TRIES", 10_000), number("USES", 1_000), number("CLIENTS", 64), seed))
    console.say(json.dumps({"promotions": asdict(report)}, indent=2))
    REPORT_FILE.parent.mkdir(exist_ok=True)
    REPORT_FILE.write_text(json.dumps({"promotions": asdict(report)}, indent=2) + "\n")
    for words in report.problems:
        console.problem(f"broken: {words}")
    exit_process(1 if report.problems else 0)


if __name__ == "__main__":
    main()
