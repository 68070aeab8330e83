"""What the demo proves: its figures, and the invariants that they must keep."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from statistics import fmean
from typing import Any

import httpx
import psycopg
from rich.table import Table
from temporalio.client import Client, WorkflowExecutionStatus

from stack.observe import LedgerIds, Snapshot, read_ledger

_PAGE = 1000


@dataclass(frozen=True)
class DemoReport:
    """`.run/demo-report.json`."""

    audience: int
    journeys_started: int
    journeys_ended: int
    messages_ledger: int
    """What the ledger says was taken by a provider."""
    messages_accepted: int
    """What the sandbox's inbox holds."""
    duplicates: int
    """Copies in the inbox beyond the first of each message."""
    lost: int
    """Messages that the ledger says were taken and the inbox lacks, or that the inbox holds and the ledger denies."""
    delivered: int
    opened: int
    clicked: int
    purchases: int
    by_channel: dict[str, int]
    """Channel -> messages that the ledger says were taken."""
    by_exit: dict[str, int]
    """Exit reason -> journeys."""
    history_events: int
    """Of the longest history of all journeys."""
    history_bytes: int
    """Of the largest history of all journeys."""

    def as_json(self) -> dict[str, Any]:
        """The report as it is written."""
        return asdict(self)


@dataclass(frozen=True)
class Histories:
    """What the journeys' workflows cost and how they ended."""

    count: int = 0
    unfinished: int = 0
    """Still running, failed, timed out, ..."""
    mean_events: float = 0
    max_events: int = 0
    mean_bytes: float = 0
    max_bytes: int = 0


@dataclass(frozen=True)
class Findings:
    """A report, what is beside it in the table, and what is broken."""

    report: DemoReport
    histories: Histories
    skipped: int
    unknown: int
    seconds: float
    broken: list[str] = field(default_factory=list)


async def measure_histories(client: Client, campaign_id: str) -> Histories:
    """Event counts and sizes of all journeys of a campaign, from Temporal's own records."""
    events, sizes, unfinished = [], [], 0
    query = f"CampaignId = '{campaign_id}' AND WorkflowType = 'JourneyWorkflow'"
    async for execution in client.list_workflows(query):
        if execution.status is not WorkflowExecutionStatus.COMPLETED:
            unfinished += 1
            continue
        events.append(execution.history_length)
        sizes.append(execution.raw_info.history_size_bytes)
    if not events:
        return Histories(unfinished=unfinished)
    return Histories(
        count=len(events),
        unfinished=unfinished,
        mean_events=fmean(events),
        max_events=max(events),
        mean_bytes=fmean(sizes),
        max_bytes=max(sizes),
    )


async def inbox_ids(sandbox: httpx.AsyncClient) -> list[str]:
    """Our message ids of everything in the sandbox's inbox; one that was accepted twice is there twice."""
    found: list[str] = []
    before: int | None = None
    while True:
        query = {"limit": _PAGE} | ({"before": before} if before is not None else {})
        answer = await sandbox.get("/sandbox/inbox", params=query)
        answer.raise_for_status()
        page = answer.json()
        found += [item["message_id"] for item in page["items"]]
        before = page["next_before"]
        if before is None:
            return found


async def compile_report(
    snapshot: Snapshot,
    histories: Histories,
    connection: psycopg.AsyncConnection[Any],
    sandbox: httpx.AsyncClient,
    seconds: float,
) -> Findings:
    """Hold the ledger against the inbox, and all of it against the invariants."""
    accepted = await inbox_ids(sandbox)
    ledger = await read_ledger(connection)
    copies = Counter(accepted)
    report = DemoReport(
        audience=snapshot.audience,
        journeys_started=snapshot.journeys,
        journeys_ended=snapshot.ended,
        messages_ledger=len(ledger.taken),
        messages_accepted=len(accepted),
        duplicates=sum(copies.values()) - len(copies),
        lost=count_lost(ledger, set(copies)),
        delivered=snapshot.total("delivered"),
        opened=snapshot.total("opened"),
        clicked=snapshot.total("clicked"),
        purchases=snapshot.purchases,
        by_channel={channel: counts.taken for channel, counts in snapshot.channels.items()},
        by_exit=snapshot.exits,
        history_events=histories.max_events,
        history_bytes=histories.max_bytes,
    )
    broken = broken_invariants(report, snapshot, histories)
    return Findings(report, histories, snapshot.total("skipped"), snapshot.total("unknown"), seconds, broken)


def count_lost(ledger: LedgerIds, inbox: set[str]) -> int:
    """Messages on which ledger and inbox disagree. One that the ledger calls `unknown` may be in either."""
    return len(ledger.taken - inbox) + len(inbox - ledger.taken - ledger.unknown)


def broken_invariants(report: DemoReport, snapshot: Snapshot, histories: Histories) -> list[str]:
    """What must hold and does not, in words; empty when all is well."""
    rules = {
        "the audience is empty": report.audience > 0,
        f"{report.audience} in the audience, {report.journeys_started} journeys and {snapshot.refused} refusals": (
            report.audience == report.journeys_started + snapshot.refused
        ),
        f"{report.journeys_started - report.journeys_ended} journeys never ended": (
            report.journeys_started == report.journeys_ended
        ),
        f"{histories.unfinished} workflows did not complete": histories.unfinished == 0,
        f"{histories.count} workflows for {report.journeys_started} journeys": (
            histories.count == report.journeys_started
        ),
        f"{report.duplicates} messages were sent twice": report.duplicates == 0,
        f"{report.lost} messages are in the ledger or in the inbox alone": report.lost == 0,
        f"{snapshot.total('in_hand')} messages are still reserved or put off": snapshot.total("in_hand") == 0,
        f"{snapshot.outbox} wake-ups wait in the outbox": snapshot.outbox == 0,
    }
    return [words for words, holds in rules.items() if not holds]


def table(findings: Findings) -> Table:
    """The report for a terminal."""
    report, histories = findings.report, findings.histories
    grid = Table(title="Win-back, run to its end", show_header=False, title_justify="left", min_width=60)
    grid.add_column(style="bold")
    grid.add_column()

    def listed(counts: dict[str, int]) -> str:
        return ", ".join(f"{name} {count}" for name, count in sorted(counts.items(), key=lambda item: -item[1]))

    rows = (
        ("Audience", f"{report.audience}"),
        ("Journeys", f"{report.journeys_started} started, {report.journeys_ended} ended"),
        ("How they ended", listed(report.by_exit)),
        ("Messages", f"{report.messages_ledger} in the ledger, {report.messages_accepted} in the inbox"),
        ("By channel", listed(report.by_channel)),
        ("Not sent, with a reason", f"{findings.skipped}"),
        ("Unknown whether sent", f"{findings.unknown}"),
        ("Duplicates / lost", f"{report.duplicates} / {report.lost}"),
        ("Delivered, opened, clicked", f"{report.delivered}, {report.opened}, {report.clicked}"),
        ("Purchases", f"{report.purchases}"),
        ("History events", f"mean {histories.mean_events:.1f}, max {histories.max_events}"),
        ("History size", f"mean {histories.mean_bytes / 1024:.1f} KB, max {histories.max_bytes / 1024:.1f} KB"),
        ("Time", f"{findings.seconds:.0f} s from launch to the last journey's end"),
    )
    for name, value in rows:
        grid.add_row(name, value)
    return grid
