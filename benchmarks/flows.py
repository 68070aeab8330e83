"""The campaigns that are measured."""

from typing import Any

from domain.flow import Flow


def _flow(entry: dict[str, Any], nodes: list[dict[str, Any]], edges: list[tuple[str, str, str]]) -> Flow:
    return Flow.model_validate(
        {
            "nodes": [{"id": "entry", "type": "entry", "data": {"trigger": entry}}, *nodes],
            "edges": [
                {"id": f"{source}.{port}", "source": source, "sourceHandle": port, "target": target}
                for source, port, target in edges
            ],
        }
    )


def _push(id_: str, body: str) -> dict[str, Any]:
    return {"id": id_, "type": "send_push", "data": {"content": {"channel": "push", "body": body}}}


END = {"id": "end", "type": "end", "data": {}}


def win_back(entry: dict[str, Any], *, silent: bool = False) -> Flow:
    """(Silent push,) push, two days, opened? no: push again."""
    opened = {"kind": "engagement", "action": "opened", "node_id": "first"}
    nodes = [
        _push("first", "We miss you! Here's a 10% discount on your next purchase."),
        {"id": "wait", "type": "wait", "data": {"until": {"kind": "duration", "duration": {"days": 2}}}},
        {"id": "opened", "type": "check", "data": {"branches": [{"id": "yes", "condition": opened}]}},
        _push("second", "Don't miss out! 10% off just for you."),
        END,
    ]
    edges = [
        ("first", "next", "wait"),
        ("wait", "next", "opened"),
        ("opened", "yes", "end"),
        ("opened", "else", "second"),
        ("second", "next", "end"),
    ]
    if not silent:
        return _flow(entry, nodes, [("entry", "next", "first"), *edges])
    refresh = {
        "id": "refresh",
        "type": "send_silent_push",
        "data": {"content": {"channel": "silent_push", "data": {"refresh": "recommendations"}}},
    }
    return _flow(entry, [refresh, *nodes], [("entry", "next", "refresh"), ("refresh", "next", "first"), *edges])


def listening() -> Flow:
    """Wait for a purchase, then end."""
    listen = {
        "id": "listen",
        "type": "wait_event",
        "data": {"branches": [{"id": "bought", "on": {"event": "Order Completed"}}], "timeout": {"days": 300}},
    }
    return _flow(
        {"kind": "api"},
        [listen, END],
        [("entry", "next", "listen"), ("listen", "bought", "end"), ("listen", "timeout", "end")],
    )


def large(nodes: int) -> Flow:
    """A chain of decisions, each with a message and a wait, drawn in rows of ten: so many nodes."""
    steps: list[dict[str, Any]] = []
    edges: list[tuple[str, str, str]] = []
    behind = ("entry", "next")
    for rung in range((nodes - 2) // 3):
        ask, say, wait = f"ask{rung}", f"say{rung}", f"wait{rung}"
        x, y = 290 + rung % 10 * 900, rung // 10 * 420
        branch = {"id": "vip", "label": "VIP", "condition": {"kind": "tag", "tag": "vip"}}
        day = {"until": {"kind": "duration", "duration": {"days": 1}}}
        steps += [
            _at({"id": ask, "type": "check", "data": {"branches": [branch]}}, x, y),
            _at(_push(say, "Something for you."), x + 290, y - 90),
            _at({"id": wait, "type": "wait", "data": day}, x + 580, y),
        ]
        edges += [(*behind, ask), (ask, "vip", say), (ask, "else", wait), (say, "next", wait)]
        behind = (wait, "next")
    end = _at(END, 290 + 9 * 900, (nodes // 30 + 1) * 420)
    return _flow({"kind": "api"}, [*steps, end], [*edges, (*behind, "end")])


def _at(node: dict[str, Any], x: int, y: int) -> dict[str, Any]:
    return {**node, "position": {"x": x, "y": y}}
