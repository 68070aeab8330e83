"""Typed attributes and preferred channels."""

import pytest

from domain.attributes import AttributeType, typed


@pytest.mark.parametrize(
    ("type_", "value", "becomes"),
    [
        ("text", "x", "x"),
        ("text", 5, "5"),
        ("text", True, "true"),
        ("number", 5.5, 5.5),
        ("number", "5.5", 5.5),
        ("boolean", "false", False),
        ("date", "2026-05-01", "2026-05-01"),
        ("date", "2026-05-01T10:00:00Z", "2026-05-01T10:00:00Z"),
        ("list", ["a", 1], ["a", 1]),
    ],
)
def test_values_become_their_type(type_, value, becomes):
    assert typed(AttributeType(type_), value) == becomes


@pytest.mark.parametrize(
    ("type_", "value"),
    [("text", []), ("number", "many"), ("number", True), ("boolean", 1), ("date", "soon"), ("date", 5), ("list", "a"),
     ("list", [{}]), ("number", "[1]")],
)  # fmt: skip
def test_what_can_not_is_refused(type_, value):
    with pytest.raises(ValueError, match="is not"):
        typed(AttributeType(type_), value)


async def test_a_defined_attribute_takes_only_its_type(api):
    answer = await api.put("/attributes/points", json={"type": "number", "description": "of the loyalty card"})
    assert (answer.status_code, answer.json()["type"]) == (200, "number")
    good = await api.put("/customers/ada", json={"attributes": {"points": "12"}})
    assert good.json()["attributes"] == {"points": 12}
    bad = await api.put("/customers/ada", json={"attributes": {"points": "many"}})
    assert (bad.status_code, bad.json()["errors"][0]["message"]) == (422, "points is kept aside: is not a number")
    assert (await api.get("/customers/ada")).json()["attributes"] == {"points": 12}
    assert [item["name"] for item in (await api.get("/attributes")).json()] == ["points"]
    assert (await api.delete("/attributes/points")).status_code == 204
    assert (await api.delete("/attributes/points")).status_code == 404
    assert (await api.put("/customers/ada", json={"attributes": {"points": "many"}})).status_code == 200
    assert (await api.put("/attributes/email", json={"type": "text"})).status_code == 422


async def test_preferred_channels(api):
    answer = await api.put("/customers/ada", json={"preferred_channels": ["push", "email"]})
    assert answer.json()["preferred_channels"] == ["push", "email"]
    assert (await api.put("/customers/ada", json={"preferred_channels": ["pigeon"]})).status_code == 422
    assert (await api.put("/customers/ada", json={"preferred_channels": None})).json()["preferred_channels"] == []
