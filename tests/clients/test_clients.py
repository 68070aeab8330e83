"""Vendors' own libraries, unmodified, against the real API over HTTP. The last test says how many of them passed."""

import json
import os
import subprocess
import sys
import time
import warnings
from datetime import UTC, datetime
from pathlib import Path

import httpx
import mixpanel
import psycopg
import pytest
import rudderstack.analytics
import segment.analytics

from scripts.web import WebError, node_folder
from tests.clients.served import NODE, ServedApi, ServedShop
from tests.e2e.browser import chromium
from tests.ingestion.conftest import BROWSER_KEY, WRITE_KEY

PASSED: list[str] = []
CLIENTS = 15
REPORT = Path(__file__).resolve().parents[2] / ".run" / "eval-report.json"


@pytest.fixture(scope="module")
def shop():
    served = ServedShop()
    served.start()
    yield served
    served.stop()


@pytest.fixture
def api_url(settings, services, shop):
    services.settings = settings.model_copy(update={"cors_origins": [shop.url]})
    served = ServedApi(services)
    served.start()
    yield served.url
    served.stop()


@pytest.fixture(scope="module")
def node() -> Path:
    """Node, once the libraries are there as the lock says."""
    try:
        folder = node_folder()
    except WebError as error:
        return _without(str(error))
    if not (NODE / "node_modules" / ".package-lock.json").exists():
        environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
        command = [str(folder / "npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(
            command, cwd=NODE, env=environment, capture_output=True, text=True, check=False, timeout=300
        )
        if done.returncode:
            return _without(done.stderr[-500:])
    return folder / "node"


def _without(reason: str) -> Path:
    lack = f"NO NODE LIBRARIES: vendors' libraries for Node and browsers were not tested. {reason}"
    if os.environ.get("CI"):
        pytest.fail(lack)
    warnings.warn(lack, stacklevel=2)
    pytest.skip(lack)


def run(node: Path, script: str, *arguments: str) -> None:
    done = subprocess.run([node, script, *arguments], cwd=NODE, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr[-2000:]


def eventually(database_url: str, query: str, wanted: object) -> None:
    """The query's one row, once it is as wanted: libraries send when they see fit."""
    found: object = None
    for _ in range(100):
        with psycopg.connect(database_url) as connection:
            found = connection.execute(query).fetchone()
        if found == wanted:
            return
        time.sleep(0.1)
    assert found == wanted


PROFILE = """SELECT email, first_name, (traits->>'orders')::int, (traits->>'revenue')::float
               FROM customers WHERE external_id = 'ada'"""
ADA = ("ada@shop.example", "Ada", 1, 12.5)


def test_segment_python(api_url, database_url):
    errors: list[object] = []
    client = segment.analytics.Client(
        WRITE_KEY, host=api_url, on_error=lambda error, _: errors.append(error), gzip=True, max_retries=1
    )
    client.identify("ada", {"email": "ada@shop.example", "first_name": "Ada"})
    client.track("ada", "Order Completed", {"order_id": "o-1", "revenue": 12.5})
    client.shutdown()
    assert errors == []
    eventually(database_url, PROFILE, ADA)
    PASSED.append("segment-analytics-python")


def test_rudder_python(api_url, database_url):
    errors: list[object] = []
    client = rudderstack.analytics.Client(
        WRITE_KEY, host=api_url, on_error=lambda error, _: errors.append(error), gzip=True, max_retries=1
    )
    client.identify("ada", {"email": "ada@shop.example", "first_name": "Ada"})
    client.track("ada", "Order Completed", {"order_id": "o-1", "revenue": 12.5})
    client.shutdown()
    assert errors == []
    eventually(database_url, PROFILE, ADA)
    PASSED.append("rudder-sdk-python")


def test_mixpanel_python(api_url, database_url):
    consumer = mixpanel.Consumer(
        events_url=f"{api_url}/track",
        people_url=f"{api_url}/engage",
        import_url=f"{api_url}/import",
        retry_limit=0,
    )
    client = mixpanel.Mixpanel(WRITE_KEY, consumer=consumer)
    client.track("ada", "Order Completed", {"order_id": "o-1", "revenue": 12.5})
    client.people_set("ada", {"$email": "ada@shop.example", "$first_name": "Ada"})
    client.people_set_once("ada", {"plan": "first"})
    client.people_set_once("ada", {"plan": "second"})
    client.import_data(WRITE_KEY, "ada", "Signed In", 1_780_000_000, {})
    eventually(database_url, PROFILE, ADA)
    eventually(database_url, "SELECT attributes->>'plan' FROM customers", ("first",))
    PASSED.append("mixpanel (Python)")


@pytest.mark.parametrize("script", ["segment.mjs", "rudder.mjs", "mixpanel.mjs"])
def test_node(node, api_url, database_url, script):
    host = api_url.removeprefix("http://") if script == "mixpanel.mjs" else api_url
    run(node, script, host, WRITE_KEY)
    eventually(database_url, PROFILE, ADA)
    if script == "mixpanel.mjs":
        eventually(database_url, "SELECT attributes->>'plan' FROM customers", ("first",))
        eventually(database_url, "SELECT count(*) FROM events", (2,))
    PASSED.append(script)


@pytest.mark.parametrize("strategy", ["standard", "batching"])
@pytest.mark.parametrize("page", ["analytics-next.html", "mixpanel.html"])
def test_browser(node, shop, api_url, database_url, page, strategy):
    with chromium() as browser:
        tab = browser.new_page()
        said: list[str] = []
        tab.on("console", lambda message: said.append(message.text))
        tab.goto(f"{shop.url}/{page}?key={BROWSER_KEY}&host={api_url}&strategy={strategy}")
        tab.wait_for_function("document.title !== 'shop'")
        assert tab.title() == "done", said
        eventually(database_url, PROFILE, ADA)
        eventually(database_url, "SELECT count(*) FROM events WHERE name = 'Product Viewed'", (1,))
        eventually(database_url, "SELECT count(*) FROM customers", (1,))
        assert not [line for line in said if "CORS" in line], said
    PASSED.append(f"{page} {strategy}")


def test_ga4_measurement_protocol(api_url, database_url):
    with httpx.Client(base_url=api_url, trust_env=False) as client:
        purchase = {
            "name": "purchase",
            "params": {"transaction_id": "o-1", "value": "12.5", "currency": "EUR", "engagement_time_msec": "100"},
        }
        body = {
            "client_id": "123.456",
            "user_id": "ada",
            "timestamp_micros": str(int(datetime.now(UTC).timestamp() * 1e6)),
            "user_properties": {"email": {"value": "ada@shop.example"}, "first_name": {"value": "Ada"}},
            "non_personalized_ads": False,
            "events": [purchase, {"name": "page_view", "params": []}],
        }
        for _ in range(2):
            path = f"/mp/collect?measurement_id=G-1&api_secret={WRITE_KEY}"
            assert client.post(path, json=body).status_code == 204
    eventually(database_url, PROFILE, ADA)
    eventually(database_url, "SELECT count(*) FROM events", (2,))
    PASSED.append("GA4 Measurement Protocol")


def post(api_url, path, body, **headers):
    with httpx.Client(base_url=api_url, trust_env=False) as client:
        answer = client.post(path, content=json.dumps(body), headers=headers, auth=(WRITE_KEY, ""))
    assert answer.status_code == 200, answer.text
    return answer.json()


def _calls(**more: object) -> list[dict[str, object]]:
    return [
        {"type": "identify", "userId": "ada", "traits": {"email": "ada@shop.example", "firstName": "Ada"}, **more},
        {
            "type": "track",
            "userId": "ada",
            "event": "Order Completed",
            "properties": {"order_id": "o-1", "revenue": 12.5},
            **more,
        },
    ]


def test_php_writes_empty_objects_as_lists(api_url, database_url):
    empty = {"type": "track", "userId": "ada", "event": "Signed In", "properties": [], "context": []}
    batch = [*_calls(), empty, {"type": "identify", "userId": "ada", "traits": []}]
    answer = post(api_url, "/v1/batch", {"batch": batch})
    assert (answer["accepted"], answer["rejected"], answer["notes"]) == (4, [], [])
    eventually(database_url, PROFILE, ADA)
    PASSED.append("PHP")


@pytest.mark.parametrize("library", ["analytics-kotlin", "analytics-swift", "analytics-react-native"])
def test_mobile_libraries_post_to_v1_b(api_url, database_url, library):
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    context = {
        "library": {"name": library, "version": "1.0.0"},
        "device": {"id": "d-1", "type": "ios" if "swift" in library else "android", "token": "push-token"},
        "locale": "it-IT",
        "timezone": "Europe/Rome",
    }
    calls = _calls(
        context=context,
        timestamp=now,
        integrations={},
        anonymousId="1f3b6f0e-58f0-4ad3-9c66-2b7c8e3bb6d1",
        _metadata={"bundled": [], "unbundled": [], "bundledIds": []},
    )
    for number, call in enumerate(calls):
        call["messageId"] = f"{library}-{number}"
    body = {"batch": calls, "sentAt": now, "writeKey": WRITE_KEY}
    headers = {"Content-Type": "text/plain" if "kotlin" in library else "application/json; charset=utf-8"}
    for _ in range(2):
        assert post(api_url, "/v1/b", body, **headers)["accepted"] == 2
    eventually(database_url, PROFILE, ADA)
    eventually(database_url, "SELECT platform FROM devices", ("ios" if "swift" in library else "android",))
    PASSED.append(library)


def test_clients_passed():
    """Writes the figure beside those of `make eval`. With -n, each process knows of its own tests only."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        pytest.skip("counted where the tests of this module run in one process")
    sys.stdout.write(f"\ndata_fidelity.clients_passed {len(PASSED)} of {CLIENTS}\n")
    REPORT.parent.mkdir(exist_ok=True)
    known = json.loads(REPORT.read_text()) if REPORT.exists() else {}
    known["data_fidelity"] = {
        **known.get("data_fidelity", {}),
        "clients_passed": len(PASSED),
        "clients": sorted(PASSED),
    }
    REPORT.write_text(json.dumps(known, indent=2) + "\n")
