"""Customers named in a call of the API enter a campaign: in one transaction, through the outbox, once per key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from campaigns.launch import require_active
from domain.admitted_journey import AdmittedJourney, EnteredVersion
from domain.entry_rejections import EntryRejection, RejectionCode
from domain.errors import ConflictError
from domain.flow import EntryNode, Flow
from domain.i18n import sentence
from domain.reentry import EntryRule
from domain.triggers import ApiTrigger
from domain.vocabulary import CampaignState
from models import Campaign, CampaignVersion
from store.campaigns import campaigns, journey_queries, outbox, runs, triggers
from store.customers import customer_queries, customers

_NO_RUN = UUID(int=0)


@dataclass(frozen=True)
class EntryResult:
    """What became of one customer; `reason` says why no journey was started now."""

    external_id: str
    journey_id: UUID | None
    started: bool
    reason: str | None


@dataclass(frozen=True)
class _Door:
    """What holds for one call."""

    campaign: Campaign
    version: CampaignVersion
    flow: Flow
    key: str
    data: Mapping[str, Any]
    now: datetime

    @property
    def entry(self) -> str:
        """What tells this call from others."""
        return f"api:{self.key}"


async def admit(
    session: AsyncSession,
    campaign: Campaign,
    external_ids: Sequence[str],
    data: Mapping[str, Any],
    key: str,
    *,
    now: datetime,
    time_scale: float,
) -> list[EntryResult]:
    """Start journeys of an API-triggered campaign; one answer for each customer, in the order given.

    Args:
        session: the transaction; the caller commits.
        campaign: an active campaign whose entry is `api`; of a paused one everybody is kept out, which is written down.
        external_ids: who is to enter.
        data: the trigger of their journeys.
        key: the same key again starts nobody twice.
        now: the present instant, UTC.
        time_scale: real seconds per business second, for re-entry gaps.

    Raises:
        ConflictError: the campaign is neither active nor paused, or is not started by API.

    """
    door = await _open(session, campaign, key, data, now)
    wanted = list(dict.fromkeys(external_ids))
    found = await customer_queries.ids_of(session, wanted)
    await customers.lock_profiles(session, found.values())
    journeys = {found[name]: _journey(door, found[name]) for name in wanted if name in found}
    repeated = await journey_queries.existing(session, [journey.id for journey in journeys.values()])
    entering = [customer_id for customer_id, journey in journeys.items() if journey.id not in repeated]
    if campaign.state == CampaignState.PAUSED:
        kept_out = dict.fromkeys(entering, EntryRejection(RejectionCode.PAUSED))
    else:
        kept_out = await _kept_out(session, door, entering, time_scale)
    starts = [journeys[customer_id] for customer_id in entering if customer_id not in kept_out]
    await triggers.insert_journeys(session, [journey.row() for journey in starts])
    await outbox.add(session, [outbox.starting(journey) for journey in starts])
    refused = {"campaign_id": campaign.id, "at": now}
    await triggers.refuse(
        session, [refused | why.row() | {"customer_id": who, "event_id": None} for who, why in kept_out.items()]
    )
    made = {name: journeys[customer_id] for name, customer_id in found.items()}
    return [_answer(name, made.get(name), repeated, kept_out) for name in external_ids]


async def _open(session: AsyncSession, campaign: Campaign, key: str, data: Mapping[str, Any], now: datetime) -> _Door:
    if campaign.state != CampaignState.PAUSED:
        require_active(campaign)
    version = await campaigns.current_version(session, campaign)
    if version is None:
        raise ConflictError(sentence("no_published_version"))
    flow = Flow.model_validate(version.flow)
    if not any(isinstance(node, EntryNode) and isinstance(node.data.trigger, ApiTrigger) for node in flow.nodes):
        raise ConflictError(sentence("not_started_by_api"))
    return _Door(campaign, version, flow, key, data, now)


async def _kept_out(
    session: AsyncSession, door: _Door, customer_ids: Sequence[UUID], time_scale: float
) -> dict[UUID, EntryRejection]:
    return await runs.kept_out(
        session,
        door.campaign.id,
        _NO_RUN,
        customer_ids,
        EntryRule.of(door.flow.settings.reentry, None),
        now=door.now,
        time_scale=time_scale,
    )


def _journey(door: _Door, customer_id: UUID) -> AdmittedJourney:
    return AdmittedJourney(
        version=EnteredVersion(
            campaign_id=door.campaign.id,
            slug=door.campaign.slug,
            campaign_name=door.campaign.name,
            version_id=door.version.id,
            number=door.version.number,
            priority=door.flow.settings.priority,
        ),
        customer_id=customer_id,
        entry=door.entry,
        why=sentence("named_in_call"),
        created_at=door.now,
        trigger=door.data,
    )


def _answer(
    name: str, journey: AdmittedJourney | None, repeated: set[UUID], kept_out: Mapping[UUID, EntryRejection]
) -> EntryResult:
    if journey is None:
        return EntryResult(name, None, False, "there is no such customer")
    if journey.customer_id in kept_out:
        return EntryResult(name, None, False, kept_out[journey.customer_id].reason)
    again = journey.id in repeated
    return EntryResult(name, journey.id, not again, "this key was used for this customer before" if again else None)
