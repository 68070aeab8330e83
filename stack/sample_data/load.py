"""Fill an empty database with the shop, by COPY."""

import argparse
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from ingestion import traits
from stack.sample_data import history, orders, people

SEED = 84_51
_TOP_SHARE = 0.05


@dataclass(frozen=True)
class ShopSize:
    """How much of the shop to load."""

    audience: int = 400
    """Customers who bought in the last 30 days and have not signed in for 15."""
    days: int = 90
    """How far back orders go; at most the 365 that the package holds."""


@dataclass(frozen=True)
class Loaded:
    """What was loaded."""

    customers: int
    orders: int
    events: int


def load(database_url: str, size: ShopSize, now: datetime | None = None) -> Loaded:
    """Load the shop in one transaction. The database must be migrated and hold none of its customers yet."""
    moment = now or datetime.now(UTC)
    bought = orders.orders(moment, size.days)
    everyone = people.people(orders.households(), orders.demographics(), SEED, moment.date())
    dormant = history.choose_dormant(everyone, bought, moment, size.audience, SEED)
    events = history.past_events(everyone, bought, dormant, moment, SEED)
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "SELECT ensure_event_partitions(%s, %s)",
            ((moment - timedelta(days=400)).date(), (moment + timedelta(days=100)).date()),
        )
        _copy_customers(connection, everyone, _remember(events), moment)
        _copy_devices(connection, everyone)
        _copy_events(connection, events, moment)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("ANALYZE customers, devices, events, event_receipts")
    return Loaded(len(everyone), len(bought), len(events))


def _remember(events: list[history.SampleEvent]) -> dict[UUID, dict[str, Any]]:
    """Each customer's traits, as ingestion would have computed them."""
    known: dict[UUID, dict[str, Any]] = {}
    for event in events:
        traits.update_traits(known.setdefault(event.customer, {}), event.name, event.properties, event.at)
    return known


def _copy_customers(
    connection: psycopg.Connection[Any],
    everyone: list[people.Person],
    known: dict[UUID, dict[str, Any]],
    now: datetime,
) -> None:
    spent = sorted(everyone, key=lambda person: known.get(person.id, {}).get("revenue", 0), reverse=True)
    top = {person.id for person in spent[: int(len(spent) * _TOP_SHARE)]}
    columns = (
        "id, external_id, email, phone, first_name, last_name, gender, birth_date, city, country, locale, timezone, "
        "tags, attributes, traits, created_at, last_seen_at"
    )
    with connection.cursor() as cursor, cursor.copy(f"COPY customers ({columns}) FROM STDIN") as copy:
        for person in everyone:
            remembered = known.get(person.id, {})
            copy.write_row(
                (
                    person.id, person.external_id, person.email, person.phone, person.first_name, person.last_name,
                    person.gender, person.birth_date, person.city, person.country, person.locale, person.timezone,
                    ["top spender"] if person.id in top else [], json.dumps(person.attributes), json.dumps(remembered),
                    remembered.get("first_order_at") or now, remembered.get("last_sign_in_at"),
                )
            )  # fmt: skip


def _copy_devices(connection: psycopg.Connection[Any], everyone: list[people.Person]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY devices (token, customer_id, platform, active) FROM STDIN") as copy,
    ):
        for person in everyone:
            if person.push_token:
                copy.write_row((person.push_token, person.id, person.platform, True))


def _copy_events(connection: psycopg.Connection[Any], events: list[history.SampleEvent], now: datetime) -> None:
    with connection.cursor() as cursor:
        columns = "id, occurred_at, customer_id, name, properties, source, received_at"
        with cursor.copy(f"COPY events ({columns}) FROM STDIN") as copy:
            for event in events:
                copy.write_row(
                    (
                        event.id, event.at, event.customer, event.name, json.dumps(event.properties),
                        history.SOURCE, event.at,
                    )
                )  # fmt: skip
        with cursor.copy("COPY event_receipts (id, received_at) FROM STDIN") as copy:
            for event in events:
                copy.write_row((event.id, now))


def main() -> None:
    """Load the shop into the database of a URL, and print what was loaded."""
    parser = argparse.ArgumentParser(prog="python -m stack.sample_data.load", description="Fill an empty database.")
    parser.add_argument("database_url")
    parser.add_argument("--audience", type=int, default=ShopSize.audience)
    parser.add_argument("--days", type=int, default=ShopSize.days)
    given = parser.parse_args()
    loaded = load(given.database_url, ShopSize(given.audience, given.days))
    print(json.dumps(asdict(loaded)))  # noqa: T201 - the command's answer


if __name__ == "__main__":
    main()
