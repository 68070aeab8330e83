"""What providers, the tracker and the app say became of messages: ledger, suppression, consent, and an event.

Each report is kept as it was said (`message_events`), moves its message in the ledger, and goes through the pipeline
as an event `message_<engagement>`, which counts in traits and wakes journeys. Opens and clicks by machines are kept
and marked, and go no further. A repeat of a report changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncSession

from domain import ids
from domain.contact import ContactPolicy
from domain.events import IncomingEvent, IncomingMessageEvent, message_event_name
from domain.vocabulary import Channel, ConsentStatus, MessageEventKind, MessageState
from ingestion import message_status, unmatched_reports
from ingestion.machine_detection import flag_machines
from ingestion.pipeline import ingest
from ingestion.unmatched_reports import normalised
from store.customers import customers
from store.messages import contact_history, contact_policy, suppressions
from store.messages import message_events as ledger
from store.messages.message_events import ConsentChange, MessageMatch, MessageRecord

_events = Counter(
    "campaign_flow_message_events_total",
    "What became of messages, as providers, links and apps tell: delivered, bounced, complained, unsubscribed, ...",
    ["channel", "provider", "kind"],
)


@dataclass(frozen=True)
class Recorded:
    """How many reports of a call were new, were repeats, or concern no message of ours and were set aside."""

    taken: int
    repeats: int
    set_aside: int


@dataclass(frozen=True)
class _Fact:
    """A new report about a message, at its moment."""

    report: IncomingMessageEvent
    entry: MessageRecord
    at: datetime


_ORDER = list(MessageEventKind)


async def record_reports(
    session: AsyncSession,
    reports: Sequence[IncomingMessageEvent],
    *,
    now: datetime,
    time_scale: float = 1.0,
    revive: bool = True,
) -> Recorded:
    """Take reports in, in any order.

    Args:
        session: the transaction; the caller commits.
        reports: of one provider or several.
        now: the present instant, UTC.
        time_scale: see `ingestion.pipeline.ingest`.
        revive: whether a message that counted as failed counts as sent once it is known to have arrived.

    """
    unique = {report.event_id: report for report in reports}
    known, unknown = await _matched(session, list(unique.values()))
    theirs = await unmatched_reports.owners(session, unknown)
    owners = {found.customer_id for _, found in known}.union(*theirs.values())
    await customers.lock_profiles(session, owners)
    entries = await ledger.lock_messages(session, {found.id for _, found in known})
    flag_machines([(report, found.id) for report, found in known], entries, time_scale=time_scale)
    facts = [_fact(report, entries[found.id], now) for report, found in known]
    new = await ledger.insert_reports(session, [_kept(fact, now) for fact in facts])
    failed = {id_ for id_, entry in entries.items() if entry.state == MessageState.FAILED}
    happened = await _applied(session, [fact for fact in facts if fact.report.event_id in new], now)
    for fact, _ in happened:
        if not revive and fact.entry.id in failed:
            fact.entry.state = MessageState.FAILED
    await ledger.save_messages(session, list({fact.entry.id: fact.entry for fact, _ in happened}.values()))
    await _suppress(session, [fact for fact, _ in happened])
    await ledger.save_words(session, [word for fact, _ in happened for word in _words(fact)])
    _count(fact for fact, _ in happened)
    events = [_event(fact, first) for fact, first in happened if _counts(fact.report)]
    if events:
        await ingest(session, events, now=now, time_scale=time_scale)
    await unmatched_reports.heed(session, unknown, theirs, now=now, time_scale=time_scale)
    await _set_aside(session, unknown, now)
    return Recorded(taken=len(new), repeats=len(reports) - len(new) - len(unknown), set_aside=len(unknown))


def _count(facts: Iterable[_Fact]) -> None:
    for fact in facts:
        if fact.report.engagement is not None and not fact.report.machine:
            kind = fact.report.engagement.value
            _events.labels(fact.entry.channel, fact.entry.provider or "none", kind).inc()


async def _matched(
    session: AsyncSession, reports: Iterable[IncomingMessageEvent]
) -> tuple[list[tuple[IncomingMessageEvent, MessageMatch]], list[IncomingMessageEvent]]:
    """Reports with the message each is about, and those about none of ours."""
    reports = list(reports)
    theirs = [
        (report.provider, report.provider_message_id)
        for report in reports
        if report.message_id is None and report.provider_message_id is not None
    ]
    found = await ledger.find(session, {r.message_id for r in reports if r.message_id is not None}, theirs)
    by_id = {item.id: item for item in found}
    by_theirs = {(item.provider, item.provider_message_id): item for item in found if item.provider_message_id}
    known, unknown = [], []
    for report in reports:
        if report.message_id is not None:
            item = by_id.get(report.message_id)
        else:
            item = by_theirs.get((report.provider, report.provider_message_id)) if report.provider_message_id else None
        if item is None:
            unknown.append(report)
        else:
            known.append((report, item))
    return known, unknown


def _fact(report: IncomingMessageEvent, entry: MessageRecord, now: datetime) -> _Fact:
    return _Fact(report, entry, message_status.moment_of(report, entry, now))


def _kept(fact: _Fact, now: datetime) -> dict[str, Any]:
    report = fact.report
    return {
        "id": report.event_id,
        "message_id": fact.entry.id,
        "kind": report.engagement.value if report.engagement else report.kind,
        "machine": report.machine,
        "occurred_at": fact.at.isoformat(),
        "received_at": now.isoformat(),
        "source": report.provider,
        "raw": report.raw,
    }


async def _applied(session: AsyncSession, facts: Sequence[_Fact], now: datetime) -> list[tuple[_Fact, bool]]:
    """Move the messages on; each report with whether it is the first of its kind, and the opens that clicks imply."""
    happened: list[tuple[_Fact, bool]] = []
    implied: list[_Fact] = []
    for fact in sorted(facts, key=_when):
        if message_status.implies_open(fact.entry, fact.report):
            opened = _fact(_implied_open(fact), fact.entry, now)
            implied.append(opened)
            happened.append((opened, message_status.apply(opened.entry, opened.report, opened.at)))
        happened.append((fact, message_status.apply(fact.entry, fact.report, fact.at)))
    await ledger.insert_reports(session, [_kept(fact, now) for fact in implied])
    return happened


def _when(fact: _Fact) -> tuple[datetime, int]:
    """By time; within one second as things happen: sent, delivered, opened, clicked."""
    return fact.at, _ORDER.index(fact.report.engagement) if fact.report.engagement else 0


def _implied_open(fact: _Fact) -> IncomingMessageEvent:
    return IncomingMessageEvent(
        event_id=ids.event_id("implied", f"{fact.entry.id}:opened"),
        message_id=fact.entry.id,
        provider=fact.report.provider,
        engagement=MessageEventKind.OPENED,
        kind="opened",
        occurred_at=fact.at,
        raw={"implied_by": str(fact.report.event_id)},
    )


def _counts(report: IncomingMessageEvent) -> bool:
    """Whether the report is an event of the customer's: known, and not a machine's."""
    return report.engagement is not None and not report.machine


def _event(fact: _Fact, first: bool) -> IncomingEvent:
    report, entry = fact.report, fact.entry
    assert report.engagement is not None
    properties: dict[str, Any] = {"message_id": str(entry.id), "channel": entry.channel, "first": first}
    for name in ("journey_id", "campaign_id", "node_id"):
        value = getattr(entry, name)
        if value is not None:
            properties[name] = str(value)
    url = report.raw.get("url")
    if report.engagement is MessageEventKind.CLICKED and isinstance(url, str):
        properties["url"] = url
    if report.reason:
        properties["reason"] = report.reason
    return IncomingEvent(
        id=report.event_id,
        name=message_event_name(report.engagement),
        customer_id=entry.customer_id,
        occurred_at=fact.at,
        properties=properties,
        source=source_of(report.provider),
    )


async def _suppress(session: AsyncSession, facts: Sequence[_Fact]) -> None:
    """Addresses that will never work or always fail, and those whose owners complained, get nothing any more."""
    wanted = await _failing(session, facts)
    for fact in facts:
        report = fact.report
        address = report.address or fact.entry.address
        if address is None:
            continue
        channel = Channel(fact.entry.channel)
        if report.engagement is MessageEventKind.BOUNCED and report.permanent:
            wanted[channel, normalised(channel, address)] = ("hard_bounce", report.provider)
        elif report.suppress is not None:
            wanted[channel, normalised(channel, address)] = (report.suppress, report.provider)
        elif report.engagement is MessageEventKind.COMPLAINED:
            wanted[channel, normalised(channel, address)] = ("complaint", report.provider)
    for (channel, address), (reason, source) in sorted(wanted.items()):
        await suppressions.suppress(session, channel, address, reason, source=source_of(source))


async def _failing(session: AsyncSession, facts: Sequence[_Fact]) -> dict[tuple[Channel, str], tuple[str, str]]:
    """Addresses whose latest messages all bounced, so many as the installation's limits say, though not for good."""
    bounced = [
        fact
        for fact in facts
        if fact.report.engagement is MessageEventKind.BOUNCED and not fact.report.permanent and fact.entry.address
    ]
    limit = ContactPolicy.model_validate((await contact_policy.read(session)).policy).soft_bounces if bounced else None
    found: dict[tuple[Channel, str], tuple[str, str]] = {}
    for fact in bounced:
        entry = fact.entry
        address = entry.address or ""
        if (
            limit is not None
            and await contact_history.bounces_in_a_row(session, entry.customer_id, entry.channel, address) >= limit
        ):
            found[Channel(entry.channel), address] = ("soft_bounces", fact.report.provider)
    return found


def source_of(provider: str) -> str:
    """How sources are named: our own pages by themselves, providers by their webhook."""
    return provider if provider in ("tracker", "page") else f"webhook:{provider}"


def _words(fact: _Fact) -> list[ConsentChange]:
    said = fact.report.engagement in (MessageEventKind.UNSUBSCRIBED, MessageEventKind.COMPLAINED)
    if not said and fact.report.suppress is None:
        return []
    source = source_of(fact.report.provider)
    return [ConsentChange(fact.entry.customer_id, fact.entry.channel, ConsentStatus.UNSUBSCRIBED, source, fact.at)]


async def _set_aside(session: AsyncSession, unknown: Sequence[IncomingMessageEvent], now: datetime) -> None:
    by_provider: dict[str, list[tuple[Mapping[str, Any], str]]] = {}
    for report in unknown:
        named: UUID | str | None = report.message_id or report.provider_message_id
        reason = f"no message of ours: {named}" if named else "it names no message"
        by_provider.setdefault(report.provider, []).append((report.raw, reason))
    for provider, items in by_provider.items():
        await ledger.set_aside(session, provider, items, now=now)
