"""The routers of the API, in the order in which /docs shows them."""

from fastapi import APIRouter

from api.routes import (
    building,
    campaigns,
    contact_policy,
    customers,
    health,
    imports,
    keys,
    links,
    me,
    messages,
    preferences,
    segments,
    steering,
    templates,
    topics,
    tracking,
    watching,
    webhooks,
)

ROUTERS: list[APIRouter] = [
    campaigns.router,
    steering.router,
    migration.router,
    watching.router,
    monitor.router,
    customers.router,
    imports.router,
    segments.router,
    templates.router,
    messages.router,
    topics.router,
    contact_policy.router,
    building.router,
    me.router,
    keys.router,
    tracking.router,
    webhooks.router,
    links.router,
    preferences.router,
    health.router,
]
