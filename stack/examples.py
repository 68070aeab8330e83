"""The campaigns under examples/: read from their files, and put into a running app by its API.

A file is written for people: it names templates and segments (`$template:<name>`, `$segment:<name>`), holds an
e-mail's body in a file beside it (`$file:<name>`), and starts on the day it is used (`$now`, `$weekday`, `$time`).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from stack.run_folder import ROOT

FOLDER = ROOT / "examples"


@dataclass(frozen=True)
class Example:
    """One example as its file says it, with files and dates filled in, names not yet."""

    campaign: dict[str, Any]
    segments: list[dict[str, Any]]
    templates: list[dict[str, Any]]
    flow: dict[str, Any]

    def flow_with(self, template_ids: dict[str, str], segment_ids: dict[str, str]) -> dict[str, Any]:
        """The flow with the names replaced by ids. Raises KeyError for a name that is not among them."""

        def fill(text: str) -> str:
            kind, _, name = text.partition(":")
            if kind == "$template":
                return template_ids[name]
            if kind == "$segment":
                return segment_ids[name]
            return text

        filled = _map_texts(self.flow, fill)
        assert isinstance(filled, dict)
        return filled


def names() -> list[str]:
    """The examples there are."""
    return sorted(file.parent.name for file in FOLDER.glob("*/campaign.json"))


def read(name: str, now: datetime | None = None) -> Example:
    """The example of that name; `now` (default: this moment, UTC) is the day that its schedule starts."""
    folder = FOLDER / name
    moment = now or datetime.now(UTC)
    filled: dict[str, Any] = {
        "$now": moment.isoformat(),
        "$weekday": moment.weekday(),
        "$time": moment.strftime("%H:%M:00"),
    }

    def fill(text: str) -> Any:
        if text.startswith("$file:"):
            return (folder / text.removeprefix("$file:")).read_text()
        return filled.get(text, text)

    content = _map_texts(json.loads((folder / "campaign.json").read_text()), fill)
    return Example(content["campaign"], content["segments"], content["templates"], content["flow"])


async def put_into(app: httpx.AsyncClient, example: Example) -> str:
    """Create the example's templates, segments and campaign; returns the campaign's slug, which is not published yet.

    Args:
        app: a client whose base URL and key are those of the app.
        example: what to create; none of its names may be taken.

    Raises:
        httpx.HTTPStatusError: the app refused; the response says why.

    """
    template_ids = {body["name"]: (await _created(app, "/templates", body))["id"] for body in example.templates}
    segment_ids = {body["name"]: (await _created(app, "/segments", body))["id"] for body in example.segments}
    flow = example.flow_with(template_ids, segment_ids)
    slug: str = (await _created(app, "/campaigns", {**example.campaign, "flow": flow}))["slug"]
    return slug


async def _created(app: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await app.post(path, json=body)
    answer.raise_for_status()
    created: dict[str, Any] = answer.json()
    return created


def _map_texts(value: Any, change: Callable[[str], Any]) -> Any:
    """The same structure with every text in it changed."""
    if isinstance(value, dict):
        return {key: _map_texts(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [_map_texts(item, change) for item in value]
    return change(value) if isinstance(value, str) else value
