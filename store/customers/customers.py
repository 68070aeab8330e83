"""Profiles: read under lock, changed in memory, written back in one statement."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, LiteralString
from uuid import UUID

from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import Device
from store.database import driver
from store.database.driver import Statement, order
from store.events import json_text
from store.events.events import id_list, text_list

_FIELDS = "email, phone, first_name, last_name, gender, birth_date, city, country, locale, timezone"


@dataclass
class Profile:
    """What a customer's row holds, to be changed and given to `save_profiles`."""

    id: UUID
    external_id: str | None = None
    email: str | None = None
    phone: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    gender: str | None = None
    birth_date: date | None = None
    city: str | None = None
    country: str | None = None
    locale: str | None = None
    timezone: str | None = None
    tags: list[str] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)
    traits: dict[str, Any] = field(default_factory=dict)
    last_seen_at: datetime | None = None
    preferred_channels: list[str] = field(default_factory=list)
    identified_at: datetime | None = None


@dataclass(frozen=True)
class DeviceToken:
    """A push token that a customer's app or browser has."""

    token: str
    customer_id: UUID
    platform: str


_LOCK: LiteralString = f"""
    SELECT id, external_id, {_FIELDS}, tags, attributes, traits, last_seen_at,
           preferred_channels, identified_at
      FROM customers WHERE id = ANY(CAST(%(ids)s AS uuid[])) AND erased_at IS NULL
     ORDER BY id FOR NO KEY UPDATE
"""  # noqa: S608 - the columns are named above


async def lock_profiles(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, Profile]:
    """The living customers among `ids`, locked in the order of their ids until the transaction ends."""
    return await driver.run(session, Statement(_LOCK, {"ids": id_list(set(ids))}, _profiles))


def _profiles(rows: driver.Rows) -> dict[UUID, Profile]:
    return {row[0]: Profile(*row) for row in rows}


_NAMED = """
    SELECT external_id, CAST(id AS text) FROM customers
     WHERE external_id = ANY(CAST(%(names)s AS text[])) AND erased_at IS NULL
"""


def finding_named(names: Iterable[str]) -> Statement[dict[str, str]]:
    """The living customers who are known by these external ids now: external id -> id as text. Locks nobody."""
    return Statement(_NAMED, {"names": text_list(names)}, dict)


async def names_of(session: AsyncSession, ids: Iterable[UUID]) -> list[str]:
    """The external ids of these customers, of those that have one."""
    query = "SELECT external_id FROM customers WHERE id = ANY(CAST(:ids AS uuid[])) AND external_id IS NOT NULL"
    return list(await session.scalars(text(query), {"ids": list(ids)}))


async def ids_named(session: AsyncSession, name: str) -> list[UUID]:
    """Whose external id that is now: nobody's, or one customer's."""
    return list(await session.scalars(text("SELECT id FROM customers WHERE external_id = :name"), {"name": name}))


_HOLD = """
    SELECT count(*) FROM (
        SELECT id FROM customers WHERE id = ANY(CAST(%(ids)s AS uuid[])) AND erased_at IS NULL
         ORDER BY id FOR KEY SHARE) AS held
"""


async def hold(session: AsyncSession, ids: Collection[UUID | str]) -> bool:
    """Keep customers from being joined or erased, though their profiles may change; whether all of them still live."""
    if not ids:
        return True
    return await driver.run(session, Statement(_HOLD, {"ids": id_list(ids)}, lambda rows: bool(rows[0][0] == len(ids))))


BUILT_IN = tuple(name.strip() for name in _FIELDS.split(","))
"""Profile fields with a column of their own."""
_SAVE: LiteralString = f"""
    UPDATE customers SET {", ".join(f"{name} = n.{name}" for name in BUILT_IN)},
           tags = n.tags, attributes = n.attributes, traits = n.traits, last_seen_at = n.last_seen_at,
           preferred_channels = n.preferred_channels, identified_at = n.identified_at, updated_at = %(now)s
      FROM jsonb_to_recordset(CAST(%(rows)s AS jsonb)) AS n(
           id uuid, email text, phone text, first_name text, last_name text, gender text, birth_date date, city text,
           country text, locale text, timezone text, tags text[], attributes jsonb, traits jsonb,
           last_seen_at timestamptz, preferred_channels text[], identified_at timestamptz)
     WHERE customers.id = n.id
"""  # noqa: S608 - the columns are named above


def saving_profiles(profiles: Sequence[Profile], *, now: datetime) -> Statement[None]:
    """Write locked profiles back."""
    return order(_SAVE, rows=json_text.dumps(profiles), now=now)


async def save_profiles(session: AsyncSession, profiles: Sequence[Profile], *, now: datetime) -> None:
    """Write locked profiles back."""
    if profiles:
        await driver.run(session, saving_profiles(profiles, now=now))


@dataclass
class Learner:
    """What of a profile learns from events."""

    id: UUID
    traits: dict[str, Any]
    last_seen_at: datetime | None


_LEARNERS = """
    SELECT id, traits, last_seen_at FROM customers
     WHERE id = ANY(CAST(%(ids)s AS uuid[])) AND erased_at IS NULL ORDER BY id FOR NO KEY UPDATE
"""


async def lock_learners(session: AsyncSession, ids: Iterable[UUID]) -> list[Learner]:
    """The same of what learns from events, which is less to read and to write."""
    values = {"ids": id_list(set(ids))}
    return await driver.run(session, Statement(_LEARNERS, values, lambda rows: [Learner(*row) for row in rows]))


_SAVE_LEARNERS = """
    UPDATE customers SET traits = n.traits, last_seen_at = n.last_seen_at, updated_at = %(now)s
      FROM jsonb_to_recordset(CAST(%(rows)s AS jsonb)) AS n(id uuid, traits jsonb, last_seen_at timestamptz)
     WHERE customers.id = n.id
"""


async def save_learners(session: AsyncSession, learners: Sequence[Learner], *, now: datetime) -> None:
    """Write locked learners back."""
    if learners:
        await driver.run(session, order(_SAVE_LEARNERS, rows=json_text.dumps(learners), now=now))


async def delete_devices(session: AsyncSession, customer_ids: Iterable[UUID]) -> None:
    """Forget the push tokens of customers."""
    if ids := list(customer_ids):
        await session.execute(delete(Device).where(col(Device.customer_id).in_(ids)))


async def save_devices(session: AsyncSession, devices: Sequence[DeviceToken], *, now: datetime) -> None:
    """Note push tokens. One that is known moves to the customer who has it now, and works again."""
    if not devices:
        return
    newest = {device.token: device for device in devices}
    await session.execute(
        text("""
            INSERT INTO devices (token, customer_id, platform, active, updated_at)
            SELECT token, customer_id, platform, true, :now
              FROM unnest(CAST(:tokens AS text[]), CAST(:ids AS uuid[]), CAST(:platforms AS text[]))
                   AS n(token, customer_id, platform) ORDER BY token
            ON CONFLICT (token) DO UPDATE
               SET customer_id = excluded.customer_id, platform = excluded.platform, active = true,
                   updated_at = excluded.updated_at
             WHERE devices.customer_id <> excluded.customer_id OR NOT devices.active
                OR devices.updated_at < excluded.updated_at - interval '1 day'
        """),
        {
            "tokens": list(newest),
            "ids": [device.customer_id for device in newest.values()],
            "platforms": [device.platform for device in newest.values()],
            "now": now,
        },
    )
