"""Small flows for tests, in the JSON that the canvas stores."""

from typing import Any

from domain.flow import Flow

EVERYBODY = {"kind": "segment", "condition": {"kind": "all"}}
PUSH = {"channel": "push", "body": "We miss you"}


def node(node_id: str, kind: str, **data: Any) -> dict[str, Any]:
    """A node as stored."""
    return {"id": node_id, "type": kind, "data": data}


def edge(path: str) -> dict[str, Any]:
    """An edge from `source:port>target`; the port `next` may be left out."""
    source, target = path.split(">")
    source, _, port = source.partition(":")
    return {"id": path, "source": source, "sourceHandle": port or "next", "target": target}


def flow(nodes: list[dict[str, Any]], edges: list[str], **settings: Any) -> Flow:
    """A flow of these nodes and of edges written as paths."""
    return Flow.model_validate({"nodes": nodes, "edges": [edge(path) for path in edges], "settings": settings})


def entry(trigger: dict[str, Any] | None = None) -> dict[str, Any]:
    """The entry node `in`."""
    return node("in", "entry", trigger=trigger or EVERYBODY)


def win_back(**settings: Any) -> Flow:
    """Push, two days, opened or not, another push: every kind of port."""
    opened = {"kind": "engagement", "action": "opened", "node_id": "hello"}
    return flow(
        [
            entry(),
            node("hello", "send_push", content=PUSH),
            node("two-days", "wait", until={"kind": "duration", "duration": {"days": 2}}),
            node("opened", "check", branches=[{"id": "yes", "condition": opened}]),
            node("again", "send_push", content=PUSH),
            node("out", "end"),
        ],
        ["in>hello", "hello>two-days", "two-days>opened", "opened:yes>out", "opened:else>again", "again>out"],
        **settings,
    )
