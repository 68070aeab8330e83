"""Promotions: `python -m benchmarks.promotions`; the figures go to `.run/bench-report.json`.

| figure | what |
|---|---|
| evaluate_p50_ms, evaluate_p99_ms | 100 lines, 200 live promotions, 20 codes, one request at a time over HTTP |
| hot_code_redemptions_per_second | orders of 32 clients that redeem one code, over HTTP |
| codes_seconds | ten million unique codes, generated and stored; and hits in a million guesses |
| cents_lost | random carts, stacks, splits and returns in currencies of 0, 2 and 3 digits |
"""

import argparse
import asyncio
import json
import os
import random
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx

from config.settings import Settings
from config.shutdown import exit_process
from domain.promotions import codes as code_rules
from domain.promotions.cart import Cart, Line
from domain.promotions.discounts import Offer
from domain.promotions.evaluation import EvaluationTerms, evaluate
from domain.promotions.promotion import Promotion
from domain.promotions.returns import SoldLine, part
from stack import postgres
from stack.chaos.promotions import apis, client_of, hot_promotion, order_body
from stack.run_folder import RUN
from store.database import driver
from store.database.engine import Database
from store.migrate import migrate
from store.promotions import codes
from store.promotions.codes import CodeBatch

REPORT = RUN / "bench-report.json"
_CATEGORIES = [f"c{n}" for n in range(20)]
_CLIENTS = 32
_NOW = datetime.now(UTC)


def reward(chance: random.Random) -> dict[str, Any]:
    """Any reward."""
    of = {"categories": chance.sample(_CATEGORIES, chance.randint(1, 4))} if chance.random() < 0.7 else {}
    made: list[dict[str, Any]] = [
        {"kind": "percent", "percent": chance.randint(1, 10_000), "of": of},
        {"kind": "percent", "percent": chance.randint(1, 5_000), "of": of, "base": "initial"},
        {"kind": "fixed", "amount": chance.randint(1, 5_000), "of": of},
        {"kind": "per_item", "amount": chance.randint(1, 500), "of": of},
        {"kind": "buy_get", "buy": chance.randint(1, 3), "get": 1, "of": of},
        {"kind": "free_shipping"},
        {"kind": "tiered", "tiers": [{"at_least": 1_000, "percent": 500}, {"at_least": 9_000, "amount": 900}]},
    ]
    return chance.choice(made)


def random_cart(chance: random.Random, lines: int, currency: str = "EUR") -> Cart:
    """Any cart of so many lines."""
    made = tuple(
        Line(
            id=str(at),
            product=f"p{at % 60}",
            quantity=chance.randint(1, 4),
            unit_price=chance.choice([chance.randint(0, 9), chance.randint(1, 20_000)]),
            categories=(chance.choice(_CATEGORIES),),
        )
        for at in range(lines)
    )
    return Cart(currency=currency, lines=made, shipping=chance.randint(0, 900), channel="web")


def cents_lost(carts: int, seed: int = 7) -> int:
    """Minor units by which orders, lines and returns differ over so many random carts."""
    chance, lost = random.Random(seed), 0
    for _ in range(carts):
        currency = chance.choice(["EUR", "JPY", "KWD"])
        cart = random_cart(chance, chance.randint(1, 6), currency)
        said = [
            {
                "currency": currency,
                "reward": reward(chance),
                "stacking": {"order": chance.randint(0, 3), "group": chance.choice([None, None, "g"])},
            }
            for _ in range(chance.randint(1, 4))
        ]
        offers = [Offer(UUID(int=n), str(n), Promotion.model_validate(each)) for n, each in enumerate(said, start=1)]
        done = evaluate(cart, offers, EvaluationTerms(at=_NOW))
        shipping = sum(applied.shipping for applied in done.applied)
        lost += abs(done.discount - shipping - sum(done.line_discounts))
        lost += abs(cart.subtotal - sum(done.line_discounts) - _given_back(cart, done.applied, chance))
    return lost


def _given_back(cart: Cart, applied: Any, chance: random.Random) -> int:
    """What all units come to when they come back in random pieces."""
    total = 0
    for at, line in enumerate(cart.lines):
        discounts = tuple(each.lines[at] for each in applied)
        gone, before = 0, (0,) * len(discounts)
        while gone < line.quantity:
            units = chance.randint(1, line.quantity - gone)
            back = part(SoldLine(line.id, line.quantity, line.amount, discounts, gone, before), units)
            gone += units
            before = tuple(map(sum, zip(before, back.discounts, strict=True)))
            total += back.paid
    return total


async def _evaluate(client: httpx.AsyncClient, times: int) -> dict[str, float]:
    chance, given = random.Random(3), list[str]()
    for n in range(200):
        coded = n < 20
        rules = [{"kind": "channel", "any_of": ["web"]}]
        if n >= 35:
            rules = [{"kind": "subtotal", "at_least": 10**9}]  # type: ignore[dict-item]
        said = {
            "currency": "EUR",
            "reward": reward(chance),
            "rules": rules,
            "codes": {"kind": "generic" if coded else "none"},
            "stacking": {"group": f"g{n % 10}", "order": n % 7},
            "budgets": [{"of": "uses", "limit": 1_000_000}],
        }
        made = (await client.post("/promotions", json={"name": f"P{n}", "promotion": said})).json()
        (await client.patch(f"/promotions/{made['id']}", json={"revision": 1, "state": "active"})).raise_for_status()
        if coded:
            given.append(f"CODE{n}")
            imported = {"codes": [given[-1]]}
            (await client.post(f"/promotions/{made['id']}/codes/import", json=imported)).raise_for_status()
    body = {"cart": random_cart(chance, 100).model_dump(mode="json"), "codes": given}
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        (await client.post("/promotions/evaluate", json=body)).raise_for_status()
        seconds.append(time.perf_counter() - began)
    seconds.sort()
    return {
        "evaluate_p50_ms": round(seconds[len(seconds) // 2] * 1_000, 1),
        "evaluate_p99_ms": round(seconds[int(len(seconds) * 0.99)] * 1_000, 1),
    }


async def _hot(addresses: list[str], count: int) -> float:
    orders = iter(range(count))

    async def one(address: str) -> None:
        async with client_of(address) as client:
            for n in orders:
                (await client.post(f"/promotions/orders/h-{n}/redeem", json=order_body())).raise_for_status()

    began = time.perf_counter()
    await asyncio.gather(*(one(addresses[n % len(addresses)]) for n in range(_CLIENTS)))
    return count / (time.perf_counter() - began)


async def _codes(url: str, count: int, guesses: int) -> dict[str, float]:
    database = Database(Settings(_env_file=None, database_url=url))
    began = time.perf_counter()
    batch, left = CodeBatch(id=uuid4(), promotion_id=uuid4(), max_uses=1), count
    while left:
        page = min(left, 500_000)
        async with database.transaction() as session:
            await codes.generate(session, batch, page)
        left -= page
    took = time.perf_counter() - began
    hits = 0
    for _ in range(0, guesses, 50_000):
        guessed = [code_rules.normal(code) for code in code_rules.codes(os.urandom(50_000 * 17))[:50_000]]
        async with database.transaction() as session:
            hits += len(await driver.run(session, codes.finding(guessed)))
    await database.close()
    return {"codes_seconds": round(took, 1), "codes_made": count, "code_guess_hits": hits}


async def measure(options: argparse.Namespace, folder: Path) -> dict[str, float]:
    """All figures."""
    began = time.perf_counter()
    figures: dict[str, float] = {"cents_lost": cents_lost(options.carts), "cents_carts": options.carts}
    figures["cents_seconds"] = round(time.perf_counter() - began, 1)
    server = postgres.start(folder)
    try:
        url = postgres.create_database(server.get_uri(), f"promotions_{uuid4().hex[:8]}")
        await asyncio.to_thread(migrate, url)
        with apis(url) as processes:
            for each in processes:
                await each.until_ready()
            async with client_of(processes[0].address) as client:
                figures |= await _evaluate(client, options.evaluations)
            hot = postgres.create_database(server.get_uri(), f"promotions_{uuid4().hex[:8]}")
        await asyncio.to_thread(migrate, hot)
        with apis(hot) as processes:
            for each in processes:
                await each.until_ready()
            async with client_of(processes[0].address) as client:
                await hot_promotion(client, 10_000_000)
            rate = await _hot([each.address for each in processes], options.orders)
            figures["hot_code_redemptions_per_second"] = round(rate, 1)
        figures |= await _codes(url, options.codes, options.guesses)
    finally:
        server.cleanup_mode = "delete"
        server.cleanup()
    return figures


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--carts", type=int, default=1_000_000)
    parser.add_argument("--evaluations", type=int, default=1_000)
    parser.add_argument("--orders", type=int, default=5_000)
    parser.add_argument("--codes", type=int, default=10_000_000)
    parser.add_argument("--guesses", type=int, default=1_000_000)
    figures = asyncio.run(measure(parser.parse_args(), RUN / "bench-promotions"))
    print(json.dumps({"promotions": figures}, indent=2))
    known = json.loads(REPORT.read_text()) if REPORT.exists() else {}
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps({**known, "promotions": figures}, indent=2) + "\n")
    exit_process(0)


if __name__ == "__main__":
    main()
