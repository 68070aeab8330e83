"""A real SMTP server on loopback (aiosmtpd), whose behaviour at each step a test chooses."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from ipaddress import ip_address
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

USER, PASSWORD = "shop", "a long password"


@dataclass
class Behaviour:
    """Replies by step; None accepts. `drop_after` ends the connection when the final dot was read."""

    sender: str | None = None
    recipient: str | None = None
    text: str | None = None
    drop_after: bool = False
    slow_seconds: float = 0
    close_after_each: bool = False
    close_kept_at_recipient: bool = False
    """A connection that has given a message is lost at its next recipient."""


@dataclass
class MailServer:
    """What it was given, and how it behaves."""

    behaviour: Behaviour = field(default_factory=Behaviour)
    accepted: list[Envelope] = field(default_factory=list)
    peers: list[Any] = field(default_factory=list)
    port: int = 0

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(cast(bytes, envelope.content), policy=POLICY) for envelope in self.accepted]

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.behaviour.sender:
            return self.behaviour.sender
        envelope.mail_from, envelope.mail_options = address, options
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.behaviour.recipient:
            return self.behaviour.recipient
        if self.behaviour.close_kept_at_recipient and session.peer in self.peers:
            cast(asyncio.Transport, server.transport).abort()
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options += options
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.behaviour.text:
            return self.behaviour.text
        self.accepted.append(envelope)
        self.peers.append(session.peer)
        await asyncio.sleep(self.behaviour.slow_seconds)
        transport = cast(asyncio.Transport, server.transport)
        if self.behaviour.drop_after:
            transport.abort()
        if self.behaviour.close_after_each:
            asyncio.get_running_loop().call_later(0.01, transport.close)
        return "250 2.0.0 queued as 17"


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "mail.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "mail.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


@contextmanager
def mail_server(
    pem: Path | None = None, *, security: str = "none", auth: bool = False, utf8: bool = False, **behaviour: Any
) -> Iterator[MailServer]:
    """Serve from a thread of its own, on a free port."""
    server = MailServer(Behaviour(**behaviour))
    context: ssl.SSLContext | None = None
    if pem is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
    options: dict[str, Any] = {"enable_SMTPUTF8": utf8}
    if security == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    if auth:
        options |= {"authenticator": _authenticate, "auth_required": True, "auth_require_tls": security == "starttls"}
    make: Any = Controller
    controller = make(
        server,
        hostname="127.0.0.1",
        port=0,
        ssl_context=context if security == "tls" else None,
        **options,
        ready_timeout=30,
    )

    def find_port() -> None:
        # what `start` does to see that it serves, with the port that it was really given
        controller.port = controller.server.sockets[0].getsockname()[1]
        make._trigger_server(controller)

    controller._trigger_server = find_port
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()
