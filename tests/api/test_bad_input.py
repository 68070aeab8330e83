import httpx
import pytest

from api.request_limits import MAX_BODY_BYTES

SEGMENT = '{"name": %s, "condition": {"kind": "all"}}'
ATTRIBUTE = '{"attributes": {"a": %s}}'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (SEGMENT % r'"a\u0000b"', 422),
        (SEGMENT % r'"\ud800"', 422),
        (SEGMENT % '"a\x00b"', 422),
        (SEGMENT % "NaN", 422),
        (SEGMENT % ("9" * 5000), 400),
        (SEGMENT % '""', 422),
        (SEGMENT % '"x", "extra": 1', 422),
        (SEGMENT % (r'"\\u0000"'), 201),
        ("[" * 100_000, 400),
        ("{", 422),
        ("", 422),
        ("null", 422),
        (b"\xff\xfe{}", 400),
        (b'{"name": "\xff"}', 400),
        ("x" * (MAX_BODY_BYTES + 1), 413),
    ],
    ids=lambda value: repr(value)[:40],
)
async def test_a_body_that_makes_no_sense_is_refused_in_words(api: httpx.AsyncClient, body: str | bytes, status: int):
    answer = await api.post("/segments", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]


async def test_a_body_of_unsaid_length_is_cut_off(api: httpx.AsyncClient):
    async def endless():
        for _ in range(MAX_BODY_BYTES // 65536 + 2):
            yield b" " * 65536

    answer = await api.post("/segments", content=endless(), headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "content_too_large")


@pytest.mark.parametrize("value", ["1e999", "-1e999", "1" + "0" * 400, r'"\u0000"', r'{"\u0000": 1}', "Infinity"])
async def test_a_value_that_the_database_cannot_keep_is_no_crash(api: httpx.AsyncClient, value: str):
    answer = await api.put("/customers/ada", content=ATTRIBUTE % value, headers={"Content-Type": "application/json"})
    assert answer.status_code in (200, 422), answer.text
    if answer.status_code == 200:
        assert (await api.get("/customers/ada")).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/campaigns/%00", 400),
        ("/customers/a%00b", 400),
        ("/customers?search=%00", 400),
        ("/customers/%FF", 404),
        ("/customers/" + "x" * 300, 422),
        ("/customers/" + "x" * 3000, 414),
        ("/campaigns/UPPER", 422),
        ("/campaigns?limit=0", 422),
        ("/campaigns?limit=" + "9" * 30, 422),
        ("/campaigns?limit=201", 422),
        ("/campaigns?unknown=1", 422),
        ("/campaigns?cursor=!!!", 422),
        ("/campaigns?cursor=bnVsbA", 422),
        ("/messages?journey_id=1", 422),
        ("/campaigns/x/versions/99999999999999999999", 422),
        ("/journeys/not-a-uuid", 422),
        ("/nowhere", 404),
    ],
)
async def test_an_address_that_makes_no_sense_is_refused_in_words(api: httpx.AsyncClient, path: str, status: int):
    answer = await api.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_error_says_where_it_is_and_leaves_out_what_is_not_in_the_body(api: httpx.AsyncClient):
    nodes = [{"id": "n", "type": "send_sms", "data": {"content": {"channel": "sms", "body": ""}}}]
    answer = await api.post("/campaigns", json={"slug": "a", "flow": {"nodes": nodes, "wrong": 1}})
    assert {error["path"] for error in answer.json()["errors"]} == {
        "/body/name",
        "/body/flow/nodes/0/data/content/body",
        "/body/flow/wrong",
    }


async def test_the_wrong_method_is_said_to_be_wrong(api: httpx.AsyncClient):
    answer = await api.put("/campaigns")
    assert answer.status_code == 405
    assert answer.json()["code"] == "method_not_allowed"


async def test_health_needs_no_key_and_figures_are_not_public(app, api: httpx.AsyncClient):
    del api.headers["Authorization"]
    assert (await api.get("/healthz")).json() == {"status": "ok"}
    # the catalogue of metrics: Prometheus has a port of its own
    assert (await api.get("/metrics")).status_code == 401


async def test_a_process_without_temporal_is_not_ready(api: httpx.AsyncClient):
    answer = await api.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


async def test_the_api_describes_itself(api: httpx.AsyncClient):
    spec = (await api.get("/openapi.json")).json()
    ids = [operation["operationId"] for path in spec["paths"].values() for operation in path.values()]
    assert len(ids) == len(set(ids))
    assert all(operation["tags"] for path in spec["paths"].values() for operation in path.values())
    assert "Problem" in spec["components"]["schemas"]


async def test_every_operation_says_what_any_request_may_be_answered(api: httpx.AsyncClient):
    """The guard refuses before any route is asked, and the database may be away behind each of them."""
    spec = (await api.get("/openapi.json")).json()
    operations = [operation for path in spec["paths"].values() for operation in path.values()]
    assert not [o["operationId"] for o in operations if not {"400", "413", "414", "503"} <= o["responses"].keys()]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_a_query_of_any_length_is_answered_in_words(api: httpx.AsyncClient, method: str):
    answer = await api.request(method, "/customers/ada/devices", params={"token": "x" * 9000})
    assert (answer.status_code, answer.json()["code"]) == (414, "uri_too_long")
