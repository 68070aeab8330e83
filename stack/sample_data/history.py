"""What the people of the shop did before today: sign-ins, and what became of earlier messages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from domain.events import ORDER_COMPLETED, SIGNED_IN
from domain.ids import event_id, message_id
from stack.sample_data.orders import Order
from stack.sample_data.people import Person

SOURCE = "import"
_SIGN_IN_DAYS = 90
_QUIET_DAYS = 15
"""The win-back segment asks for customers who did not sign in for so long."""
_RECENT_DAYS = 30
_MAILING_DAYS = 120
_MAILINGS = 8


@dataclass(frozen=True)
class SampleEvent:
    """One row of `events`."""

    id: UUID
    customer: UUID
    name: str
    at: datetime
    properties: dict[str, Any]


def choose_dormant(everyone: list[Person], orders: list[Order], now: datetime, audience: int, seed: int) -> set[UUID]:
    """Who has not signed in lately: exactly `audience` of those who bought lately, a third of those who did not."""
    recent = {order.household for order in orders if order.at > now - timedelta(days=_RECENT_DAYS)}
    random = Random(f"{seed}:dormant")
    buyers = [person.id for person in everyone if person.household in recent]
    others = [person.id for person in everyone if person.household not in recent]
    return {*random.sample(buyers, min(audience, len(buyers))), *random.sample(others, len(others) // 3)}


def past_events(
    everyone: list[Person], orders: list[Order], dormant: set[UUID], now: datetime, seed: int
) -> list[SampleEvent]:
    """All that happened, oldest first."""
    owners = {person.household: person.id for person in everyone}
    events = [
        SampleEvent(
            event_id("shop", f"order:{order.id}"),
            owners[order.household],
            ORDER_COMPLETED,
            order.at,
            order.properties(),
        )
        for order in orders
    ]
    for person in everyone:
        random = Random(f"{seed}:history:{person.household}")
        events += _sign_ins(person, now, random, quiet=person.id in dormant)
        events += _messages(person, now, random)
    return sorted(events, key=lambda event: event.at)


def _sign_ins(person: Person, now: datetime, random: Random, *, quiet: bool) -> Iterator[SampleEvent]:
    """Every few days, the last one before the quiet days or within them."""
    gap = random.uniform(2, 12)
    ago = random.uniform(_QUIET_DAYS + 0.5, _QUIET_DAYS * 3) if quiet else random.uniform(0.05, _QUIET_DAYS - 1)
    number = 0
    while ago < _SIGN_IN_DAYS:
        number += 1
        identity = event_id("shop", f"sign-in:{person.household}:{number}")
        yield SampleEvent(identity, person.id, SIGNED_IN, now - timedelta(days=ago), {"method": "app"})
        ago += random.expovariate(1 / gap) + 0.1


def _messages(person: Person, now: datetime, random: Random) -> Iterator[SampleEvent]:
    """Earlier mailings on each channel that reaches the person: sent, delivered, opened as their affinity has it."""
    for channel, affinity in sorted(person.affinity.items()):
        for number in range(random.randint(_MAILINGS // 2, _MAILINGS)):
            sent = now - timedelta(days=random.uniform(_QUIET_DAYS, _MAILING_DAYS))
            message = message_id(person.id, f"past-{channel}", number + 1)
            fates = [("sent", 0.0), ("delivered", 0.001)]
            if random.random() < affinity:
                opened = random.expovariate(4)
                fates.append(("opened", opened))
                if random.random() < 0.3:
                    fates.append(("clicked", opened + 0.002))
            for fate, days in fates:
                yield SampleEvent(
                    event_id("shop", f"{fate}:{message}"),
                    person.id,
                    f"message_{fate}",
                    sent + timedelta(days=days),
                    {"message_id": str(message), "channel": channel},
                )
