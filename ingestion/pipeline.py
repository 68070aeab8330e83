"""What happens, in one pipeline and one transaction: event -> profile -> journeys it starts, ends or wakes -> outbox.

Whatever road an event came by, it goes through `ingest`. The caller commits; until then nothing has happened, after it
nothing can be lost. A batch costs a fixed number of statements, whatever its size. Locks are taken in one order
everywhere: receipts, names (of newcomers), customers by id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.attributes import AttributeType
from domain.events import IMPORT, ORDER_COMPLETED, SYSTEM_EVENTS, IncomingEvent, ProfileOperation, is_activity
from ingestion import identity, profile, segment_membership, shop_currency, traits
from ingestion.event_effects import Listeners, apply_effects, finding_listeners
from ingestion.order_events import OrderChanges, combine_incoming
from ingestion.promotions import order_codes
from ingestion.segment_membership import ProfileChange
from store.customers import attributes, customers
from store.customers.customers import DeviceToken, Profile
from store.database import driver
from store.events import events as event_store
from store.events.events import NewEvent, Receipts
from store.segments.memberships import finding_watched


@dataclass
class Ingested:
    """What became of one event."""

    id: UUID
    status: Literal["taken", "repeat", "no_customer"]
    """`no_customer`: it names a customer who does not exist or was erased, or it may not do what it says."""
    customer_id: UUID | None = None
    reason: str = ""
    """Of `no_customer`, in words."""
    created: bool = False
    """A profile was made for it."""
    problems: list[str] = field(default_factory=list)
    """Parts that could not be used, in words; the rest was."""


async def ingest(
    session: AsyncSession, events: Sequence[IncomingEvent], *, now: datetime, time_scale: float = 1.0, wake: bool = True
) -> list[Ingested]:
    """Take events in; one answer for each, in the order given. A repeat of an event changes nothing.

    Args:
        session: the transaction; the caller commits.
        events: in any order; they count in the order in which they happened.
        now: the present instant, UTC.
        time_scale: real seconds per business second, for re-entry gaps.
        wake: whether journeys may start, end and wake; not for what happened long ago.

    """
    taking = event_store.taking_receipts([event.id for event in events], now=now)
    receipts, names = await driver.pipelined(session, taking, identity.looking_up(events))
    taken = receipts.taken
    fresh = sorted({event.id: event for event in events if event.id in taken}.values(), key=lambda e: e.occurred_at)
    resolved = (
        await identity.resolve(session, fresh, names, now=now, time_scale=time_scale)
        if fresh
        else identity.Resolved({}, {})
    )
    nobody = taken - set(resolved.customers)
    if nobody:
        await event_store.give_back_receipts(session, nobody)
    named = [event for event in fresh if event.id in resolved.customers]
    happening = [(event.properties, event.authority.is_public) for event in named if event.kind == "track"]
    currency = await shop_currency.learn(session, shop_currency.used_by(happening))
    order_changes = await combine_incoming(session, named, resolved.customers, resolved.profiles, currency)
    known = [event for event in named if event.id not in order_changes.repeats | order_changes.replaced]
    learnt = await _learn(session, known, resolved, currency, now=now)
    learnt.profiles |= {customer: resolved.profiles[customer] for customer in order_changes.corrected}
    happened = [_stored(event, resolved.customers[event.id], now) for event in known if event.kind == "track"]
    if learnt.profiles:
        await customers.delete_devices(session, learnt.emptied)
        await customers.save_devices(session, learnt.tokens, now=now)
        saving = customers.saving_profiles(list(learnt.profiles.values()), now=now)
        inserting = event_store.inserting_events(happened)
    if wake:
        await order_codes.note(session, known)
    if learnt.profiles and wake:
        listening = finding_listeners(resolved.profiles, {*SYSTEM_EVENTS, *(event.name for event in happened)})
        watched, inside, starting = await driver.pipelined(
            session, finding_watched(), *listening, after=[saving, inserting]
        )
        moved = await segment_membership.react(session, watched, _touches(known, resolved, order_changes), now=now)
        await event_store.insert_events(session, moved)
        happened += moved
        listeners = Listeners(inside, starting)
        await apply_effects(session, happened, resolved.profiles, listeners, now=now, time_scale=time_scale)
    elif learnt.profiles:
        await driver.pipelined(session, saving, inserting)
    return _answers(events, receipts, resolved, learnt.problems, order_changes)


_ERASED = "it is about a customer who was erased"
_SAME_ID = "another event came under the same id before: both are kept"


def _answers(
    events: Sequence[IncomingEvent],
    receipts: Receipts,
    resolved: identity.Resolved,
    problems: Mapping[UUID, list[str]],
    order_changes: OrderChanges,
) -> list[Ingested]:
    answers: list[Ingested] = []
    seen: set[UUID] = set()
    halves: set[int] = set()
    makers: set[UUID] = set()
    for event in events:
        half = event.id.int >> 64
        if event.id not in receipts.taken or event.id in seen:
            answers.append(Ingested(event.id, "repeat"))
        elif event.id not in resolved.customers:
            reason = resolved.refused.get(event.id, _ERASED)
            answers.append(Ingested(event.id, "no_customer", reason=reason))
        elif event.id in order_changes.repeats:
            note = order_changes.notes.get(event.id)
            answers.append(Ingested(event.id, "repeat", problems=[note] if note else []))
        else:
            notes = [*event.notes, *problems.get(event.id, [])]
            if event.id in order_changes.notes:
                notes.append(order_changes.notes[event.id])
            if event.id in receipts.others or half in halves:
                notes.append(_SAME_ID)
            customer = resolved.customers[event.id]
            created = customer in resolved.created and customer not in makers
            makers.add(customer)
            answers.append(Ingested(event.id, "taken", customer, problems=notes, created=created))
        seen.add(event.id)
        halves.add(half)
    return answers


def _touches(
    events: Sequence[IncomingEvent], resolved: identity.Resolved, order_changes: OrderChanges
) -> dict[UUID, ProfileChange]:
    """What happened to each customer, for segments that may listen."""
    names: dict[UUID, set[str]] = {customer: {ORDER_COMPLETED} for customer in order_changes.corrected}
    changed: set[UUID] = set()
    for event in events:
        customer_id = resolved.customers[event.id]
        names.setdefault(customer_id, set()).update({event.name} if event.kind == "track" else ())
        if event.kind != "track" or event.context is not None:
            changed.add(customer_id)
    return {id_: ProfileChange(frozenset(found), profile=id_ in changed) for id_, found in names.items()}


def _stored(event: IncomingEvent, customer_id: UUID, now: datetime) -> NewEvent:
    return NewEvent(
        id=event.id,
        occurred_at=event.occurred_at,
        customer_id=customer_id,
        name=event.name,
        properties=event.properties,
        source=event.source,
        received_at=now,
    )


def _is_sign_of_life(event: IncomingEvent) -> bool:
    if event.kind != "track" and event.source == IMPORT:
        return False
    return is_activity(event.name)


@dataclass
class _Learnt:
    """What profiles learnt from events, to be written."""

    profiles: dict[UUID, Profile] = field(default_factory=dict)
    tokens: list[DeviceToken] = field(default_factory=list)
    emptied: set[UUID] = field(default_factory=set)
    """Customers whose push tokens go."""
    problems: dict[UUID, list[str]] = field(default_factory=dict)
    """By event, what could not be used."""


async def _learn(
    session: AsyncSession,
    events: Sequence[IncomingEvent],
    resolved: identity.Resolved,
    currency: str | None,
    *,
    now: datetime,
) -> _Learnt:
    """Let the profiles learn from the events."""
    learnt = _Learnt()
    types = await attributes.types(session) if any(event.kind == "identify" for event in events) else {}
    for event in events:
        customer = resolved.profiles[resolved.customers[event.id]]
        learnt.profiles[customer.id] = customer
        if event.kind == "identify":
            learnt.problems[event.id] = profile.identify(
                customer, event.properties, _given(event, customer, resolved, types)
            )
            if event.operation is ProfileOperation.DELETE:
                learnt.emptied.add(customer.id)
        elif event.kind == "track":
            traits.update_traits(customer.traits, event.name, event.properties, event.occurred_at, currency)
        if event.context is not None:
            profile.notice(customer, event.context)
        said = event.properties if event.kind == "identify" and event.operation is ProfileOperation.SET else {}
        found = profile.devices(customer, said, event.context)
        if found and not _may_add_devices(event, customer, resolved):
            learnt.problems.setdefault(event.id, []).append(_NO_DEVICE)
        else:
            learnt.tokens += found
        if _is_sign_of_life(event):
            seen = min(event.occurred_at, now)
            customer.last_seen_at = max(customer.last_seen_at or seen, seen)
    return learnt


_NO_DEVICE = "the push token is left out: only a server key or a signed user token may add one to a known customer"


def _may_add_devices(event: IncomingEvent, customer: Profile, resolved: identity.Resolved) -> bool:
    if event.authority.may_readdress or customer.external_id is None or not profile.is_vouched(customer):
        return True
    return customer.id in resolved.newly_named


def _given(
    event: IncomingEvent, customer: Profile, resolved: identity.Resolved, types: Mapping[str, AttributeType]
) -> profile.ProfileInput:
    return profile.ProfileInput(
        event.occurred_at, types, event.authority, customer.id in resolved.newly_named, event.operation
    )
