"""Calls as vendors' libraries and people's own programs send them: a part that can't be used costs that part."""

import math
from datetime import UTC, datetime

import pytest

from ingestion import ga4, mixpanel
from ingestion.segment import read_call
from tests.ingestion.factories import NOW

CALL = {"userId": "ada", "event": "Bought"}


def read(**call: object):
    return read_call({**CALL, **call}, kind="track", sent_at=None, received=NOW)


@pytest.mark.parametrize("part", ["properties", "context", "integrations"])
@pytest.mark.parametrize("value", [[], {}, None, ""])
def test_an_empty_part_of_php_is_nothing(part: str, value: object):
    event = read(**{part: value})
    assert (event.external_id, event.properties, event.notes) == ("ada", {}, [])


@pytest.mark.parametrize("part", ["properties", "context"])
@pytest.mark.parametrize("value", ["x", [1], 5, '{"a":1}'])
def test_a_part_that_is_none_costs_that_part(part: str, value: object):
    event = read(**{part: value})
    assert event.properties == {}
    assert event.notes == [f"{part} is not an object: left out"]


@pytest.mark.parametrize("traits", [[], {}, None, ""])
def test_identify_of_php(traits: object):
    for call in ({"traits": traits}, {"context": {"traits": traits}}):
        event = read_call({"userId": "ada", **call}, kind="identify", sent_at=None, received=NOW)
        assert (event.properties, event.notes) == ({}, [])


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({"x": math.nan, "y": 1}, {"y": 1}),
        ({"x": [1, math.inf]}, {"x": [1, None]}),
        ({"x": {"y": -math.inf, "z": 1}}, {"x": {"z": 1}}),
        ({"x": 10**400, "y": 1}, {"y": 1}),
        ({"x": "a\x00b"}, {"x": "a\ufffdb"}),
        ({"x": "\ud800"}, {"x": "\ufffd"}),
    ],
)
def test_a_value_that_is_none_costs_that_value(value: dict[str, object], kept: dict[str, object]):
    event = read(properties=value)
    assert event.properties == kept
    assert bool(event.notes) is ("\ufffd" not in str(kept))


@pytest.mark.parametrize("user", [["ada"], {"id": 1}, True, "NaN", "undefined", 10.5, "x" * 256])
def test_an_id_that_is_none_leaves_the_visitor(user: object):
    event = read(userId=user, anonymousId="v-1")
    assert (event.external_id, event.anonymous_id) == (None, "v-1")
    assert "taken as an anonymous visitor's" in event.notes[0]


@pytest.mark.parametrize(
    "stamp",
    ["2026-11-16T16:00:27.029:Z", 1794754827029, "1794754827029", "16/11/2026 15:00", "now", [1], {"a": 1}, True],
)
@pytest.mark.parametrize("name", ["timestamp", "originalTimestamp"])
def test_a_time_that_is_none_is_that_of_receipt(stamp: object, name: str):
    event = read(**{name: stamp})
    assert event.occurred_at == NOW
    assert event.notes == [f"{name} is not an ISO 8601 date and time: the time of receipt is taken"]


@pytest.mark.parametrize("sent", ["x", 5, "2026-13-01", []])
def test_a_bad_time_of_sending_leaves_the_event_its_own(sent: object):
    event = read(timestamp="2026-11-01T10:00:00Z", sentAt=sent)
    assert event.occurred_at == datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert len(event.notes) == (1 if sent else 0)


@pytest.mark.parametrize("order_id", ["undefined", "null", 0, "0", "(not set)", "None", "N/A", "[object Object]"])
def test_an_order_id_that_stands_for_none_drops_no_order(order_id: object):
    event = read(event="Order Completed", properties={"order_id": order_id, "revenue": 5})
    assert "order_id" not in event.properties
    assert "repeats of this order can't be recognised" in event.notes[0]


def ga4_event(event: object, **body: object):
    [read] = ga4.read_events({"client_id": "1.2", "events": [event], **body}, received=NOW)
    return read


@pytest.mark.parametrize("empty", [[], {}, None])
@pytest.mark.parametrize("part", ["user_properties", "user_data", "consent"])
def test_ga4_of_php(empty: object, part: str):
    event = ga4_event({"name": "x", "params": empty}, **{part: empty})
    assert not isinstance(event, str)
    assert (event.properties, event.notes) == ({}, [])


@pytest.mark.parametrize("params", ["a=1", 5, [1]])
def test_parameters_of_ga4_that_are_none_cost_the_parameters(params: object):
    event = ga4_event({"name": "x", "params": params})
    assert not isinstance(event, str)
    assert event.notes == ["properties is not an object: left out"]


@pytest.mark.parametrize("micros", [1794754827000000, "1794754827000000", 1.794754827e15])
def test_the_microseconds_of_ga4(micros: object):
    event = ga4_event({"name": "x"}, timestamp_micros=micros)
    assert not isinstance(event, str)
    assert event.occurred_at == datetime(2026, 11, 15, 15, 0, 27, tzinfo=UTC)


@pytest.mark.parametrize("micros", [1794754827000, 1794754827, "soon", [], True])
def test_what_are_no_microseconds_of_ga4_is_noted(micros: object):
    event = ga4_event({"name": "x"}, timestamp_micros=micros)
    assert not isinstance(event, str)
    assert event.occurred_at == NOW
    assert event.notes


@pytest.mark.parametrize("time", [1794754827, 1794754827000, "1794754827", 1794754827.0, "2026-11-15T15:00:27Z"])
def test_times_of_mixpanel(time: object):
    event = mixpanel.read_event({"event": "x", "properties": {"distinct_id": "a", "time": time}}, received=NOW)
    assert event.occurred_at == datetime(2026, 11, 15, 15, 0, 27, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["$device_id", "$user_id", "$ip", "$time", "$ignore_time", "$ignore_alias", "$new_thing"]
)
def test_unknown_names_of_mixpanel_are_passed_over(name: str):
    change = {"$distinct_id": "ada", name: "x" if "id" in name else 0, "$set": {"plan": "gold"}}
    assert mixpanel.read_profile_change(change, received=NOW).properties == {"plan": "gold"}
