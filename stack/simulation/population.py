"""A made-up crowd with secrets: the channel each answers, the hour each is there, and whom a contact moves.

The secrets are hashed from the seed and the customer. The system sees only what people do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from domain.ids import hashed_share
from providers.sandbox.recipient_model import Behaviour, RecipientBehavior, Tastes, favourite
from stack.sample_data.people import fiction_numbers

SEED = 20_26
CHANNELS = ("email", "sms", "push")
HOURS = (8, 13, 20)
"""Hours of the day, UTC, at which people are there: a third each."""
KEPT = 0.75
"""Share of visits at one's own hour."""
SITE_DAYS, SITE_VISITS = 100, 24
_SHOP_DAYS = 60

TASTES = Tastes(
    channels=list(CHANNELS),
    liked=RecipientBehavior(
        deliver=1, open=0.9, click=0.95, buy=0, unsubscribe=0, complain=0, open_after=1800, click_after=30
    ),
    disliked=RecipientBehavior(deliver=1, open=0.08, click=0.3, buy=0, unsubscribe=0.02, complain=0, open_after=1800),
)
ORDERS = {"browser": (0.15, 0.55), "buyer": (0.45, 0.25)}
"""Kind of person -> chance to order in the weeks of the campaign, left alone and contacted.

Browsers look and do not buy unless they are reminded; buyers buy anyway, and a contact annoys them."""


@dataclass(frozen=True)
class Member:
    """One of the crowd."""

    number: int
    phone: str
    seed: int

    @property
    def id(self) -> str:
        """The shop's id."""
        return f"crowd-{self.number:05d}"

    @property
    def channel(self) -> str:
        """The channel that they answer."""
        return favourite(self.seed, self.id, CHANNELS)

    @property
    def hour(self) -> int:
        """The hour of the day at which they are mostly there."""
        return HOURS[int(hashed_share(str(self.seed), "hour", self.id) * len(HOURS))]

    @property
    def kind(self) -> str:
        """`browser` or `buyer`."""
        return "browser" if hashed_share(str(self.seed), "kind", self.id) < 0.5 else "buyer"

    def orders(self, *, contacted: bool) -> bool:
        """Whether they order in the weeks of the campaign."""
        return hashed_share(str(self.seed), "order", self.id) < ORDERS[self.kind][int(contacted)]

    def profile(self) -> dict[str, Any]:
        """What the shop knows of them from the start: where they can be reached."""
        return {
            "external_id": self.id,
            "email": f"{self.id}@example.com",
            "phone": self.phone,
            "timezone": "UTC",
            "tags": ["crowd"],
        }

    @property
    def token(self) -> str:
        """Of their app, for push."""
        return f"{self.number:022x}:APA91b{self.number:0128x}"


def crowd(size: int, seed: int = SEED) -> list[Member]:
    """The members; as many as there are phone numbers of nobody's, at most. Another seed gives them other secrets."""
    return [Member(number, phone, seed) for number, phone in zip(range(size), fiction_numbers(), strict=False)]


def behaviour(seed: int = SEED) -> Behaviour:
    """How the providers' sandbox lets the crowd of that seed behave."""
    return Behaviour(seed=seed, tastes=TASTES)


def effect(members: list[Member], kind: str | None = None) -> float:
    """The planted change of the share who order, of everybody or of a kind."""
    some = [member for member in members if kind in (None, member.kind)]
    return sum(ORDERS[member.kind][1] - ORDERS[member.kind][0] for member in some) / len(some)


def past(member: Member, now: datetime, day: timedelta) -> Iterator[dict[str, Any]]:
    """Calls of /v1/batch: visits of real weeks, which teach hours; what they looked at and bought in `day`s."""
    dice = Random(f"{member.seed}:past:{member.id}")
    for number in range(SITE_VISITS):
        hour = member.hour if dice.random() < KEPT else dice.randrange(24)
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=dice.randrange(1, SITE_DAYS))
        at = midnight + timedelta(hours=hour, minutes=dice.randrange(60))
        yield _call(member, f"visit-{number}", "Signed In", at, {})
    looks, orders = (6, 0) if member.kind == "browser" else (1, 2)
    for number in range(looks):
        at = now - day * dice.uniform(1, 25)
        yield _call(member, f"look-{number}", "Product Viewed", at, {"product_id": f"P{dice.randrange(40)}"})
    for number in range(orders):
        at = now - day * dice.uniform(10, _SHOP_DAYS)
        yield order(member, f"past-{number}", at)


def order(member: Member, key: str, at: datetime) -> dict[str, Any]:
    """An order as the shop's site tracks it."""
    return _call(member, key, "Order Completed", at, {"order_id": f"{member.id}-{key}", "revenue": 40.0})


def _call(member: Member, key: str, event: str, at: datetime, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "track",
        "userId": member.id,
        "event": event,
        "messageId": f"{member.id}:{key}",
        "timestamp": at.isoformat(),
        "properties": properties,
    }
