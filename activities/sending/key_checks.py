"""Whether providers take our keys, asked before a message depends on it: at a sender's start, and every hour."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from activities.services import WorkerServices
from config.redaction import redacted
from domain.vocabulary import Channel
from providers.base import ConfigurationError, KeyCheck, Provider, SendError
from store.messages import circuit_breakers
from store.messages.circuit_breakers import KeyCheckResult

EVERY_SECONDS = 3600.0

log = structlog.get_logger()


async def watch_keys(services: WorkerServices, stop: asyncio.Event) -> None:
    """Check all keys now and every hour, until `stop` is set. What fails here never ends the worker."""
    while not stop.is_set():
        try:
            await check_keys(services)
        except (SQLAlchemyError, OSError) as error:
            log.warning("keys could not be checked", error=type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), EVERY_SECONDS)


async def check_keys(services: WorkerServices) -> dict[str, KeyCheckResult]:
    """Ask every provider in use, all at once, and keep what they say.

    Returns:
        Provider -> what it said.

    """
    asked: dict[str, Provider] = {}
    for channel in sorted(services.providers.channels - {Channel.IN_APP}):
        try:
            found = (services.providers.for_channel(channel), services.providers.fallback_for(channel))
        except ValueError as error:  # its settings are there and can't be read
            log.error("the provider of a channel can't be used", channel=channel, reason=redacted(str(error)))
            continue
        asked |= {provider.name: provider for provider in found if provider is not None}
    answers = await asyncio.gather(*(_ask(services, provider) for provider in asked.values()))
    return dict(zip(asked, answers, strict=True))


async def _ask(services: WorkerServices, provider: Provider) -> KeyCheckResult:
    result: KeyCheckResult = "not_checked"
    refused = ""
    if isinstance(provider, KeyCheck):
        try:
            await provider.check_key()
            result = "accepted"
        except ConfigurationError as error:
            result, refused = "refused", error.reason
            log.error("a provider refuses our key", provider=provider.name, reason=redacted(refused))
        except SendError as error:
            result = "unreachable"
            log.warning("a provider does not say whether it takes our key", provider=provider.name, reason=error.reason)
    now = datetime.now(UTC)
    async with services.database.transaction() as session:
        await circuit_breakers.key_checked(session, provider.name, result, now=now)
        if result == "refused":
            allowed, rest = services.settings.breaker_failures, timedelta(seconds=services.settings.breaker_seconds)
            await circuit_breakers.failed(
                session, provider.name, "configuration", refused, count=1, now=now, allowed=allowed, rest=rest
            )
    return result
