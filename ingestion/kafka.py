"""Events from Kafka: the same JSON calls as `/v1` takes, one a message, at least once.

Offsets are committed after our own commit: whoever dies in between reads the messages again, and their ids make that
harmless. A message without `messageId` is known by its place in the topic. One that can't be taken is set aside with
its reason (`webhook_rejects`, provider `kafka`), so that it never holds up the others.
"""

import asyncio
import hashlib
import logging
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Protocol, Self

from sqlalchemy.exc import SQLAlchemyError

from config.settings import Settings
from domain.events import IncomingEvent
from ingestion import intake_notes
from ingestion.intake_notes import Unused
from ingestion.retrying_ingest import take_events
from ingestion.sanitize import storable
from ingestion.segment import Sender, message_key, read_call
from store.database.engine import Database
from store.events import json_text
from store.messages import message_events

log = logging.getLogger(__name__)

SOURCE = "kafka"
SENDER = Sender(SOURCE)
MESSAGE_BYTES = 32 * 1024
_AT_ONCE = 500
_POLL_SECONDS = 0.5
_RETRY_SECONDS = 1.0
_SHOWN = 1000


@dataclass(frozen=True, slots=True)
class KafkaMessage:
    """One message of a topic."""

    topic: str
    partition: int
    offset: int
    value: bytes | None
    timestamp: int = 0
    """Milliseconds since 1970, as the broker keeps them."""


Offsets = Mapping[tuple[str, int], int]
"""Topic and partition -> the next offset to read."""


class Stream(Protocol):
    """A consumer group's view of its topics."""

    async def poll(self) -> Sequence[KafkaMessage]:
        """The next messages, none after a short while without any."""
        ...

    async def commit(self, offsets: Offsets) -> None:
        """Never to be given what is before these again."""
        ...


class KafkaIntake:
    """Takes what a stream gives, until it is told to stop."""

    def __init__(self, database: Database, stream: Stream, *, time_scale: float = 1.0) -> None:
        self._database = database
        self._stream = stream
        self._time_scale = time_scale

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set. While the database is away, the messages at hand wait for it."""
        while not stop.is_set():
            messages = await self._stream.poll()
            while messages and not stop.is_set():
                try:
                    await self.take(messages)
                    break
                except (SQLAlchemyError, OSError):
                    log.exception("events from Kafka can't be stored now: trying again")
                    await asyncio.sleep(_RETRY_SECONDS)

    async def take(self, messages: Sequence[KafkaMessage]) -> None:
        """Take messages, set aside those that can't be, and commit their offsets."""
        now = datetime.now(UTC)
        wrong: list[tuple[KafkaMessage, str]] = []
        read: list[tuple[KafkaMessage, IncomingEvent]] = []
        for message in messages:
            try:
                read.append((message, _read(message, now)))
            except Exception as error:  # whatever one message does, the others are taken
                wrong.append((message, str(error)[:500] or type(error).__name__))
        events = [event for _, event in read]
        answers = await take_events(self._database, events, now=now, time_scale=self._time_scale)
        outcomes = list(enumerate(answers))
        for (message, _), answer in zip(read, answers, strict=True):
            if isinstance(answer, str):
                wrong.append((message, answer))
        unused = [Unused("rejected", reason, _shown(message)) for message, reason in wrong]
        shown = [_shown(message) for message, _ in read]
        unused += [each for each in intake_notes.of_answers(shown, outcomes) if each.outcome == "noted"]
        await intake_notes.note(self._database, SOURCE, unused, now=now)
        if wrong:
            async with self._database.transaction() as session:
                await message_events.set_aside(
                    session, SOURCE, [(_shown(message), reason) for message, reason in wrong], now=now
                )
        await self._stream.commit(_behind(messages))


def _read(message: KafkaMessage, now: datetime) -> IncomingEvent:
    if message.value is None:
        raise ValueError("it is empty")
    if len(message.value) > MESSAGE_BYTES:
        raise ValueError(f"it is larger than {MESSAGE_BYTES // 1024} KB")
    call = json_text.loads_leniently(message.value)
    if not isinstance(call, dict):
        raise ValueError("it is not an object")
    if message_key(call.get("messageId")) is None:
        call["messageId"] = _place(message)
    return read_call(call, kind=None if "type" in call else "track", sent_at=None, received=now, sender=SENDER)


def _place(message: KafkaMessage) -> str:
    """What a message without an id is known by. A topic made anew has the same offsets, with other values."""
    content = hashlib.sha256(message.value or b"").hexdigest()[:24]
    return f"kafka:{message.topic}:{message.partition}:{message.offset}:{message.timestamp}:{content}"


def _shown(message: KafkaMessage) -> dict[str, Any]:
    text = storable((message.value or b"")[:_SHOWN].decode("utf-8", "replace"))
    return {"topic": message.topic, "partition": message.partition, "offset": message.offset, "value": text}


def _behind(messages: Sequence[KafkaMessage]) -> Offsets:
    offsets: dict[tuple[str, int], int] = {}
    for message in messages:
        place = (message.topic, message.partition)
        offsets[place] = max(offsets.get(place, 0), message.offset + 1)
    return offsets


class AioKafkaStream:
    """The stream of a real broker. Needs the extra `kafka`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._exits = AsyncExitStack()

    async def __aenter__(self) -> Self:
        from aiokafka import AIOKafkaConsumer

        self._consumer = AIOKafkaConsumer(
            *self._settings.kafka_topics,
            bootstrap_servers=self._settings.kafka_servers,
            group_id=self._settings.kafka_group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )
        await self._consumer.start()
        self._exits.push_async_callback(self._consumer.stop)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._exits.aclose()

    async def poll(self) -> Sequence[KafkaMessage]:
        """The next messages of all partitions that are ours."""
        found = await self._consumer.getmany(timeout_ms=int(_POLL_SECONDS * 1000), max_records=_AT_ONCE)
        return [
            KafkaMessage(place.topic, place.partition, record.offset, record.value, record.timestamp)
            for place, records in found.items()
            for record in records
        ]

    async def commit(self, offsets: Offsets) -> None:
        """Commit; what a rebalance has given to another consumer is theirs to commit."""
        from aiokafka import TopicPartition
        from aiokafka.errors import CommitFailedError, IllegalStateError

        try:
            await self._consumer.commit({TopicPartition(*place): offset for place, offset in offsets.items()})
        except (CommitFailedError, IllegalStateError):
            log.warning("partitions have moved to another consumer: it will read these messages again, harmlessly")


async def serve(settings: Settings, database: Database, stop: asyncio.Event) -> None:
    """The worker's role `kafka`; returns at once where no broker is configured. A broker that is away is waited for."""
    if not settings.kafka_servers:
        return
    from aiokafka.errors import KafkaError

    while not stop.is_set():
        try:
            async with AioKafkaStream(settings) as stream:
                await KafkaIntake(database, stream, time_scale=settings.time_scale).run(stop)
        except KafkaError:
            log.exception("Kafka can't be reached: trying again")
            await asyncio.sleep(_RETRY_SECONDS)
