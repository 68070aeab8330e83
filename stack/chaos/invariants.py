"""What must be true after everything was killed: counted in the ledger, the inbox, the events and Temporal."""

from collections import Counter
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

import httpx
import psycopg
from rich.table import Table
from temporalio.client import Client

from stack.observe import OPEN, Snapshot, taken_ids
from stack.report import inbox_ids


@dataclass(frozen=True)
class ChaosReport:
    """`.run/chaos-report.json`."""

    seed: int
    stops: int
    """By SIGTERM, which lets a process finish what is in hand."""
    stops_by_target: dict[str, int]
    kills: int
    """By SIGKILL."""
    kills_by_target: dict[str, int]
    audience: int
    journeys_started: int
    journeys_ended: int
    stuck: int
    """Journeys of the launch that did not end, or whose workflow did not complete."""
    messages_ledger: int
    """Messages that the ledger says a provider took."""
    messages_accepted: int
    """Messages in the providers' inbox."""
    duplicates: int
    lost: int
    """Messages that the ledger says were taken and no provider has, or the other way round."""
    unknown_by_sigterm: int
    """Messages whose sender left no word while processes were stopped and none was killed."""
    given_up: int
    """Messages that a provider refused past their deadline: one was away for longer."""
    unknown_before: int
    """Messages of which nobody knew whether they had been taken, when the last journey ended."""
    unknown_after: int
    """Those left in the end. Without waiting for the settler: what never reached a provider, else it is lost."""
    held: int
    """Journeys that still wait for a resume that was committed long ago."""
    commit_kills: dict[str, int]
    """What was committed -> how often its API was killed at the commit, and nobody asked again."""
    commits_missing: int
    """Of what was committed so, what did not come about."""
    sign_ins: int
    joins: int
    """Customers who became one with another one while their journeys ran."""
    erasures: int
    people_broken: int
    """Of these three, what was answered 2xx and does not hold."""
    events_accepted: int
    """Tracked events answered 2xx."""
    events_found: int
    """Those that are in the database, once."""
    problems: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For the file."""
        return asdict(self)


async def count_unknown(connection: psycopg.AsyncConnection[Any], run: UUID) -> int:
    """Messages of a launch that are still open in the ledger."""
    statement = "SELECT count(*) FROM messages WHERE run_id = %s AND state = ANY(%s)"
    row = await (await connection.execute(statement, [run, list(OPEN)])).fetchone()
    return int(row[0]) if row else 0


async def sender_died(connection: psycopg.AsyncConnection[Any], run: UUID) -> set[UUID]:
    """Messages of a launch whose sender left no word."""
    statement = "SELECT id FROM messages WHERE run_id = %s AND said->>'code' IN ('sender_died', 'sender_died_gone_on')"
    return {row[0] for row in await (await connection.execute(statement, [run])).fetchall()}


async def count_given_up(connection: psycopg.AsyncConnection[Any], run: UUID) -> int:
    """Messages of a launch that a provider refused past their deadline."""
    statement = "SELECT count(*) FROM messages WHERE run_id = %s AND state = 'failed' AND said->>'code' = 'given_up'"
    row = await (await connection.execute(statement, [run])).fetchone()
    return int(row[0]) if row else 0


async def events_found(connection: psycopg.AsyncConnection[Any], ids: Collection[UUID]) -> int:
    """How many of these events are in the database exactly once."""
    statement = "SELECT count(*) FROM (SELECT id FROM events WHERE id = ANY(%s) GROUP BY id HAVING count(*) = 1) once"
    row = await (await connection.execute(statement, [list(ids)])).fetchone()
    return int(row[0]) if row else 0


async def running_workflows(client: Client, campaign_id: str) -> int:
    """Journeys of a campaign that Temporal holds to be under way, or that ended otherwise than they should."""
    query = f"CampaignId = '{campaign_id}' AND WorkflowType = 'JourneyWorkflow' AND ExecutionStatus != 'Completed'"
    return (await client.count_workflows(query)).count


async def count_held(connection: psycopg.AsyncConnection[Any]) -> int:
    """Journeys of active campaigns that are held."""
    statement = """SELECT count(*) FROM journeys j JOIN campaigns c ON c.id = j.campaign_id
                    WHERE j.state = 'paused' AND c.state = 'active'"""
    row = await (await connection.execute(statement)).fetchone()
    return int(row[0]) if row else 0


async def count_left_out(connection: psycopg.AsyncConnection[Any], run: UUID) -> int:
    """Members of the audience who have neither a journey of the launch nor a reason why not, nor were erased."""
    statement = """
        SELECT count(*) FROM audience_members m JOIN customers c ON c.id = m.customer_id
         WHERE m.run_id = %(run)s AND c.erased_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM journeys j WHERE j.run_id = m.run_id AND j.customer_id = m.customer_id)
           AND NOT EXISTS (SELECT 1 FROM entry_rejections r
                            WHERE r.run_id = m.run_id AND r.customer_id = m.customer_id)"""
    row = await (await connection.execute(statement, {"run": run})).fetchone()
    return int(row[0]) if row else 0


async def compare(connection: psycopg.AsyncConnection[Any], sandbox: httpx.AsyncClient) -> tuple[int, int, int, int]:
    """Ledger against inbox: (taken by the ledger, in the inbox, duplicates, lost)."""
    inbox = Counter(await inbox_ids(sandbox))
    taken = await taken_ids(connection)
    return len(taken), inbox.total(), inbox.total() - len(inbox), len(taken ^ inbox.keys())


def problems(report: ChaosReport, snapshot: Snapshot, refused: list[str], *, settled: bool) -> list[str]:
    """What must hold and does not, in words; empty when all is well."""
    rules = {
        "the audience is empty": report.audience > 0,
        f"{report.audience} in the audience, {report.journeys_started} journeys and {snapshot.refused} refusals": (
            # whoever is joined with another, or erased, before the launch comes to them has none
            0 <= report.audience - report.journeys_started - snapshot.refused <= report.joins + report.erasures
        ),
        "no message was given up: the provider was not away for long enough": report.given_up > 0,
        f"{report.held} journeys are held though their campaign was resumed": report.held == 0,
        "nothing was killed at a commit": bool(report.commit_kills),
        f"{report.stuck} journeys are stuck": report.stuck == 0,
        f"{report.duplicates} messages were sent twice": report.duplicates == 0,
        f"{report.lost} messages are in the ledger or in the inbox alone": report.lost == 0,
        f"{report.unknown_by_sigterm} messages are unknown by SIGTERM": report.unknown_by_sigterm == 0,
        f"{report.unknown_after} messages are not settled": not settled or report.unknown_after == 0,
        f"{report.events_accepted - report.events_found} accepted events are not in the database once": (
            report.events_accepted == report.events_found
        ),
        f"events were refused for good: {refused[:1]}": not refused,
        f"{snapshot.outbox} wake-ups wait in the outbox": snapshot.outbox == 0,
    }
    return [words for words, holds in rules.items() if not holds]


def table(report: ChaosReport) -> Table:
    """The report for a terminal."""
    grid = Table(title=f"Chaos, seed {report.seed}", show_header=False, title_justify="left", min_width=60)
    grid.add_column(style="bold")
    grid.add_column()
    by_target = ", ".join(f"{target} {count}" for target, count in sorted(report.kills_by_target.items()))
    rows = (
        ("Stopped", f"{report.stops} times by SIGTERM: {report.unknown_by_sigterm} messages unknown by that"),
        ("Killed", f"{report.kills} times: {by_target}"),
        (
            "Killed at a commit",
            f"{sum(report.commit_kills.values())} times, of {len(report.commit_kills)} kinds:"
            f" {report.commits_missing} did not come about; {report.held} journeys still held",
        ),
        (
            "Meanwhile",
            f"{report.sign_ins} sign-ins, {report.joins} joins, {report.erasures} erasures:"
            f" {report.people_broken} do not hold",
        ),
        ("Given up", f"{report.given_up}, while a provider was away for longer than its deadline"),
        ("Journeys", f"{report.journeys_started} started, {report.journeys_ended} ended, {report.stuck} stuck"),
        ("Messages", f"{report.messages_ledger} in the ledger, {report.messages_accepted} in the inbox"),
        ("Duplicates / lost", f"{report.duplicates} / {report.lost}"),
        ("Unknown", f"{report.unknown_before} when the last journey ended, {report.unknown_after} after settling"),
        ("Events", f"{report.events_accepted} accepted, {report.events_found} found"),
    )
    for name, value in rows:
        grid.add_row(name, value)
    return grid
