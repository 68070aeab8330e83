"""Faults on purpose: drawn from a seed, the message and the number of its attempt, so that a run can be repeated."""

import random
from collections import Counter
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Fault = Literal["throttle", "error", "reset", "lose_answer", "error_after", "unauthorised"]


class Faults(BaseModel):
    """Shares are of all requests, from 0 to 1; together at most 1."""

    model_config = ConfigDict(extra="forbid")

    seed: int = 7
    vendors: list[str] = Field(default_factory=list)
    """Only these; empty: all."""
    latency_seconds: float = Field(default=0, ge=0, le=60)
    """Before each answer; spread evenly from half of it to one and a half."""
    throttle: float = Field(default=0, ge=0, le=1)
    retry_after: float = Field(default=1, ge=0)
    error: float = Field(default=0, ge=0, le=1)
    """Answered 500, not accepted."""
    reset: float = Field(default=0, ge=0, le=1)
    """The connection is reset before the message is accepted."""
    lose_answer: float = Field(default=0, ge=0, le=1)
    """Accepted, and the connection is reset before the answer."""
    error_after: float = Field(default=0, ge=0, le=1)
    """Accepted, and answered 500."""
    unauthorised: float = Field(default=0, ge=0, le=1)
    """Answered 401, as to a key that was revoked."""
    rejected_addresses: list[str] = Field(default_factory=list)
    webhook_duplicate: float = Field(default=0, ge=0, le=1)
    webhook_delay_seconds: float = Field(default=0, ge=0)
    webhook_shuffle_seconds: float = Field(default=0, ge=0)
    """Each webhook is late by a random part of this, so that they come out of order."""


class FaultPlayer:
    """Decides, for each request and each webhook, what goes wrong."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self._attempts: Counter[str] = Counter()

    def request(self, vendor: str, key: str) -> tuple[Fault | None, float]:
        """The fault of one request (by vendor and message), and its latency in seconds."""
        faults = self.faults
        if faults.vendors and vendor not in faults.vendors:
            return None, 0.0
        dice = self._dice(f"{vendor}:{key}")
        latency = faults.latency_seconds * dice.uniform(0.5, 1.5)
        number = dice.random()
        shares: list[tuple[Fault, float]] = [
            ("throttle", faults.throttle),
            ("error", faults.error),
            ("reset", faults.reset),
            ("lose_answer", faults.lose_answer),
            ("error_after", faults.error_after),
            ("unauthorised", faults.unauthorised),
        ]
        for fault, share in shares:
            if number < share:
                return fault, latency
            number -= share
        return None, latency

    def webhook(self, vendor: str, key: str) -> list[float]:
        """How late each copy of one webhook is, in seconds: one entry, or two for a duplicate."""
        faults = self.faults
        if faults.vendors and vendor not in faults.vendors:
            return [0.0]
        dice = self._dice(f"webhook:{vendor}:{key}")
        copies = 2 if dice.random() < faults.webhook_duplicate else 1
        return [faults.webhook_delay_seconds + faults.webhook_shuffle_seconds * dice.random() for _ in range(copies)]

    def _dice(self, key: str) -> random.Random:
        self._attempts[key] += 1
        return random.Random(f"{self.faults.seed}:{key}:{self._attempts[key]}")
