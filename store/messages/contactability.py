"""Who may be contacted, and where: consent, suppression, devices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contact import EVERY_TOPIC
from domain.i18n import Sentence, sentence
from domain.vocabulary import ALWAYS_OPT_IN, BlockReason, Category, Channel, ConsentStatus
from models import Customer
from store.messages.suppressions import listed


@dataclass(frozen=True)
class Contactability:
    """Can this customer be contacted on a channel: at which address, or why not."""

    reachable: bool
    address: str | None
    why: Sentence | None
    block_reason: BlockReason | None = None


@dataclass
class _Facts:
    """What the database knows of one customer."""

    words: dict[tuple[str, str], str] = field(default_factory=dict)
    """(channel, topic) -> status, for the whole channel and for the topic asked about."""
    suppressed: dict[str, str] = field(default_factory=dict)
    device: str | None = None
    asked_for: bool = False
    """The topic goes to those only who asked for it."""
    opt_in: set[str] = field(default_factory=set)
    """Channels on which marketing needs consent."""


_FACTS = text(
    """
    SELECT 'word' AS kind, channel, topic AS value, status FROM consents
     WHERE customer_id = :customer AND topic IN ('*', :topic)
    UNION ALL
    (SELECT 'device', 'push', token, '' FROM devices
     WHERE customer_id = :customer AND active ORDER BY updated_at DESC, token LIMIT 1)
    UNION ALL
    SELECT 'suppressed', channel, reason, '' FROM suppressions
     WHERE (channel = 'email' AND address = ANY(CAST(:emails AS text[])))
        OR (channel IN ('sms', 'whatsapp') AND address = ANY(CAST(:phones AS text[])))
    UNION ALL
    SELECT 'asked_for', '', key, '' FROM topics WHERE key = :topic AND opt_in
    UNION ALL
    SELECT 'opt_in', channel, '', ''
      FROM contact_policy, jsonb_array_elements_text(policy -> 'opt_in_channels') AS channel
    """
).bindparams(bindparam("customer", type_=PG_UUID(as_uuid=True)))


async def contactability(
    session: AsyncSession,
    customer: Customer,
    channels: Sequence[Channel],
    category: Category,
    *,
    topic: str | None = None,
) -> Mapping[Channel, Contactability]:
    """For each channel, whether the customer may and can be contacted on it now; one statement for all.

    A customer's word against a channel, or against this topic of it, holds for marketing: the stricter of the two. A
    topic that is opt-in needs their word for it, and so does a channel that the contact policy makes opt-in, and
    WhatsApp always; there, consent to the topic is consent too. Suppression holds for everything. A push goes to the
    device seen last. A silent push follows the customer's word on push.
    """
    facts = await _read(session, customer, topic)
    return {
        channel: _judge(channel, _address(customer, channel, facts), facts, category, topic) for channel in channels
    }


async def _read(session: AsyncSession, customer: Customer, topic: str | None) -> _Facts:
    rows = await session.execute(
        _FACTS,
        {
            "customer": customer.id,
            "emails": listed(Channel.EMAIL, customer.email or ""),
            "phones": listed(Channel.SMS, customer.phone or ""),
            "topic": topic or EVERY_TOPIC,
        },
    )
    facts = _Facts()
    for kind, channel, value, status in rows:
        if kind == "word":
            facts.words[channel, value] = status
        elif kind == "suppressed":
            facts.suppressed[channel] = value
        elif kind == "device":
            facts.device = value
        elif kind == "opt_in":
            facts.opt_in.add(channel)
        else:
            facts.asked_for = True
    return facts


def _address(customer: Customer, channel: Channel, facts: _Facts) -> str | None:
    match channel:
        case Channel.EMAIL:
            return customer.email
        case Channel.SMS | Channel.WHATSAPP:
            return customer.phone
        case Channel.PUSH | Channel.SILENT_PUSH:
            return facts.device
        case Channel.IN_APP:
            return str(customer.id)


_MISSING = {
    Channel.EMAIL: sentence("no_email_address"),
    Channel.SMS: sentence("no_phone_number"),
    Channel.WHATSAPP: sentence("no_phone_number"),
    Channel.PUSH: sentence("no_device"),
    Channel.SILENT_PUSH: sentence("no_device"),
    Channel.IN_APP: sentence("no_inbox"),
}


def _judge(
    channel: Channel, address: str | None, facts: _Facts, category: Category, topic: str | None
) -> Contactability:
    if address is None:
        return Contactability(False, None, _MISSING[channel], BlockReason.NO_ADDRESS)
    name = Channel.PUSH.value if channel is Channel.SILENT_PUSH else channel.value
    if name in facts.suppressed:
        return Contactability(
            False, address, sentence("suppressed", words=facts.suppressed[name]), BlockReason.SUPPRESSION
        )
    refusal = _refusal(facts, name, topic) if category is Category.MARKETING else None
    if refusal is not None:
        return Contactability(False, address, refusal, BlockReason.CONSENT)
    return Contactability(True, address, None)


def _refusal(facts: _Facts, channel: str, topic: str | None) -> Sentence | None:
    """The customer's word that forbids it, in words; None where nothing does."""
    if facts.words.get((channel, EVERY_TOPIC)) == ConsentStatus.UNSUBSCRIBED:
        return sentence("unsubscribed")
    word = facts.words.get((channel, topic or EVERY_TOPIC))
    if topic is not None and word == ConsentStatus.UNSUBSCRIBED:
        return sentence("unsubscribed_from", topic=topic)
    consented = ConsentStatus.SUBSCRIBED in (word, facts.words.get((channel, EVERY_TOPIC)))
    if (channel in facts.opt_in or channel in ALWAYS_OPT_IN) and not consented:
        return sentence("no_consent")
    if topic is not None and facts.asked_for and word != ConsentStatus.SUBSCRIBED:
        return sentence("not_asked_for", topic=topic)
    return None
