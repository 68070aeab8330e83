"""A journey's way from the port a step is left by, through all that is instantaneous, to what needs Temporal next.

One `JourneyRun` lives for one transaction. Every visited node leaves a row in the step log, in the transaction of its
effect.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from activities import metrics
from activities.moves import Move, make_move
from activities.services import WorkerServices
from activities.version_cache import LoadedVersion
from domain.conditions import EventFilter
from domain.errors import DomainError
from domain.flow import Node
from domain.i18n import Sentence, StoredText, Words, as_row, sentence
from domain.matching import journey_refs
from domain.traversal import TraversalError
from domain.version_migration import same_kind
from domain.vocabulary import CampaignState, ExitReason, JourneyState
from ingestion.wait_matching import concerns
from models import Customer, Event, Journey
from store.campaigns import journeys
from workflows.contracts import Decision, End, Instruction, Pause, Wait

LOOKS_AGAIN_WITHIN_HOURS = 16
"""A held journey looks after 1, 2, 4 ... hours whether the campaign was resumed: a signal may have been lost."""
LONGEST_STRIDE = 500
"""Instantaneous nodes passed in one decision; publishing refuses a cycle without a wait, so more is a defect."""


def failed(journey: Journey) -> Decision:
    """What the workflow of a failed journey is told: end, without a trace of the step in hand."""
    return Decision(next=End(node=journey.node_id, seq=journey.seq, reason=JourneyState.FAILED))


@dataclass(frozen=True)
class Advance:
    """An instantaneous node was passed: by which port, and why, in words."""

    port: str
    why: Words
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Block:
    """The journey stops here until Temporal says otherwise."""

    instruction: Instruction
    why: Words
    until: datetime | None = None
    details: dict[str, Any] = field(default_factory=dict)

    def with_words(self, why: Words, details: dict[str, Any]) -> "Block":
        """The same, said otherwise."""
        return replace(self, why=why, details=details)


Handler = Callable[["JourneyRun", Any], Awaitable[Advance | Block]]


class JourneyRun:
    """One transaction's view of one journey."""

    def __init__(
        self,
        session: AsyncSession,
        services: WorkerServices,
        version: LoadedVersion,
        locked: journeys.Locked,
        now: datetime,
    ) -> None:
        self.session = session
        self.services = services
        self.version = version
        self.journey: Journey = locked.journey
        self.customer: Customer = locked.customer
        self.campaign_state = locked.campaign_state
        self.now = now
        self.too_late: Words | None = None
        """Why messages that are come to now are left out: a pause has made them too late. Said until the next wait."""
        self._path: list[str] = []
        self._rows: list[dict[str, Any]] = []

    @classmethod
    async def begin(cls, session: AsyncSession, services: WorkerServices, journey_id: UUID) -> "JourneyRun":
        """Lock the customer and the journey, and read what they walk on."""
        locked = await journeys.lock(session, journey_id)
        version = await services.versions.get(session, locked.journey.version_id)
        return cls(session, services, version, locked, await services.clock.now())

    @property
    def node(self) -> Node:
        """The node that the journey stands at."""
        if self.journey.node_id is None:
            return self.version.graph.entry
        return self.version.graph.node(self.journey.node_id)

    @property
    def refs(self) -> Mapping[str, Any]:
        """What a `ref` in a condition can name: this journey's coupons and its trigger's properties."""
        return journey_refs(self.journey.trigger, self.journey.coupons)

    @property
    def why(self) -> Words:
        """Why the journey stands where it does."""
        return StoredText(self.journey.why, self.journey.said)

    def concerned_by(self, event: Event, wanted: EventFilter, *, match_entry_key: bool) -> bool:
        """Is this what the journey listens for? Never the event that started it."""
        return event.id != self.journey.trigger_event_id and concerns(
            wanted,
            event,
            journey_id=self.journey.id,
            refs=self.refs,
            key_path=self.version.key_path if match_entry_key else None,
            entry_key=self.journey.entry_key,
        )

    @property
    def is_over(self) -> bool:
        """Its workflow has nothing to do any more: it has ended, or failed."""
        return self.journey.state in (JourneyState.ENDED, JourneyState.FAILED)

    def standing(self) -> Decision:
        """The decision that stands: what a repeat of an earlier call is told again."""
        if self.journey.state == JourneyState.FAILED:
            return failed(self.journey)
        if self.journey.step is None:
            raise DomainError(f"journey {self.journey.id} has not begun")
        return Decision.model_validate({"next": self.journey.step, "version": self._moved_to()})

    async def barred(self) -> Decision | None:
        """What comes before anything else: the end of the customer's or the campaign's wish, or a pause."""
        over = self._over()
        if over is not None:
            return await self.end(*over)
        return self._hold() if self.campaign_state is CampaignState.PAUSED else None

    def _over(self) -> tuple[str, Words, dict[str, Any]] | None:
        """Whether the journey is to end wherever it is: reason, words, details."""
        exit_signal = self.journey.exit_signal
        if self.customer.erased_at is not None:
            return ExitReason.ERASED, sentence("customer_erased"), {}
        if self.campaign_state is CampaignState.STOPPED:
            return ExitReason.STOPPED, sentence("campaign_stopped"), {}
        if exit_signal is not None:
            why = StoredText(exit_signal.get("why") or exit_signal["reason"], exit_signal.get("said"))
            event_id = exit_signal["event_id"]
            return exit_signal["reason"], why, {"event_id": event_id} if event_id else {}
        return None

    async def leave(self, port: str, why: Words, details: dict[str, Any] | None = None) -> Decision:
        """Leave the present step, and walk on to the next thing that needs Temporal."""
        left = self.node
        self.journey.state = JourneyState.ACTIVE
        if self.journey.seq > 0:
            await journeys.close_step(
                self.session, self.journey.id, self.journey.seq, port=port, why=why, details=details or {}, at=self.now
            )
        over = self._over()
        if over is not None:  # it came while a message or a call was under way
            reason, words, _ = over
            return await self._finish(End(node=left.id, seq=self.journey.seq, reason=reason), words)
        move = await self.pending_move()
        if move is None:
            return await self._stride(self._next(left, port))
        return await self._leave_into(left, await make_move(self, move), port)

    async def pending_move(self) -> Move | None:
        """The move to another version that this journey still has to make."""
        migration_id = self.journey.migration_id
        if migration_id is None:
            return None
        move = await self.services.moves.get(self.session, migration_id)
        return None if move.to_version_id == self.journey.version_id else move

    async def jump(self, node: Node, why: Words) -> Decision:
        """Leave the present step by none of its ports, and enter a node."""
        self.journey.state = JourneyState.ACTIVE
        await journeys.close_step(
            self.session, self.journey.id, self.journey.seq, port=None, why=why, details={}, at=self.now
        )
        return await self._stride(node)

    async def stay_on(self, node: Node, outcome: Block) -> Decision:
        """The present step is from now on this node's, as `outcome` says; when it was entered stays."""
        self.journey.node_id = node.id
        await journeys.reword_step(
            self.session, self.journey.id, self.journey.seq, node_id=node.id, kind=node.type, why=outcome.why,
            details=outcome.details,
        )  # fmt: skip
        self.journey.state = JourneyState.ACTIVE
        self._stand(outcome.instruction, outcome.why, outcome.until)
        return await self._decide(outcome.instruction)

    async def removed(self) -> Decision:
        """The journey has moved to a version that has no place for it."""
        why = self._not_there()
        if self.journey.seq == 0:
            return await self._finish(End(node=None, seq=0, reason=ExitReason.NODE_REMOVED), why)
        return await self.end(ExitReason.NODE_REMOVED, why)

    def _not_there(self) -> Sentence:
        return sentence("step_not_in_version", version=self.version.number)

    async def _leave_into(self, left: Node, here: Node | None, port: str) -> Decision:
        """Go on in the version just moved to, from the node that stands for the one just left."""
        if here is None:
            journey = self.journey
            end = End(node=journey.node_id, seq=journey.seq, reason=ExitReason.NODE_REMOVED)
            return await self._finish(end, self._not_there())
        if not same_kind(left, here):
            return await self._stride(here)
        return await self._stride(self._next(here, port))

    async def enter(self) -> Decision:
        """Begin the journey at its entry."""
        entry = self.version.graph.entry
        self._arrive(entry)
        self._log(entry, "next", self.why, {})
        return await self._stride(self._next(entry, "next"))

    async def end(self, reason: str, why: Words, details: dict[str, Any] | None = None) -> Decision:
        """End the journey wherever it is."""
        journey = self.journey
        if journey.seq > 0:
            await journeys.close_step(
                self.session, journey.id, journey.seq, port=None, why=why, details=details or {}, at=self.now
            )
        return await self._finish(End(node=journey.node_id, seq=journey.seq, reason=reason), why)

    async def again(self, instruction: Instruction, why: Words) -> Decision:
        """Take up the present step once more, after a hold."""
        self.journey.state = JourneyState.ACTIVE
        self._stand(instruction, why, self.journey.waiting_until)
        return await self._decide(instruction)

    async def put_off(self, wait: Wait, why: Words, details: dict[str, Any]) -> Decision:
        """Stay at the present step until the wait is over; then the step is carried out anew."""
        self.journey.state = JourneyState.ACTIVE
        await journeys.note(self.session, self.journey.id, self.journey.seq, why=why, details=details)
        self._stand(wait, why, wait.until)
        return await self._decide(wait)

    async def _stride(self, node: Node) -> Decision:
        handlers = self.services.handlers
        for _ in range(LONGEST_STRIDE):
            self._arrive(node)
            outcome = await handlers[node.type](self, node)
            if isinstance(outcome, Advance):
                self._log(node, outcome.port, outcome.why, outcome.details)
                node = self._next(node, outcome.port)
                continue
            self._log(node, None, outcome.why, outcome.details, open_=not isinstance(outcome.instruction, End))
            if isinstance(outcome.instruction, End):
                return await self._finish(outcome.instruction, outcome.why)
            self._stand(outcome.instruction, outcome.why, outcome.until)
            return await self._decide(outcome.instruction)
        raise TraversalError(f"{LONGEST_STRIDE} nodes passed without a wait, the last was {node.id!r}")

    def _next(self, node: Node, port: str) -> Node:
        return self.version.graph.follow(node.id, port)

    def _arrive(self, node: Node) -> None:
        journey = self.journey
        journey.seq += 1
        journey.node_id = node.id
        journey.visit = int(journey.visits.get(node.id, 0)) + 1
        journey.visits = {**journey.visits, node.id: journey.visit}
        self._path.append(node.data.label or node.id)

    def _log(self, node: Node, port: str | None, why: Words, details: dict[str, Any], *, open_: bool = False) -> None:
        self._rows.append(
            {
                "journey_id": self.journey.id,
                "seq": self.journey.seq,
                "node_id": node.id,
                "kind": node.type,
                "port": port,
                **as_row(why),
                "details": details,
                "entered_at": self.now,
                "left_at": None if open_ else self.now,
            }
        )

    def _stand(self, instruction: Instruction, why: Words, until: datetime | None) -> None:
        journey = self.journey
        journey.step = instruction.model_dump(mode="json")
        journey.why, journey.said = str(why), why.said()
        journey.waiting_until = until
        flag_modified(journey, "step")

    def _hold(self) -> Decision:
        journey = self.journey
        journey.state = JourneyState.PAUSED
        # The step in hand stays in the row's node, seq and waiting_until: a resume takes it up from there.
        before = journey.step or {}
        looks = int(before.get("looks", 0)) + 1 if before.get("kind") == "pause" else 0
        hours = min(2**looks, LOOKS_AGAIN_WITHIN_HOURS)
        held = Pause(
            node=journey.node_id or self.version.graph.entry.id,
            seq=journey.seq,
            label=self.node.data.label,
            until=self.now + timedelta(hours=hours) * self.services.settings.time_scale,
            looks=looks,
        )
        self._stand(held, sentence("campaign_paused"), journey.waiting_until)
        return Decision(next=held, version=self._moved_to())

    async def write_steps(self) -> None:
        """Let the step log show what this decision has passed so far."""
        await journeys.add_steps(self.session, self._rows)
        self._rows = []

    async def _decide(self, instruction: Instruction) -> Decision:
        await self.write_steps()
        return Decision(next=instruction, path=self._path, version=self._moved_to())

    def _moved_to(self) -> int | None:
        """The version's number, once a move was made: said until the end, for a decision may be lost on its way."""
        return self.version.number if self.journey.migration_id is not None else None

    async def _finish(self, end: End, why: Words) -> Decision:
        journey = self.journey
        journey.state = JourneyState.ENDED
        journey.exit_reason = end.reason
        journey.ended_at = self.now
        self._stand(end, why, None)
        metrics.ended.labels(end.reason).inc()
        return await self._decide(end)
