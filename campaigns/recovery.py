"""After a restore: `python -m campaigns.recovery begin|end|erasures|erase-again`. The drill is in docs/backup.md.

A restored ledger does not know what was sent since the moment that it was restored to. So nothing may be sent before
an operator has looked: every campaign is paused, and whatever may have been on its way is `unknown`, not unsent.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from campaigns import lifecycle
from config.settings import Settings
from config.shutdown import exit_process
from config.temporal import connect
from domain import ids
from domain.errors import NotFoundError
from domain.i18n import sentence
from domain.vocabulary import Category, MessageState
from ingestion.privacy import erase
from store.access import audit
from store.database import recovery
from store.database.engine import Database
from store.messages import messages

_ACTION = "paused for recovery"


@dataclass(frozen=True)
class Begun:
    """What `begin` found and did."""

    paused: list[str]
    unknown: int
    """Messages at a provider, or about to be, at the restored moment."""
    waits_in_the_gap: dict[str, int] = field(default_factory=dict)
    """Campaign -> journeys whose wait ended in the time that was lost: what comes after it may have been sent."""


async def begin(database: Database, *, restored_to: datetime, lost_until: datetime) -> Begun:
    """Make a restored installation safe to start. May be repeated.

    Args:
        database: restored; no worker runs yet.
        restored_to: the moment that it was restored to.
        lost_until: when the last process sent something, at the latest now.

    """
    why = sentence("recovered_unknown")
    async with database.transaction() as session:
        paused = await recovery.pause_all(session)
        if paused:
            await audit.note(session, _ACTION, "installation", "recovery", {"campaigns": paused})
        unknown = await recovery.doubt_reserved(session, why)
        for journey, campaign, run, node, visit, customer, queue in await recovery.at_a_send(session):
            unknown += await messages.write(
                session,
                {
                    "id": ids.message_id(journey, node, visit),
                    "journey_id": journey,
                    "campaign_id": campaign,
                    "run_id": run,
                    "node_id": node,
                    "visit": visit,
                    "customer_id": customer,
                    "channel": queue.removeprefix("send-"),
                    "category": Category.MARKETING,
                    "state": MessageState.UNKNOWN,
                    "reason": str(why),
                    "said": why.said(),
                },
            )
        waits = await recovery.waits_that_ended(session, restored_to, lost_until)
    return Begun(paused, unknown, waits)


async def end(database: Database, settings: Settings) -> list[str]:
    """Resume the campaigns that `begin` paused, and none of those that somebody paused before; their slugs."""
    async with database.transaction() as session:
        noted = await audit.latest(session, _ACTION)
    slugs = list((noted.after or {}).get("campaigns", [])) if noted else []
    client = await connect(settings)
    for slug in slugs:
        await lifecycle.resume(database, client, slug)
    return slugs


async def erase_again(database: Database, former_ids: Iterable[UUID]) -> int:
    """Erase customers whose erasure was lost; how many were there again."""
    async with database.transaction() as session:
        back = await recovery.not_erased(session, list(former_ids))
    done = 0
    for customer_id, external_id in back:
        async with database.transaction() as session:
            try:
                await erase(session, customer_id, external_id, by="recovery")
                done += 1
            except NotFoundError:
                continue
    return done


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m campaigns.recovery", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    begin_ = commands.add_parser("begin", help="pause everything, and doubt what was on its way")
    begin_.add_argument("--restored-to", type=datetime.fromisoformat, required=True)
    begin_.add_argument("--lost-until", type=datetime.fromisoformat, default=datetime.now(UTC))
    commands.add_parser("end", help="resume what begin paused")
    erasures = commands.add_parser("erasures", help="ids of those erased since, one a line; to be kept elsewhere")
    erasures.add_argument("--since", type=datetime.fromisoformat, default=datetime(2000, 1, 1, tzinfo=UTC))
    commands.add_parser("erase-again", help="read such ids from standard input, and erase who is there again")
    return parser.parse_args()


async def _run(given: argparse.Namespace) -> None:
    settings = Settings()
    database = Database(settings)
    try:
        match given.command:
            case "begin":
                span = {"restored_to": _aware(given.restored_to), "lost_until": _aware(given.lost_until)}
                _say(json.dumps(asdict(await begin(database, **span)), indent=2))
            case "end":
                _say("\n".join(await end(database, settings)))
            case "erasures":
                async with database.transaction() as session:
                    erased = await recovery.erased_since(session, _aware(given.since))
                _say("\n".join(map(str, erased)))
            case "erase-again":
                lines = [line.strip() for line in sys.stdin]
                _say(str(await erase_again(database, [UUID(line) for line in lines if line])))
            case unknown:
                raise ValueError(unknown)
    finally:
        await database.close()


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


if __name__ == "__main__":
    asyncio.run(_run(_arguments()))
    exit_process(0)
