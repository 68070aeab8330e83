"""Past events by the ten thousand, as COPY takes them.

The driver's own rows take three times as long as text that is spelt here, and there are millions.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.events import IncomingEvent
from store.database import driver
from store.database.driver import order
from store.events import json_text
from store.events.events import id_list


class Spelt(NamedTuple):
    """An event in COPY's text format, without the customer, who is found out later."""

    before: str
    """The cells before the customer's."""
    after: str
    """Those behind it that the event knows."""


def spell(event: IncomingEvent) -> Spelt:
    """The event as text."""
    properties = json_cell(json_text.dumps(event.properties))
    return spelt(str(event.id), event.occurred_at.isoformat(), cell(event.name), properties)


def spelt(id_: str, moment: str, name: str, properties: str) -> Spelt:
    """The same from its parts: the name is spelt by `cell`, the properties by `json_cell`."""
    return Spelt(f"{id_}\t{moment}\t", f"\t{name}\t{properties}\t")


def json_cell(text: str) -> str:
    """JSON text as a cell: it holds no tab and no line end, only escapes of them."""
    return text.replace("\\", r"\\")


def cell(value: str) -> str:
    """A text as a cell."""
    return value.translate(_ESCAPES) if _SPECIAL.search(value) else value


_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_SPECIAL = re.compile(r"[\\\t\n\r]")

_COPY = "COPY events (id, occurred_at, customer_id, name, properties, source, received_at) FROM STDIN"


async def copy_events(
    session: AsyncSession, events: Iterable[tuple[Spelt, str]], *, source: str, received_at: datetime
) -> None:
    """Write events, each with its customer. Their receipts are taken, and the customers are held.

    Args:
        session: the transaction.
        events: what happened, and whose id.
        source: what they are marked with.
        received_at: UTC.

    """
    connection = await driver.connection_of(session)
    end = f"{cell(source)}\t{received_at.isoformat()}\n"
    text = "".join([f"{before}{customer}{after}{end}" for (before, after), customer in events])
    with driver.known_errors(_COPY):
        async with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            await copy.write(text)


_NOTE = """
    INSERT INTO import_customers (import_id, customer_id)
    SELECT %(import)s, id FROM unnest(CAST(%(ids)s AS uuid[])) AS id ORDER BY id ON CONFLICT DO NOTHING
"""


async def note_learners(session: AsyncSession, import_id: UUID, customer_ids: Iterable[str]) -> None:
    """Remember whose profile must learn from what an import wrote."""
    await driver.run(session, order(_NOTE, **{"import": import_id, "ids": id_list(customer_ids)}))
