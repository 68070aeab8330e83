"""Which customer each event is about; newcomers get a profile, ids that turn out to be one customer are joined.

The ids of a batch are looked up in one statement. Only where an id is new, or two ids meet for the first time, are the
names locked (so that concurrent batches agree on one customer) and read again before anything is written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from domain.authority import Authority
from ingestion import profile_merge
from store.customers import customers, identities, merges
from store.customers.customers import Profile
from store.customers.identities import Known
from store.database import driver
from store.database.driver import Statement

_ATTEMPTS = 5


class Named(Protocol):
    """Whom an event is about. An event is one itself."""

    @property
    def id(self) -> UUID:
        """The event's."""

    @property
    def kind(self) -> str:
        """As of `domain.events.IncomingEvent`, like all that follow."""

    @property
    def customer_id(self) -> UUID | None: ...  # noqa: D102

    @property
    def external_id(self) -> str | None: ...  # noqa: D102

    @property
    def anonymous_id(self) -> str | None: ...  # noqa: D102

    @property
    def previous_id(self) -> str | None: ...  # noqa: D102

    @property
    def authority(self) -> Authority: ...  # noqa: D102

    @property
    def may_create(self) -> bool: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class PlainlyNamed:
    """About the customer with an external id, of which nothing else is said."""

    id: UUID
    external_id: str
    kind: str = "track"
    customer_id: None = None
    anonymous_id: None = None
    previous_id: None = None
    authority: Authority = Authority.SERVER
    may_create: bool = True


@dataclass
class Resolved:
    """Event id -> customer; those missing are about a customer who does not exist or was erased, or are refused."""

    customers: dict[UUID, UUID]
    profiles: dict[UUID, Profile]
    """Locked, by customer."""
    newly_named: frozenset[UUID] = frozenset()
    """Customers who had no name before these events."""
    refused: Mapping[UUID, str] = field(default_factory=dict)
    """Event id -> why nothing was done for it."""
    created: frozenset[UUID] = frozenset()
    """Customers whom nobody knew before these events."""


class Merge(NamedTuple):
    """Who goes, who stays, why, and on whose word."""

    gone: UUID
    into: UUID
    reason: str
    authority: Authority


@dataclass
class _Plan:
    """What the events say about who is who, on top of what is known."""

    known: dict[tuple[str, str], UUID]
    external: dict[UUID, str | None]
    erased: set[UUID]
    erased_names: frozenset[str] = frozenset()
    """External ids of those who were erased and have no row any more that says so."""
    owner: dict[UUID, UUID] = field(default_factory=dict)
    created: dict[UUID, str | None] = field(default_factory=dict)
    renamed: dict[UUID, str] = field(default_factory=dict)
    links: dict[tuple[str, str], UUID] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    refused: dict[UUID, str] = field(default_factory=dict)
    """Event id -> why nothing is done for it."""

    @property
    def changes(self) -> bool:
        return bool(self.created or self.renamed or self.links or self.merges)

    def named(self, name: str) -> UUID | None:
        """The customer with that external id, present or earlier."""
        return self.known.get(("external", name)) or self.known.get(("previous", name))

    def create(self, name: str | None) -> UUID:
        customer = uuid4()
        self.created[customer] = self.external[customer] = name
        if name is not None:
            self.known["external", name] = customer
        return customer

    def rename(self, customer: UUID, name: str) -> None:
        before = self.external[customer]
        if before is not None:
            self.link("previous", before, customer)
            self.known.pop(("external", before), None)
        self.external[customer] = name
        self.known["external", name] = customer
        if customer in self.created:
            self.created[customer] = name
        else:
            self.renamed[customer] = name

    def link(self, kind: str, name: str, customer: UUID) -> None:
        if self.known.get((kind, name)) != customer:
            self.known[kind, name] = self.links[kind, name] = customer

    def merge(self, gone: UUID, into: UUID, reason: str, authority: Authority) -> None:
        before = self.external[gone]
        for mapping in (self.known, self.links):
            mapping.update({key: into for key, customer in mapping.items() if customer == gone})
        if before is not None:
            self.known.pop(("external", before), None)
            self.link("previous", before, into)
        self.owner.update({event: into for event, customer in self.owner.items() if customer == gone})
        self.renamed.pop(gone, None)
        if gone in self.created:
            del self.created[gone]
        else:
            self.merges.append(Merge(gone, into, reason, authority))


def _plan(events: Sequence[Named], found: Iterable[Known], erased_names: Iterable[str]) -> _Plan:
    plan = _Plan(known={}, external={}, erased=set(), erased_names=frozenset(erased_names))
    for item in found:
        plan.known[item.kind, item.value] = item.customer_id
        plan.external[item.customer_id] = item.external_id
        if item.erased:
            plan.erased.add(item.customer_id)
    for event in events:
        customer = _owner(plan, event)
        if customer is not None and customer not in plan.erased:
            plan.owner[event.id] = customer
    return plan


def _owner(plan: _Plan, event: Named) -> UUID | None:
    if event.customer_id is not None:
        return plan.known.get(("customer", str(event.customer_id)))
    if event.external_id is None:
        return _visitor(plan, event, event.anonymous_id) if event.anonymous_id is not None else None
    customer = plan.named(event.external_id)
    if customer in plan.erased or event.external_id in plan.erased_names:
        return None
    if event.kind == "alias" and event.previous_id is not None:
        refusal = _refusal(plan, event, customer)
        if refusal:
            plan.refused[event.id] = refusal
            return None
        customer = _alias(plan, event, event.external_id, customer, event.previous_id)
    if event.anonymous_id is not None:
        customer = _meet(plan, event, customer, event.anonymous_id)
    return customer if customer is not None else _newcomer(plan, event, event.external_id)


def _newcomer(plan: _Plan, event: Named, name: str | None) -> UUID | None:
    if not event.may_create:
        plan.refused[event.id] = "this key has made too many new profiles within a minute: try again later"
        return None
    return plan.create(name)


def _visitor(plan: _Plan, event: Named, anonymous_id: str) -> UUID | None:
    customer = plan.known.get(("anonymous", anonymous_id))
    if customer is None:
        customer = _newcomer(plan, event, None)
        if customer is not None:
            plan.link("anonymous", anonymous_id, customer)
    return customer


def _meet(plan: _Plan, event: Named, customer: UUID | None, anonymous_id: str) -> UUID | None:
    """A named customer on a device: a visitor without a name was them; a device of somebody else changes hands."""
    name = event.external_id
    visitor = plan.known.get(("anonymous", anonymous_id))
    if visitor is not None and visitor != customer and plan.external[visitor] is None and visitor not in plan.erased:
        if customer is None and name is not None:
            plan.rename(visitor, name)
            return visitor
        if customer is not None:
            plan.merge(visitor, customer, "sign_in", event.authority)
    if customer is None:
        customer = _newcomer(plan, event, name)
    if customer is not None:
        plan.link("anonymous", anonymous_id, customer)
    return customer


def _refusal(plan: _Plan, event: Named, customer: UUID | None) -> str:
    """Why an alias is not followed; empty where it is. A key that anybody can read joins no two who have a name."""
    previous = event.previous_id or ""
    before = plan.named(previous)
    if previous in plan.erased_names or (before is not None and before in plan.erased):
        return "previousId is a customer who was erased"
    if event.authority.may_join_named or before is None or before == customer:
        return ""
    return "previousId is a customer who has a name: only a server key may join or rename them"


def _alias(plan: _Plan, event: Named, name: str, customer: UUID | None, previous: str) -> UUID | None:
    """The customer known as `previous` is from now on known as `name`."""
    before = plan.named(previous) or plan.known.get(("anonymous", previous))
    if before is not None and before not in plan.erased and plan.external[before] and event.authority.is_public:
        before = customer  # the device of somebody with a name: it changes hands, as it does where they sign in
    if before is None or before in plan.erased:
        customer = customer if customer is not None else _newcomer(plan, event, name)
        if customer is not None:
            # Danger: a name that nobody has yet, taken by a public key, would catch who gets it later.
            plan.link("anonymous" if event.authority.is_public else "previous", previous, customer)
        return customer
    if customer is None:
        plan.rename(before, name)
        return before
    if before != customer and customer not in plan.erased:
        plan.merge(before, customer, "alias", event.authority)
    return customer


def looking_up(events: Sequence[Named]) -> Statement[list[Known]]:
    """Who is known by the ids that these events name: the first thing that `resolve` has to be told."""
    return identities.finding(*_ids_in(events))


def _ids_in(events: Sequence[Named]) -> tuple[set[str], set[UUID]]:
    names = {name for e in events for name in (e.external_id, e.anonymous_id, e.previous_id) if name is not None}
    return names, {event.customer_id for event in events if event.customer_id is not None}


async def resolve(
    session: AsyncSession, events: Sequence[Named], known: Sequence[Known], *, now: datetime, time_scale: float = 1.0
) -> Resolved:
    """Find (or make) the customer of each event, and lock all their rows in the order of their ids.

    Args:
        session: the transaction.
        events: as they happened, oldest first.
        known: what `looking_up` these events, or more, answered in this transaction.
        now: the present instant, UTC.
        time_scale: real seconds per business second, for re-entry gaps.

    """
    plan, profiles = await _settled(session, events, known, whole=True)
    return await _apply(session, plan, profiles, now=now, time_scale=time_scale)


async def resolve_owners(
    session: AsyncSession, events: Sequence[Named], known: Sequence[Known], *, now: datetime, time_scale: float = 1.0
) -> dict[UUID, UUID]:
    """Find (or make) the customer of each event: event -> customer. Arguments as of `resolve`.

    Nobody's profile is locked against change, except where two customers become one: the others are only kept from
    being joined or erased until the transaction ends.
    """
    plan, profiles = await _settled(session, events, known, whole=False)
    return (await _apply(session, plan, profiles, now=now, time_scale=time_scale)).customers


async def _settled(
    session: AsyncSession, events: Sequence[Named], known: Sequence[Known], *, whole: bool
) -> tuple[_Plan, dict[UUID, Profile]]:
    """Who is who, true until the transaction ends; the profiles are locked, without `whole` only those that change."""
    locked, erased = False, set[str]()
    for _ in range(_ATTEMPTS):
        plan = _plan(events, known, erased)
        if plan.changes and not locked:
            names, _customers = _ids_in(events)
            locking, erased_among = identities.locking_names(names), identities.finding_erased(names)
            # Danger: who writes pasts locks this table first and the names after it; so do all others.
            going = [merges.beginning_to_go()] if whole else []
            _, erased, known = await driver.pipelined(session, locking, erased_among, looking_up(events), after=going)
            locked = True
            continue
        changing = (set(plan.renamed) | {customer for merge in plan.merges for customer in merge[:2]}) - set(
            plan.created
        )
        wanted = changing | (set(plan.owner.values()) - set(plan.created))
        profiles = await customers.lock_profiles(session, wanted if whole else changing)
        theirs = wanted if whole else changing
        if theirs <= set(profiles) and await customers.hold(session, wanted - theirs):
            return plan, profiles
        # Somebody was joined with another, or erased, between the look-up and the lock.
        known = await driver.run(session, looking_up(events))
    raise RuntimeError("the customers of this batch keep changing under it")


async def _apply(
    session: AsyncSession, plan: _Plan, profiles: dict[UUID, Profile], *, now: datetime, time_scale: float
) -> Resolved:
    await identities.create_customers(session, plan.created, now=now)
    profiles |= {customer: Profile(customer, external_id=name) for customer, name in plan.created.items()}
    named = frozenset({*plan.created, *plan.renamed})
    for gone, into, reason, authority in plan.merges:
        readdress = authority.may_readdress or into in named
        await profile_merge.join(
            session, profiles, gone, into, reason=reason, now=now, readdress=readdress, time_scale=time_scale
        )
    await identities.set_external_ids(session, plan.renamed, now=now)
    for customer, name in plan.renamed.items():
        profiles[customer].external_id = name
    await identities.link(session, [(kind, name, customer) for (kind, name), customer in plan.links.items()], now=now)
    return Resolved(plan.owner, profiles, named, plan.refused, frozenset(plan.created))
