"""What providers say became of messages: kept as they said it, and applied to the ledger."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.addresses import spellings
from domain.vocabulary import ConsentStatus


@dataclass
class MessageRecord:
    """What a report can change of a message, and what it needs to know."""

    id: UUID
    customer_id: UUID
    journey_id: UUID | None
    campaign_id: UUID | None
    node_id: str | None
    channel: str
    provider: str | None
    provider_message_id: str | None
    address: str | None
    reserved_at: datetime
    state: str
    reason: str | None
    sent_at: datetime | None
    delivered_at: datetime | None
    opened_at: datetime | None
    clicked_at: datetime | None


@dataclass(frozen=True)
class ConsentChange:
    """A customer's word about a channel, from wherever it came."""

    customer_id: UUID
    channel: str
    status: ConsentStatus
    source: str
    at: datetime


_COLUMNS = """id, customer_id, journey_id, campaign_id, node_id, channel, provider, provider_message_id, address,
              reserved_at, state, reason, sent_at, delivered_at, opened_at, clicked_at"""
_FIND = text("""
    SELECT id, customer_id, provider, provider_message_id FROM messages
     WHERE id = ANY(CAST(:ids AS uuid[]))
        OR (provider = ANY(CAST(:providers AS text[])) AND provider_message_id = ANY(CAST(:theirs AS text[])))
""")
_LOCK = text(f"""
    SELECT {_COLUMNS} FROM messages WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id FOR NO KEY UPDATE
""")  # noqa: S608 - the columns are named above


@dataclass(frozen=True)
class MessageMatch:
    """A message that a report may be about."""

    id: UUID
    customer_id: UUID
    provider: str | None
    provider_message_id: str | None


async def find(session: AsyncSession, ids: Iterable[UUID], theirs: Sequence[tuple[str, str]]) -> list[MessageMatch]:
    """Messages with one of our ids, or one of the providers' own (as (provider, id))."""
    values = {"ids": list(ids), "providers": [name for name, _ in theirs], "theirs": [id_ for _, id_ in theirs]}
    return [MessageMatch(*row) for row in await session.execute(_FIND, values)]


async def came_at(session: AsyncSession, message_id: UUID) -> datetime | None:
    """When a message was delivered, or was sent as far as is known; None when it wasn't, or there is none."""
    # A delivery that is known from the opening alone says nothing of how long the message had been there.
    found: datetime | None = await session.scalar(
        text("SELECT COALESCE(NULLIF(delivered_at, opened_at), sent_at) FROM messages WHERE id = :id"),
        {"id": message_id},
    )
    return found


async def lock_messages(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, MessageRecord]:
    """Those messages, locked in the order of their ids. Lock their customers before."""
    rows = await session.execute(_LOCK, {"ids": list(ids)})
    return {row.id: MessageRecord(*row) for row in rows}


async def save_messages(session: AsyncSession, entries: Sequence[MessageRecord]) -> None:
    """Write back what reports changed of locked messages."""
    if not entries:
        return
    changes = [
        {
            "id": str(entry.id),
            "state": entry.state,
            "reason": entry.reason,
            "provider_message_id": entry.provider_message_id,
            **{name: _iso(getattr(entry, name)) for name in ("sent_at", "delivered_at", "opened_at", "clicked_at")},
        }
        for entry in entries
    ]
    await session.execute(
        text("""
            UPDATE messages SET state = n.state, reason = n.reason, provider_message_id = n.provider_message_id,
                   said = CASE WHEN messages.reason IS NOT DISTINCT FROM n.reason THEN messages.said END,
                   sent_at = n.sent_at, delivered_at = n.delivered_at, opened_at = n.opened_at,
                   clicked_at = n.clicked_at
              FROM jsonb_to_recordset(CAST(:changes AS jsonb)) AS n(
                   id uuid, state text, reason text, provider_message_id text, sent_at timestamptz,
                   delivered_at timestamptz, opened_at timestamptz, clicked_at timestamptz)
             WHERE messages.id = n.id
        """),
        {"changes": json.dumps(changes)},
    )


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


async def insert_reports(session: AsyncSession, reports: Sequence[Mapping[str, Any]]) -> set[UUID]:
    """Keep reports as they were said; the ids of those that are new."""
    if not reports:
        return set()
    written = await session.execute(
        text("""
            INSERT INTO message_events (id, message_id, kind, machine, occurred_at, received_at, source, raw)
            SELECT n.id, message_id, kind, machine, occurred_at, received_at, source,
                   -- what a provider says later about somebody who was erased names them again
                   CASE WHEN c.erased_at IS NULL THEN raw ELSE '{}' END
              FROM jsonb_to_recordset(CAST(:reports AS jsonb)) AS n(
                   id uuid, message_id uuid, kind text, machine boolean, occurred_at timestamptz,
                   received_at timestamptz, source text, raw jsonb)
              LEFT JOIN messages m ON m.id = n.message_id
              LEFT JOIN customers c ON c.id = m.customer_id
             ORDER BY n.id ON CONFLICT (id) DO NOTHING RETURNING id
        """),
        {"reports": json.dumps([dict(report) for report in reports], default=str)},
    )
    return set(written.scalars())


async def save_words(session: AsyncSession, words: Sequence[ConsentChange]) -> None:
    """Write down what customers said; of two words about one channel the newer counts."""
    newest: dict[tuple[UUID, str], ConsentChange] = {}
    for word in sorted(words, key=lambda word: word.at):
        newest[word.customer_id, word.channel] = word
    if newest:
        ordered = sorted(newest.values(), key=lambda word: (word.customer_id, word.channel))
        await session.execute(
            text("""
                INSERT INTO consents (customer_id, channel, topic, status, source, at)
                SELECT customer_id, channel, '*', status, source, at
                  FROM unnest(CAST(:customers AS uuid[]), CAST(:channels AS text[]), CAST(:statuses AS text[]),
                              CAST(:sources AS text[]), CAST(:times AS timestamptz[]))
                       AS n(customer_id, channel, status, source, at)
                ON CONFLICT (customer_id, channel, topic) DO UPDATE
                   SET status = excluded.status, source = excluded.source, at = excluded.at
                 WHERE consents.at <= excluded.at
            """),
            {
                "customers": [word.customer_id for word in ordered],
                "channels": [word.channel for word in ordered],
                "statuses": [word.status.value for word in ordered],
                "sources": [word.source for word in ordered],
                "times": [word.at for word in ordered],
            },
        )


async def owners_of(session: AsyncSession, channel: str, address: str) -> list[tuple[UUID, UUID | None]]:
    """Whose number it is, as (customer, the last message to them there); whom we wrote to last comes first."""
    rows = await session.execute(
        text("""
            SELECT c.id, last.id FROM customers c LEFT JOIN LATERAL (
                   SELECT m.id, m.reserved_at FROM messages m
                    WHERE m.customer_id = c.id AND m.channel = :channel AND m.address = c.phone
                    ORDER BY m.reserved_at DESC LIMIT 1) AS last ON true
             WHERE c.phone = ANY(CAST(:addresses AS text[])) AND c.erased_at IS NULL
             ORDER BY last.reserved_at DESC NULLS LAST, c.id
        """),
        {"channel": channel, "addresses": spellings(address)},
    )
    return [(row[0], row[1]) for row in rows]


async def customers_at(session: AsyncSession, channel: str, address: str) -> list[UUID]:
    """Customers with this e-mail address or telephone number; none for channels whose addresses are tokens."""
    column = {"email": "email", "sms": "phone", "whatsapp": "phone"}.get(channel)
    if column is None:
        return []
    written = spellings(address) if column == "phone" else [address]
    rows = await session.execute(
        text(f"""
            SELECT id FROM customers WHERE {column} = ANY(CAST(:addresses AS text[])) AND erased_at IS NULL ORDER BY id
        """),  # noqa: S608 - one of the two columns above
        {"addresses": written},
    )
    return list(rows.scalars())


async def set_aside(
    session: AsyncSession, provider: str, rejected: Sequence[tuple[Mapping[str, Any], str]], *, now: datetime
) -> None:
    """Keep what a webhook said and could not be taken, with the reason."""
    if rejected:
        await session.execute(
            text("""
                INSERT INTO webhook_rejects (provider, reason, raw, received_at)
                SELECT :provider, reason, raw, :now
                  FROM jsonb_to_recordset(CAST(:items AS jsonb)) AS n(reason text, raw jsonb)
            """),
            {
                "provider": provider,
                "items": json.dumps([{"reason": reason, "raw": raw} for raw, reason in rejected], default=str),
                "now": now,
            },
        )
