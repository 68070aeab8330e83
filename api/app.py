"""The application: routes, errors, limits."""

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from api import openapi, problems, web
from api.dependencies import Services
from api.guard import Guard
from api.live import Feeds
from api.routes import ROUTERS


def create_app(services: Services) -> FastAPI:
    """The API over these services. It opens and closes nothing: they belong to the caller."""
    app = openapi.DescribedApi(
        title="Campaign Flow",
        version="0.1.0",
        description=openapi.DESCRIPTION,
        openapi_tags=openapi.TAGS,
        generate_unique_id_function=openapi.operation_id,
        # one schema of the flow, whether it is read or written: the web app's types come from here
        separate_input_output_schemas=False,
    )
    app.state.services = services
    app.state.feeds = Feeds()
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    web.install(app, web.DIST)
    if services.settings.cors_origins:
        app.add_middleware(
            CORSMiddleware, allow_origins=services.settings.cors_origins, allow_methods=["*"], allow_headers=["*"]
        )
    app.add_middleware(Guard, uploads={"/imports": services.settings.import_max_mb * 1024 * 1024})
    return app
