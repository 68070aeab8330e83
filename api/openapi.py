"""How the API describes itself."""

from fastapi.routing import APIRoute

DESCRIPTION = """Durable customer journeys over e-mail, SMS, push and in-app messages.

Send an API key with every request, as `Authorization: Bearer <key>` or `X-API-Key: <key>`. Errors are RFC 9457 problem
details (`application/problem+json`): `code` is stable, `detail` is for people, `errors` says what is wrong where.
Lists are paged: pass `next_cursor` of one page as `cursor` to get the next.
"""

TAGS = [
    {"name": "campaigns", "description": "Draw, publish, launch and steer campaigns."},
    {"name": "journeys", "description": "Where each customer is, why, and until when."},
    {"name": "customers", "description": "Profiles, consents, devices, inbox and history."},
    {"name": "segments", "description": "Saved conditions and who meets them."},
    {"name": "templates", "description": "What messages say."},
    {"name": "messages", "description": "The ledger: every intended contact and what became of it."},
    {"name": "keys", "description": "Who may call this API."},
    {"name": "tracking", "description": "Events, by Segment's HTTP specification."},
    {"name": "webhooks", "description": "What providers tell us."},
    {"name": "links", "description": "Opens, clicks and unsubscriptions."},
    {"name": "health", "description": "For load balancers and Prometheus."},
]


def operation_id(route: APIRoute) -> str:
    """A route function's name: unique across the API, and what generated clients call their methods."""
    return route.name
