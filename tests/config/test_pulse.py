"""A process knows what of its surroundings still answers."""

import asyncio

from config.pulse import Pulse


async def test_what_hangs_keeps_no_probe_waiting_and_is_asked_once():
    asked = []

    async def hangs_though_cancelled():
        asked.append(1)
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                if len(asked) == 2:
                    raise

    async def answers():
        return None

    pulse = Pulse({"slow": hangs_though_cancelled, "good": answers}, deadline_seconds=0.05)
    async with asyncio.timeout(5):
        assert await pulse.ask() == ["slow"]
        assert await pulse.ask() == ["slow"]
    assert asked == [1]
    asked.append(1)  # let it be cancelled
    for task in pulse._asked.values():
        task.cancel()


async def test_it_grows_stale_without_answers_and_recovers():
    away = True

    async def check():
        if away:
            raise OSError("away")

    pulse = Pulse({"PostgreSQL": check}, stale_seconds=0.1, every_seconds=0.01)
    assert pulse.unready() == "starting"
    pulse.starting = False
    stop = asyncio.Event()
    running = asyncio.create_task(pulse.run(stop))
    async with asyncio.timeout(10):
        while pulse.stale() is None:
            await asyncio.sleep(0.01)
        assert "PostgreSQL has not answered for" in str(pulse.stale())
        assert pulse.unready() == "PostgreSQL does not answer"
        away = False
        while pulse.stale() is not None or pulse.unready() is not None:
            await asyncio.sleep(0.01)
    pulse.stopping = True
    assert pulse.unready() == "stopping"
    stop.set()
    await running
