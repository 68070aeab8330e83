"""The routers of the API, in the order in which /docs shows them."""

from fastapi import APIRouter

from api.routes import health

ROUTERS: list[APIRouter] = [health.router]
