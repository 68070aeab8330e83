"""The installation's limits, as every send asks for them."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from domain.contact import ContactPolicy
from store.messages import contact_policy

FRESH = timedelta(seconds=3)


class Policies:
    """A process's copy, at most some seconds old: a send pays no statement for it."""

    def __init__(self) -> None:
        self._policy: ContactPolicy | None = None
        self._read_at: datetime | None = None

    async def get(self, session: AsyncSession, now: datetime) -> ContactPolicy:
        """The limits in force."""
        # Danger: before the first answer there is no policy to go by; nobody may send as if there were no limits.
        if self._policy is None or self._read_at is None or not timedelta(0) <= now - self._read_at < FRESH:
            row = await contact_policy.read(session)
            self._policy, self._read_at = ContactPolicy.model_validate(row.policy), now
        return self._policy
