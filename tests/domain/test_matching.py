import pytest

from domain.conditions import EventFilter, PropertyTest
from domain.matching import filter_matches, instant_of, journey_refs, passes, property_at

ORDER = {
    "order_id": 12,
    "revenue": "600.50",
    "coupon": "FASHION-7K2M",
    "storeCode": "Milan",
    "gift": True,
    "note": None,
    "sizes": ["XL", "M"],
    "nothing": [],
    "at": "2026-11-22T10:00:00Z",
    "products": [{"name": "red shirt", "price": 20}, {"name": "belt", "price": 9.5, "tags": ["new", "sale"]}],
    "address": {"city": "Milan"},
}


@pytest.mark.parametrize(
    ("path", "op", "value", "expected"),
    [
        # numbers, and texts that are plain decimals
        ("revenue", "gt", 500, True),
        ("revenue", "gt", 600.5, False),
        ("revenue", "gte", 600.5, True),
        ("revenue", "eq", 600.5, True),
        ("order_id", "eq", 12, True),
        ("order_id", "eq", 12.0, True),
        ("order_id", "eq", "12", True),
        ("order_id", "eq", "012", True),
        ("order_id", "lt", "100", True),
        ("revenue", "lt", "1000", True),
        ("revenue", "eq", "600.5", False),
        ("storeCode", "gt", 1, False),
        # texts
        ("storeCode", "eq", "Milan", True),
        ("storeCode", "eq", "milan", False),
        ("storeCode", "ne", "Rome", True),
        ("storeCode", "in", ["Rome", "Milan"], True),
        ("storeCode", "in", [], False),
        ("storeCode", "not_in", [], True),
        ("storeCode", "not_in", ["Milan"], False),
        ("storeCode", "starts_with", "Mi", True),
        ("storeCode", "contains", "ila", True),
        ("storeCode", "gt", "Lyon", True),
        ("order_id", "starts_with", "1", False),
        ("order_id", "contains", "1", False),
        # booleans are themselves only
        ("gift", "eq", True, True),
        ("gift", "ne", False, True),
        ("gift", "eq", 1, False),
        ("gift", "eq", "true", False),
        ("gift", "gte", True, False),
        # instants
        ("at", "eq", "2026-11-22T11:00:00+01:00", True),
        ("at", "gt", "2026-11-22", True),
        ("at", "lt", "2026-11-23 00:00:00", True),
        ("at", "gt", "2026-02-31", True),
        # missing
        ("note", "missing", None, True),
        ("note", "exists", None, False),
        ("nothing", "missing", None, True),
        ("never.was", "missing", None, True),
        ("never.was", "eq", 1, False),
        ("never.was", "ne", 1, True),
        ("never.was", "lt", 1, False),
        ("address", "exists", None, True),
        ("address", "eq", "Milan", False),
        # into lists and objects
        ("address.city", "eq", "Milan", True),
        ("products.name", "eq", "belt", True),
        ("products.name", "contains", "shirt", True),
        ("products.price", "gt", 15, True),
        ("products.price", "gt", 20, False),
        ("products.name", "ne", "belt", False),
        ("sizes", "contains", "M", True),
        ("sizes", "contains", "L", False),
        ("sizes", "eq", "XL", True),
        ("products.tags", "contains", "sale", True),
    ],
)
def test_one_property(path, op, value, expected):
    assert passes([PropertyTest(property=path, op=op, value=value)], ORDER) is expected


@pytest.mark.parametrize(
    ("op", "ref", "expected"),
    [
        ("eq", "coupon.FASHION", True),
        ("ne", "coupon.FASHION", False),
        ("ne", "coupon.OTHER", False),
        ("eq", "coupon.OTHER", False),
        ("eq", "trigger.sale.code", True),
        ("eq", "trigger.lines", False),
    ],
)
def test_references_are_looked_up_and_an_unknown_one_satisfies_nothing(op, ref, expected):
    refs = journey_refs({"sale": {"code": "FASHION-7K2M"}, "lines": ["FASHION-7K2M"]}, {"FASHION": "FASHION-7K2M"})
    assert passes([PropertyTest(property="coupon", op=op, value={"ref": ref})], ORDER, refs) is expected


def test_a_filter_wants_the_name_and_every_test():
    milan = EventFilter(
        event="Order Completed",
        where=[
            {"property": "storeCode", "op": "eq", "value": "Milan"},
            {"property": "revenue", "op": "gt", "value": 500},
        ],
    )
    assert filter_matches(milan, "Order Completed", ORDER)
    assert not filter_matches(milan, "Order Refunded", ORDER)
    assert not filter_matches(milan, "Order Completed", ORDER | {"revenue": 5})


@pytest.mark.parametrize(
    ("path", "value"),
    [("order_id", 12), ("products.price", [20, 9.5]), ("note", None), ("a.b", None), ("address", {"city": "Milan"})],
)
def test_property_at(path, value):
    assert property_at(ORDER, path) == value


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_cannot_hold_matches_no_number(value):
    assert not passes([PropertyTest(property="n", op="gt", value=1)], {"n": value})


@pytest.mark.parametrize("text", ["2026-02-31", "2026-11-22T10:00", "yesterday", "2026", "0900-01-01", "2026-11-22\n"])
def test_texts_that_name_no_instant(text):
    assert instant_of(text) is None
