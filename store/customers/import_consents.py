"""Consents that a file tells, written so that no file ever takes back a customer's own no."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.vocabulary import Channel, ConsentStatus


class ConsentWord(NamedTuple):
    """What a file says on a customer and a channel, or one topic of it."""

    customer_id: UUID
    channel: Channel
    topic: str
    status: ConsentStatus
    at: datetime | None
    """When the customer said it, where the file tells."""
    said: bool
    """Whether the customer's own row says it; not what is said of everybody in the file."""


_INSERT = """
    INSERT INTO consents (customer_id, channel, topic, status, source, at)
    SELECT customer, channel, topic, status, :source, at
      FROM unnest(CAST(:customers AS uuid[]), CAST(:channels AS text[]), CAST(:topics AS text[]),
                  CAST(:statuses AS text[]), CAST(:moments AS timestamptz[]))
           AS n(customer, channel, topic, status, at)
     ORDER BY customer, channel, topic
"""
_KEY = "ON CONFLICT (customer_id, channel, topic)"
_NEW = "status = excluded.status, source = excluded.source, at = excluded.at"
_NO = text(f"{_INSERT} {_KEY} DO UPDATE SET {_NEW} WHERE consents.status <> 'unsubscribed'")
_DATED = text(
    f"{_INSERT} {_KEY} DO UPDATE SET {_NEW} WHERE consents.at < excluded.at AND consents.status <> excluded.status"
)
_IF_SILENT = text(f"{_INSERT} {_KEY} DO NOTHING")


async def write(session: AsyncSession, words: Sequence[ConsentWord], *, source: str, now: datetime) -> None:
    """Write them down.

    A row's no counts; one with a date only where nothing newer is known. A yes counts where nothing is known, or where
    its date is after the no. What is said of everybody in the file counts where nothing is known. A date that is yet to
    come is none.
    """
    words = [word._replace(at=None) if word.at is not None and word.at > now else word for word in words]
    last = {(word.customer_id, word.channel, word.topic, word.said, word.at is None): word for word in words}
    groups: dict[str, dict[tuple[UUID, Channel, str], ConsentWord]] = {"no": {}, "dated": {}, "silent": {}}
    for word in last.values():
        is_no = word.status is ConsentStatus.UNSUBSCRIBED
        group = "silent" if not word.said else "dated" if word.at is not None else "no" if is_no else "silent"
        groups[group].setdefault((word.customer_id, word.channel, word.topic), word)
    for group, statement in (("no", _NO), ("dated", _DATED), ("silent", _IF_SILENT)):
        if told := list(groups[group].values()):
            await session.execute(
                statement,
                {
                    "source": source,
                    "customers": [word.customer_id for word in told],
                    "channels": [word.channel.value for word in told],
                    "topics": [word.topic for word in told],
                    "statuses": [word.status.value for word in told],
                    "moments": [word.at or now for word in told],
                },
            )
