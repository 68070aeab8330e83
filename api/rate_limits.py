"""How many events a key may send: a bucket of tokens a key, in this process."""

import math
import time
from collections import OrderedDict
from dataclasses import dataclass

from domain.errors import TooManyRequestsError

_KEYS = 10_000
"""Buckets kept; those of keys that have not sent for the longest time go first."""
BURST_SECONDS = 10


@dataclass
class _Bucket:
    tokens: float
    at: float


class RateLimit:
    """So many a second, with bursts of ten seconds' worth."""

    def __init__(self, per_second: float) -> None:
        self._rate = per_second
        self._most = per_second * BURST_SECONDS
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def check(self, key: str) -> None:
        """Refuse a key that has used up its share.

        Raises:
            TooManyRequestsError: it says in how many seconds to try again.

        """
        left = self._bucket(key).tokens
        if left <= 0:
            wait = max(1, math.ceil((1 - left) / self._rate))
            raise TooManyRequestsError(
                f"This key has sent more than {self._rate:g} events a second: try again in {wait} s", retry_after=wait
            )

    def has_left(self, key: str) -> bool:
        """Whether the key may do one more."""
        return self._bucket(key).tokens >= 1

    def use(self, key: str, count: int) -> None:
        """Count what a key has sent; more than it has left is owed."""
        self._bucket(key).tokens -= count

    def _bucket(self, key: str) -> _Bucket:
        now = time.monotonic()
        bucket = self._buckets.setdefault(key, _Bucket(self._most, now))
        bucket.tokens = min(self._most, bucket.tokens + (now - bucket.at) * self._rate)
        bucket.at = now
        self._buckets.move_to_end(key)
        if len(self._buckets) > _KEYS:
            self._buckets.popitem(last=False)
        return bucket
