"""The monitor's reference: a campaign's figures, counted from the rows of journeys, steps, messages and rejections."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from store.metrics.monitoring import CampaignFigures

_JOURNEYS = text("""
    SELECT count(*) AS entered, count(*) FILTER (WHERE state <> 'ended') AS active,
           count(*) FILTER (WHERE state = 'paused') AS paused, count(*) FILTER (WHERE state = 'failed') AS failed
      FROM journeys
     WHERE campaign_id = :campaign AND (CAST(:run AS uuid) IS NULL OR run_id = :run)""")
_ENDED = text("""
    SELECT node_id, exit_reason, count(*) AS n FROM journeys
     WHERE campaign_id = :campaign AND state = 'ended' AND (CAST(:run AS uuid) IS NULL OR run_id = :run)
     GROUP BY node_id, exit_reason""")
_ACTIVE = text("""
    SELECT node_id, count(*) AS n FROM journeys
     WHERE campaign_id = :campaign AND state <> 'ended' AND node_id IS NOT NULL
       AND (CAST(:run AS uuid) IS NULL OR run_id = :run)
     GROUP BY node_id""")
_EXITED = text("""
    SELECT s.node_id, s.port, count(*) AS n
      FROM journey_steps s JOIN journeys j ON j.id = s.journey_id
     WHERE j.campaign_id = :campaign AND s.port IS NOT NULL AND (CAST(:run AS uuid) IS NULL OR j.run_id = :run)
     GROUP BY s.node_id, s.port""")
_MESSAGES = text("""
    SELECT node_id, channel, state, coalesce(skip_reason, '') AS skip_reason, count(*) AS n,
           count(delivered_at) AS delivered, count(opened_at) AS opened, count(clicked_at) AS clicked
      FROM messages
     WHERE campaign_id = :campaign AND NOT test AND (CAST(:run AS uuid) IS NULL OR run_id = :run)
     GROUP BY node_id, channel, state, coalesce(skip_reason, '')""")
_REJECTED = text("""
    SELECT code, count(*) AS n FROM entry_rejections
     WHERE campaign_id = :campaign AND (CAST(:run AS uuid) IS NULL OR run_id = :run)
     GROUP BY code""")


async def counted(session: AsyncSession, campaign_id: UUID, run_id: UUID | None = None) -> dict[str, Any]:
    """The figures by counting rows. With `run_id`, those of that launch."""
    binds = {"campaign": campaign_id, "run": run_id}
    states: dict[tuple[str, str], dict[str, int]] = {}
    told: dict[tuple[str, str], list[int]] = {}
    for row in await session.execute(_MESSAGES, binds):
        key = (row.node_id, row.channel)
        held = states.setdefault(key, {})
        held[row.state] = held.get(row.state, 0) + row.n
        if row.skip_reason:
            held[f"skipped:{row.skip_reason}"] = row.n
        before = told.get(key, [0, 0, 0])
        told[key] = [a + b for a, b in zip(before, (row.delivered, row.opened, row.clicked), strict=True)]
    return {
        **(await session.execute(_JOURNEYS, binds)).one()._asdict(),
        "nodes": {row.node_id: row.n for row in await session.execute(_ACTIVE, binds)},
        "ended": {(row.node_id, row.exit_reason): row.n for row in await session.execute(_ENDED, binds)},
        "exited": {(row.node_id, row.port): row.n for row in await session.execute(_EXITED, binds)},
        "states": states,
        "told": told,
        "rejected": {row.code: row.n for row in await session.execute(_REJECTED, binds)},
    }


def shown(figures: CampaignFigures) -> dict[str, Any]:
    """The monitor's figures in the shape of `counted`."""
    states = {
        (each.node_id, each.channel): {
            **{state: n for state, n in each.states.items() if n},
            **{f"skipped:{reason}": n for reason, n in each.skipped.items() if n},
        }
        for each in figures.messages
    }
    return {
        "entered": figures.entered,
        "active": figures.active,
        "paused": figures.paused,
        "failed": figures.failed,
        "nodes": {node.node_id: node.active for node in figures.nodes if node.active},
        "ended": {(node.node_id, reason): n for node in figures.nodes for reason, n in node.ended.items() if n},
        "exited": {(node.node_id, port): n for node in figures.nodes for port, n in node.exited.items() if n},
        "states": states,
        "told": {
            (each.node_id, each.channel): [each.delivered, each.opened, each.clicked] for each in figures.messages
        },
        "rejected": {code: n for code, n in figures.rejected.items() if n},
    }
