"""A random split is taken out of a flow: one arm stays as the only way."""

import pytest

from domain.flow import Flow
from domain.split_folding import folded


def flow(*edges: tuple[str, str, str]) -> Flow:
    """Entry, a split of two arms, steps behind them, one loose step; edges are (source, port, target)."""
    content = {"channel": "sms", "body": "Hello"}
    return Flow.model_validate(
        {
            "nodes": [
                {"id": "entry", "type": "entry", "data": {"trigger": {"kind": "api"}}},
                {
                    "id": "split",
                    "type": "random_split",
                    "data": {"arms": [{"id": "a", "weight": 1}, {"id": "b", "weight": 1}]},
                },
                *({"id": name, "type": "send_sms", "data": {"content": content}} for name in ("one", "two", "loose")),
                {"id": "end", "type": "end", "data": {}},
            ],
            "edges": [
                {"id": str(at), "source": source, "sourceHandle": port, "target": target}
                for at, (source, port, target) in enumerate(edges)
            ],
        }
    )


DRAWN = flow(
    ("entry", "next", "split"), ("split", "a", "one"), ("split", "b", "two"), ("one", "next", "end"),
    ("two", "next", "end"),
)  # fmt: skip


def ways(found: Flow) -> list[tuple[str, str]]:
    return [(edge.source, edge.target) for edge in found.edges]


def test_the_arms_own_steps_stay_and_those_of_others_go():
    found = folded(DRAWN, "split", "b")
    assert ways(found) == [("entry", "two"), ("two", "end")]
    # what nobody could come to before is somebody's unfinished work
    assert [node.id for node in found.nodes] == ["entry", "two", "loose", "end"]


def test_what_both_arms_lead_to_stays():
    shared = flow(("entry", "next", "split"), ("split", "a", "one"), ("split", "b", "one"), ("one", "next", "end"))
    assert ways(folded(shared, "split", "a")) == [("entry", "one"), ("one", "end")]


def test_every_way_into_the_split_leads_on():
    twice = flow(
        ("entry", "next", "loose"), ("loose", "next", "split"), ("one", "next", "split"), ("split", "a", "two"),
        ("split", "b", "end"), ("two", "next", "end"),
    )  # fmt: skip
    assert ways(folded(twice, "split", "a")) == [("entry", "loose"), ("loose", "two"), ("one", "two"), ("two", "end")]


@pytest.mark.parametrize(("split", "arm"), [("split", "z"), ("one", "a"), ("gone", "a")])
def test_what_is_not_there_is_refused(split, arm):
    with pytest.raises(LookupError):
        folded(DRAWN, split, arm)
