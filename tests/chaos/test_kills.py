"""The plan of the kills: everybody several times, drawn from the seed."""

import signal
from collections import Counter

import pytest

from stack.chaos.process_killer import TARGETS, Kill, ProcessKiller, plan


def test_everybody_is_killed_as_often():
    kills = plan(7, 3, 4.0)
    assert Counter(kill.target for kill in kills) == dict.fromkeys(TARGETS, 3)
    assert all(2.0 <= kill.pause <= 6.0 for kill in kills)


def test_a_deployment_stops_everybody_and_does_not_wait_for_the_databases_clients():
    stops = plan(7, 2, 4.0, gently=True)
    assert Counter(stop.target for stop in stops) == dict.fromkeys(TARGETS, 2)
    signals = {stop.target: stop.number for stop in stops}
    assert signals.pop("postgres") is signal.SIGINT
    assert set(signals.values()) == {signal.SIGTERM}


def test_the_seed_draws_the_same_plan_again():
    assert plan(7, 3, 4.0) == plan(7, 3, 4.0) != plan(8, 3, 4.0)


@pytest.mark.parametrize("absent", [0, 3])
async def test_a_target_that_is_away_is_waited_for(absent, sleeper):
    asked = []

    def pid_of(_target: str) -> int | None:
        asked.append(1)
        return sleeper.pid if len(asked) > absent else None

    killer = ProcessKiller([Kill("api", 0.0)], pid_of, lambda _line: None)
    await killer.run()
    assert sleeper.wait() == -9
    assert (killer.done, len(asked)) == ({"api": 1}, absent + 1)
