"""Whatever a campaign is and was, and whatever happens meanwhile: every journey can take its next decision.

Random flows, random moves between them with random mappings, pasts, merges in between and during sends, pauses, lost
workflows, repeated attempts, providers that refuse, and a clock that jumps.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from temporalio.testing import ActivityEnvironment

from activities.sending.activity import SendActivities
from campaigns.version_migration import migrate
from domain.events import IncomingEvent
from domain.flow import Flow
from domain.vocabulary import JourneyState
from ingestion.pipeline import ingest
from models import Campaign, CampaignVersion, Journey
from providers.base import AmbiguousError, PermanentError, SendError, ThrottledError, TransientError
from store.campaigns import journey_migrations
from store.campaigns.journey_migrations import Place
from tests.activities.random_campaigns import EVENTS, SHOP, flows, mappings
from tests.activities.walker import Walker
from tests.journey_driver import SetClock, SlowProvider, World
from workflows.contracts import Send, StepInput

_BEGINNING: Place = (datetime.min.replace(tzinfo=UTC), UUID(int=0))
ERRORS: list[type[SendError] | None] = [None, TransientError, ThrottledError, PermanentError, AmbiguousError]
ANSWERS = [200, 204, 302, 404, 429, 500, 503, 0]
"""Of the shop's server to HTTP steps; 0: it hangs up."""
OPS = st.one_of(
    st.just(("go",)),
    st.just(("go",)),
    st.tuples(st.just("event"), st.sampled_from(EVENTS), st.sampled_from([-3600, -1, 0, 1, 600])),
    st.tuples(st.just("repeat"), st.sampled_from(["timer", "signal", "enter"]), st.integers(0, 2)),
    st.just(("restart",)),
    st.tuples(st.just("provider"), st.lists(st.sampled_from(ERRORS), min_size=1, max_size=4)),
    st.tuples(st.just("shop"), st.lists(st.sampled_from(ANSWERS), min_size=1, max_size=4)),
    st.just(("pause",)),
    st.just(("resume",)),
    st.just(("move",)),
    st.just(("merge",)),
    st.just(("merge while sending",)),
    st.tuples(st.just("clock"), st.sampled_from([-86_400, -5, 1, 3_600, 864_000])),
)


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[Flow], list[dict[str, str | None]], list[tuple[Any, ...]]]:
    """Versions of a campaign, the mapping of each move from one to the next, and what happens."""
    versions = draw(st.lists(flows(), min_size=2, max_size=3))
    maps = [draw(mappings(old, new)) for old in versions[:1] for new in versions[1:]]
    return versions, maps, draw(st.lists(OPS, max_size=14))


class ShopServer:
    """What HTTP steps ask: it gives these answers, then takes everything."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.kinds: Counter[int] = Counter()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        answer = self.answers.pop(0) if self.answers else 200
        self.kinds[answer] += 1
        if answer:
            writer.write(f"HTTP/1.1 {answer} said\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
        writer.close()


@pytest.fixture
async def shop(world: World) -> AsyncIterator[ShopServer]:
    asked = ShopServer()
    inside = world.services.settings.model_copy(update={"http_call_networks": ["127.0.0.0/8"]})
    world.services.settings = inside
    async with await asyncio.start_server(asked.serve, "127.0.0.1", SHOP):
        yield asked


class Story:
    """One customer's journey through what is drawn."""

    def __init__(
        self, world: World, shop: ShopServer, walker: Walker, campaign_id: UUID, customer_id: UUID, name: str
    ) -> None:
        self.world, self.shop, self.walker = world, shop, walker
        self.campaign_id, self.name = campaign_id, name
        self.customer_id = customer_id
        self.visitors = 0

    async def tell(self, op: tuple[Any, ...], moves: list[tuple[Flow, dict[str, str | None]]]) -> None:
        match op:
            case ("go",):
                await self.walker.go()
            case ("event", name, ahead):
                at = self.walker.clock.at + timedelta(seconds=ahead)
                await self.world.happen(self.customer_id, name, at=at)
                await self.walker.hear()
            case ("repeat", cause, back):
                before = self.walker.decision
                if before is not None:
                    await self.walker.advance(cause, seq=max(0, before.next.seq - back))
                    await self.walker.restart()
            case ("restart",):
                await self.walker.restart()
            case ("provider", errors):
                script = [None if error is None else error("HTTP 500: no") for error in errors]
                self.world.providers.provider.script = script
            case ("shop", answers):
                self.shop.answers = list(answers)
            case ("pause",):
                await self.world.set_state(self.campaign_id, "paused")
            case ("resume",):
                await self.world.set_state(self.campaign_id, "active")
            case ("move",):
                if moves:
                    await self._move(*moves.pop(0))
            case ("merge",):
                await self._sign_in(await self._visitor())
            case ("merge while sending",):
                await self._merge_while_sending()
            case ("clock", seconds):
                self.walker.clock.at += timedelta(seconds=seconds)
        if op[0] in ("pause", "resume", "merge"):
            await self.walker.hear()

    async def _move(self, target: Flow, mapping: dict[str, str | None]) -> None:
        await self.world.publish(self.campaign_id, target)
        async with self.world.database.transaction() as session:
            campaign = await session.get_one(Campaign, self.campaign_id)
            version = await session.get_one(CampaignVersion, campaign.current_version_id)
            move = await migrate(session, campaign, version, mapping)
            await journey_migrations.enqueue_signals(session, move, _BEGINNING, 10)
        await self.walker.hear()

    async def _visitor(self) -> str:
        self.visitors += 1
        name = f"{self.name}-visitor-{self.visitors}"
        await self._ingest(name="Viewed", anonymous_id=name)
        return name

    async def _sign_in(self, visitor: str) -> None:
        await self._ingest(name="Signed In", external_id=self.name, anonymous_id=visitor)

    async def _ingest(self, **fields: Any) -> None:
        now = self.walker.clock.at
        async with self.world.database.transaction() as session:
            await ingest(session, [IncomingEvent(id=uuid4(), occurred_at=now, source="test", **fields)], now=now)

    async def _merge_while_sending(self) -> None:
        """The customer is the one who goes: their journey is another's, with a message at the provider."""
        decision = self.walker.decision
        if decision is None or not isinstance(decision.next, Send):
            return
        fast = self.world.providers.provider
        slow = self.world.providers.provider = SlowProvider()
        slow.taken = fast.taken
        step = StepInput(journey_id=self.walker.journey_id, seq=decision.next.seq)
        sending = asyncio.create_task(ActivityEnvironment().run(SendActivities(self.world.services).send_message, step))
        asked = asyncio.create_task(slow.asked.wait())
        await asyncio.wait({sending, asked}, return_when=asyncio.FIRST_COMPLETED)
        other = f"{self.name}+{self.visitors}"
        self.visitors += 1
        stays = await self.world.customer(other)
        await self._ingest(name="x", kind="alias", external_id=other, previous_id=self.name)
        self.customer_id, self.name = stays, other
        slow.go.set()
        self.world.providers.provider = fast
        await asyncio.gather(sending, return_exceptions=True)
        asked.cancel()
        await self.walker.restart()


async def play(
    world: World, shop: ShopServer, versions: list[Flow], maps: list[dict[str, str | None]], ops: list[Any]
) -> Story:
    clock = world.services.clock = SetClock(datetime.now(UTC) + timedelta(seconds=1))
    name = uuid4().hex[:10]
    campaign_id = await world.campaign(versions[0], slug=name)
    customer_id = await world.customer(name, birth_date=None, attributes={"birthday": "1990-02-29"})
    journey_id = await world.journey(campaign_id, customer_id)
    async with world.database.transaction() as session:
        (await session.get_one(Journey, journey_id)).run_id = uuid4()
    world.providers.provider.script = []
    world.providers.provider.taken = []
    world.services.breakers = type(world.services.breakers)()
    shop.answers = []
    story = Story(world, shop, Walker(world, journey_id, clock), campaign_id, customer_id, name)
    moves = list(zip(versions[1:], maps, strict=True))
    for op in ops:
        await story.tell(op, moves)
        await sound(story)
    return story


async def sound(story: Story) -> None:
    row = await story.world.read_journey(story.walker.journey_id)
    assert row.state != JourneyState.FAILED, (row.failure_code, row.failure_error)
    taken = Counter(message.message_id for message in story.world.sent)
    assert not taken or max(taken.values()) == 1, "sent twice"


async def goes_on(story: Story, steps: int = 12) -> None:
    """Step after step is left, or the journey ends: nothing keeps it where it is."""
    walker = story.walker
    await story.world.set_state(story.campaign_id, "active")
    story.world.providers.provider.script = []
    story.shop.answers = []
    for _ in range(steps):
        if walker.is_over:
            return
        before = walker.decision
        for _ in range(8):
            await walker.go()
            await sound(story)
            if walker.is_over or before is None or (walker.decision and walker.decision.next.seq != before.next.seq):
                break
        else:
            raise AssertionError(f"stuck at {walker.decision}")


async def ends(story: Story) -> None:
    """A stop reaches it, wherever it is, and leaves no message open."""
    await story.world.set_state(story.campaign_id, "stopped")
    for _ in range(3):
        if not story.walker.is_over:
            await story.walker.restart()
            await story.walker.go()
    assert story.walker.is_over
    theirs = [each for each in await story.world.messages() if each.journey_id == story.walker.journey_id]
    assert {each.state for each in theirs} <= {"accepted", "failed", "skipped", "unknown"}
    assert {each.reason for each in theirs if each.reason} & {"another profile with this address has got it"} == set()


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(story=stories())
async def test_every_journey_can_take_its_next_decision(world: World, shop: ShopServer, story):
    played = await play(world, shop, *story)
    await goes_on(played)
    await ends(played)
