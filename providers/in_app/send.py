"""In-app messages: the ledger row itself is what the app reads, so nothing has to leave."""

from domain.vocabulary import Channel
from providers.base import Accepted, Outgoing


class InApp:
    """The customer's inbox."""

    name = "in_app"
    channels = frozenset({Channel.IN_APP})
    tracks_engagement = False

    async def send(self, message: Outgoing) -> Accepted:
        """Accept at once: the message's own id is the inbox's."""
        return Accepted(str(message.message_id))

    async def close(self) -> None:
        """Nothing is held."""
