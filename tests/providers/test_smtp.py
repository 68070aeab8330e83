"""E-mail through a real mail server on loopback: what leaves, and what each refusal and break means."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from config.settings import Settings
from domain.content import EmailContent
from domain.vocabulary import Category, Channel
from providers.base import (
    AmbiguousError,
    ConfigurationError,
    KeyCheck,
    PermanentError,
    Provider,
    SendError,
    ThrottledError,
    TransientError,
)
from providers.registry import build_providers
from providers.smtp.connections import Connections, Envelope, Server
from tests.providers.conftest import outgoing
from tests.providers.mail_server import PASSWORD, USER, MailServer, certificate, mail_server


@asynccontextmanager
async def connected(server: MailServer | int, **settings: Any) -> AsyncIterator[Provider]:
    port = server if isinstance(server, int) else server.port
    values = {"smtp_security": "none", "smtp_timeout_seconds": 5.0, **settings}
    providers = build_providers(
        Settings(_env_file=None, email_provider="smtp", smtp_host="127.0.0.1", smtp_port=port, **values)
    )
    provider = providers.for_channel(Channel.EMAIL)
    assert provider is not None
    try:
        yield provider
    finally:
        await providers.close()


async def refused(server: MailServer | int, **settings: Any) -> SendError:
    async with connected(server, **settings) as provider:
        with pytest.raises(SendError) as caught:
            await provider.send(outgoing(Channel.EMAIL))
    return caught.value


async def test_a_marketing_mail_carries_all_that_mailbox_providers_ask() -> None:
    message = outgoing(Channel.EMAIL, unsubscribe_url="https://shop.example/u/" + "long" * 60)
    with mail_server() as server:
        async with connected(server, smtp_return_path="bounces+{message_id}@shop.example") as provider:
            accepted = await provider.send(message)
    [mail] = server.mails
    [envelope] = server.accepted
    assert accepted.provider_message_id == f"<{message.message_id}@shop.example>" == mail["Message-ID"]
    assert mail["From"] == "The Shop <news@shop.example>"
    assert mail["To"] == "ada@shop.example"
    assert mail["Subject"] == "Hello"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"List-Unsubscribe: <{message.unsubscribe_url}>\r\n".encode() in (envelope.content or b"")
    assert mail["X-Campaign-Flow-Message-Id"] == str(message.message_id)
    assert mail["X-Campaign-Flow-Customer"] == "C-17"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert envelope.mail_from == f"bounces+{message.message_id}@shop.example"


async def test_a_transactional_mail_has_no_unsubscribe_header() -> None:
    with mail_server() as server:
        async with connected(server) as provider:
            await provider.send(outgoing(Channel.EMAIL, category=Category.TRANSACTIONAL))
    assert "List-Unsubscribe" not in server.mails[0]


@pytest.mark.parametrize("html", ["<p>çığ 🎉</p>", "." * 5000, "a\n.\n..\nb", ".", "<p>" + "x" * 190_000 + "</p>"])
async def test_any_text_arrives_as_it_was(html: str) -> None:
    content = EmailContent(
        subject=("Çok güzel 🎉 " * 12).strip(), html=html, text=".\n.leading dot\n", from_name="Şeker, Inc."
    )
    with mail_server() as server:
        async with connected(server) as provider:
            await provider.send(outgoing(Channel.EMAIL, content=content))
    [mail] = server.mails
    text, found = (part.get_content().replace("\r\n", "\n") for part in mail.iter_parts())
    assert found.rstrip("\n") == html
    assert text == ".\n.leading dot\n"
    assert mail["Subject"] == content.subject
    assert mail["From"].addresses[0].display_name == "Şeker, Inc."


async def test_a_domain_beyond_ascii_goes_out_in_punycode() -> None:
    with mail_server() as server:
        async with connected(server) as provider:
            await provider.send(outgoing(Channel.EMAIL, address="ada@müller.example"))
    assert server.accepted[0].rcpt_tos == ["ada@xn--mller-kva.example"]
    assert server.mails[0]["To"] == "ada@xn--mller-kva.example"


async def test_a_name_beyond_ascii_needs_a_server_that_takes_it() -> None:
    message = outgoing(Channel.EMAIL, address="çiğdem@shop.example")
    with mail_server(utf8=True) as server:
        async with connected(server) as provider:
            await provider.send(message)
    assert server.accepted[0].rcpt_tos == ["çiğdem@shop.example"]
    with mail_server() as server:
        async with connected(server) as provider:
            with pytest.raises(PermanentError, match=r"5\.6\.7") as caught:
                await provider.send(message)
    assert caught.value.suppress is None


async def test_a_subject_of_two_lines_is_not_sent() -> None:
    content = EmailContent(subject="Hello\r\nBcc: eve@evil.example", html="<p>x</p>", text="x")
    with mail_server() as server:
        async with connected(server) as provider:
            with pytest.raises(PermanentError):
                await provider.send(outgoing(Channel.EMAIL, content=content))
    assert server.accepted == []


@pytest.mark.parametrize(
    ("step", "reply", "kind", "suppress"),
    [
        ("sender", "550 5.7.1 sender not allowed", ConfigurationError, None),
        ("sender", "451 4.3.0 try later", TransientError, None),
        ("sender", "452 4.7.0 too many messages", ThrottledError, None),
        ("sender", "552 5.3.4 too large", PermanentError, None),
        ("recipient", "550 5.1.1 no such user", PermanentError, "invalid_address"),
        ("recipient", "550 no such user", PermanentError, "invalid_address"),
        ("recipient", "552 5.2.2 mailbox full", PermanentError, None),
        ("recipient", "550 5.7.606 banned sending IP", PermanentError, None),
        ("recipient", "554 5.7.1 Relay access denied", ConfigurationError, None),
        ("recipient", "450 4.2.0 greylisted", ThrottledError, None),
        ("recipient", "421 4.3.2 closing", TransientError, None),
        ("text", "554 5.7.1 looks like spam", PermanentError, None),
        ("text", "451 4.3.0 later", TransientError, None),
        ("text", "454 Throttling failure: Daily message quota exceeded", ThrottledError, None),
    ],
)
async def test_what_a_refusal_means(step: str, reply: str, kind: type[SendError], suppress: str | None) -> None:
    behaviour: dict[str, Any] = {step: reply}
    with mail_server(**behaviour) as server:
        error = await refused(server)
    assert type(error) is kind
    assert getattr(error, "suppress", None) == suppress
    assert server.accepted == []


async def test_a_connection_is_kept_and_survives_a_refusal() -> None:
    with mail_server() as server:
        async with connected(server) as provider:
            await provider.send(outgoing(Channel.EMAIL))
            server.behaviour.recipient = "550 5.1.1 no"
            with pytest.raises(PermanentError):
                await provider.send(outgoing(Channel.EMAIL))
            server.behaviour.recipient = None
            await provider.send(outgoing(Channel.EMAIL))
    assert len(server.accepted) == 2
    assert len(set(server.peers)) == 1


async def test_many_messages_share_few_connections() -> None:
    with mail_server(slow_seconds=0.02) as server:
        async with connected(server, smtp_connections=3) as provider:
            await asyncio.gather(*(provider.send(outgoing(Channel.EMAIL)) for _ in range(30)))
    assert len({mail["Message-ID"] for mail in server.mails}) == 30
    assert len(set(server.peers)) <= 3


@pytest.mark.parametrize("how", ["close_after_each", "close_kept_at_recipient"])
async def test_a_kept_connection_that_the_server_ended_costs_nothing(how: str) -> None:
    behaviour: dict[str, Any] = {how: True}
    with mail_server(**behaviour) as server:
        async with connected(server) as provider:
            for _ in range(3):
                await provider.send(outgoing(Channel.EMAIL))
    assert len({mail["Message-ID"] for mail in server.mails}) == len(server.accepted) == 3


async def test_a_connection_lost_after_the_dot_is_ambiguous_and_nothing_is_repeated() -> None:
    with mail_server(drop_after=True) as server:
        error = await refused(server)
    assert type(error) is AmbiguousError
    assert len(server.accepted) == 1


async def test_a_slow_answer_after_the_dot_is_ambiguous() -> None:
    with mail_server(slow_seconds=2) as server:
        error = await refused(server, smtp_timeout_seconds=0.5)
    assert type(error) is AmbiguousError


class Scripted:
    """A peer that speaks SMTP up to a word, and then breaks or falls silent."""

    def __init__(self, until: str, *, silent: bool = False) -> None:
        self._until, self._silent = until, silent
        self.heard = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.test\r\n")
        while line := await reader.readline():
            self.heard += line
            word = line.strip().upper()[:4].decode()
            if word == self._until:
                break
            if word == "DATA":
                writer.write(b"354 go on\r\n")
                await reader.read(20)
                break
            writer.write(b"250-mail.test\r\n250 DSN\r\n" if word == "EHLO" else b"250 OK\r\n")
        if self._silent:
            await asyncio.sleep(3)
        writer.transport.abort()


@pytest.mark.parametrize("until", ["EHLO", "MAIL", "RCPT", "DATA", "TEXT"])
@pytest.mark.parametrize("silent", [False, True], ids=["broken", "silent"])
async def test_a_break_before_the_dot_is_certain(until: str, silent: bool) -> None:
    peer = Scripted(until, silent=silent)
    listening = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
    # more than the system's buffers take, so that the dot has not left when the peer breaks off inside the text
    envelope = Envelope("news@shop.example", "ada@shop.example", b"x" * 78 + b"\r\n" + b"x" * 30_000_000, "17")
    server = Server("127.0.0.1", listening.sockets[0].getsockname()[1], security="none", timeout_seconds=1.5)
    connections = Connections(server, 1)
    with pytest.raises(SendError) as caught:
        await connections.send(envelope, 1)
    listening.close()
    assert type(caught.value) is TransientError
    if until in ("RCPT", "DATA", "TEXT"):  # a server that knows RFC 3461 is told what a bounce is to give back
        assert b"RET=HDRS ENVID=17\r\n" in peer.heard
        assert b"NOTIFY=FAILURE,DELAY\r\n" in peer.heard


async def test_nobody_there_is_transient() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert type(await refused(port)) is TransientError


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_encrypted_and_logged_in(security: str, tmp_path: Path) -> None:
    pem = certificate(tmp_path)
    login = {"smtp_username": USER, "smtp_password": PASSWORD}
    with mail_server(pem, security=security, auth=True) as server:
        async with connected(server, smtp_security=security, smtp_ca_file=str(pem), **login) as provider:
            await provider.send(outgoing(Channel.EMAIL))
        wrong = await refused(
            server, smtp_security=security, smtp_ca_file=str(pem), smtp_username=USER, smtp_password="no"
        )
        nobody = await refused(server, smtp_security=security, smtp_ca_file=str(pem))
        untrusted = await refused(server, smtp_security=security, **login)
    assert len(server.accepted) == 1
    assert [type(error) for error in (wrong, nobody, untrusted)] == [ConfigurationError] * 3
    assert PASSWORD not in untrusted.reason + wrong.reason


async def test_starttls_that_is_not_offered_sends_nothing_in_the_clear() -> None:
    with mail_server() as server:
        error = await refused(server, smtp_security="starttls")
    assert type(error) is ConfigurationError
    assert server.accepted == []


async def test_a_login_tells_whether_the_server_takes_our_password(tmp_path: Path):
    pem = certificate(tmp_path)
    safe = {"smtp_security": "tls", "smtp_ca_file": str(pem), "smtp_username": USER}
    with mail_server(pem, security="tls", auth=True) as server:
        async with connected(server, **safe, smtp_password=PASSWORD) as provider:
            assert isinstance(provider, KeyCheck)
            await provider.check_key()
        async with connected(server, **safe, smtp_password="old") as provider:
            assert isinstance(provider, KeyCheck)
            with pytest.raises(ConfigurationError):
                await provider.check_key()
        assert server.mails == []
