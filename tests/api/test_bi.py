"""What BI tools read over HTTP: whole views, an OData feed, files that connect. Every outlet tells the same figures."""

import csv
import io
import json
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import httpx
import pyarrow as pa
import pytest
from fastapi import FastAPI

from config.settings import Settings
from domain.metrics import catalogue
from store.bi.contract import views
from store.database.engine import Database
from tests.api.conftest import ADMIN_KEY, client_of
from tests.api.outlets import OUTLETS, figures_of_rows, official_figures
from tests.api.test_metrics import shop

EDM = "{http://docs.oasis-open.org/odata/ns/edm}"


async def test_every_metric_is_the_same_in_every_outlet(
    api: httpx.AsyncClient, database: Database, settings: Settings, tmp_path: Any
):
    await shop(api, database)
    official = await official_figures(database)
    assert set(official) == {each.key for each in catalogue.CATALOGUE}
    assert len([key for key, value in official.items() if value]) >= 30
    for name, read in OUTLETS.items():
        found = figures_of_rows(await read(api, settings, tmp_path))
        assert found == official, name


async def test_whole_views_are_read_as_csv_and_arrow(api: httpx.AsyncClient, database: Database):
    await shop(api, database)
    for view in views().values():
        told = await api.get(f"/bi/views/{view.name}")
        assert told.status_code == 200, view.name
        lines = list(csv.reader(io.StringIO(told.text)))
        assert lines[0] == [each.name for each in view.columns]
        answer = await api.get(f"/bi/views/{view.name}", params={"format": "arrow"})
        table = pa.ipc.open_stream(answer.content).read_all()
        assert table.num_rows == len(lines) - 1, view.name
        assert table.column_names == lines[0]
        keys = table.column(0).to_pylist()
        assert len(set(keys)) == len(keys)
        assert None not in keys
    assert (await api.get("/bi/views/nonsense")).status_code == 404
    assert (await api.get("/bi/views/fact_messages", params={"format": "xls"})).status_code == 422


async def test_the_feed_is_described(api: httpx.AsyncClient):
    service = (await api.get("/odata/")).json()
    assert [each["name"] for each in service["value"]] == list(views())
    answer = await api.get("/odata/$metadata")
    assert answer.headers["odata-version"] == "4.0"
    model = ElementTree.fromstring(answer.content)
    types = {each.get("Name"): each for each in model.iter(f"{EDM}EntityType")}
    assert set(types) == set(views())
    message = {each.get("Name"): each.get("Type") for each in types["fact_messages"].iter(f"{EDM}Property")}
    assert message["sent_at"] == "Edm.DateTimeOffset"
    assert message["attempts"] == "Edm.Int32"


async def _all(api: httpx.AsyncClient, path: str, **params: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    answer = await api.get(path, params=params)
    while True:
        assert answer.status_code == 200, answer.text
        told = json.loads(answer.text, parse_float=Decimal)
        rows += told["value"]
        if "@odata.nextLink" not in told:
            return rows
        answer = await api.get("/odata/" + told["@odata.nextLink"].partition("/odata/")[2])


async def test_the_feed_is_filtered_ordered_and_paged(
    api: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
):
    await shop(api, database)
    whole = await _all(api, "/odata/fact_messages")
    monkeypatch.setattr("api.routes.odata.PAGE", 3)
    paged = await _all(api, "/odata/fact_messages")
    assert [each["message_key"] for each in paged] == [each["message_key"] for each in whole]
    assert len(whole) == 10
    by_time = await _all(api, "/odata/fact_messages", **{"$orderby": "sent_at desc,channel_key", "$select": "sent_at"})
    assert len(by_time) == len(whole)
    assert list(by_time[0]) == ["sent_at"]
    assert len(await _all(api, "/odata/fact_messages", **{"$top": "4"})) == 4
    assert len(await _all(api, "/odata/fact_messages", **{"$skip": "8"})) == 2
    for asked, count in (
        ("channel_key eq 'email'", 4),
        ("channel_key ne 'email' and sent_at ne null", 4),
        ("not (channel_key eq 'email')", 6),
        ("channel_key in ('email','push')", 5),
        ("startswith(channel_key,'s') or contains(channel_key,'ma')", 9),
        ("opened_at eq null", 7),
        ("sent_at gt 2020-01-01T00:00:00Z and attempts ge 0", 8),
        ("attempted_date lt 2020-01-01", 0),
        ("endswith(state,'ered') and topic eq null", 8),
        ("state eq 'it''s'", 0),
    ):
        found = await _all(api, "/odata/fact_messages", **{"$filter": asked})
        assert len(found) == count, asked
        counted = await api.get("/odata/fact_messages/$count", params={"$filter": asked})
        assert counted.text == str(count)
    answer = (await api.get("/odata/fact_messages", params={"$count": "true", "$top": "1"})).json()
    assert answer["@odata.count"] == 10
    one = await api.get(f"/odata/fact_messages('{whole[0]['message_key']}')")
    assert one.json()["message_key"] == whole[0]["message_key"]
    assert (await api.get("/odata/fact_messages('none')")).status_code == 404
    assert (await api.get("/odata/dim_date(2026-11-22)")).json()["weekday"] == 7


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("fact_messages", {"$filter": "nonsense eq 1"}),
        ("fact_messages", {"$filter": "attempts eq 'one'"}),
        ("fact_messages", {"$filter": "attempts eq 99999999999999999999999"}),
        ("fact_messages", {"$filter": "sent_at gt 2026-01-01"}),
        ("fact_messages", {"$filter": "sent_at gt 9999-99-99T00:00:00Z"}),
        ("fact_messages", {"$filter": "channel_key eq 'email"}),
        ("fact_messages", {"$filter": "channel_key eq 'a' or"}),
        ("fact_messages", {"$filter": "(" * 500}),
        ("fact_messages", {"$filter": "not " * 900}),
        ("fact_messages", {"$filter": "channel_key eq 'a'; DROP TABLE messages"}),
        ("fact_messages", {"$filter": "contains(attempts,'1')"}),
        ("fact_messages", {"$select": "email"}),
        ("fact_messages", {"$orderby": "1"}),
        ("fact_messages", {"$orderby": "sent_at sideways"}),
        ("fact_messages", {"$top": "-1"}),
        ("fact_messages", {"$top": "٣"}),
        ("fact_messages", {"$skip": "1e9"}),
        ("fact_messages", {"$skiptoken": "x"}),
        ("fact_messages", {"$skiptoken": "AA=="}),
        ("dim_date", {"$skiptoken": "YWJj"}),
        ("fact_messages", {"$expand": "customer"}),
        ("fact_messages", {"$apply": "aggregate()"}),
        ("fact_messages", {"$format": "atom"}),
        ("fact_messages(", {}),
        ("dim_date('x')", {}),
    ],
)
async def test_what_the_feed_can_not_read_is_told(api: httpx.AsyncClient, path: str, params: dict[str, str]):
    answer = await api.get(f"/odata/{path}", params=params)
    assert answer.status_code == 422, answer.text


async def test_the_feed_takes_a_key_as_a_password(app: FastAPI):
    async with client_of(app, None) as client:
        assert (await client.get("/odata/")).status_code == 401
        assert (await client.get("/odata/", auth=("bi", "wrong"))).status_code == 401
        answer = await client.get("/odata/fact_messages", auth=("bi", ADMIN_KEY))
        assert answer.status_code == 200
        assert answer.json()["value"] == []
        asked = await client.get("/odata/")
        assert asked.headers["www-authenticate"].startswith("B")


async def test_files_that_connect_hold_an_address_and_no_password(api: httpx.AsyncClient):
    told = (await api.get("/bi")).json()
    assert told["schema_name"] == "bi_v1"
    assert [each["name"] for each in told["views"]] == list(views())
    power = (await api.get("/bi/connection/powerbi")).json()
    details = power["connections"][0]["details"]
    assert details["protocol"] == "postgresql"
    assert details["address"]["database"] == told["database"]
    feed = (await api.get("/bi/connection/powerbi-odata")).json()
    assert feed["connections"][0]["details"]["address"]["url"].endswith("/odata/")
    answer = await api.get("/bi/connection/tableau")
    source = ElementTree.fromstring(answer.content)
    assert source.find(".//relation").get("table") == "[bi_v1].[fact_messages]"  # type: ignore[union-attr]
    assert "password=" not in answer.text
    assert (await api.get("/bi/connection/excel")).status_code == 422
