"""Events from Kafka, tested at the seam: a stream by hand, the real pipeline and database behind it."""

import asyncio
import json
from dataclasses import dataclass, field

import pytest

from ingestion.kafka import KafkaIntake, KafkaMessage
from tests.ingestion.conftest import WRITE_KEY


@dataclass
class FakeStream:
    """One partition: gives from the committed offset on, as a broker does after a consumer died."""

    log: list[bytes | None]
    committed: dict[tuple[str, int], int] = field(default_factory=dict)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    fail_commit: bool = False

    async def poll(self) -> list[KafkaMessage]:
        start = self.committed.get(("events", 0), 0)
        if start >= len(self.log):
            self.stop.set()
        return [
            KafkaMessage("events", 0, offset, self.log[offset])
            for offset in range(start, min(start + 3, len(self.log)))
        ]

    async def commit(self, offsets) -> None:
        if self.fail_commit:
            raise ConnectionError
        self.committed.update(offsets)


def call(number: int, **more) -> bytes:
    return json.dumps({"userId": "ada", "event": "Order Completed", "properties": {"revenue": 1}, **more}).encode()


async def test_all_messages_are_taken_and_their_offsets_committed(database, query):
    stream = FakeStream([call(n) for n in range(7)])
    await KafkaIntake(database, stream).run(stream.stop)
    assert stream.committed == {("events", 0): 7}
    assert await query("SELECT count(*), count(DISTINCT id), min(source) FROM events") == [(7, 7, "kafka")]


async def test_who_dies_before_committing_offsets_reads_again_and_counts_nothing_twice(database, query):
    stream = FakeStream([call(n) for n in range(3)], fail_commit=True)
    intake = KafkaIntake(database, stream)
    for _ in range(2):
        with pytest.raises(ConnectionError):
            await intake.take(await stream.poll())
    stream.fail_commit = False
    await intake.run(stream.stop)
    assert await query("SELECT (traits->>'orders')::int FROM customers") == [(3,)]


async def test_poison_is_set_aside_with_its_reason_and_holds_up_nobody(database, query):
    poison = [b"nonsense", None, b"[1]", b"\xff", b"x" * 40_000, b'{"event": "x"}', call(0, type="dance")]
    stream = FakeStream([*poison, call(1)])
    await KafkaIntake(database, stream).run(stream.stop)
    assert stream.committed == {("events", 0): 8}
    assert await query("SELECT count(*) FROM events") == [(1,)]
    found = await query("SELECT provider, reason, (raw->>'offset')::int FROM webhook_rejects ORDER BY 3")
    assert [(row.provider, row[2]) for row in found] == [("kafka", offset) for offset in range(7)]
    assert all(row.reason for row in found)


async def test_a_message_id_is_known_whatever_road_it_came_by(database, query, api):
    await api.post(
        "/v1/track", json={"userId": "ada", "event": "Order Completed", "messageId": "m1"}, auth=(WRITE_KEY, "")
    )
    stream = FakeStream([call(0, messageId="m1")])
    await KafkaIntake(database, stream).run(stream.stop)
    assert await query("SELECT count(*) FROM events") == [(1,)]


async def test_while_the_database_is_away_messages_wait(database, query):
    stream = FakeStream([call(0)])
    real, tries = database.transaction, 0

    def away_at_first():
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OSError("away")
        return real()

    database.transaction = away_at_first
    await KafkaIntake(database, stream).run(stream.stop)
    database.transaction = real
    assert await query("SELECT count(*) FROM events") == [(1,)]
