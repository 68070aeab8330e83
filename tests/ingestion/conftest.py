from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

from api.app import create_app
from api.dependencies import ApiServices
from config.settings import Settings
from domain.events import IncomingEvent
from ingestion.pipeline import Ingested, ingest
from providers.registry import build_providers
from store.database.engine import Database
from tests.ingestion.factories import NOW, rows

WRITE_KEY = "a-write-key-for-tests"
BROWSER_KEY = "a-browser-key-for-tests"
API_KEY = "an-api-key-for-tests"
TOKEN_SECRET = "a-secret-for-user-tokens"
PUBLIC_URL = "http://shop.test"
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0"}


@pytest.fixture
def take(database: Database) -> Callable[..., Awaitable[list[Ingested]]]:
    """Take events in, in a transaction of their own."""

    async def call(*events: IncomingEvent) -> list[Ingested]:
        async with database.transaction() as session:
            return await ingest(session, events, now=NOW)

    return call


@pytest.fixture
def query(database: Database):
    """What a query finds."""

    async def call(sql: str, **values):
        async with database.transaction() as session:
            return await rows(session, sql, **values)

    return call


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(
        update={
            "write_key": SecretStr(WRITE_KEY),
            "browser_write_key": SecretStr(BROWSER_KEY),
            "bootstrap_api_key": SecretStr(API_KEY),
            "user_token_secret": SecretStr(TOKEN_SECRET),
            "twilio_auth_token": SecretStr("token"),
            "public_url": PUBLIC_URL,
        }
    )


@pytest.fixture
def services(settings: Settings, database: Database) -> ApiServices:
    return ApiServices(settings, database, None, build_providers(settings))


@pytest_asyncio.fixture
async def api(services: ApiServices) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the whole application. A crash shows as a 500, as it would to anybody."""
    transport = httpx.ASGITransport(app=create_app(services), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL, headers=BROWSER) as client:
        yield client
