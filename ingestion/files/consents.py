"""What a file says on who may contact a customer: a word in a cell as a yes or a no."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from domain.contact import EVERY_TOPIC
from domain.vocabulary import Channel, ConsentStatus
from ingestion.files.meanings import CONSENT
from ingestion.files.reading import Reading

_YES_WORDS = """
    yes y true t 1 subscribed opted_in opt_in optin confirmed active granted allowed accepted ja j wahr si sì
    sí s vero oui o vrai verdadero x single_opt_in double_opt_in explicit express implied express_consent
    implied_consent regular angemeldet iscritto abonné suscrito on
"""
_LEFT_WORDS = """
    unsubscribed unsubscribe unsub opted_out opt_out optout bounced hard_bounced hard_bounce cleaned
    spam_complaint suppressed blacklisted blocklisted non_subscribed nonsubscribed not_subscribed
    never_subscribed globally_unsubscribed do_not_contact do_not_email junk abgemeldet disiscritto désabonné desabonne
    dado_de_baja uitgeschreven
"""
_NO_WORDS = """
    no n false f 0 never denied withdrawn revoked pending unconfirmed nein falsch falso non faux none redacted invalid
    archived soft_bounced inactive disabled deleted cancelled canceled blocked spam awaiting_confirmation off
"""
_LEFT = frozenset(_LEFT_WORDS.split())
"""Words that nobody writes but of who wants, or can get, no messages any more."""
_YES, _NO = frozenset(_YES_WORDS.split()), frozenset(_NO_WORDS.split()) | _LEFT
_STATES = re.compile(r"(?:^|_)(?:status|state|stato|estado|statut|permission|subscription|consent|opt_?in|newsletter)$")
_GAP = re.compile(r"[\s_\-]+")


class Word(NamedTuple):
    """A customer's word on a channel, or on one topic of it."""

    channel: Channel
    topic: str
    status: ConsentStatus
    at: datetime | None = None
    """When they said it, where the file tells."""


def is_yes(cell: object) -> bool | None:
    """Whether the cell says yes or no; None where it says neither."""
    if isinstance(cell, bool):
        return cell
    word = _plain(str(cell))
    return True if word in _YES else False if word in _NO else None


def _plain(cell: str) -> str:
    word = _GAP.sub("_", cell.strip().casefold())
    return "spam_complaint" if word.startswith("complain") else word


def tells_who_left(name: str, cells: Collection[str]) -> bool:
    """Whether a column says that somebody left; `name` is its plain one, `cells` all the words in it.

    One that is called a status has to say so of one person; in others all cells have to be words on consent.
    """
    words = {_plain(cell) for cell in cells}
    return not words.isdisjoint(_LEFT) and (_STATES.search(name) is not None or words <= _YES | _NO)


def says_yes_or_no(cells: Collection[str]) -> bool:
    """Whether all cells are words of consent."""
    return bool(cells) and {_plain(cell) for cell in cells} <= _YES | _NO


def stricter(words: Sequence[Word]) -> list[Word]:
    """The words of a row: where two columns speak of the same, a no counts."""
    found: dict[tuple[Channel, str], Word] = {}
    for word in words:
        before = found.get((word.channel, word.topic))
        if before is None or before.status is ConsentStatus.SUBSCRIBED:
            found[word.channel, word.topic] = word
    return list(found.values())


def word_of(key: str, yes: bool, at: datetime | None = None) -> Word:
    """The word on `channel` or `channel:topic`."""
    channel, _, topic = key.partition(":")
    status = ConsentStatus.SUBSCRIBED if yes else ConsentStatus.UNSUBSCRIBED
    return Word(Channel(channel), topic or EVERY_TOPIC, status, at)


class ConsentStatement(BaseModel):
    """What whoever brings a file says about the people in it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    answer: Literal["yes", "columns", "no"]
    """They agreed; columns of the file say who did; they did not, or nobody knows."""
    channels: tuple[str, ...] = ()
    """To what they agreed: channels, or `channel:topic`."""
    how: str = ""
    when: date | None = None
    evidence: str = ""
    said_by: str = ""
    said_at: datetime | None = None


@dataclass(frozen=True)
class Consents:
    """What is written down of each customer of a file, beside what their row says."""

    agreed: frozenset[str] = frozenset()
    """Channels, or `channel:topic`, that all agreed to."""
    unknown: frozenset[str] = frozenset()
    """The same, of which nothing is known where a row says nothing: no permission, unless there was one before."""

    def words(self, said: Sequence[Word]) -> list[tuple[Word, bool]]:
        """All words on a customer, and whether it was their row that said it."""
        spoken = {(word.channel, word.topic) for word in said}
        found = [(word, True) for word in said]
        for keys, yes in ((self.agreed, True), (self.unknown - self.agreed, False)):
            stated = (word_of(key, yes) for key in sorted(keys))
            found += [(word, False) for word in stated if (word.channel, word.topic) not in spoken]
        return found


_ASKED = frozenset(channel.value for channel in Channel if channel is not Channel.SILENT_PUSH)


def consents_of(reading: Reading, statement: ConsentStatement | None) -> Consents:
    """What a file's columns, and the statement on it, say of everybody in it."""
    columns = frozenset(each.key for each in reading.columns if each.field == CONSENT and not each.negative)
    if statement is None or statement.answer == "columns":
        return Consents(unknown=columns)
    if statement.answer == "no":
        return Consents(unknown=columns | _ASKED)
    return Consents(agreed=frozenset(statement.channels) - columns, unknown=columns)
