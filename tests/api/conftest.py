"""The real application on a real database; a client that holds the admin key."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr
from temporalio.client import Client

from api.app import create_app
from api.dependencies import ApiServices
from config.settings import Settings
from providers.registry import build_providers
from store.database.engine import Database

ADMIN_KEY = "an-admin-key-for-tests"
WRITE_KEY = "a-write-key-for-tests"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With keys, and with providers for every channel: at a port where nobody answers."""
    return settings.model_copy(
        update={
            "bootstrap_api_key": SecretStr(ADMIN_KEY),
            "write_key": SecretStr(WRITE_KEY),
            "sendgrid_api_key": SecretStr("SG.test"),
            "sendgrid_url": "http://127.0.0.1:1",
            "twilio_account_sid": "AC00000000000000000000000000000000",
            "twilio_auth_token": SecretStr("token"),
            "fcm_project_id": "test",
            "fcm_credentials_json": SecretStr("{}"),
        }
    )


@pytest.fixture
def services(settings: Settings, database: Database) -> ApiServices:
    """What the application stands on, without Temporal."""
    return ApiServices(settings, database, None, build_providers(settings))


def client_of(app: FastAPI, key: str | None = ADMIN_KEY) -> httpx.AsyncClient:
    """A client of the application that sends this key. A crash shows as a 500, as it would to anybody."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return httpx.AsyncClient(transport=transport, base_url="http://api.test", headers=headers)


@pytest.fixture
def app(services: ApiServices) -> FastAPI:
    return create_app(services)


@pytest_asyncio.fixture
async def api(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """With the admin key, without Temporal."""
    async with client_of(app) as client:
        yield client


@pytest_asyncio.fixture
async def steered(services: ApiServices, temporal_client: Client) -> AsyncIterator[httpx.AsyncClient]:
    """With the admin key, and with Temporal."""
    services.temporal = temporal_client
    async with client_of(create_app(services)) as client:
        yield client
