"""Paths that vendors' libraries and people's own settings call with a slash at their end.

FastAPI would redirect them: many libraries drop the body on the way, and behind a proxy it leads to http.
"""

from fastapi import APIRouter
from fastapi.routing import APIRoute


def take_slashes(router: APIRouter) -> None:
    """Let every route that takes a call answer with a slash behind its path too. To be called after the last route."""
    paths = {route.path for route in router.routes if isinstance(route, APIRoute)}
    for route in list(router.routes):
        if isinstance(route, APIRoute) and "POST" in (route.methods or ()) and f"{route.path}/" not in paths:
            router.add_api_route(
                f"{route.path.removeprefix(router.prefix)}/",
                route.endpoint,
                methods=["POST"],
                status_code=route.status_code,
                response_model=route.response_model,
                include_in_schema=False,
            )
