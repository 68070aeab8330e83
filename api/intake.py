"""Who may send events, on what authority, and how many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.dependencies import ApiServices, key_hash, match_entry_key
from domain.authority import Authority
from domain.errors import UnauthorizedError
from ingestion import intake_notes
from ingestion.pipeline import Ingested
from ingestion.segment import Sender
from store.access import api_keys

UNKNOWN_KEY = "This write key is unknown or revoked"


@dataclass(frozen=True)
class EventIntake:
    """A write key at work."""

    services: ApiServices
    key: str
    """Its hash."""
    authority: Authority

    @property
    def sender(self) -> Sender:
        """What events of this key are read with."""
        secret = self.services.settings.user_token_secret
        return Sender(
            authority=self.authority,
            user_token_secret="" if secret is None else secret.get_secret_value(),
            may_create=not self.authority.is_public or self.services.profile_limit.has_left(self.key),
        )

    async def done(
        self,
        source: str,
        items: Sequence[Any],
        outcomes: Sequence[tuple[int, Ingested | str]],
        *,
        now: datetime,
    ) -> None:
        """Count what came of a request, and remember what of it could not be used.

        Args:
            source: by which way it came.
            items: as they were sent.
            outcomes: place of an item, and what became of it; an item may have several.
            now: the present instant, UTC.

        """
        self._used(len(items), sum(not isinstance(answer, str) and answer.created for _, answer in outcomes))
        await intake_notes.note(self.services.database, source, intake_notes.of_answers(items, outcomes), now=now)

    def _used(self, events: int, profiles: int) -> None:
        limit = self.services.browser_limit if self.authority.is_public else self.services.server_limit
        limit.use(self.key, events)
        if profiles:
            self.services.profile_limit.use(self.key, profiles)


async def open_intake(services: ApiServices, key: str | None, refusal: str = UNKNOWN_KEY) -> EventIntake:
    """The intake of a write key.

    Raises:
        UnauthorizedError: it is none, with `refusal` as the reason.
        TooManyRequestsError: it has sent too much lately.

    """
    authority = await _authority(services, key) if key else None
    if key is None or authority is None:
        raise UnauthorizedError(refusal)
    hashed = key_hash(key)
    (services.browser_limit if authority.is_public else services.server_limit).check(hashed)
    return EventIntake(services, hashed, authority)


async def _authority(services: ApiServices, key: str) -> Authority | None:
    settings = services.settings
    for expected, authority in (
        (settings.write_key, Authority.SERVER),
        (settings.browser_write_key, Authority.BROWSER),
    ):
        if expected is not None and match_entry_key(key, expected.get_secret_value()):
            return authority
    async with services.database.transaction() as session:
        found = await api_keys.find_live(session, key_hash(key))
    if found is None or not found.tracking:
        return None
    return Authority.SERVER if found.authority == Authority.SERVER else Authority.BROWSER
