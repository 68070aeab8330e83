"""How the API describes itself."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic.json_schema import models_json_schema

from api.problems import MEDIA_TYPE, Problem, responses

DESCRIPTION = """Durable customer journeys over e-mail, SMS, push and in-app messages.

Send an API key with every request, as `Authorization: Bearer <key>` or `X-API-Key: <key>`. Errors are RFC 9457 problem
details (`application/problem+json`): `code` is stable, `detail` is for people, `errors` says what is wrong where.
Lists are paged: pass `next_cursor` of one page as `cursor` to get the next.
"""

TAGS = [
    {"name": "campaigns", "description": "Draw, publish, launch and steer campaigns."},
    {"name": "journeys", "description": "Where each customer is, why, and until when."},
    {"name": "promotions", "description": "Discounts with budgets: evaluate, reserve, redeem, return, cancel."},
    {"name": "surveys", "description": "Questions to customers, what they answered, and what their words are about."},
    {"name": "customers", "description": "Profiles, consents, devices, inbox and history."},
    {"name": "imports", "description": "Files of customers and events."},
    {"name": "segments", "description": "Saved conditions and who meets them."},
    {"name": "intelligence", "description": "Scores, the models that make them, and how right they are; clusters."},
    {"name": "templates", "description": "What messages say."},
    {"name": "messages", "description": "The ledger: every attempted contact and what became of it."},
    {"name": "builder", "description": "What the builder asks: examples, known names, previews of times."},
    {"name": "shop", "description": "What holds for the whole shop: its currency."},
    {"name": "contact", "description": "Topics that customers choose from, and how often they may be contacted."},
    {"name": "keys", "description": "Who may call this API."},
    {"name": "audit", "description": "Who changed what."},
    {"name": "tracking", "description": "Events, by Segment's HTTP specification."},
    {"name": "webhooks", "description": "What providers tell us."},
    {"name": "links", "description": "Opens, clicks and unsubscriptions."},
    {"name": "codec", "description": "What Temporal stores sealed, opened for operators."},
    {"name": "health", "description": "For load balancers and Prometheus."},
]


def operation_id(route: APIRoute) -> str:
    """A route function's name: unique across the API, and what generated clients call their methods."""
    return route.name


class DescribedApi(FastAPI):
    """FastAPI whose description tells of problems instead of FastAPI's own error bodies."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, made once."""
        if self.openapi_schema is None:
            document = super().openapi()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            _, problems = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")
            schemas.update(problems["$defs"])
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            for path in document["paths"].values():
                for operation in path.values():
                    _tell_of_problems(operation)
            _tell_of_clocks(document)
        return super().openapi()


_ANYWHERE = (400, 413, 414, 503)
"""Answers that any route may give: `api.request_limits` runs before all of them, and most need the database."""


def _tell_of_problems(operation: dict[str, Any]) -> None:
    known = operation["responses"]
    for status, answer in responses(*_ANYWHERE).items():
        known.setdefault(str(status), answer)
    for status, answer in known.items():
        content = answer.get("content", {})
        if status.startswith(("4", "5")) and "application/json" in content:
            answer["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    operation["responses"] = dict(sorted(known.items()))


_CLOCK = "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?$"


def _tell_of_clocks(part: Any) -> None:
    """A time of the day on somebody's clock has no offset; JSON Schema's format "time" demands one."""
    if isinstance(part, dict):
        if part.get("format") == "time":
            del part["format"]
            part["pattern"] = _CLOCK
        for each in part.values():
            _tell_of_clocks(each)
    elif isinstance(part, list):
        for each in part:
            _tell_of_clocks(each)
