"""A shop with a past: customers who buy at rates of their own until they leave, and open what they like."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import numpy as np
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models import Customer, Message
from store.events.events import NewEvent, insert_events

NOW = datetime(2026, 6, 14, 12, tzinfo=UTC)
DAYS = 420


@dataclass
class Shop:
    """Who was planted, and what is true of them."""

    customers: list[UUID]
    strangers: list[UUID]
    opens: dict[UUID, float]
    """Chance to open an e-mail."""


async def plant(session: AsyncSession, size: int = 400, *, strangers: int = 5, seed: int = 0) -> Shop:
    """Fill the database with a past that ends at NOW, and `strangers` who have none."""
    draws = np.random.default_rng(seed)
    ids = [uuid4() for _ in range(size + strangers)]
    await session.execute(insert(Customer), [{"id": each, "external_id": str(each)} for each in ids])
    shop = Shop(ids[:size], ids[size:], {})
    events: list[NewEvent] = []
    messages: list[dict[str, object]] = []
    for who in shop.customers:
        events += _life(who, draws)
        shop.opens[who] = float(draws.choice([0.05, 0.8]))
        messages += _mail(who, shop.opens[who], draws)
    await insert_events(session, events)
    await session.execute(insert(Message), messages)
    return shop


def _life(who: UUID, draws: np.random.Generator) -> list[NewEvent]:
    start = draws.uniform(60, DAYS)
    rate, leaving = draws.gamma(1.0, 0.06), draws.exponential(250)
    times = start - np.append(0.0, np.cumsum(draws.exponential(1 / rate, 300)))
    typical = draws.lognormal(3.5, 0.5)
    alive = times[(times > 0) & (times > start - leaving)]
    bought = [
        _event(who, days, "Order Completed", {"revenue": round(float(typical * draws.lognormal(0, 0.3)), 2)})
        for days in alive
    ]
    viewed = [_event(who, days + 0.5, "Product Viewed", {}) for days in alive if draws.uniform() < 0.5]
    return bought + viewed


def _mail(who: UUID, chance: float, draws: np.random.Generator) -> list[dict[str, object]]:
    rows = []
    for days in np.arange(2.0, 120.0, 5.0):
        sent = NOW - timedelta(days=float(days))
        opened = sent + timedelta(hours=3) if draws.uniform() < chance else None
        rows.append(
            {
                "id": uuid4(),
                "customer_id": who,
                "channel": "email",
                "category": "marketing",
                "state": "delivered",
                "reserved_at": sent,
                "sent_at": sent,
                "opened_at": opened,
            }
        )
    return rows


def _event(who: UUID, days: float, name: str, properties: dict[str, object]) -> NewEvent:
    at = NOW - timedelta(days=float(days))
    return NewEvent(uuid4(), at, who, name, properties, "test", NOW)
