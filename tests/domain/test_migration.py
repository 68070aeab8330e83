"""What becomes of a journey when its campaign is edited."""

import pytest

from domain.traversal import Graph
from domain.version_migration import MigrationEffect, already_sent, effect_of, mapping_errors, renames, target_node
from tests.journey_driver import END, ENTRY, email, flow, push, wait

OLD = Graph(flow(ENTRY, push("a"), wait("w", days=1), push("b"), END))
LOOP = Graph(flow(ENTRY, push("a"), wait("w", days=1), push("b"), edges=["entry>a", "a>w", "w>b", "b>a"]))
TURNED = Graph(flow(ENTRY, wait("w", days=1), push("a"), push("b"), END))
OTHER = Graph(flow(ENTRY, wait("w2", hours=1), email("c"), END))


@pytest.mark.parametrize(
    ("node_id", "graph", "mapping", "expected"),
    [
        ("w", TURNED, {}, "w"),
        ("w", OTHER, {}, None),
        ("w", OTHER, {"w": "w2"}, "w2"),
        ("w", TURNED, {"w": None}, None),
        ("w", TURNED, {"a": "b"}, "w"),
    ],
)
def test_a_node_keeps_its_id_unless_it_is_mapped_or_gone(node_id, graph, mapping, expected):
    found = target_node(node_id, graph, mapping)
    assert (found.id if found else None) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (OLD.node("w"), OTHER.node("w2"), MigrationEffect.WAITS_ANEW),
        (OLD.node("w"), TURNED.node("a"), MigrationEffect.ENTERS),
        (OLD.node("a"), TURNED.node("a"), MigrationEffect.ENTERS),
        (OLD.node("w"), None, MigrationEffect.EXITS),
    ],
)
def test_the_kinds_decide_what_becomes_of_them(old, new, expected):
    assert effect_of(old, new) is expected


@pytest.mark.parametrize(
    ("old", "had", "mapping", "expected"),
    [
        (OLD, ["a"], {}, ["a"]),
        (OLD, [], {}, []),
        (LOOP, ["a"], {}, []),
        (OLD, ["a"], {"a": "b"}, ["b"]),
        (OLD, ["a"], {"a": None}, []),
        (OLD, ["a"], {"a": "w"}, []),
        (OLD, ["long gone", "a"], {"long gone": "b"}, ["a", "b"]),
    ],
)
def test_a_send_behind_the_customer_is_not_repeated_unless_a_loop_would_have(old, had, mapping, expected):
    assert already_sent(old, "w", TURNED, had, mapping) == expected


def test_only_alike_nodes_are_the_same_under_another_name():
    mapping = {"a": "c", "w": "w2", "b": "w2", "entry": None, "nowhere": "c"}
    assert renames(OLD, OTHER, mapping) == {"a": "c", "w": "w2"}


@pytest.mark.parametrize(
    ("mapping", "words"),
    [({"a": "nowhere"}, "does not have"), ({"a": "entry"}, "the entry"), ({"a": None}, None), ({"x": "c"}, None)],
)
def test_a_mapping_leads_to_nodes_that_journeys_can_be_at(mapping, words):
    found = mapping_errors(mapping, OTHER)
    assert (words in found[0]) if words else found == []
