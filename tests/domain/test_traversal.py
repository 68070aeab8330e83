import pytest

from domain.flow import ports
from domain.traversal import Graph, TraversalError
from tests.domain.flows import PUSH, entry, flow, node, win_back


@pytest.mark.parametrize(
    ("source", "port", "target"),
    [
        ("in", "next", "hello"),
        ("hello", "next", "two-days"),
        ("opened", "yes", "out"),
        ("opened", "else", "again"),
        ("hello", "not_sent", "two-days"),
    ],
)
def test_follows_ports_and_an_unconnected_optional_port_goes_on(source, port, target):
    assert Graph(win_back()).follow(source, port).id == target


def test_a_connected_optional_port_is_followed():
    graph = Graph(
        flow(
            [entry(), node("hello", "send_push", content=PUSH), node("a", "end"), node("b", "end")],
            ["in>hello", "hello>a", "hello:not_sent>b"],
        )
    )
    assert graph.follow("hello", "not_sent").id == "b"
    assert graph.successors("hello") == {"next": "a", "not_sent": "b"}


def test_every_port_of_a_sound_flow_leads_somewhere():
    sound = win_back()
    graph = Graph(sound)
    assert graph.entry.id == "in"
    assert graph.reachable() == {node.id for node in sound.nodes}
    for each in sound.nodes:
        for port in ports(each):
            assert graph.follow(each.id, port).id in graph.reachable()


@pytest.mark.parametrize(
    ("node_id", "port", "message"),
    [
        ("gone", "next", "no node 'gone'"),
        ("hello", "sideways", "no port 'sideways'"),
        ("out", "next", "no port 'next'"),
        ("dangling", "next", "not connected"),
    ],
)
def test_the_impossible_raises(node_id, port, message):
    graph = Graph(
        flow([entry(), node("hello", "send_push"), node("dangling", "send_push"), node("out", "end")], ["in>hello"])
    )
    with pytest.raises(TraversalError, match=message):
        graph.follow(node_id, port)


@pytest.mark.parametrize(
    ("nodes", "edges", "message"),
    [
        ([], [], "has 0"),
        ([entry(), {**entry(), "id": "second"}], [], "has 2"),
        ([entry(), node("a", "end"), node("a", "end")], [], "same id"),
        ([entry(), node("a", "end")], ["in>b"], "does not exist"),
        ([entry(), node("a", "end"), node("b", "end")], ["in>a", "in>b"], "leads to two nodes"),
    ],
)
def test_an_unsound_flow_cannot_be_walked(nodes, edges, message):
    with pytest.raises(TraversalError, match=message):
        Graph(flow(nodes, edges))


def test_order_of_nodes_and_edges_does_not_matter():
    sound = win_back()
    turned = sound.model_copy(update={"nodes": sound.nodes[::-1], "edges": sound.edges[::-1]})
    for each in sound.nodes:
        assert Graph(sound).successors(each.id) == Graph(turned).successors(each.id)


def test_unreachable_nodes_are_left_out():
    graph = Graph(flow([entry(), node("a", "end"), node("lost", "end")], ["in>a"]))
    assert graph.reachable() == {"in", "a"}
