"""What routes are given: the services, a transaction, and who is calling."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import structlog
from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBasic, HTTPBasicCredentials, HTTPBearer
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio.client import Client

from api.rate_limits import RateLimit
from config.pulse import Pulse
from config.settings import Settings
from config.temporal import ask_namespace
from domain.errors import ForbiddenError, UnauthorizedError, UnavailableError
from domain.i18n import sentence
from domain.vocabulary import Role
from ingestion.group_commit import GroupCommitter
from ingestion.promotions.offers import PromotionCatalog
from store.access import api_keys
from store.access.actor import acting
from store.database.engine import Database
from store.database.pulse import answers

if TYPE_CHECKING:
    from campaigns.status import Status
    from providers.registry import Providers

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_RANK = {role: rank for rank, role in enumerate(Role)}
_bearer = HTTPBearer(auto_error=False, scheme_name="bearer", description="An API key.")
_header = APIKeyHeader(name="X-API-Key", auto_error=False, scheme_name="header", description="An API key.")
_basic = HTTPBasic(auto_error=False, scheme_name="write_key", description="The write key as user name, no password.")


@dataclass
class ApiServices:
    """What the composition root makes once; found at `app.state.services`."""

    settings: Settings
    database: Database
    temporal: Client | None
    """None in tests of what needs none; a server that can't be reached shows when it is called."""
    providers: "Providers"
    promotions: PromotionCatalog = field(default_factory=PromotionCatalog, init=False)
    """The live promotions."""
    gatherer: GroupCommitter = field(init=False)
    """Takes the live events of all requests."""
    browser_limit: RateLimit = field(init=False)
    """Of events, by key that anybody can read."""
    server_limit: RateLimit = field(init=False)
    """Of events, by key of a shop's server."""
    profile_limit: RateLimit = field(init=False)
    """Of new profiles, by key that anybody can read."""
    pulse: Pulse = field(init=False)
    """Whether what the API stands on answers."""
    status: "tuple[Status, float] | None" = field(init=False, default=None)
    """How the installation was when it was last asked, and when."""

    def __post_init__(self) -> None:
        """Make what needs nothing else."""
        self.gatherer = GroupCommitter(self.database, self.settings.time_scale)
        self.browser_limit = RateLimit(self.settings.browser_events_per_second)
        self.server_limit = RateLimit(self.settings.server_events_per_second)
        self.profile_limit = RateLimit(self.settings.browser_profiles_per_second)
        self.pulse = Pulse({"PostgreSQL": answers(self.database), "Temporal": self._ask_temporal})

    async def _ask_temporal(self) -> None:
        await ask_namespace(self.temporal)


@dataclass(frozen=True)
class Caller:
    """Who makes the request."""

    name: str
    role: Role


async def services_of(request: Request) -> ApiServices:
    """The application's services."""
    services: ApiServices = request.app.state.services
    return services


ServicesDep = Annotated[ApiServices, Depends(services_of)]


async def transaction(services: ServicesDep) -> AsyncIterator[AsyncSession]:
    """One transaction for the request, rolled back when the route raises."""
    async with services.database.transaction() as session:
        yield session


# Danger: with the default scope the commit comes after the answer: a client could be told of what is then lost.
Transaction = Annotated[AsyncSession, Depends(transaction, scope="function")]


async def patient(session: Transaction) -> AsyncSession:
    """A transaction whose questions over all customers may take 20 seconds, and no longer."""
    await session.execute(text("SET LOCAL statement_timeout = '20s'"))
    return session


Patient = Annotated[AsyncSession, Depends(patient, scope="function")]


async def temporal_of(services: ServicesDep) -> Client:
    """The connection to Temporal.

    Raises:
        UnavailableError: there is none.

    """
    if services.temporal is None:
        raise UnavailableError(sentence("temporal_away_unchanged"))
    return services.temporal


TemporalDep = Annotated[Client, Depends(temporal_of)]


def key_hash(key: str) -> str:
    """How a key is kept: keys are long and random, so that one round of SHA-256 is enough."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def match_entry_key(given: str, expected: str) -> bool:
    """Whether two keys are the same, in a time that does not tell how much of them is."""
    return hmac.compare_digest(key_hash(given), key_hash(expected))


async def caller_of(services: ApiServices, key: str) -> Caller | None:
    """Whose key it is; None for one that is unknown, revoked, or for sending events only."""
    bootstrap = services.settings.bootstrap_api_key
    if bootstrap is not None and match_entry_key(key, bootstrap.get_secret_value()):
        return Caller("bootstrap", Role.ADMIN)
    async with services.database.transaction() as session:
        found = await api_keys.find_live(session, key_hash(key))
    return Caller(found.name, Role(found.role)) if found and not found.tracking else None


async def authenticate(
    request: Request,
    services: ServicesDep,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    header: Annotated[str | None, Security(_header)],
) -> Caller:
    """Who is calling, by `Authorization: Bearer <key>` or `X-API-Key: <key>`.

    Raises:
        UnauthorizedError: no key, or one that is unknown or revoked.

    """
    key = bearer.credentials if bearer else header
    if not key:
        raise UnauthorizedError(sentence("key_wanted"))
    caller = await caller_of(services, key)
    if caller is None:
        raise UnauthorizedError(sentence("key_unknown"))
    structlog.contextvars.bind_contextvars(caller=caller.name)
    if request.method not in _READING:
        acting.set(caller.name)
    return caller


CallerDep = Annotated[Caller, Depends(authenticate)]


class RequireRole:
    """Dependency: the caller's role is at least `role`."""

    def __init__(self, role: Role) -> None:
        self.role = role

    async def __call__(self, caller: CallerDep) -> Caller:
        """The caller, if they may.

        Raises:
            ForbiddenError: the key's role is lower.

        """
        if _RANK[caller.role] < _RANK[self.role]:
            raise ForbiddenError(sentence("role_wanted", wanted=self.role.value, yours=caller.role.value))
        return caller


Viewer = Depends(RequireRole(Role.VIEWER))
Marketer = Depends(RequireRole(Role.MARKETER))
Operator = Depends(RequireRole(Role.OPERATOR))
Admin = Depends(RequireRole(Role.ADMIN))


async def basic_user(credentials: Annotated[HTTPBasicCredentials | None, Security(_basic)]) -> str | None:
    """The user name of Basic authentication, where Segment's libraries put the write key."""
    return credentials.username if credentials else None


BasicUser = Annotated[str | None, Depends(basic_user)]
