"""Try a template: written for a customer, and sent once, through its provider and the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from activities.recommendations import products_for
from domain import ids
from domain.addresses import normalise_email, normalise_phone
from domain.content import Content
from domain.errors import ConflictError, InvalidError
from domain.i18n import as_written, sentence
from domain.i18n import channel as called
from domain.surveys.links import surveys_named
from domain.vocabulary import PHONE_CHANNELS, Category, Channel, MessageState
from models import Customer
from providers.base import AmbiguousError, Outgoing, Provider, RenderedContent, SendError
from providers.registry import Providers
from rendering.context import build_context
from rendering.email_document import compiled
from rendering.errors import RenderError
from rendering.render import render
from store.campaigns import brand_kit
from store.customers import customer_queries
from store.database.engine import Database
from store.intelligence import scores
from store.messages import contactability, messages, suppressions


@dataclass(frozen=True)
class TestMessage:
    """A content to try, and what a journey would add to it."""

    content: Content
    trigger: Mapping[str, Any] = field(default_factory=dict)
    coupons: Mapping[str, str] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)
    recommended: Sequence[Mapping[str, Any]] = ()

    @property
    def channel(self) -> Channel:
        """Where it would be sent."""
        return Channel(self.content.channel)


def write(trial: TestMessage, customer: Customer, *, public_url: str) -> RenderedContent:
    """The message as that customer would get it, but for its own links, which do nothing.

    Raises:
        RenderError: it can't be written for them.

    """
    context = build_context(
        customer,
        campaign_name="Test",
        trigger=trial.trigger,
        coupons=trial.coupons,
        scores=trial.scores,
        surveys=dict.fromkeys(surveys_named(trial.content.model_dump_json()), f"{public_url}/v/test"),
        recommended=trial.recommended,
        unsubscribe_url=f"{public_url}/u/test",
        preferences_url=f"{public_url}/p/test",
        confirmation_url=f"{public_url}/s/test",
    )
    return render(trial.content, context)


async def send(
    database: Database,
    providers: Providers,
    trial: TestMessage,
    customer_ref: str,
    address: str | None,
    *,
    public_url: str,
    key: str | None = None,
) -> UUID:
    """Send it, once, as the customer would get it; the ledger keeps it as a test.

    It is somebody's own wish, so that consent is not asked; nothing is sent to a suppressed address, whosever it is.

    Args:
        database: the ledger's.
        providers: who sends.
        trial: what to send.
        customer_ref: whom it is written for.
        address: where it goes; None for the customer's own.
        public_url: base of the unsubscribe link, which does nothing.
        key: the caller's own; the same one again sends nothing more, whatever became of the first request.

    Returns:
        The message's id. Its row says what became of it.

    Raises:
        NotFoundError: there is no such customer.
        ConflictError: nobody sends on that channel, the customer can't be reached on it, or the key stands for another
            test.
        InvalidError: the address or the template is wrong.

    """
    provider = _provider(providers, trial.channel)
    async with database.transaction() as session:
        customer = await customer_queries.require(session, customer_ref)
        try:
            foretold = await scores.of_customer(session, customer.id)
            products = await products_for(session, customer, datetime.now(UTC))
            body = compiled(trial.content, await brand_kit.kit(session))
            known = replace(trial, content=body, scores={row.name: row.value for row in foretold}, recommended=products)
            content = write(known, customer, public_url=public_url)
        except RenderError as error:
            raise InvalidError(
                str(error), errors=[{"path": f"/content/{error.field}", "message": str(error)}]
            ) from error
        message = Outgoing(
            message_id=uuid4() if key is None else ids.test_message_id(key),
            channel=trial.channel,
            category=Category.TRANSACTIONAL,
            address=await _address(session, customer, trial.channel, address),
            content=content,
            customer_id=customer.id,
            external_id=customer.external_id,
        )
        if not await messages.write(session, _row(message, provider)):
            await _same_test(session, message)
            return message.message_id
    await _hand_over(database, provider, message)
    return message.message_id


async def _same_test(session: AsyncSession, message: Outgoing) -> None:
    """Make sure that the message which has this id already is the one that is asked for. Raises ConflictError."""
    found = await messages.read(session, message.message_id)
    asked = (message.customer_id, message.channel.value, message.address)
    if found is None or (found.customer_id, found.channel, found.address) != asked:
        raise ConflictError(sentence("key_used"))


def _provider(providers: Providers, channel: Channel) -> Provider:
    provider = providers.for_channel(channel)
    if provider is None:
        raise ConflictError(sentence("no_provider_sends", channel=called(channel)))
    return provider


async def _address(session: AsyncSession, customer: Customer, channel: Channel, given: str | None) -> str:
    if given is None:
        reach = (await contactability.contactability(session, customer, [channel], Category.TRANSACTIONAL))[channel]
        if not reach.reachable or reach.address is None:
            raise ConflictError(sentence("customer_unreachable", why=reach.why or ""))
        return reach.address
    try:
        if channel is Channel.EMAIL:
            given = normalise_email(given)
        if channel in PHONE_CHANNELS:
            given = normalise_phone(given, customer.country)
    except ValueError as error:
        raise InvalidError(str(error), errors=[{"path": "/body/address", "message": str(error)}]) from error
    reason = await suppressions.reason_of(session, channel, given)
    if reason is not None:
        raise ConflictError(sentence("customer_unreachable", why=sentence("suppressed", words=reason)))
    return str(customer.id) if channel is Channel.IN_APP else given


def _row(message: Outgoing, provider: Provider) -> dict[str, Any]:
    return {
        "id": message.message_id,
        "visit": 1,
        "customer_id": message.customer_id,
        "channel": message.channel.value,
        "category": message.category.value,
        "state": MessageState.RESERVED.value,
        "provider": provider.name,
        "address": message.address,
        "content": message.content.model_dump(mode="json", exclude_none=True),
        "attempts": 1,
        "test": True,
        "reserved_at": datetime.now(UTC),
    }


async def _hand_over(database: Database, provider: Provider, message: Outgoing) -> None:
    """Outside any transaction: a provider may take its time."""
    state, reason, provider_message_id, sent_at = MessageState.FAILED, None, None, None
    try:
        accepted = await provider.send(message)
        state, provider_message_id, sent_at = MessageState.ACCEPTED, accepted.provider_message_id, datetime.now(UTC)
    except AmbiguousError as error:
        state, reason = MessageState.UNKNOWN, as_written(error.reason)
    except SendError as error:
        reason = as_written(error.reason)
    async with database.transaction() as session:
        await messages.settle(
            session,
            message.message_id,
            state,
            reason=reason,
            provider_message_id=provider_message_id,
            sent_at=sent_at,
        )
