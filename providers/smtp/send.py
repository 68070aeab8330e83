"""E-mail out through a mail server."""

from domain.addresses import email_on_the_wire
from domain.content import EmailContent
from domain.vocabulary import Channel
from providers.base import Accepted, Outgoing, PermanentError
from providers.smtp.connections import Connections, Envelope, Server
from providers.smtp.message import build_message, message_id_header
from providers.transport import QUEUE_SECONDS


class Smtp:
    """E-mail through SMTP. The receipt is the Message-ID, which bounces and complaints give back."""

    name = "smtp"
    channels = frozenset({Channel.EMAIL})
    tracks_engagement = False

    def __init__(self, server: Server, *, connections: int, sender: str, sender_name: str, return_path: str) -> None:
        self._connections = Connections(server, connections)
        self._sender, self._sender_name = sender, sender_name
        self._return_path = return_path or sender

    async def send(self, message: Outgoing) -> Accepted:
        """Hand over one e-mail; see `providers.base.Provider.send`."""
        if not isinstance(message.content, EmailContent):
            raise PermanentError(f"{self.name} can't send {message.channel}")
        envelope = Envelope(
            sender=email_on_the_wire(self._return_path.replace("{message_id}", str(message.message_id))),
            recipient=email_on_the_wire(message.address),
            text=build_message(message, message.content, self._sender, self._sender_name),
            id=str(message.message_id),
        )
        await self._connections.send(envelope, QUEUE_SECONDS)
        return Accepted(message_id_header(message, self._sender))

    async def check_key(self) -> None:
        """Log in; see `providers.base.KeyCheck`."""
        await self._connections.check()

    async def close(self) -> None:
        """Give back the connections."""
        await self._connections.close()
