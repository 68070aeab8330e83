"""One e-mail as its octets: RFC 5322, with the headers that mailbox providers ask of bulk mail."""

from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import formatdate
from typing import Any

from domain.addresses import email_on_the_wire
from domain.content import EmailContent
from domain.vocabulary import Category
from providers.base import ConfigurationError, Outgoing, PermanentError
from providers.custom_data import custom_data

DATA_HEADER = "X-Campaign-Flow-"
"""Our custom data, a header each: X-Campaign-Flow-Message-Id, -Customer, -Campaign-Id."""
_NEVER_FOLDED = ("list-unsubscribe", "message-id")


class _Policy(EmailPolicy):
    """Leaves long links in one piece.

    Danger: the standard policy turns a token longer than a line into RFC 2047 words, which no mailbox provider decodes
    in List-Unsubscribe: the one-click button would be gone.
    """

    def fold(self, name: str, value: Any) -> str:
        if name.lower() in _NEVER_FOLDED:
            return f"{name}: {value}{self.linesep}"
        if name.lower() == "subject" and not value.isascii() and not self.utf8:
            # Danger: the standard folding loses the spaces between encoded words (Python 3.11 and 3.12)
            return f"{name}: {Header(value, 'utf-8', header_name=name).encode(linesep=self.linesep)}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in (*_NEVER_FOLDED, "subject"):
            return self.fold(name, value).encode("utf-8" if self.utf8 else "ascii")
        return super().fold_binary(name, value)


_POLICY = _Policy(linesep=SMTP.linesep, cte_type="7bit")
_UTF8_POLICY = _POLICY.clone(utf8=True)
"""For addresses whose name is not of ASCII letters (RFC 6532)."""


def message_id_header(message: Outgoing, sender: str) -> str:
    """The Message-ID of a message: ours, so that a bounce that returns nothing else still names it."""
    return f"<{message.message_id}@{email_on_the_wire(sender).rpartition('@')[2] or 'localhost'}>"


def build_message(message: Outgoing, content: EmailContent, sender: str, sender_name: str) -> bytes:
    """The e-mail, with lines that end in CRLF.

    Args:
        message: whom it goes to, and our ids.
        content: what it says.
        sender: the address it is from.
        sender_name: the name before it, where the content has none.

    Raises:
        ConfigurationError: the sender is no address.
        PermanentError: a part of the message can't stand in an e-mail, e.g. a subject of two lines.

    """
    mail = EmailMessage(policy=_POLICY if email_on_the_wire(message.address).isascii() else _UTF8_POLICY)
    try:
        mail["From"] = _address(sender, content.from_name or sender_name)
    except (ValueError, IndexError) as error:
        raise ConfigurationError(f"the sender is not an address: {error}") from error
    try:
        mail["To"] = _address(message.address)
        mail["Subject"] = content.subject
        if content.reply_to:
            mail["Reply-To"] = _address(content.reply_to)
        mail["Date"] = formatdate(usegmt=True)
        mail["Message-ID"] = message_id_header(message, sender)
        for name, value in custom_data(message).items():
            mail[DATA_HEADER + name.replace("_", "-").title()] = value
        if message.unsubscribe_url and message.category is Category.MARKETING:
            mail["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        _add_text(mail, content)
        return mail.as_bytes()
    except (ValueError, IndexError, UnicodeError) as error:
        raise PermanentError(f"not an e-mail that can be written: {type(error).__name__}"[:500]) from error


def _address(address: str, name: str = "") -> Address:
    user, _, domain = email_on_the_wire(address).rpartition("@")
    if not user or not domain:
        raise ValueError("not an address")
    return Address(display_name=name, username=user, domain=domain)


def _add_text(mail: EmailMessage, content: EmailContent) -> None:
    if content.text:
        mail.set_content(content.text)
        if content.html:
            mail.add_alternative(content.html, subtype="html")
    else:
        mail.set_content(content.html or "", subtype="html")
