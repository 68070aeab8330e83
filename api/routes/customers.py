"""Customers: profiles, history, consents, devices, inbox."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import TextClause

from api.dependencies import Marketer, Patient, ServicesDep, Transaction, Viewer
from api.pages import signer_of
from api.paging import Page, PageQuery, Paging, decode, paged
from api.problems import responses
from api.schemas.base import CustomerRef
from api.schemas.contact import PreferencesLink
from api.schemas.customers import (
    BulkBody,
    BulkResult,
    ConsentsBody,
    ConsentView,
    CustomerCount,
    CustomerView,
    DeviceBody,
    DeviceView,
    InboxItem,
    ProfileBody,
    ProfileView,
    TimelineItemView,
)
from api.strict_json import StrictRoute
from domain import ids
from domain.conditions import InSegment
from domain.errors import InvalidError, NotFoundError
from domain.events import IncomingEvent, IncomingMessageEvent
from domain.external_ids import read_id
from domain.i18n import sentence
from domain.vocabulary import Channel, MessageEventKind
from ingestion.message_events import record_reports
from ingestion.pipeline import ingest
from models import Message
from store.conditions.scope import Scope
from store.customers import customer_queries, timeline
from store.customers import customers as profiles
from store.customers.customer_queries import CustomerSearch
from store.customers.customers import DeviceToken
from store.messages import message_queries
from store.messages.reachable import reachable_on
from store.segments import saved_segments, segments

router = APIRouter(prefix="/customers", tags=["customers"], route_class=StrictRoute)
profiles_router = APIRouter(prefix="/customers", tags=["customers"], route_class=StrictRoute)
"""To be matched after all other routes of customers: an id may have slashes."""
count_router = APIRouter(tags=["customers"], route_class=StrictRoute)
"""Apart, because any word behind /customers/ may be somebody's id."""
_SOURCE = "api"
_WRITE = responses(401, 403, 404, 413, 422)
_READ = responses(401, 403, 404, 422)


class CustomerFilter(BaseModel):
    """Which customers. Unknown parameters are refused."""

    model_config = ConfigDict(extra="forbid")

    search: str | None = Field(
        default=None, min_length=1, max_length=120, description="Part of a name or e-mail, a phone, an external id."
    )
    tag: str | None = Field(default=None, min_length=1, max_length=80)
    country: str | None = Field(default=None, pattern="^[A-Za-z]{2}$", description="ISO 3166-1 alpha-2.")
    segment: UUID | None = Field(default=None, description="Those who are in this saved segment now.")
    reachable: Channel | None = Field(
        default=None, description="Those whom marketing can reach on this channel: address, consent, suppression."
    )

    async def asked(self, session: AsyncSession) -> CustomerSearch:
        """For the store.

        Raises:
            NotFoundError: there is no such segment.

        """
        tests: list[ColumnElement[bool] | TextClause] = []
        if self.segment is not None:
            saved = await saved_segments.require(session, self.segment)
            tests.append(await segments.test_of(session, InSegment(segment_id=saved.id), Scope(now=datetime.now(UTC))))
        if self.reachable is not None:
            tests.append(reachable_on(self.reachable))
        country = self.country and self.country.upper()
        return CustomerSearch(text=self.search, tag=self.tag, country=country, tests=tuple(tests))


class CustomerQuery(PageQuery, CustomerFilter):
    """Which customers, in what order, and which page of them."""

    order: Literal["newest", "oldest", "name"] = Field(
        default="newest",
        description="By when they were created, or by name (without one by external id, else by e-mail address).",
    )


class InboxQuery(PageQuery):
    """Which in-app messages."""

    unread: bool = False


def _name(external_id: str, path: str) -> str:
    """The id as it is kept.

    Raises:
        InvalidError: it can't be one.

    """
    read = read_id(external_id)
    if read.value is None:
        message = f"the external id {read.note or 'is empty'}"
        raise InvalidError(message, errors=[{"path": path, "message": message}])
    return read.value


def _identify(external_id: str, profile: ProfileBody, now: datetime) -> IncomingEvent:
    """A change of a profile is an identify event like any other: one road in."""
    traits: dict[str, Any] = profile.model_dump(
        mode="json", exclude_unset=True, exclude={"external_id", "attributes", "tags"}
    )
    if "tags" in profile.model_fields_set:
        traits["tags"] = profile.tags or []
    return IncomingEvent(
        id=ids.event_id(_SOURCE, str(uuid4())),
        kind="identify",
        external_id=external_id,
        occurred_at=now,
        properties={**profile.attributes, **traits},
        source=_SOURCE,
    )


async def _upsert(session: AsyncSession, wanted: list[tuple[str, ProfileBody, str]], time_scale: float) -> None:
    """Write profiles given as (external id, what to set, its JSON pointer); all of them or none."""
    now = datetime.now(UTC)
    taken = await ingest(
        session, [_identify(name, profile, now) for name, profile, _ in wanted], now=now, time_scale=time_scale
    )
    wrong = [
        {"path": path, "message": problem}
        for answer, (_, _, path) in zip(taken, wanted, strict=True)
        for problem in answer.problems or ([answer.reason] if answer.status == "no_customer" else [])
    ]
    if wrong:
        raise InvalidError("; ".join(item["message"] for item in wrong[:3]), errors=wrong)


@profiles_router.put("/{customer:path}", dependencies=[Marketer], responses=_WRITE)
async def upsert_customer(
    customer: CustomerRef, body: ProfileBody, session: Transaction, services: ServicesDep
) -> CustomerView:
    """Create the customer of that external id, or change what the body names."""
    name = _name(customer, "/path/customer")
    await _upsert(session, [(name, body, "/body")], services.settings.time_scale)
    return CustomerView.model_validate(await customer_queries.require(session, name))


@router.post("/bulk", dependencies=[Marketer], responses=responses(401, 403, 413, 422))
async def upsert_customers(body: BulkBody, session: Transaction, services: ServicesDep) -> BulkResult:
    """Create or change up to 500 customers in one transaction: all of them, or (422) none."""
    wanted: list[tuple[str, ProfileBody, str]] = []
    for index, item in enumerate(body.customers):
        path = f"/body/customers/{index}"
        wanted.append((_name(item.external_id, f"{path}/external_id"), item, path))
    await _upsert(session, wanted, services.settings.time_scale)
    return BulkResult(upserted=len({name for name, _, _ in wanted}))


@router.get("", dependencies=[Viewer], responses=responses(401, 403, 404, 422, 503))
async def list_customers(session: Patient, query: Annotated[CustomerQuery, Query()]) -> Page[CustomerView]:
    """Customers by when they were created, newest first unless told otherwise, or by name."""
    search = await query.asked(session)
    if query.order == "name":
        named = await customer_queries.page_by_name(
            session, decode(query.cursor, tuple[str, UUID]), query.limit + 1, search=search
        )
        return paged(
            named, query.limit, lambda row: CustomerView.model_validate(row[0]), lambda row: (row[1], row[0].id)
        )
    after = decode(query.cursor, tuple[datetime, UUID])
    rows = await customer_queries.page(
        session, after, query.limit + 1, search=search, oldest_first=query.order == "oldest"
    )
    return paged(rows, query.limit, CustomerView.model_validate, lambda row: (row.created_at, row.id))


@count_router.get("/customer-count", dependencies=[Viewer], responses=responses(401, 403, 404, 422, 503))
async def count_customers(session: Patient, query: Annotated[CustomerFilter, Query()]) -> CustomerCount:
    """How many customers there are, counted to 10,000."""
    found, more = await customer_queries.count(session, await query.asked(session))
    return CustomerCount(count=found, more=more)


@profiles_router.get("/{customer:path}", dependencies=[Viewer], responses=_READ)
async def get_customer(customer: CustomerRef, session: Transaction) -> ProfileView:
    """One profile, with the personas that it meets now."""
    found = await customer_queries.require(session, customer)
    met = await saved_segments.personas_of(session, found.id, now=datetime.now(UTC))
    return ProfileView.model_validate({**found.model_dump(), "personas": [row.model_dump() for row in met]})


@router.get("/{customer:path}/timeline", dependencies=[Viewer], responses=_READ)
async def get_timeline(customer: CustomerRef, session: Transaction, query: Paging) -> Page[TimelineItemView]:
    """The customer's events, messages and journey steps in one list, newest first."""
    found = await customer_queries.require(session, customer)
    rows = await timeline.page(session, found.id, decode(query.cursor, tuple[datetime, str, str]), query.limit + 1)
    return paged(rows, query.limit, TimelineItemView.model_validate, lambda row: (row.at, row.kind, row.key))


@router.get("/{customer:path}/consents", dependencies=[Viewer], responses=_READ)
async def get_consents(customer: CustomerRef, session: Transaction) -> list[ConsentView]:
    """What the customer said about being contacted. One without an entry was never set: the contact policy decides."""
    found = await customer_queries.require(session, customer)
    return [ConsentView.model_validate(row) for row in await customer_queries.consents(session, found.id)]


@router.put("/{customer:path}/consents", dependencies=[Marketer], responses=_WRITE)
async def set_consents(customer: CustomerRef, body: ConsentsBody, session: Transaction) -> list[ConsentView]:
    """Write down what the customer says now. It holds from the next send on, journeys under way included."""
    found = await customer_queries.require(session, customer)
    for change in body.consents:
        await customer_queries.set_consent(
            session, found.id, change.channel, change.topic, status=change.status, source=_SOURCE
        )
    return [ConsentView.model_validate(row) for row in await customer_queries.consents(session, found.id)]


@router.post("/{customer:path}/preferences-link", dependencies=[Marketer], responses=_READ)
async def make_preferences_link(customer: CustomerRef, session: Transaction, services: ServicesDep) -> PreferencesLink:
    """The address of the customer's preference page, for the shop's own account pages."""
    found = await customer_queries.require(session, customer)
    return PreferencesLink(url=signer_of(services).preferences(found.id))


@router.get("/{customer:path}/devices", dependencies=[Viewer], responses=_READ)
async def get_devices(customer: CustomerRef, session: Transaction) -> list[DeviceView]:
    """The customer's push tokens, the latest first."""
    found = await customer_queries.require(session, customer)
    return [DeviceView.model_validate(row) for row in await customer_queries.devices(session, found.id)]


@router.put("/{customer:path}/devices", dependencies=[Marketer], responses=_WRITE)
async def add_device(customer: CustomerRef, body: DeviceBody, session: Transaction) -> list[DeviceView]:
    """Note a push token; one that another customer had moves to this one."""
    found = await customer_queries.require(session, customer)
    token = DeviceToken(body.token, found.id, body.platform)
    await profiles.save_devices(session, [token], now=datetime.now(UTC))
    return [DeviceView.model_validate(row) for row in await customer_queries.devices(session, found.id)]


@router.delete("/{customer:path}/devices", status_code=204, dependencies=[Marketer], responses=_READ)
async def drop_device(
    customer: CustomerRef, token: Annotated[str, Query(min_length=1, max_length=4096)], session: Transaction
) -> Response:
    """Send nothing to that push token any more."""
    found = await customer_queries.require(session, customer)
    if not await customer_queries.set_device_active(session, found.id, token, active=False):
        raise NotFoundError(sentence("no_push_token"))
    return Response(status_code=204)


def _inbox_item(row: Message) -> InboxItem:
    content = {"title": "", "body": "", "image": None, "link": None, **row.content}
    return InboxItem.model_validate(
        {**content, "id": row.id, "sent_at": row.sent_at or row.reserved_at, "read_at": row.read_at}
    )


@router.get("/{customer:path}/inbox", dependencies=[Viewer], responses=_READ)
async def get_inbox(
    customer: CustomerRef, session: Transaction, query: Annotated[InboxQuery, Query()]
) -> Page[InboxItem]:
    """The customer's in-app messages, newest first."""
    found = await customer_queries.require(session, customer)
    after = decode(query.cursor, tuple[datetime, UUID])
    rows = await message_queries.inbox(session, found.id, after, query.limit + 1, unread=query.unread)
    return paged(rows, query.limit, _inbox_item, lambda row: (row.reserved_at, row.id))


@router.post("/{customer:path}/inbox/{message_id}/read", dependencies=[Marketer], responses=_READ)
async def mark_inbox_read(
    customer: CustomerRef, message_id: UUID, session: Transaction, services: ServicesDep
) -> InboxItem:
    """The app showed the message: it counts as opened, once."""
    found = await customer_queries.require(session, customer)
    row = await message_queries.mark_read(session, found.id, message_id)
    now = datetime.now(UTC)
    opened = IncomingMessageEvent(
        event_id=ids.event_id("in_app", f"{message_id}:read"),
        message_id=message_id,
        provider="in_app",
        engagement=MessageEventKind.OPENED,
        kind="read",
        occurred_at=now,
        channel=Channel.IN_APP,
    )
    await record_reports(session, [opened], now=now)
    return _inbox_item(row)
