"""How recipients behave: drawn from a seed and the message, so that the same run goes the same way."""

import math
import random
import re
from collections.abc import Sequence
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from domain.ids import hashed_share
from providers.sandbox.types import DeliveryOutcome, Planned, ReceivedMessage

Share = float


class _Add(Protocol):
    def __call__(self, fate: DeliveryOutcome, business_seconds: float, **detail: object) -> None: ...


_COUPON = re.compile(r"\b[A-Z][A-Z0-9]*(?:-[2-9A-HJ-NP-Z]{4}){2,3}\b")
_SPREAD = 0.7
"""Sigma of the log-normal delays: two thirds of people are within a factor of two of the median."""


class RecipientBehavior(BaseModel):
    """What people do with messages of one channel. Shares are of those who did the step before."""

    model_config = ConfigDict(extra="forbid")

    deliver: Share = Field(default=0.98, ge=0, le=1)
    hard_bounce: Share = Field(default=0.5, ge=0, le=1)
    """Of those not delivered."""
    open: Share = Field(default=0.4, ge=0, le=1)
    click: Share = Field(default=0.4, ge=0, le=1)
    buy: Share = Field(default=0.35, ge=0, le=1)
    unsubscribe: Share = Field(default=0.01, ge=0, le=1)
    complain: Share = Field(default=0.001, ge=0, le=1)
    reply: Share = Field(default=0.0, ge=0, le=1)
    open_after: float = Field(default=4 * 3600, ge=0)
    """Median, in business seconds, as all delays."""
    click_after: float = Field(default=60, ge=0)
    buy_after: float = Field(default=1800, ge=0)


def _default_channels() -> dict[str, RecipientBehavior]:
    return {
        "email": RecipientBehavior(open=0.35, click=0.3, unsubscribe=0.01),
        "sms": RecipientBehavior(open=0.6, click=0.3, unsubscribe=0, complain=0, reply=0.02, open_after=900),
        "push": RecipientBehavior(open=0.45, click=0.6, unsubscribe=0, complain=0, open_after=3600),
        "silent_push": RecipientBehavior(open=0, unsubscribe=0, complain=0),
    }


class Tastes(BaseModel):
    """Hidden preferences, for a run that asks whether they are found: each person answers one channel, hardly others.

    Which one is hashed from the seed and the customer (`favourite`), so that the truth can be told afterwards.
    """

    model_config = ConfigDict(extra="forbid")

    channels: list[str] = Field(min_length=2)
    liked: RecipientBehavior
    """How they treat their favourite channel."""
    disliked: RecipientBehavior
    """How they treat the others."""


class Behaviour(BaseModel):
    """The whole crowd. `deliver` reports sent and delivered and plays nobody; `off` reports nothing at all."""

    model_config = ConfigDict(extra="forbid")

    mode: Literal["on", "deliver", "off"] = "on"
    seed: int = 7
    channels: dict[str, RecipientBehavior] = Field(default_factory=_default_channels)
    subjects: dict[str, RecipientBehavior] = Field(default_factory=dict)
    """What people do with e-mails in whose subject that text stands, in place of `channels`: for planted rates."""
    stores: list[str] = Field(default=["Milan", "Rome", "Turin"], min_length=1)
    tastes: Tastes | None = None
    """In place of `channels`."""


def favourite(seed: int, customer: str, channels: Sequence[str]) -> str:
    """The channel that this person answers, where people have tastes."""
    return channels[int(hashed_share(str(seed), "favourite", customer) * len(channels))]


def affinity(seed: int, customer: str, channel: str) -> float:
    """How much more or less than others this person likes this channel: from 0.4 to 1.6."""
    return 0.4 + 1.2 * hashed_share(str(seed), "affinity", customer, channel)


def _delay(dice: random.Random, median: float) -> float:
    return median * math.exp(min(2.0, dice.gauss(0, _SPREAD)))


def purchase(behaviour: Behaviour, arrival: ReceivedMessage, dice: random.Random) -> dict[str, object]:
    """The properties of an "Order Completed" that this message leads to."""
    price = round(dice.uniform(15, 120), 2)
    coupon = _COUPON.search(f"{arrival.subject} {arrival.text} {arrival.html}")
    properties: dict[str, object] = {
        "order_id": f"SB-{arrival.message_id or dice.getrandbits(64):.36}",
        "revenue": price,
        "currency": "EUR",
        "storeCode": dice.choice(behaviour.stores),
        "products": [{"product_id": f"P{dice.randrange(1, 400)}", "price": price, "quantity": 1}],
    }
    if coupon:
        properties["coupon"] = coupon.group()
    return properties


def habits_of(behaviour: Behaviour, arrival: ReceivedMessage) -> RecipientBehavior:
    """How this person treats messages of this channel."""
    planted = next((habits for part, habits in behaviour.subjects.items() if part in arrival.subject), None)
    if planted is not None:
        return planted
    tastes = behaviour.tastes
    if tastes is None:
        return behaviour.channels.get(arrival.channel, RecipientBehavior())
    liked = favourite(behaviour.seed, arrival.customer, tastes.channels) == arrival.channel
    return tastes.liked if liked else tastes.disliked


def draw(behaviour: Behaviour, arrival: ReceivedMessage, now: float, time_scale: float) -> list[Planned]:
    """Everything that will become of one message, with its moments."""
    if behaviour.mode == "off":
        return []
    dice = random.Random(f"{behaviour.seed}:{arrival.message_id}:{arrival.address}")
    habits = habits_of(behaviour, arrival)
    plan: list[Planned] = []

    def add(fate: DeliveryOutcome, business_seconds: float, **detail: object) -> None:
        plan.append(Planned(fate, now + business_seconds * time_scale, detail))

    add(DeliveryOutcome.SENT, 1)
    if behaviour.mode == "on" and dice.random() >= habits.deliver:
        add(DeliveryOutcome.BOUNCED, 5, permanent=dice.random() < habits.hard_bounce)
        return plan
    add(DeliveryOutcome.DELIVERED, 5)
    if behaviour.mode == "on":
        _draw_person(behaviour, habits, arrival, dice, add)
    return plan


def _draw_person(
    behaviour: Behaviour, habits: RecipientBehavior, arrival: ReceivedMessage, dice: random.Random, add: "_Add"
) -> None:
    # an exponent, not a factor: a share of 0 or 1 stays what it is for everybody
    opens = habits.open ** (1 / affinity(behaviour.seed, arrival.customer, arrival.channel))
    if dice.random() >= opens:
        return
    moment = 5 + _delay(dice, habits.open_after)
    add(DeliveryOutcome.OPENED, moment)
    for fate, share in (
        (DeliveryOutcome.UNSUBSCRIBED, habits.unsubscribe),
        (DeliveryOutcome.COMPLAINED, habits.complain),
        (DeliveryOutcome.REPLIED, habits.reply),
    ):
        if dice.random() < share:
            add(fate, moment + 30, **({"text": "STOP"} if fate is DeliveryOutcome.REPLIED else {}))
            return
    if dice.random() >= habits.click:
        return
    moment += _delay(dice, habits.click_after)
    add(DeliveryOutcome.CLICKED, moment)
    if dice.random() < habits.buy:
        add(DeliveryOutcome.BOUGHT, moment + _delay(dice, habits.buy_after), **purchase(behaviour, arrival, dice))
