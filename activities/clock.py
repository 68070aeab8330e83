"""What time it is, to activities. Injected, because a time-skipping test server has a clock of its own."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    async def now(self) -> datetime:
        """The present instant, UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    async def now(self) -> datetime:
        """The present instant, UTC."""
        return datetime.now(UTC)
