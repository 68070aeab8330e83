"""Kept connections to one mail server, and one message over one of them."""

import asyncio
import re
import ssl
import time
from dataclasses import dataclass, field
from typing import Literal

import aiosmtplib
from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from providers.base import AmbiguousError, ConfigurationError, SendError, TransientError
from providers.smtp.replies import Step, refusal

IDLE_SECONDS = 30.0
"""A connection that rested longer is not used again: servers end them after one to five minutes."""
MESSAGES_PER_CONNECTION = 100
_LINE_STARTS_WITH_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True)
class Server:
    """Where, and how we prove who we are."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""
    timeout_seconds: float = 10.0
    """For each of: a new connection, all steps up to the end of a message, the answer to it."""


@dataclass(frozen=True)
class Envelope:
    """One message as the server is given it."""

    sender: str
    recipient: str
    text: bytes
    """RFC 5322, lines end in CRLF."""
    id: str
    """ENVID (RFC 3461), which a bounce gives back."""


@dataclass
class Connection:
    """One of them: how often it was used, and when last."""

    client: SMTP
    sent: int = 0
    used_at: float = field(default_factory=time.monotonic)

    def is_fresh(self) -> bool:
        """Whether it may be used once more."""
        rested = time.monotonic() - self.used_at
        return self.client.is_connected and self.sent < MESSAGES_PER_CONNECTION and rested < IDLE_SECONDS


class _GoneBeforeUseError(Exception):
    """A kept connection turned out to be closed before the server saw anything of the message."""


async def connect(server: Server) -> Connection:
    """A new connection, encrypted and logged in as the settings say.

    Raises:
        SendError: it can't be had. Nothing was sent.

    """
    try:
        client = SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            cert_bundle=server.ca_file or None,
            timeout=server.timeout_seconds,
        )
        await client.connect()
        if client.is_ehlo_or_helo_needed:  # what the server can do decides what the envelope may say
            await client.ehlo()
    except (SMTPException, OSError, ValueError) as error:
        raise _no_connection(error) from error
    if server.username:
        await _login(client, server)
    return Connection(client)


def _no_connection(error: BaseException) -> SendError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return ConfigurationError(f"the mail server's certificate is not trusted: {cause.verify_message}"[:500])
        cause = cause.__cause__
    if isinstance(error, SMTPResponseException):
        return refusal(Step.CONNECT, error.code, error.message)
    if isinstance(error, aiosmtplib.SMTPConnectError | aiosmtplib.SMTPTimeoutError | aiosmtplib.SMTPServerDisconnected):
        return TransientError(f"no connection: {error}"[:500])
    if isinstance(error, ssl.SSLError) or not isinstance(error, SMTPException | ValueError):
        return TransientError(f"no connection: {type(error).__name__}: {error}"[:500])
    return ConfigurationError(f"the mail server can't be used: {error}"[:500])


async def _login(client: SMTP, server: Server) -> None:
    try:
        # one way only: the client's own `login` tries each in turn, and three wrong passwords a time lock accounts
        ways = {"plain": client.auth_plain, "login": client.auth_login, "cram-md5": client.auth_crammd5}
        offered = [way for name, way in ways.items() if name in client.supported_auth_methods]
        if not offered:
            raise aiosmtplib.SMTPNotSupported("the mail server offers no way to log in with a password")
        await offered[0](server.username, server.password)
    except SMTPResponseException as error:
        client.close()
        raise refusal(Step.LOGIN, error.code, error.message) from error
    except (SMTPException, OSError) as error:
        client.close()
        if isinstance(error, aiosmtplib.SMTPServerDisconnected | aiosmtplib.SMTPTimeoutError | OSError):
            raise TransientError(f"no login: {error}"[:500]) from error
        raise ConfigurationError(f"no login: {error}"[:500]) from error


async def transmit(connection: Connection, envelope: Envelope, timeout_seconds: float) -> str:
    """Give the server one message; its answer's words.

    The final dot is what makes the server take it: until that is written a failure is certain, from then on only an
    answer is.

    Raises:
        SendError: it was refused, or nobody knows.

    """
    client = connection.client
    connection.used_at = time.monotonic()
    try:
        await asyncio.wait_for(_prepare(connection, envelope), timeout_seconds)
    except TimeoutError as error:  # before the dot
        client.close()
        raise TransientError(f"no answer from the mail server within {timeout_seconds:.0f} s") from error
    connection.sent += 1
    try:
        answer = await client.execute_command(b".", timeout=timeout_seconds)
    except (SMTPException, OSError) as error:
        client.close()
        raise AmbiguousError(f"no answer after the end of the message: {error}"[:500]) from error
    connection.used_at = time.monotonic()
    if answer.code >= 400:
        raise refusal(Step.TEXT, answer.code, answer.message)
    if answer.code != 250:
        client.close()
        raise AmbiguousError(f"SMTP {answer.code} after the end of the message: {answer.message}"[:500])
    return answer.message


async def _prepare(connection: Connection, envelope: Envelope) -> None:
    """All up to the dot: envelope, DATA and the text."""
    client = connection.client
    try:
        await _announce(connection, envelope)
        answer = await client.execute_command(b"DATA")
        if answer.code != 354:
            raise refusal(Step.TEXT, answer.code, answer.message)
        await _write(client, envelope.text)
    except (SMTPException, OSError) as error:
        client.close()
        if connection.sent and isinstance(error, ConnectionError):
            # a server may end a kept connection at any word; before the dot it has taken nothing
            raise _GoneBeforeUseError from error
        raise TransientError(f"the connection broke before the end of the message: {error}"[:500]) from error
    except SendError:
        await _reset(client)
        raise


async def _announce(connection: Connection, envelope: Envelope) -> None:
    client = connection.client
    try:
        options = [f"SIZE={len(envelope.text)}"] if client.supports_extension("size") else []
        encoding = "ascii"
        if not envelope.recipient.isascii():
            if not client.supports_extension("smtputf8"):
                raise refusal(Step.RECIPIENT, 553, "5.6.7 the mail server does not take addresses beyond ASCII")
            options.append("SMTPUTF8")
            encoding = "utf-8"
        has_dsn = client.supports_extension("dsn")
        if has_dsn:
            options += ["RET=HDRS", f"ENVID={envelope.id}"]
        await client.mail(envelope.sender, options=options, encoding=encoding)
    except aiosmtplib.SMTPSenderRefused as error:
        if connection.sent and error.code == 421:
            raise _GoneBeforeUseError from error
        raise refusal(Step.SENDER, error.code, error.message) from error
    try:
        await client.rcpt(envelope.recipient, options=["NOTIFY=FAILURE,DELAY"] if has_dsn else [], encoding=encoding)
    except aiosmtplib.SMTPRecipientRefused as error:
        raise refusal(Step.RECIPIENT, error.code, error.message) from error


async def _write(client: SMTP, text: bytes) -> None:
    """The text without its final dot, until the last octet left for the system's buffers."""
    protocol, transport = client.protocol, client.transport
    if protocol is None or not isinstance(transport, asyncio.Transport | asyncio.WriteTransport):
        raise aiosmtplib.SMTPServerDisconnected("Connection lost")
    stuffed = _LINE_STARTS_WITH_DOT.sub(b"..", text)
    transport.set_write_buffer_limits(high=0)
    protocol.write(stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n")
    # a StreamWriter would be the public door to this, but closes the connection when it is collected
    await protocol._drain_helper()
    if not client.is_connected:
        raise aiosmtplib.SMTPServerDisconnected("Connection lost")


async def _reset(client: SMTP) -> None:
    """Make a refused connection ready for the next message, or give it up."""
    try:
        await client.rset(timeout=2)
    except (SMTPException, OSError):
        client.close()


class Connections:
    """At most so many connections; each carries one message at a time."""

    def __init__(self, server: Server, most: int) -> None:
        self._server = server
        self._slots = asyncio.Semaphore(most)
        self._idle: list[Connection] = []

    async def send(self, envelope: Envelope, queue_seconds: float) -> str:
        """Give the server one message over a free connection; its answer's words.

        Raises:
            SendError: as `connect` and `transmit`; TransientError too when no connection became free in time.

        """
        try:
            await asyncio.wait_for(self._slots.acquire(), queue_seconds)
        except TimeoutError:
            raise TransientError("all connections to the mail server are busy") from None
        try:
            return await self._send(envelope)
        finally:
            self._slots.release()

    async def _send(self, envelope: Envelope) -> str:
        connection = await self._take()
        try:
            return await transmit(connection, envelope, self._server.timeout_seconds)
        except _GoneBeforeUseError:
            connection.client.close()
            connection = await self._connect()
            return await transmit(connection, envelope, self._server.timeout_seconds)
        except asyncio.CancelledError:
            connection.client.close()
            raise
        finally:
            if connection.client.is_connected:
                self._idle.append(connection)

    async def _take(self) -> Connection:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_fresh():
                return connection
            connection.client.close()
        return await self._connect()

    async def _connect(self) -> Connection:
        try:
            return await asyncio.wait_for(connect(self._server), self._server.timeout_seconds)
        except TimeoutError as error:
            raise TransientError("no connection to the mail server in time") from error

    async def check(self) -> None:
        """Connect, log in, and say goodbye.

        Raises:
            SendError: as `connect`.

        """
        connection = await self._connect()
        try:
            await connection.client.quit(timeout=1)
        except (SMTPException, OSError):
            connection.client.close()

    async def close(self) -> None:
        """Say goodbye on every connection that rests."""
        idle, self._idle = self._idle, []
        for connection in idle:
            try:
                await connection.client.quit(timeout=1)
            except (SMTPException, OSError):
                connection.client.close()
