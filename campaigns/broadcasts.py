"""What people do to broadcasts: write, send, cancel, copy, resend to those who did not open."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from campaigns import launch as launching
from campaigns import undo
from campaigns.publish import publish
from domain.broadcasts import Broadcast, BroadcastAudience, SendNow
from domain.errors import ConflictError, InvalidError, RevisionConflictError
from domain.i18n import channel as called
from domain.i18n import sentence
from domain.ids import run_id
from domain.vocabulary import OPEN_TRACKING_CHANNELS, CampaignState, Channel, RunState
from models import BroadcastRow, Campaign, CampaignRun
from store.access import audit
from store.campaigns import broadcasts, campaigns, outbox, runs, templates
from store.campaigns.broadcasts import Found
from store.conditions.scope import Scope
from store.database.engine import Database
from store.database.retry import run_in_transaction
from store.segments import segments

_SLUG_MOST = 40


@dataclass(frozen=True)
class Confirmed:
    """A broadcast that is to be sent, or was sent before: then `repeated`, and nothing was done now."""

    found: Found
    run: CampaignRun
    repeated: bool


def definition(found: Found) -> Broadcast:
    """What it says."""
    return Broadcast.model_validate(found.row.definition)


async def create(session: AsyncSession, name: str, said: Broadcast, *, resend_of: UUID | None = None) -> Found:
    """Keep a new draft."""
    made = uuid4()
    campaign = Campaign(
        id=made,
        slug=_slug(name, made),
        name=name,
        draft=said.flow().model_dump(mode="json", by_alias=True),
    )
    row = BroadcastRow(campaign_id=made, definition=said.model_dump(mode="json", by_alias=True), resend_of=resend_of)
    found = await broadcasts.add(session, campaign, row)
    await audit.note(session, "created", "broadcast", campaign.slug, {"name": name})
    return found


async def change(
    session: AsyncSession, broadcast_id: UUID, revision: int, *, name: str | None, said: Broadcast | None
) -> Found:
    """Change a draft that was read at `revision`.

    Raises:
        NotFoundError: there is no such broadcast.
        ConflictError: it was sent, or somebody changed it since.

    """
    found = await broadcasts.require(session, broadcast_id, lock=True)
    _require_draft(found.campaign)
    _require_revision(found.campaign, revision)
    values: dict[str, Any] = {} if name is None else {"name": name}
    if said is not None:
        kept = definition(found)
        # whom a resend goes to is not the author's to change
        said = said.model_copy(update={"non_openers_of": kept.non_openers_of, "not_again": kept.not_again})
        found.row.definition = said.model_dump(mode="json", by_alias=True)
        values["draft"] = said.flow().model_dump(mode="json", by_alias=True)
        await session.flush()
    changed = await campaigns.change(session, found.campaign.slug, revision, values)
    await session.refresh(changed)
    await audit.note(session, "changed", "broadcast", changed.slug, {"revision": changed.revision})
    return Found(found.row, changed)


async def confirm(
    database: Database,
    broadcast_id: UUID,
    *,
    revision: int,
    key: str,
    hold_seconds: int,
    channels: frozenset[Channel],
) -> Confirmed:
    """Send it, or let it be sent at its time. One transaction: from its commit on it is sent, whoever dies.

    Args:
        database: the database.
        broadcast_id: the broadcast.
        revision: the draft that was reviewed.
        key: tells this confirmation from others; the same key again is the same one.
        hold_seconds: sending begins so much later, and can be undone for certain until then.
        channels: those that have a provider.

    Raises:
        NotFoundError: there is no such broadcast.
        InvalidError: something is missing, its time has passed, or its content can't be sent.
        ConflictError: it was changed since, or was sent before.

    """

    async def work(session: AsyncSession) -> Confirmed:
        found = await broadcasts.require(session, broadcast_id, lock=True)
        name = launching.workflow_id(found.campaign.slug, key)
        if found.campaign.state != CampaignState.DRAFT:
            return await _confirmed_before(session, found, name)
        _require_revision(found.campaign, revision)
        now = datetime.now(UTC)
        await _require_whole(session, found, now)
        published = await publish(session, found.campaign.slug, channels)
        # publishing the same again, after an undo, makes no version and leaves the state as it is
        found.campaign.state = CampaignState.ACTIVE
        said = definition(found)
        run = CampaignRun(
            id=run_id(found.campaign.id, name),
            campaign_id=found.campaign.id,
            version_id=published.version.id,
            workflow_id=name,
            not_before=said.not_before(now + timedelta(seconds=hold_seconds)),
        )
        run = await runs.open_run(session, run)
        if run.state == RunState.CANCELLED:
            raise ConflictError(sentence("confirmation_undone"))
        found.row.run_id, found.row.confirmed_at = run.id, now
        await outbox.add(session, [launching.start_note(run)])
        noted = {"key": key, "run_id": str(run.id), "not_before": str(run.not_before)}
        await audit.note(session, "sent", "broadcast", found.campaign.slug, noted)
        await session.flush()
        await session.refresh(found.campaign)
        return Confirmed(found, run, repeated=False)

    return await run_in_transaction(database, work)


async def _confirmed_before(session: AsyncSession, found: Found, name: str) -> Confirmed:
    run = await campaigns.run(session, found.campaign.id, found.row.run_id) if found.row.run_id else None
    if run is None:
        raise ConflictError(sentence("broadcast_locked"), state=found.campaign.state)
    if run.workflow_id != name and run.state != RunState.STARTING:
        raise launching.launched_lately(run)
    return Confirmed(found, run, repeated=True)


async def _require_whole(session: AsyncSession, found: Found, now: datetime) -> None:
    said = definition(found)
    errors = [{"path": lack, "message": str(sentence(f"broadcast_no_{lack}"))} for lack in said.missing]
    if errors:
        raise InvalidError(sentence(f"broadcast_no_{said.missing[0]}"), errors=errors)
    if said.has_passed(now):
        passed = sentence("broadcast_passed")
        raise InvalidError(passed, errors=[{"path": "timing", "message": str(passed)}])
    await _require_channel(session, said)


async def _require_channel(session: AsyncSession, said: Broadcast) -> None:
    message = said.message
    if message is None or message.template_id is None:
        return
    content = (await templates.contents(session, [message.template_id])).get(message.template_id)
    if content is not None and content.channel != message.channel:
        wrong = sentence("broadcast_other_channel", channel=called(Channel(content.channel)))
        raise InvalidError(wrong, errors=[{"path": "message.template_id", "message": str(wrong)}])


async def cancel(database: Database, broadcast_id: UUID) -> Found:
    """Take it back: it is a draft again. Being a draft already is no error.

    Raises:
        NotFoundError: there is no such broadcast.
        AlreadySendingError: messages have left.

    """

    async def work(session: AsyncSession) -> Found:
        found = await broadcasts.require(session, broadcast_id, lock=True)
        if found.campaign.state == CampaignState.DRAFT or found.row.run_id is None:
            return found
        await undo.undo_run(session, found.campaign, found.row.run_id)
        found.row.run_id = found.row.confirmed_at = None
        found.campaign.state = CampaignState.DRAFT
        await session.flush()
        await session.refresh(found.campaign)
        return found

    return await run_in_transaction(database, work)


async def copy(session: AsyncSession, broadcast_id: UUID, name: str) -> Found:
    """A new draft with the same content and audience, to be sent now."""
    found = await broadcasts.require(session, broadcast_id)
    said = definition(found).model_copy(update={"timing": SendNow()})
    return await create(session, name, said, resend_of=found.row.resend_of)


async def resend(session: AsyncSession, broadcast_id: UUID, name: str) -> Found:
    """A new draft to those who got it and did not open it; who got another resend of it is left out.

    Raises:
        NotFoundError: there is no such broadcast.
        ConflictError: it was not sent, or on a channel that does not tell of opens.

    """
    found = await broadcasts.require(session, broadcast_id, lock=True)
    said = definition(found)
    if found.row.run_id is None or said.message is None:
        raise ConflictError(sentence("broadcast_not_sent"))
    if said.message.channel not in OPEN_TRACKING_CHANNELS:
        raise ConflictError(sentence("broadcast_not_openable", channel=called(said.message.channel)))
    first = found.row.resend_of or broadcast_id
    earlier = [each for each in await broadcasts.resends(session, first) if each != first]
    made = said.model_copy(
        update={
            "audience": BroadcastAudience(),
            "timing": SendNow(),
            "non_openers_of": first,
            "not_again": sorted(earlier, key=str),
        }
    )
    return await create(session, name, made, resend_of=first)


async def non_opener_count(session: AsyncSession, broadcast_id: UUID) -> int:
    """How many a resend would go to now."""
    found = await broadcasts.require(session, broadcast_id)
    if found.row.run_id is None:
        return 0
    first = found.row.resend_of or broadcast_id
    said = Broadcast(non_openers_of=first, not_again=list(await broadcasts.resends(session, first)))
    condition = said.audience_condition
    assert condition is not None
    return await segments.count(session, condition, Scope(now=datetime.now(UTC)))


async def delete(session: AsyncSession, broadcast_id: UUID) -> None:
    """Delete a draft that was never confirmed.

    Raises:
        NotFoundError: there is no such broadcast.
        ConflictError: it was sent, or taken back after it was confirmed: its launch stays on record.

    """
    found = await broadcasts.require(session, broadcast_id, lock=True)
    _require_draft(found.campaign)
    if found.campaign.current_version_id is not None:
        raise ConflictError(sentence("broadcast_kept"))
    await broadcasts.delete(session, found)
    await audit.note(session, "deleted", "broadcast", found.campaign.slug, {"name": found.campaign.name})


def _require_draft(campaign: Campaign) -> None:
    if campaign.state != CampaignState.DRAFT:
        raise ConflictError(sentence("broadcast_locked"), state=campaign.state)


def _require_revision(campaign: Campaign, revision: int) -> None:
    if campaign.revision != revision:
        raise RevisionConflictError(
            sentence("broadcast_revised", read=revision, now=campaign.revision), revision=campaign.revision
        )


def _slug(name: str, made: UUID) -> str:
    """Readable in Temporal, and nobody else's."""
    words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_SLUG_MOST].strip("-")
    return f"{words or 'broadcast'}-{made.hex[:8]}"
