"""Answers to SMS. STOP and its kin end all SMS to that number; START takes it back; anything else is an event.

A keyword counts when it is the whole answer, whatever its case, accents, spaces and punctuation: "Stop!" is one,
"nonstop" and "please don't stop" are not. STOP's own words count at the beginning too ("Stop. Thank you", or with a
signature behind); any other answer that has one in it is listed for a person (`may_be_opt_out`). Carriers ask for the
English words everywhere and for the country's own in some (Canada: ARRET; Latin America and Spain: ALTO, BAJA, PARAR).
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain import ids
from domain.events import IncomingEvent, message_event_name
from domain.vocabulary import Channel, ConsentStatus, MessageEventKind
from ingestion.message_events import normalised
from ingestion.pipeline import ingest
from providers.base import Meaning, Reply
from store.customers import customers
from store.messages import message_events as ledger
from store.messages import possible_opt_outs, suppressions
from store.messages.message_events import ConsentChange

STOP_WORDS: dict[str, str] = {
    "en": "stop stopall unsubscribe cancel end quit revoke optout",  # CTIA, FCC
    "fr": "arret desabonner",
    "es": "alto baja cancelar salir",
    "pt": "parar sair",
    "de": "stopp abmelden abbestellen",
    "it": "annulla basta fermare disiscrivimi",
    "tr": "iptal ret dur",
    "nl": "afmelden stoppen",
}
"""By language. A test holds one of every language in which the product speaks."""
_WORDS: dict[Meaning, str] = {
    "stop": " ".join(STOP_WORDS.values()),
    "start": "start unstop yes subscribe optin",  # a mere "ja" or "si" is no consent
    "help": "help info aide ayuda ajuda hilfe aiuto yardim hulp",
}
_MEANINGS: dict[str, Meaning] = {word: meaning for meaning, words in _WORDS.items() for word in words.split()}
_STOP_WORDS = frozenset(_WORDS["stop"].split())
_AMBIGUOUS_FIRST = frozenset(["end", "quit", "cancel", "dur", "ret", "baja", "alto", "basta", "salir", "sair"])
"""They begin many a sentence that asks for something else ("Cancel my order", "Alto ahí"): whole answers only, or
before a full stop or a line's end."""
_STOP_FIRST = _STOP_WORDS - _AMBIGUOUS_FIRST
_WORD = re.compile(r"[^\W_]+")
_FIRST = re.compile(r"[\W_]*([^\W_]+)")
_FIRST_SENTENCE = re.compile(r"[\W_]*[^\W_]+[ \t]*[.!\n\r]")
"""One word, and then a sentence's or a line's end."""
_GOES_ON = re.compile(r"[\W_]*stop[ \t]+(by|in|over|at the)\b")
"""The one thing that "stop" begins and that is none: "Stop by our house"."""
_REASON = "stop"
_TAKEN_BACK = (_REASON, "unsubscribed")
"""Reasons that START ends: their STOP, whether it reached us or only the provider, who then refused a message."""


def classify_reply(text: str) -> Meaning | None:
    """What a keyword asks for; None for any other text."""
    # The Turkish dotless i has no accent that could be taken off.
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    whole = _MEANINGS.get("".join(letter for letter in letters if letter.isalnum()))
    if whole is not None:
        return whole
    if _FIRST_SENTENCE.match(letters) and _first(letters) in _STOP_WORDS:
        return "stop"
    return "stop" if _first(letters) in _STOP_FIRST and not _GOES_ON.match(letters) else None


def _first(letters: str) -> str:
    found = _FIRST.match(letters)
    return found[1] if found is not None else ""


def may_be_opt_out(text: str) -> bool:
    """Whether an answer that is no keyword has one of STOP's words in it: a person should read it."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return classify_reply(text) is None and any(word in _STOP_WORDS for word in _WORD.findall(letters))


def requested_action(reply: Reply) -> Meaning | None:
    """What an answer asks for: as its provider took it, who may know words of its own, else by the keywords here."""
    return reply.keyword or classify_reply(reply.text)


async def record_replies(
    session: AsyncSession, replies: Sequence[Reply], *, now: datetime, time_scale: float = 1.0
) -> int:
    """Take answers in; how many came from numbers of customers. The others are set aside, though their STOP holds.

    Args:
        session: the transaction; the caller commits.
        replies: as a webhook gave them.
        now: the present instant, UTC.
        time_scale: see `ingestion.pipeline.ingest`.

    """
    return sum([await _record(session, reply, now=now, time_scale=time_scale) for reply in replies])


async def _record(session: AsyncSession, reply: Reply, *, now: datetime, time_scale: float) -> bool:
    address = normalised(reply.channel, reply.address)
    meaning = requested_action(reply)
    owners = await ledger.owners_of(session, reply.channel.value, address)
    if owners:
        await customers.lock_profiles(session, {customer for customer, _ in owners})
        events = _events(reply, meaning, *owners[0], now)
        answers = await ingest(session, events, now=now, time_scale=time_scale)
        if answers[0].status == "repeat":  # it must not undo what was said since
            return True
    else:
        await ledger.set_aside(session, reply.provider, [(reply.raw, "an answer from a number of nobody")], now=now)
    if meaning in ("stop", "start"):
        words = [_word(reply, meaning, customer, now) for customer, _ in owners]
        await _obey(session, reply.channel, address, meaning, words)
        decided: possible_opt_outs.ReviewState = "opted_out" if meaning == "stop" else "dismissed"
        source = _source(reply.channel, meaning)
        await possible_opt_outs.close(session, reply.channel, address, decided, by=source, now=now)
    elif meaning is None and may_be_opt_out(reply.text):
        owner = owners[0][0] if owners else None
        await possible_opt_outs.note(
            session, reply.event_id, reply.channel, address, reply.text, customer_id=owner, now=now
        )
    return bool(owners)


def _word(reply: Reply, meaning: Meaning, customer_id: UUID, now: datetime) -> ConsentChange:
    status = ConsentStatus.UNSUBSCRIBED if meaning == "stop" else ConsentStatus.SUBSCRIBED
    return ConsentChange(customer_id, reply.channel.value, status, _source(reply.channel, meaning), now)


def _source(channel: Channel, meaning: Meaning) -> str:
    return f"{channel.value}:{meaning.upper()}"


async def _obey(
    session: AsyncSession, channel: Channel, address: str, meaning: Meaning, words: Sequence[ConsentChange]
) -> None:
    """The number itself is stopped too: it may be a newcomer's tomorrow."""
    if meaning == "stop":
        await suppressions.suppress(session, channel, address, _REASON, source=_source(channel, meaning))
    else:
        await suppressions.lift(session, channel, address, reasons=_TAKEN_BACK)
    await ledger.save_words(session, words)


def _events(
    reply: Reply, meaning: Meaning | None, customer_id: UUID, message_id: UUID | None, now: datetime
) -> list[IncomingEvent]:
    properties = {"channel": reply.channel.value, "text": reply.text, "keyword": meaning}
    if message_id is not None:
        properties["message_id"] = str(message_id)
    what = [(MessageEventKind.REPLIED, reply.event_id)]
    if meaning == "stop":
        what.append((MessageEventKind.UNSUBSCRIBED, ids.event_id("stop", str(reply.event_id))))
    return [
        IncomingEvent(
            id=event_id,
            name=message_event_name(engagement),
            customer_id=customer_id,
            occurred_at=now,
            properties=properties,
            source=f"webhook:{reply.provider}",
        )
        for engagement, event_id in what
    ]
