"""The campaign that learns: a third held out, the best hour for each, the best channel for each."""

from typing import Any

from stack.simulation.population import CHANNELS

SLUG, SPLIT, WAIT, CHOICE = "learning", "hold", "hour", "best"
_LINK = "https://shop.example/new"
_CONTENT: dict[str, dict[str, Any]] = {
    "email": {"subject": "Something for you", "html": f'<p>Hello. <a href="{_LINK}">Look</a></p>'},
    "sms": {"body": f"Something for you: {_LINK}"},
    "push": {"title": "The Shop", "body": "Something for you", "link": _LINK},
}


def campaign() -> dict[str, Any]:
    """The body of POST /campaigns."""
    arms = [
        {"id": "contact", "label": "Contacted", "weight": 2},
        {"id": "held", "label": "Held out", "weight": 1, "holdout": True},
    ]
    nodes = [
        _node("entry", "entry", 0, {"trigger": {"kind": "segment", "condition": {"kind": "all"}}}),
        _node(SPLIT, "random_split", 1, {"label": "A third is held out", "arms": arms}),
        _node(WAIT, "wait", 2, {"label": "Best hour", "until": {"kind": "best_hour", "within_hours": 24}}),
        _node(CHOICE, "channel_split", 3, {"label": "Best channel", "channels": list(CHANNELS)}),
        *(
            _node(channel, f"send_{channel}", 4, {"content": {"channel": channel, **_CONTENT[channel]}})
            for channel in CHANNELS
        ),
        _node("end", "end", 5, {"reason": "completed"}),
        _node("out", "end", 2, {"reason": "held_out"}),
    ]
    ways = [("entry", "next", SPLIT), (SPLIT, "contact", WAIT), (SPLIT, "held", "out"), (WAIT, "next", CHOICE)]
    ways += [(CHOICE, channel, channel) for channel in CHANNELS] + [(CHOICE, "none", "out")]
    ways += [(channel, "next", "end") for channel in CHANNELS]
    edges = [
        {"id": f"{source}:{port}", "source": source, "sourceHandle": port, "target": target}
        for source, port, target in ways
    ]
    settings = {"reentry": {"mode": "always"}}
    return {"slug": SLUG, "name": "Learning", "flow": {"nodes": nodes, "edges": edges, "settings": settings}}


def _node(node_id: str, kind: str, column: int, data: dict[str, Any]) -> dict[str, Any]:
    return {"id": node_id, "type": kind, "position": {"x": 280 * column, "y": 0}, "data": data}
