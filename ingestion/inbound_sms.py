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
from ingestion.pipeline import ingest
from ingestion.unmatched_reports import normalised
from providers.base import Meaning, Reply
from store.customers import customers
from store.messages import message_events as ledger
from store.messages import possible_opt_outs, suppressions
from store.messages.message_events import ConsentChange

STOP_WORDS: dict[str, str] = {
    "en": "stop stopall unsubscribe unsub cancel end quit revoke optout",  # CTIA, FCC
    "fr": "arret arreter arretez desabonner desabonnement desinscrire desinscription",
    "es": "alto baja cancelar salir desuscribir detener",
    "pt": "parar sair pare cancele descadastrar remover",
    "de": "stopp abmelden abmeldung abbestellen abbestellung",
    "it": "annulla basta fermare disiscrivimi disiscrivi disiscrizione cancellami",
    "tr": "iptal ret dur red vazgeç",
    "nl": "afmelden stoppen uitschrijven",
    "sv": "stoppa avregistrera avsluta",
    "da": "afmeld frameld",
    "nb": "avmeld avslutt",
    "fi": "lopeta peruuta",
    "pl": "wypisz rezygnuję rezygnacja zrezygnuj",
    "cs": "odhlásit zrušit",
    "hu": "leiratkozás leiratkozom",
    "ro": "dezabonare dezabonează",
    "ru": "стоп отписаться отписка отпишите хватит",
    "uk": "стіп відписатися відписка",
    "el": "στοπ διακοπή διαγραφή σταμάτα",
    "he": "הסר הסרה עצור בטל",
    "ar": "توقف إيقاف الغاء إلغاء قف",
    "ja": "停止 配信停止 停止配信 解除 ストップ",
    "ko": "수신거부 중지 거부 해지",
    "zh": "退订 退訂 取消订阅 取消訂閱 td",
    "hi": "बंद रोकें",
    "th": "หยุด ยกเลิก",
    "vi": "hủy",
    "id": "berhenti",
}
"""By language. A test holds one of every language in which the product speaks."""
_LOOKALIKES = str.maketrans("аеорсухѕіјτοριν", "aeopcyxsijtopiv")
"""Cyrillic and Greek letters, for words that mix them with Latin ones."""


def _folded(text: str) -> str:
    """The text in lower case, without accents and marks: 𝗦𝗧𝗢𝗣, ＳＴＯＰ and Stóp alike."""
    # Compatibility first: mathematical capitals have no lower case. The Turkish dotless i has no accent to take off.
    plain = unicodedata.normalize("NFKD", text).casefold().replace("ı", "i").replace("’", "'")
    letters = "".join(letter for letter in plain if not unicodedata.category(letter).startswith(("M", "Cf")))
    letters = _OPT_OUT.sub("optout", letters)
    return letters.translate(_LOOKALIKES) if _MIXED.search(letters) else letters


_OPT_OUT = re.compile(r"\bopt[\s-]+out\b")
_MIXED = re.compile(r"[a-z][а-яѕіјα-ω]|[а-яѕіјα-ω][a-z]")
_WORDS: dict[Meaning, str] = {
    "stop": " ".join(STOP_WORDS.values()),
    "start": "start unstop yes subscribe optin",  # a mere "ja" or "si" is no consent
    "help": "help info aide ayuda ajuda hilfe aiuto yardim hulp",
}
_MEANINGS: dict[str, Meaning] = {_folded(word): meaning for meaning, words in _WORDS.items() for word in words.split()}
_MEANINGS |= {"remove": "stop", "tuchoi": "stop", "t": "stop"}  # "t": China's carriers: "reply T to unsubscribe"
_BUTTONS = (
    "stop promotions",
    "arrêter les promotions",
    "detener promociones",
    "parar promoções",
    "werbeaktionen stoppen",
    "werbung stoppen",
    "aktionen stoppen",
    "interrompi promozioni",
    "interrompi le promozioni",
    "promoties stoppen",
    "promosyonları durdur",
    "zatrzymaj promocje",
)
"""What WhatsApp's own button under a marketing message answers, by the language of the telephone."""
_MEANINGS |= {"".join(each for each in _folded(button) if each.isalnum()): "stop" for button in _BUTTONS}
_STOP_WORDS = frozenset(_folded(word) for word in _WORDS["stop"].split())
_AMBIGUOUS_WORDS = """
    end quit cancel dur ret red vazgeç baja alto basta salir sair pare cancele remover detener arreter arretez annulla
    fermare avsluta avslutt lopeta peruuta hủy td хватит قف 解除 거부 해지 ยกเลิก zrušit
"""
_AMBIGUOUS_FIRST = frozenset(_folded(word) for word in _AMBIGUOUS_WORDS.split())
"""They begin many a sentence that asks for something else ("Cancel my order", "Alto ahí"): whole answers only, or
before a full stop or a line's end."""
_STOP_FIRST = _STOP_WORDS - _AMBIGUOUS_FIRST
_UNSPACED = tuple(word for word in _STOP_WORDS if re.search(r"[\u0e00-\u0e7f\u1100-\u11ff\u3040-\u9fff]", word))
"""Of languages that put no spaces between words."""
_WORD = re.compile(r"[^\W_]+")
_FIRST = re.compile(r"[\W_]*([^\W_]+)")
_FIRST_SENTENCE = re.compile(r"[\W_]*[^\W_]+[ \t]*[.!\n\r]")
"""One word, and then a sentence's or a line's end."""
_GOES_ON = re.compile(r"[\W_]*stop[ \t]+(by|in|over|at the)\b")
"""The one thing that "stop" begins and that is none: "Stop by our house"."""
_PHRASES = (
    r"\b(?:remove|delete|take) (?:me|my)\b|\btake me off\b|\bleave me alone\b|\bno more\b|\bno thanks?\b",
    r"\b(?:do not|dont|don't|never) (?:text|contact|message|msg|send|call|write|bother)\b|\bnot interested\b",
    r"\bwrong (?:number|person)\b|\bstopped?\b|\bunsubscribed?\b|\bspam\b|\bharass|\breport (?:you|this)\b",
    r"\boff (?:your|the) list\b|\bf+u+c+k+ (?:off|you)\b|🛑|🖕|⛔|🚫",
    r"\bkeine? (?:sms|nachricht|werbung|weiteren)|\bnicht mehr\b|\bkundig|\blasst mich\b",
    r"\bplus de (?:sms|message|pub)|\bne (?:plus|m'envoyez|m'ecrivez)|\bdesabonne[rz]?\b",
    r"\bno mas\b|\bno (?:me )?(?:envie|mande|escrib)|\bborrame\b|\beliminame\b",
    r"\bnao (?:quero|envie|mande)|\bchega\b",
    r"\bnon (?:mandat|scriv|invia|voglio|mi )|\bbasta\b|\bcancellate|\btoglietemi\b",
    r"\bmesaj (?:atma|istem)|\bistemiyorum\b|\bgeen (?:sms|berichten)|\bне (?:пишите|присылайте|надо)",
)
_ASKS = re.compile("|".join(_PHRASES))
"""Phrases by which people ask to be left alone, without accents. They are read by a person, not obeyed."""
_MISSPELT_WORDS = "stpo sotp tsop stoop sttop st0p stp spot stops stopt stoppt sop"
_MISSPELT = frozenset(_MISSPELT_WORDS.split())
_REASON = "stop"
_TAKEN_BACK = (_REASON, "unsubscribed")
"""Reasons that START ends: their STOP, whether it reached us or only the provider, who then refused a message."""


def classify_reply(text: str) -> Meaning | None:
    """What a keyword asks for; None for any other text."""
    letters = _folded(text)
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
    """Whether an answer that is no keyword seems to ask to stop: a person should read it.

    It has one of STOP's words in it, asks to be left alone in other words, or is a misspelt STOP.
    """
    if classify_reply(text) is not None:
        return False
    letters = _folded(text)
    words = _WORD.findall(letters)
    if any(word in _STOP_WORDS for word in words) or any(word in letters for word in _UNSPACED):
        return True
    return _ASKS.search(letters) is not None or (len(words) == 1 and words[0] in _MISSPELT)


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
