"""The offers of a request: live promotions, the codes that were given, and what is left of their budgets."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.promotions import codes as code_rules
from domain.promotions.cart import MOST_CODES, Cart, Word
from domain.promotions.counters import Claim, CodeLimits, counters, with_budgets
from domain.promotions.discounts import Offer
from domain.promotions.evaluation import CartEvaluation, EvaluationTerms, evaluate
from domain.promotions.promotion import Promotion
from domain.promotions.reasons import Reason, Refusal
from domain.promotions.schedule import Zone
from models import Customer
from store.conditions.compiler import compile_condition
from store.conditions.scope import Scope
from store.database import driver
from store.promotions import codes, promotions
from store.promotions import counters as counter_store
from store.promotions.codes import StoredCode
from store.segments import segments


class PromotionRequest(BaseModel):
    """A cart, whose it is, and the codes that were given."""

    model_config = ConfigDict(extra="forbid")

    cart: Cart
    customer: str | None = Field(
        default=None, min_length=1, max_length=255, description="The shop's id of the customer."
    )
    identifier: str | None = Field(
        default=None, min_length=1, max_length=255, description="Of a device or card, for budgets per identifier."
    )
    campaign: Word | None = Field(default=None, description="What budgets per campaign count by.")
    codes: tuple[str, ...] = Field(default=(), max_length=MOST_CODES)
    shop_zone: Zone | None = Field(default=None, description="The shop's time zone, IANA.")


@dataclass(frozen=True, slots=True)
class Shopper:
    """What promotions need to know of a customer."""

    id: UUID
    zone: str | None
    household: str | None


@dataclass
class PromotionCatalog:
    """The live promotions of a process, read again when any has changed."""

    version: tuple[int, int] | None = None
    live: dict[UUID, tuple[str, Promotion]] = field(default_factory=dict)

    async def bring_up_to_date(self, session: AsyncSession, version: tuple[int, int]) -> None:
        """Read the live promotions if they are not those of that version."""
        if version == self.version:
            return
        rows = await promotions.active(session)
        self.live = {row.id: (row.name, Promotion.model_validate(row.definition)) for row in rows}
        self.version = version

    async def with_others(self, session: AsyncSession, ids: Sequence[UUID]) -> "PromotionCatalog":
        """The same with promotions of any state.

        Raises:
            NotFoundError: there is none of that id.

        """
        rows = [await promotions.require(session, each) for each in ids]
        others = {row.id: (row.name, Promotion.model_validate(row.definition)) for row in rows}
        return PromotionCatalog(self.version, self.live | others)


@dataclass(frozen=True, slots=True)
class AskedPromotions:
    """Everything that an evaluation rests on."""

    request: PromotionRequest
    shopper: Shopper | None
    evaluation: CartEvaluation
    known: Mapping[tuple[UUID, str | None], list[Claim]]
    """By promotion and code, the counters that a redemption takes of."""
    at: datetime

    @property
    def refused_codes(self) -> list[tuple[str, UUID | None, Refusal]]:
        """Codes that did not apply, as they were given."""
        return [
            (offer.code, offer.promotion_id if offer.promotion_id.int else None, refusal)
            for offer, refusal in self.evaluation.refused
            if offer.code is not None
        ]


_NOTHING = Promotion.model_validate({"currency": "XXX", "reward": {"kind": "free_shipping"}})
"""Stands in for the promotion of a code that does not exist."""


def given_codes(request: PromotionRequest) -> list[str]:
    """The codes of a request, as they are looked up."""
    return list(dict.fromkeys(code_rules.normal(code)[:64] for code in request.codes))


Looked = tuple[tuple[int, int], dict[str, StoredCode]]
"""The version of the promotions, and the codes that exist."""


async def ask(
    session: AsyncSession,
    catalog: PromotionCatalog,
    request: PromotionRequest,
    now: datetime,
    *,
    also: Sequence[UUID] = (),
    looked: Looked | None = None,
) -> AskedPromotions:
    """Evaluate a request. Writes nothing.

    Args:
        session: whose transaction.
        catalog: the live promotions.
        request: the cart.
        now: when it is bought, UTC.
        also: promotions that count as live, whatever their state.
        looked: what the caller has looked up within this transaction.

    Raises:
        NotFoundError: there is none of an id of `also`.

    """
    normal = given_codes(request)
    version, found = looked or await driver.pipelined(session, promotions.asking_version(), codes.finding(normal))
    await catalog.bring_up_to_date(session, version)
    if also:
        catalog = await catalog.with_others(session, also)
    shopper = await _shopper(session, request.customer)
    offers = _offers(catalog, normal, found, shopper, now)
    offers = await _of_audience(session, offers, shopper, now)
    entities = _entities(request, shopper)
    known: dict[tuple[UUID, str | None], list[Claim]] = {}
    checked: list[Offer] = []
    for offer in offers:
        if offer.refusal is None:
            its = counters(offer.promotion, {**entities, "code": offer.code}, now, _limits(offer, found))
            if isinstance(its, Refusal):
                checked.append(replace(offer, refusal=its))
                continue
            known[offer.promotion_id, offer.code] = its
        checked.append(offer)
    taken = await _taken(session, known)
    ready = [
        with_budgets(offer, known[offer.promotion_id, offer.code], taken.get(offer.promotion_id, {}))
        if (offer.promotion_id, offer.code) in known
        else offer
        for offer in checked
    ]
    terms = EvaluationTerms(at=now, customer_zone=shopper.zone if shopper else None, shop_zone=request.shop_zone)
    return AskedPromotions(request, shopper, evaluate(request.cart, ready, terms), known, now)


async def _shopper(session: AsyncSession, external_id: str | None) -> Shopper | None:
    if external_id is None:
        return None
    rows = await session.execute(
        select(col(Customer.id), col(Customer.timezone), col(Customer.attributes)["household_id"].astext).where(
            col(Customer.external_id) == external_id, col(Customer.erased_at).is_(None)
        )
    )
    row = rows.first()
    return Shopper(row[0], row[1], row[2]) if row else None


def _offers(
    catalog: PromotionCatalog,
    given: Sequence[str],
    found: Mapping[str, StoredCode],
    shopper: Shopper | None,
    now: datetime,
) -> list[Offer]:
    """What the codes stand for, and what applies without one."""
    made: list[Offer] = []
    seen: set[UUID] = set()
    for code in given:
        stored = found.get(code)
        if stored is None:
            made.append(Offer(UUID(int=0), "", _NOTHING, code, Refusal(Reason.UNKNOWN_CODE)))
            continue
        live = catalog.live.get(stored.promotion_id)
        if live is None:
            made.append(Offer(stored.promotion_id, "", _NOTHING, code, Refusal(Reason.NOT_ACTIVE)))
            continue
        name, promotion = live
        reason = _code_reason(stored, promotion, shopper, now)
        if stored.promotion_id in seen and stored.balance is None:
            reason = reason or Reason.ANOTHER_OF_THE_GROUP
        seen.add(stored.promotion_id)
        made.append(
            Offer(
                stored.promotion_id, name, promotion, code, Refusal(reason) if reason else None, balance=stored.balance
            )
        )
    made += [
        Offer(id_, name, promotion) for id_, (name, promotion) in catalog.live.items() if promotion.codes.kind == "none"
    ]
    return made


def _code_reason(stored: StoredCode, promotion: Promotion, shopper: Shopper | None, now: datetime) -> Reason | None:
    if stored.disabled:
        return Reason.CODE_DISABLED
    if stored.valid_until is not None and now >= stored.valid_until:
        return Reason.CODE_EXPIRED
    if promotion.codes.personal and (shopper is None or stored.customer_id != shopper.id):
        return Reason.OTHER_OWNER
    return None


def _limits(offer: Offer, found: Mapping[str, StoredCode]) -> CodeLimits | None:
    stored = found.get(offer.code) if offer.code else None
    return CodeLimits(stored.code, stored.max_uses, stored.balance) if stored else None


async def _of_audience(
    session: AsyncSession, offers: list[Offer], shopper: Shopper | None, now: datetime
) -> list[Offer]:
    """Refuse those whose audience the customer is not in; all audiences are asked in one statement."""
    wanted = {o.promotion_id: o.promotion.audience for o in offers if o.promotion.audience and not o.refusal}
    if not wanted:
        return offers
    inside: set[UUID] = set()
    if shopper is not None:
        audiences = [condition for condition in wanted.values() if condition]
        scope = await segments.ready(session, audiences, Scope(now=now, timezone=shopper.zone or "UTC"))
        tests = [compile_condition(condition, scope) for condition in audiences]
        row = await session.execute(select(*tests).select_from(Customer).where(col(Customer.id) == shopper.id))
        inside = {id_ for id_, holds in zip(wanted, row.one(), strict=True) if holds}
    reason = Reason.OTHER_AUDIENCE if shopper else Reason.CUSTOMER_NEEDED
    return [
        replace(offer, refusal=Refusal(reason))
        if offer.promotion_id in wanted and offer.promotion_id not in inside
        else offer
        for offer in offers
    ]


def _entities(request: PromotionRequest, shopper: Shopper | None) -> dict[Any, str | None]:
    identifier = request.identifier
    return {
        "customer": str(shopper.id) if shopper else None,
        "household": (shopper.household or str(shopper.id)) if shopper else None,
        "identifier": hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest() if identifier else None,
        "shop": request.cart.shop,
        "campaign": request.campaign or "",
    }


async def _taken(
    session: AsyncSession, known: Mapping[tuple[UUID, str | None], list[Claim]]
) -> dict[UUID, dict[Any, int]]:
    wanted = [(promotion_id, claim.key) for (promotion_id, _), its in known.items() for claim in its]
    if not wanted:
        return {}
    made: dict[UUID, dict[Any, int]] = {}
    for (promotion_id, key), taken in (await driver.run(session, counter_store.reading(wanted))).items():
        made.setdefault(promotion_id, {})[key] = taken
    return made


__all__ = ["AskedPromotions", "PromotionCatalog", "PromotionRequest", "ask"]
