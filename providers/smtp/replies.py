"""What a mail server's refusal means, by the step at which it came (RFC 5321, 4.2; RFC 3463)."""

import re
from enum import StrEnum

from providers.base import ConfigurationError, PermanentError, SendError, ThrottledError, TransientError

_ENHANCED = re.compile(r"^\s*([245]\.\d{1,3}\.\d{1,3})\b")
_TOO_FAST = re.compile(r"throttl|rate|too many|too fast|quota|4\.7\.28", re.IGNORECASE)
_RELAY = re.compile(r"relay|authenticat", re.IGNORECASE)


class Step(StrEnum):
    """Where in the conversation a reply came."""

    CONNECT = "connect"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    TEXT = "text"


def enhanced_status(words: str) -> str:
    """The status code of RFC 3463 at the head of a reply, e.g. `5.1.1`; empty where there is none."""
    found = _ENHANCED.match(words)
    return found[1] if found else ""


def is_dead_address(status: str) -> bool:
    """Whether a status of class 5 says that the address will never work.

    A full mailbox (5.2.2), a message too large, a broken route, a protocol error, an unreadable text and a refusal by
    policy (5.7) say something else. A domain that does not exist (5.4.4) says it, and so do 5.1.x, except those about
    the sender (5.1.7, 5.1.8).
    """
    kind, _, detail = status.partition(".")
    if kind != "5":
        return False
    subject = detail.partition(".")[0]
    if status in ("5.1.7", "5.1.8", "5.2.2", "5.2.3"):
        return False
    return subject in ("0", "1", "2") or status == "5.4.4"


def refusal(step: Step, code: int, words: str) -> SendError:
    """What a reply that refuses means. The server surely did not take the message.

    Args:
        step: where it came.
        code: of three digits.
        words: its text; may begin with an enhanced status code.

    """
    reason = f"SMTP {code} at {step}: {words}".replace("\n", " ")[:500]
    if code < 500:
        return _temporary(step, code, words, reason)
    if step is Step.RECIPIENT:
        return _refused_recipient(code, words, reason)
    if step is Step.TEXT or (step is Step.SENDER and code == 552):
        return PermanentError(reason)
    return ConfigurationError(reason)


def _temporary(step: Step, code: int, words: str, reason: str) -> SendError:
    if code == 421:
        return TransientError(reason)
    if step in (Step.RECIPIENT, Step.TEXT, Step.SENDER) and _TOO_FAST.search(words):
        return ThrottledError(reason)
    # greylisting or a busy mailbox: it says nothing about the server, whose breaker must stay shut
    return ThrottledError(reason) if step is Step.RECIPIENT else TransientError(reason)


def _refused_recipient(code: int, words: str, reason: str) -> SendError:
    status = enhanced_status(words)
    if _RELAY.search(words) or code in (503, 530):
        return ConfigurationError(reason)
    if code == 552 or (status and not is_dead_address(status)):
        return PermanentError(reason)
    if not status and code not in (550, 551, 553):
        return PermanentError(reason)
    return PermanentError(reason, suppress="invalid_address")
