"""Two customers are found to be one while both are in a campaign: its re-entry rule decides who goes on.

A journey that would not have been let in, had the other profile's earlier journeys been this customer's, ends with
reason `profile_merged`. So an older journey goes on, and a younger one ends.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.entry_rejections import EntryRejection
from domain.i18n import as_row, sentence
from domain.reentry import EntryRule, PastEntry, check
from domain.vocabulary import ExitReason, JourneyState
from ingestion.version_cache import EventSubscription, listening
from store.campaigns import failures, merged_journeys, outbox, triggers
from store.campaigns.merged_journeys import MetJourney
from store.campaigns.outbox import OutboxMessage


async def end_duplicates(
    session: AsyncSession, gone: UUID, into: UUID, *, now: datetime, time_scale: float
) -> list[UUID]:
    """End the journeys that the re-entry rules leave no room for; their ids.

    Args:
        session: the transaction of the merge; both customers are locked, and nothing of theirs has moved yet.
        gone: who goes.
        into: who stays.
        now: the present instant, UTC.
        time_scale: real seconds per business second.

    """
    met = await merged_journeys.in_common(session, gone, into)
    if not any(journey.is_open for journey in met):
        return []
    rules = await listening(session, {journey.version_id for journey in met if journey.is_open})
    ended: list[UUID] = []
    for _, journeys in groupby(met, key=lambda journey: journey.campaign_id):
        for journey, why in duplicates(list(journeys), rules, time_scale=time_scale):
            await _end(session, journey, why, gone)
            ended.append(journey.id)
    return ended


def duplicates(
    journeys: Sequence[MetJourney], rules: dict[UUID, EventSubscription], *, time_scale: float
) -> list[tuple[MetJourney, EntryRejection]]:
    """The journeys of one campaign that must end, and by which rule; `journeys` are of both profiles, oldest first."""
    kept: list[MetJourney] = []
    found: list[tuple[MetJourney, EntryRejection]] = []
    for journey in journeys:
        why = _refusal(journey, kept, rules, time_scale) if journey.is_open else None
        if why is None:
            kept.append(journey)
        else:
            found.append((journey, why))
    return found


def _refusal(
    journey: MetJourney, before: Iterable[MetJourney], rules: dict[UUID, EventSubscription], time_scale: float
) -> EntryRejection | None:
    listening_ = rules[journey.version_id]
    rule = EntryRule.of(listening_.settings.reentry, listening_.trigger)
    # what was the same profile's was asked when the journey began
    past = [
        PastEntry(each.entry_key, each.is_open, each.created_at)
        for each in before
        if each.customer_id != journey.customer_id
    ]
    return check(rule, past, journey.entry_key, now=journey.created_at, time_scale=time_scale)


async def _end(session: AsyncSession, journey: MetJourney, why: EntryRejection, gone: UUID) -> None:
    words = sentence("profiles_merged", why=why.words)
    if journey.state == JourneyState.FAILED:  # it has no workflow that could
        await failures.end(session, ExitReason.PROFILE_MERGED, words, journey_id=journey.id)
        return
    signal = {"reason": ExitReason.PROFILE_MERGED.value, "event_id": None, **as_row(words)}
    await triggers.record_exit_signals(session, {journey.id: signal})
    if journey.state != JourneyState.STARTING:  # one that has not started finds the signal in its row
        note = OutboxMessage("signal_journey", journey.id, journey.workflow_id, {"id": f"merge:{gone}"})
        await outbox.add(session, [note])
