"""All that is known of a customer: handed out, or removed.

Whoever adds a table that says something about customers adds it here: a test looks through the whole database.
"""

import json
import re
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import ErasedName, Erasure

_OWN = (
    "customer_identities",
    "devices",
    "consents",
    "scores",
    "events",
    "messages",
    "journeys",
    "coupons",
    "promotion_codes",
    "promotion_orders",
    "entry_rejections",
    "audience_members",
    "segment_members",
    "import_customers",
    "earlier_addresses",
    "possible_opt_outs",
    "experiment_assignments",
    "survey_invitations",
    "survey_answers",
)
"""Tables with a `customer_id`."""
OF_CUSTOMERS = _OWN
_BECAME = """surviving_id = :id OR CAST(surviving_id AS text) IN (
                    SELECT value FROM customer_identities WHERE customer_id = :id AND kind = 'previous')"""
"""Merges that led to the customer, over however many steps."""
_EXPORTS = {
    **{table: f"SELECT to_jsonb(t) FROM {table} t WHERE customer_id = :id" for table in _OWN},  # noqa: S608
    "journey_steps": """SELECT to_jsonb(s) FROM journey_steps s JOIN journeys j ON j.id = s.journey_id
                         WHERE j.customer_id = :id ORDER BY s.journey_id, s.seq""",
    "message_events": """SELECT to_jsonb(e) FROM message_events e JOIN messages m ON m.id = e.message_id
                          WHERE m.customer_id = :id ORDER BY e.occurred_at""",
    "merges": f"SELECT to_jsonb(m) FROM customer_merges m WHERE {_BECAME}",  # noqa: S608
    "suppressions": """SELECT to_jsonb(s) FROM suppressions s JOIN customers c ON c.id = :id
                        WHERE lower(s.address) IN (lower(c.email), c.phone)""",
}

EXPORTED = tuple(_EXPORTS)
"""The tables of an export, in its order."""


# What is removed, in this order: what finds by address comes before the addresses go. Rows that count something stay,
# with nothing in them that says who it was.
def _names(raw: str) -> str:
    """SQL: whether that JSON mentions the customer, their telephone number however it is typed."""
    return f"""lower({raw}::text) LIKE ANY(CAST(:needles AS text[])) OR (cardinality(CAST(:digits AS text[])) > 0
               AND regexp_replace({raw}::text, '[^0-9]', '', 'g') LIKE ANY(CAST(:digits AS text[])))"""


_MARKS = """'message_id', 'node_id', 'campaign_id', 'journey_id', 'run_id', 'channel', 'machine', 'first'"""
ERASE: Sequence[tuple[str, str]] = (
    (
        "suppressions",
        # Whoever complained and is imported again must still get nothing: see store.messages.suppressions.forgotten.
        """WITH theirs AS (
               SELECT unnest(ARRAY[email, phone]) AS address FROM customers WHERE id = :id
               UNION ALL
               -- addresses of before, too: messages were sent to them
               SELECT address FROM messages WHERE customer_id = :id
               UNION ALL
               SELECT address FROM earlier_addresses WHERE customer_id = :id),
           gone AS (
               DELETE FROM suppressions s
                WHERE lower(s.address) = ANY(ARRAY(SELECT lower(address) FROM theirs WHERE address IS NOT NULL))
                  AND NOT EXISTS (SELECT 1 FROM customers o
                                   WHERE o.id <> :id AND s.address IN (o.email, o.phone))
               RETURNING s.channel, s.address, s.reason, s.source, s.at)
           INSERT INTO suppressions (channel, address, reason, source, at)
           SELECT channel,
                  'sha256:' || encode(sha256(convert_to('campaign-flow:suppressed:' || address, 'UTF8')), 'hex'),
                  reason, source, at
             FROM gone ON CONFLICT DO NOTHING""",
    ),
    ("suppressions", "DELETE FROM suppressions WHERE address IN (SELECT token FROM devices WHERE customer_id = :id)"),
    (
        "possible_opt_outs",
        f"""DELETE FROM possible_opt_outs p USING customers c
            WHERE c.id = :id AND (p.customer_id = c.id OR p.address = c.phone OR {_names("text")})""",  # noqa: S608
    ),
    ("webhook_rejects", f"DELETE FROM webhook_rejects WHERE {_names('raw')}"),  # noqa: S608
    (
        "import_rejects",
        f"""DELETE FROM import_rejects WHERE {_names("raw")}
               OR EXISTS (SELECT 1 FROM jsonb_each_text(raw) AS cell
                           WHERE cell.key IN ('user_id', 'userId', 'external_id', 'anonymous_id', 'anonymousId')
                             AND cell.value = ANY(CAST(:words AS text[])))""",  # noqa: S608
    ),
    (
        "message_events",
        """UPDATE message_events e SET raw = '{}' FROM messages m
            WHERE m.id = e.message_id AND m.customer_id = :id AND e.raw <> '{}'""",
    ),
    (
        "messages",
        """UPDATE messages SET address = NULL, content = '{}', reason = NULL, said = NULL
            WHERE customer_id = :id AND (address IS NOT NULL OR content <> '{}' OR reason IS NOT NULL)""",
    ),
    (
        "events",
        f"""UPDATE events SET properties = (
                SELECT coalesce(jsonb_object_agg(key, value), '{{}}') FROM jsonb_each(properties)
                 WHERE name LIKE 'message\\_%' AND key IN ({_MARKS}))
             WHERE customer_id = :id AND properties <> '{{}}'""",  # noqa: S608
    ),
    (
        "journey_steps",
        """UPDATE journey_steps s SET why = '', said = NULL, details = '{}' FROM journeys j
            WHERE j.id = s.journey_id AND j.customer_id = :id""",
    ),
    (
        "journeys",
        """UPDATE journeys SET trigger = '{}', why = '', said = NULL, entry_key = NULL, entry = 'erased:' || id
            WHERE customer_id = :id""",
    ),
    ("promotion_orders", "UPDATE promotion_orders SET request = request - 'customer' WHERE customer_id = :id"),
    ("entry_rejections", "UPDATE entry_rejections SET about = NULL, reason = code WHERE customer_id = :id"),
    (
        "intake_notes",
        f"""UPDATE intake_notes n
              SET examples = (SELECT coalesce(jsonb_agg(e), '[]') FROM jsonb_array_elements(n.examples) AS e
                               WHERE NOT ({_names("e")}))
            WHERE {_names("n.examples")}""",  # noqa: S608
    ),
    ("devices", "DELETE FROM devices WHERE customer_id = :id"),
    ("customer_merges", f"DELETE FROM customer_merges WHERE {_BECAME}"),  # noqa: S608
    ("customer_identities", "DELETE FROM customer_identities WHERE customer_id = :id"),
    ("earlier_addresses", "DELETE FROM earlier_addresses WHERE customer_id = :id"),
    ("consents", "DELETE FROM consents WHERE customer_id = :id"),
    ("survey_answers", "DELETE FROM survey_answers WHERE customer_id = :id"),
    ("survey_invitations", "DELETE FROM survey_invitations WHERE customer_id = :id"),
    ("customer_scores", "DELETE FROM customer_scores WHERE customer_id = :id"),
    ("segment_members", "DELETE FROM segment_members WHERE customer_id = :id"),
    ("import_customers", "DELETE FROM import_customers WHERE customer_id = :id"),
    (
        "customers",
        """UPDATE customers SET external_id = NULL, email = NULL, phone = NULL, first_name = NULL, last_name = NULL,
                  gender = NULL, birth_date = NULL, city = NULL, country = NULL, locale = NULL, timezone = NULL,
                  preferred_channels = '{}', tags = '{}', attributes = '{}', traits = '{}', last_seen_at = NULL,
                  identified_at = NULL, erased_at = now(), updated_at = now()
            WHERE id = :id""",
    ),
)


_PHONE = re.compile(r"\+[0-9]{9,15}")
_DIALLED = 9
"""Digits at the end of a telephone number that tell it from others."""
_TELLING = 8
"""Characters from which on a word names one person, wherever it is found."""


async def export(session: AsyncSession, customer_id: UUID) -> AsyncIterator[tuple[str, Any]]:
    """All rows about a customer, one by one: (`customer`, the profile) first, then (table, row), table by table.

    Rows are read as they are asked for: a customer may have a million events.
    """
    profile = await session.execute(text("SELECT to_jsonb(c) FROM customers c WHERE id = :id"), {"id": customer_id})
    yield "customer", profile.scalar_one()
    for name in EXPORTED:
        rows = await session.stream_scalars(
            text(_EXPORTS[name]), {"id": customer_id}, execution_options={"yield_per": 500}
        )
        async for row in rows:
            yield name, row


async def known_words(session: AsyncSession, customer_id: UUID) -> list[str]:
    """What names the customer in what others wrote: addresses, ids, push tokens."""
    rows = await session.execute(
        text("""
            SELECT unnest(ARRAY[email, phone, external_id]) AS word FROM customers WHERE id = :id
            UNION SELECT value FROM customer_identities WHERE customer_id = :id
            UNION SELECT token FROM devices WHERE customer_id = :id
            UNION SELECT address FROM earlier_addresses WHERE customer_id = :id
            UNION SELECT address FROM messages WHERE customer_id = :id AND address IS NOT NULL
        """),
        {"id": customer_id},
    )
    return [word for word in rows.scalars() if word]


async def lock_for_erasure(session: AsyncSession, customer_id: UUID) -> bool:
    """Hold the customer against everybody; False when they are gone already."""
    found = await session.execute(
        text("SELECT 1 FROM customers WHERE id = :id AND erased_at IS NULL FOR UPDATE"), {"id": customer_id}
    )
    return found.one_or_none() is not None


async def open_journeys(session: AsyncSession, customer_id: UUID) -> list[tuple[UUID, str]]:
    """Journeys that must hear of it: id and workflow id."""
    rows = await session.execute(
        text("SELECT id, workflow_id FROM journeys WHERE customer_id = :id AND state <> 'ended' ORDER BY id"),
        {"id": customer_id},
    )
    return [(row.id, row.workflow_id) for row in rows]


async def erase(session: AsyncSession, customer_id: UUID, words: Sequence[str]) -> dict[str, int]:
    """Remove what says who a customer was; rows changed or deleted, by table.

    Args:
        session: the transaction; the customer is locked in it.
        customer_id: whom.
        words: what names them in raw data of others (`known_words`).

    """
    # As raw JSON spells them. A short one could be anything: it is looked for where ids stand, not in all texts.
    needles = [f"%{_escaped(json.dumps(word)[1:-1].lower())}%" for word in words if len(word) >= _TELLING]
    # A number typed as it is dialled at home has other digits in front: its last ones tell enough.
    digits = [f"%{word[-_DIALLED:]}" + "%" for word in words if _PHONE.fullmatch(word)]
    values = {"id": customer_id, "needles": needles, "digits": digits, "words": list(words)}
    removed: dict[str, int] = {}
    for table, statement in ERASE:
        result = await session.execute(text(statement), values)
        if isinstance(result, CursorResult) and result.rowcount > 0:
            removed[table] = removed.get(table, 0) + result.rowcount
    return removed


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def names_known(session: AsyncSession, customer_id: UUID) -> list[str]:
    """All names that a customer had in the shop, and the ids of those who became them."""
    rows = await session.execute(
        text("""
            SELECT external_id FROM customers WHERE id = :id AND external_id IS NOT NULL
            UNION SELECT value FROM customer_identities WHERE customer_id = :id AND kind = 'previous'
            UNION SELECT CAST(:id AS text)
        """),
        {"id": customer_id},
    )
    return list(rows.scalars())


async def prove(session: AsyncSession, erasure: Erasure, hashes: Sequence[str]) -> Erasure:
    """Keep the proof, and by which names (their hashes) the customer must never come back."""
    session.add(erasure)
    await session.flush()
    session.add_all([ErasedName(hash=each, erasure_id=erasure.id) for each in sorted({erasure.subject_hash, *hashes})])
    await session.flush()
    await session.refresh(erasure)
    return erasure


async def proof(session: AsyncSession, subject_hash: str) -> Erasure | None:
    """The newest proof about whoever had a name of this hash."""
    named = select(col(ErasedName.erasure_id)).where(col(ErasedName.hash) == subject_hash)
    found = await session.scalars(
        select(Erasure).where(col(Erasure.id).in_(named)).order_by(col(Erasure.at).desc()).limit(1)
    )
    return found.first()
