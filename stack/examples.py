"""The campaigns under examples/, put into a running app by its API."""

from typing import Any

import httpx

from campaigns.campaign_templates import FOLDER, Example, names, read

__all__ = ["FOLDER", "Example", "names", "put_into", "read"]


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
