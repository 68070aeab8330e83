"""After a restore: `python -m campaigns.recovery begin|settle|end|erasures|erase-again`. See docs/backup.md.

A restored ledger does not know what was sent since the moment that it was restored to. So nothing may be sent before
an operator has looked: every campaign is paused, and whatever may have been on its way is `unknown`, not unsent.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterable, Iterator, Set
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from campaigns import lifecycle
from config.settings import Settings
from config.shutdown import exit_process
from config.temporal import connect
from domain import ids
from domain.errors import NotFoundError
from domain.flow import SEND_CHANNEL, Flow, SendNode
from domain.i18n import sentence
from domain.vocabulary import Category, MessageState
from ingestion.privacy import erase
from store.access import audit
from store.database import recovery
from store.database.engine import Database
from store.database.recovery import Standing
from store.messages import messages

_PAGE = 1000
_MOST_VISITS = 3
"""So many more visits of one node are thought of in the lost time."""
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


async def settle(database: Database, sent: Iterable[UUID], *, since: datetime) -> int:
    """Write messages of the lost time into the ledger, so that the journeys that come to them do not send them again.

    Args:
        database: restored.
        sent: ids of messages that providers list as sent in that time: `message_id` of our custom data.
        since: webhooks from here on name further ones: those that the ledger did not know were set aside.

    Returns:
        How many messages were written. Ids that no open journey can have sent are passed over.

    """
    async with database.transaction() as session:
        named = [_uuid(word) for word in await recovery.named_by_webhooks(session, since)]
    wanted = {*sent, *(one for one in named if one is not None)}
    flows: dict[UUID, Flow] = {}
    settled, after = 0, UUID(int=0)
    while wanted:
        async with database.transaction() as session:
            page = await recovery.standing(session, after, _PAGE)
            for journey in page:
                if journey.version not in flows:
                    flows[journey.version] = Flow.model_validate(await recovery.flow_of(session, journey.version))
                for row in _sent_by(journey, flows[journey.version], wanted):
                    settled += await messages.write(session, row)
        if not page:
            break
        after = page[-1].journey
    return settled


def _sent_by(journey: Standing, drawn: Flow, wanted: Set[UUID]) -> Iterator[dict[str, Any]]:
    """Ledger rows of those messages that this journey sent after the restored moment."""
    for node in drawn.nodes:
        if not isinstance(node, SendNode):
            continue
        for visit in range(1, journey.visits.get(node.id, 0) + _MOST_VISITS + 1):
            message = ids.message_id(journey.journey, node.id, visit)
            if message in wanted:
                yield {
                    "id": message,
                    "journey_id": journey.journey,
                    "campaign_id": journey.campaign,
                    "run_id": journey.run,
                    "node_id": node.id,
                    "visit": visit,
                    "customer_id": journey.customer,
                    "channel": SEND_CHANNEL[node.type],
                    "category": node.data.category or drawn.settings.category,
                    "state": MessageState.ACCEPTED,
                    "sent_at": datetime.now(UTC),
                }


def _uuid(word: str) -> UUID | None:
    try:
        return UUID(word)
    except ValueError:
        return None


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
    settle_ = commands.add_parser("settle", help="read ids of messages that providers list as sent in the lost time")
    settle_.add_argument("--since", type=datetime.fromisoformat, required=True, help="the restored moment")
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
            case "settle":
                since = _aware(given.since)
                _say(str(await settle(database, _ids_given(), since=since)))
            case "end":
                _say("\n".join(await end(database, settings)))
            case "erasures":
                async with database.transaction() as session:
                    erased = await recovery.erased_since(session, _aware(given.since))
                _say("\n".join(map(str, erased)))
            case "erase-again":
                _say(str(await erase_again(database, _ids_given())))
            case unknown:
                raise ValueError(unknown)
    finally:
        await database.close()


def _ids_given() -> list[UUID]:
    """Ids on standard input, one a line; empty lines are passed over."""
    return [UUID(line.strip()) for line in sys.stdin if line.strip()]


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


if __name__ == "__main__":
    asyncio.run(_run(_arguments()))
    exit_process(0)
