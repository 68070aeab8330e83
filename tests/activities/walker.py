"""A journey's workflow in small: carries out what decisions say, on a clock that a test sets."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.http_call import HttpActivities
from activities.journey import JourneyActivities
from activities.sending.activity import SendActivities
from tests.journey_driver import SetClock, World
from workflows.contracts import AdvanceInput, Decision, End, HttpCall, JourneySignal, Pause, Send, StepInput, Wait

PATIENCE = 60
"""Repeats of one step before a test takes it for stuck; a provider's refusals are given up long before."""


@dataclass
class Walker:
    """One journey and its clock."""

    world: World
    journey_id: UUID
    clock: SetClock
    decision: Decision | None = None
    signals: list[JourneySignal] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        return self.decision is not None and isinstance(self.decision.next, End)

    async def advance(self, cause: str, signals: list[JourneySignal] | None = None, seq: int | None = None) -> Decision:
        """Ask for a decision, by default about the present step."""
        here = 0 if self.decision is None else self.decision.next.seq
        input = AdvanceInput(
            journey_id=self.journey_id, seq=here if seq is None else seq, cause=cause, signals=signals or []
        )
        return await ActivityEnvironment().run(JourneyActivities(self.world.services).advance, input)

    async def go(self) -> None:
        """Carry out the present instruction to its end, and learn the next."""
        if self.decision is None:
            self.decision = await self.advance("enter")
            return
        match self.decision.next:
            case Send():
                self.decision = await self._carried_out(SendActivities(self.world.services).send_message)
            case HttpCall():
                self.decision = await self._carried_out(HttpActivities(self.world.services).call_http)
            case Wait(until=until):
                self.clock.at = max(self.clock.at, until)
                self.decision = await self.advance("timer")
            case Pause(until=until):
                self.clock.at = max(self.clock.at, until)
                self.decision = await self.advance("signal", await self.told())

    async def hear(self) -> None:
        """What the outbox holds for the journey reaches it, where it listens: a send is finished first."""
        self.signals += await self.told()
        if self.decision is not None and isinstance(self.decision.next, Wait | Pause) and self.signals:
            signals, self.signals = self.signals, []
            self.decision = await self.advance("signal", signals)

    async def restart(self) -> None:
        """Its workflow is lost, with its signals, and begins again from the row."""
        self.signals, self.decision = [], await self.advance("enter", seq=0)

    async def told(self) -> list[JourneySignal]:
        """Signals for this journey, taken out of the outbox."""
        statement = "DELETE FROM outbox WHERE journey_id = :id AND kind = 'signal_journey' RETURNING payload"
        async with self.world.database.transaction() as session:
            rows = await session.scalars(text(statement), {"id": self.journey_id})
            return [JourneySignal.model_validate(payload) for payload in rows]

    async def _carried_out(self, activity: Callable[[StepInput], Awaitable[Decision]]) -> Decision:
        assert self.decision is not None
        step = StepInput(journey_id=self.journey_id, seq=self.decision.next.seq)
        for _ in range(PATIENCE):
            try:
                return await ActivityEnvironment().run(activity, step)
            except ApplicationError as error:  # "not now": Temporal's retry comes later
                self.clock.at += error.next_retry_delay or timedelta(minutes=30)
        raise AssertionError("a step is never done")
