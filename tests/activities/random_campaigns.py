"""Random campaigns, as hypothesis draws them: flows that publishing accepts, over few node ids, so that moves meet."""

from collections.abc import Sequence
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from domain.flow import Flow, ports
from domain.validation import Facts, validate
from domain.vocabulary import Channel
from stack.ports import choose
from tests.journey_driver import END, ENTRY, email, push, wait

FACTS = Facts(templates={}, segments=frozenset(), channels=frozenset(Channel))
IDS = ("a", "b", "c", "d", "e")
EVENTS = ("Viewed", "Bought")
_DATES = (
    {"kind": "date", "at": "2030-03-31T02:30:00"},
    {"kind": "date", "at": "2020-01-01T00:00:00"},
    {"kind": "local_time", "time": "02:30:00"},
    {"kind": "local_time", "time": "09:00:00", "weekdays": [0, 6]},
    {"kind": "attribute_date", "attribute": "birthday", "yearly": True},
    {"kind": "attribute_date", "attribute": "birthday"},
    {"kind": "best_hour", "within_hours": 24},
)


_SENDS: dict[str, dict[str, Any]] = {
    "sms": {"channel": "sms", "body": "Hello"},
    "in_app": {"channel": "in_app", "title": "Hello", "body": "Hello"},
    "whatsapp": {"channel": "whatsapp", "body": "Hello"},
    "silent_push": {"channel": "silent_push", "data": {"a": "b"}},
}
_KINDS = (
    *("email", "push", *_SENDS, "call", "call", "channels", "channels"),
    *("wait", "date", "listen", "listen", "check", "split", "tag", "gift"),
)
SHOP = choose(["shop of random campaigns"])["shop of random campaigns"]
"""Port of the server that HTTP steps ask."""
_CALL = {"url": f"http://127.0.0.1:{SHOP}/", "method": "POST", "body": '{"who": "{{ customer.first_name }}"}'}


def _node(draw: st.DrawFn, id_: str, kind: str, kinds: dict[str, str]) -> dict[str, Any]:
    match kind:
        case "email":
            return email(id_)
        case "push":
            return push(id_, over_limit=draw(st.sampled_from(["defer", "skip", "exit"])))
        case "sms" | "in_app" | "whatsapp" | "silent_push":
            return {"id": id_, "type": f"send_{kind}", "data": {"content": _SENDS[kind]}}
        case "call":
            return {"id": id_, "type": "http_call", "data": _CALL}
        case "channels":
            found = st.lists(st.sampled_from(["email", "push", "sms"]), min_size=2, max_size=3, unique=True)
            return {"id": id_, "type": "channel_split", "data": {"channels": draw(found)}}
        case "wait":
            return wait(id_, hours=draw(st.sampled_from([0.001, 1, 24, 720])))
        case "date":
            return {"id": id_, "type": "wait", "data": {"until": draw(st.sampled_from(_DATES))}}
        case "listen":
            events = draw(st.lists(st.sampled_from(EVENTS), min_size=1, max_size=2, unique=True))
            since = draw(st.sampled_from([None, id_, *kinds]))
            branches = [{"id": event.lower(), "on": {"event": event}} for event in events]
            data: dict[str, Any] = {"branches": branches, "timeout": {"days": 3}}
            return {"id": id_, "type": "wait_event", "data": data | ({"since_node": since} if since else {})}
        case "check":
            sends = [name for name, other in kinds.items() if other in ("email", "push", *_SENDS)]
            conditions: list[dict[str, Any]] = [
                {"kind": "tag", "tag": "seen"},
                {"kind": "event", "event": "Bought"},
                *({"kind": "engagement", "action": "sent", "node_id": name} for name in sends),
            ]
            branches = [{"id": "yes", "condition": draw(st.sampled_from(conditions))}]
            return {"id": id_, "type": "check", "data": {"branches": branches}}
        case "split":
            arms = [{"id": arm, "weight": 1} for arm in ("one", "two")]
            return {"id": id_, "type": "random_split", "data": {"arms": arms}}
        case "tag":
            return {"id": id_, "type": "update_profile", "data": {"add_tags": ["seen"]}}
    return {"id": id_, "type": "coupon", "data": {"prefix": "GIFT"}}


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """A flow that can be published; its connections lead back as often as its waits allow."""
    names = draw(st.permutations(IDS))[: draw(st.integers(1, len(IDS)))]
    kinds = {name: draw(st.sampled_from(_KINDS)) for name in names}
    drawn = [_node(draw, name, kinds[name], kinds) for name in names]
    edges = [_edge("entry", "next", names[0])]
    for position, node in enumerate(Flow.model_validate({"nodes": drawn}).nodes):
        for port in ports(node):
            ahead = [*names[position + 1 :], "end"]
            targets = [*names, "end"] if draw(st.booleans()) else ahead
            edges.append(_edge(node.id, port, draw(st.sampled_from(targets))))
    settings = {
        "limits": {"cooldown": {"duration": {"hours": 1}}} if draw(st.booleans()) else {},
        "max_lateness": {"hours": 2} if draw(st.booleans()) else None,
        "category": draw(st.sampled_from(["marketing", "transactional"])),
    }
    flow = _reached(Flow.model_validate({"nodes": [ENTRY, *drawn, END], "edges": edges, "settings": settings}))
    while restless := [each for each in validate(flow, FACTS) if each.code == "cycle_without_wait"]:
        flow = _reached(_broken(flow, set(restless[0].params["steps"]), names))
    assume(not validate(flow, FACTS))
    return flow


def _broken(flow: Flow, steps: set[str], order: Sequence[str]) -> Flow:
    """One way back of a cycle leads to the end instead."""
    place = {name: position for position, name in enumerate(order)}
    back = next(e for e in flow.edges if {e.source, e.target} <= steps and place[e.target] <= place[e.source])
    edges = [e.model_copy(update={"target": "end"}) if e is back else e for e in flow.edges]
    nodes = [
        *flow.nodes,
        *([] if any(n.id == "end" for n in flow.nodes) else Flow.model_validate({"nodes": [END]}).nodes),
    ]
    return flow.model_copy(update={"edges": edges, "nodes": nodes})


def _edge(source: str, port: str, target: str) -> dict[str, str]:
    return {"id": f"{source}.{port}", "source": source, "sourceHandle": port, "target": target}


def _reached(flow: Flow) -> Flow:
    """Without the nodes that nobody comes to."""
    seen, waiting = set[str](), ["entry"]
    while waiting:
        node_id = waiting.pop()
        if node_id not in seen:
            seen.add(node_id)
            waiting += [edge.target for edge in flow.edges if edge.source == node_id]
    return flow.model_copy(
        update={
            "nodes": [node for node in flow.nodes if node.id in seen],
            "edges": [edge for edge in flow.edges if edge.source in seen],
        }
    )


def mappings(old: Flow, new: Flow) -> st.SearchStrategy[dict[str, str | None]]:
    """Any mapping that a move to `new` accepts."""
    targets = [node.id for node in new.nodes if node.type != "entry"]
    sources = [node.id for node in old.nodes if node.type != "entry"]
    return st.dictionaries(st.sampled_from(sources), st.sampled_from([None, *targets]), max_size=4)
