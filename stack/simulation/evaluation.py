"""What the system decided, read from its database and held against the crowd's secrets."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import psycopg

from stack.simulation.flow import CHOICE, SPLIT, WAIT
from stack.simulation.population import Member, effect
from stack.simulation.report import RunFound, UpliftFound

_STEPS = """
    SELECT c.external_id, s.port, s.details
      FROM journeys j JOIN journey_steps s ON s.journey_id = j.id JOIN customers c ON c.id = j.customer_id
     WHERE j.run_id = %s AND s.node_id = %s
"""
_SCORES = "SELECT c.external_id, s.value FROM scores s JOIN customers c ON c.id = s.customer_id WHERE s.name = %s"
_Connection = psycopg.AsyncConnection[Any]


async def of_run(connection: _Connection, run: UUID, number: int, crowd: Mapping[str, Member]) -> RunFound:
    """One run's choices."""
    choices = await _rows(connection, _STEPS, run, CHOICE)
    waits = await _rows(connection, _STEPS, run, WAIT)
    right = [port == crowd[who].channel for who, port, _ in choices]
    # `moment` is ISO 8601 in UTC, and so is the crowd's clock
    hours = [int(details["moment"][11:13]) == crowd[who].hour for who, _, details in waits]
    decided = [details["scores"].get(port, {}).get("by") == "model" for _, port, details in choices]
    return RunFound(number, len(choices), _share(right), _share(hours), _share(decided))


async def arms(connection: _Connection, run: UUID) -> dict[str, bool]:
    """Of each customer of a run: whether they were contacted."""
    return {who: not details["holdout"] for who, _, details in await _rows(connection, _STEPS, run, SPLIT)}


async def of_uplift(
    connection: _Connection, told: dict[str, Any], contacted: Mapping[str, bool], crowd: Mapping[str, Member]
) -> UpliftFound:
    """What was learned from the holdout (`told`: the API's answer), beside what was planted."""
    learned, members = told["learned"], list(crowd.values())
    scores = dict(await _rows(connection, _SCORES, told["score"]))
    with_it = [crowd[who].orders(contacted=True) for who, arm in contacted.items() if arm]
    without = [crowd[who].orders(contacted=False) for who, arm in contacted.items() if not arm]
    by_kind = {}
    for kind in sorted({member.kind for member in members}):
        theirs = [scores[member.id] for member in members if member.kind == kind and member.id in scores]
        by_kind[kind] = {"planted": effect(members, kind), "found": sum(theirs) / len(theirs) if theirs else 0.0}
    found = learned["metrics"]["effect"]
    return UpliftFound(
        planted=effect(members),
        realised=_share(with_it) - _share(without),
        found=found["value"],
        low=found["low"],
        high=found["high"],
        usable=learned["usable"],
        verdict=learned["verdict"],
        by_kind=by_kind,
    )


def _share(flags: list[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0


async def _rows(connection: _Connection, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    return await (await connection.execute(statement, values)).fetchall()
