"""The campaigns under examples/: read from their files, and made campaigns of the installation.

A file is written for people: it names templates and segments (`$template:<name>`, `$segment:<name>`), holds an
e-mail's body in a file beside it (`$file:<name>`), and starts on the day it is used (`$now`, `$weekday`, `$time`).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from domain.conditions import Condition
from domain.errors import NotFoundError
from domain.flow import Flow
from domain.i18n import ListParam, sentence
from models import Campaign, Template
from store.campaigns import campaigns, templates
from store.campaigns.templates import CONTENT
from store.segments import saved_segments

FOLDER = Path(__file__).resolve().parent.parent / "examples"
_CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)


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


async def begin(session: AsyncSession, example_name: str, slug: str, name: str) -> Campaign:
    """Make a campaign from an example, with the templates and segments that it names; those that exist are used.

    Raises:
        NotFoundError: there is no such example.
        ConflictError: the slug is taken.

    """
    if example_name not in names():
        raise NotFoundError(sentence("no_example", example=example_name, names=ListParam(names(), "comma")))
    example = read(example_name)
    flow = Flow.model_validate(
        example.flow_with(await _template_ids(session, example), await _segment_ids(session, example))
    )
    made = Campaign(
        id=uuid4(),
        slug=slug,
        name=name,
        description=example.campaign.get("description", ""),
        draft=flow.model_dump(mode="json", by_alias=True),
    )
    return await campaigns.create(session, made)


async def _template_ids(session: AsyncSession, example: Example) -> dict[str, str]:
    found = await templates.ids_by_name(session, [item["name"] for item in example.templates])
    for item in example.templates:
        if item["name"] not in found:
            content = CONTENT.validate_python(item["content"])
            row = Template(
                id=uuid4(), name=item["name"], channel=content.channel, content=content.model_dump(mode="json")
            )
            found[row.name] = (await templates.create(session, row)).id
    return {name: str(id_) for name, id_ in found.items()}


async def _segment_ids(session: AsyncSession, example: Example) -> dict[str, str]:
    found = await saved_segments.ids_by_name(session, [item["name"] for item in example.segments])
    for item in example.segments:
        if item["name"] not in found:
            condition = _CONDITION.validate_python(item["condition"])
            flags = {flag: bool(item.get(flag)) for flag in ("persona", "tracked")}
            row = await saved_segments.create(session, item["name"], item.get("description", ""), condition, **flags)
            found[row.name] = row.id
    return {name: str(id_) for name, id_ in found.items()}


def _map_texts(value: Any, change: Callable[[str], Any]) -> Any:
    """The same structure with every text in it changed."""
    if isinstance(value, dict):
        return {key: _map_texts(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [_map_texts(item, change) for item in value]
    return change(value) if isinstance(value, str) else value
