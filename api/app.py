"""The application: routes, errors, limits."""

from fastapi import FastAPI

from api import openapi, problems, reference, web
from api.cors import Cors
from api.dependencies import ApiServices
from api.encoded_slashes import EncodedSlashes
from api.request_limits import RequestLimitMiddleware
from api.request_observer import Observed
from api.routes import ROUTERS
from api.server_sent_events import Broadcaster
from config.release import VERSION
from domain import external_ids


def create_app(services: ApiServices) -> FastAPI:
    """The API over these services. It opens and closes nothing: they belong to the caller."""
    app = openapi.DescribedApi(
        title="Campaign Flow",
        version=VERSION,
        description=openapi.DESCRIPTION,
        openapi_tags=openapi.TAGS,
        generate_unique_id_function=openapi.operation_id,
        # one schema of the flow, whether it is read or written: the web app's types come from here
        separate_input_output_schemas=False,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json" if services.settings.serves_reference else None,
    )
    app.state.services = services
    external_ids.use_placeholders(services.settings.placeholder_ids)
    app.state.feeds = Broadcaster()
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    web.install(app, web.DIST)
    settings = services.settings
    if settings.serves_reference:
        reference.install(app)
    app.add_middleware(Cors, origins=settings.cors_origins, temporal_ui_url=settings.temporal_ui_url)
    app.add_middleware(EncodedSlashes)
    app.add_middleware(
        RequestLimitMiddleware,
        uploads=dict.fromkeys(("/imports", "/imports/inspect"), settings.import_max_mb * 1024 * 1024),
    )
    app.add_middleware(Observed)
    return app
