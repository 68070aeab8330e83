"""Files that BI tools open to connect: Power BI's .pbids and Tableau's .tds. They hold no password."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree import ElementTree

from config.settings import Settings
from store.bi.contract import SCHEMA


@dataclass(frozen=True)
class BiAddress:
    """Where the database answers."""

    host: str
    port: int
    database: str


def address_of(settings: Settings) -> BiAddress:
    """Where BI tools reach the database: `bi_host`, else the application's own address of it."""
    parts = urlsplit(settings.database_url)
    host, _, port = settings.bi_host.partition(":")
    return BiAddress(
        host or parts.hostname or "localhost",
        int(port) if port else (parts.port or 5432),
        parts.path.lstrip("/") or "campaign_flow",
    )


def pbids(address: BiAddress) -> str:
    """Power BI: its PostgreSQL connector."""
    server = {"server": f"{address.host}:{address.port}", "database": address.database}
    return _pbids({"protocol": "postgresql", "address": server}, "Import")


def pbids_odata(url: str) -> str:
    """Power BI: its OData connector."""
    return _pbids({"protocol": "odata", "address": {"url": url}}, "Import")


def _pbids(details: dict[str, object], mode: str) -> str:
    return json.dumps({"version": "0.1", "connections": [{"details": details, "mode": mode}]}, indent=2)


def tds(address: BiAddress, views: Iterable[str]) -> bytes:
    """Tableau: a data source with the facts of messages; the other views are in its list."""
    source = ElementTree.Element("datasource", {"formatted-name": "campaign-flow", "inline": "true", "version": "18.1"})
    outer = ElementTree.SubElement(source, "connection", {"class": "federated"})
    named = ElementTree.SubElement(outer, "named-connections")
    one = ElementTree.SubElement(named, "named-connection", {"caption": address.host, "name": "postgres.campaign-flow"})
    ElementTree.SubElement(
        one,
        "connection",
        {
            "class": "postgres",
            "server": address.host,
            "port": str(address.port),
            "dbname": address.database,
            "schema": SCHEMA,
            "authentication": "username-password",
            "odbc-native-protocol": "yes",
            "one-time-sql": "",
            "username": "",
        },
    )
    first = next(iter(views))
    ElementTree.SubElement(
        outer,
        "relation",
        {"connection": "postgres.campaign-flow", "name": first, "table": f"[{SCHEMA}].[{first}]", "type": "table"},
    )
    written: bytes = ElementTree.tostring(source, encoding="utf-8", xml_declaration=True)
    return written
