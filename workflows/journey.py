"""One customer's walk through a campaign, for days or months.

The workflow knows no graph and no customer. It carries out one instruction after the other; the activity that finishes
a step decides the next one, in the transaction of its effect. So a customer's data stays out of history, an edit of a
rule cannot break a running journey, and a step costs one round trip.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows import steps
    from workflows.contracts import (
        CAMPAIGN_VERSION,
        JOURNEY_WORKFLOW,
        QUERY_POSITION,
        SIGNAL_JOURNEY,
        ContinuedState,
        Decision,
        End,
        HttpCall,
        JourneyInput,
        JourneyResult,
        JourneySignal,
        Pause,
        Position,
        Send,
        Wait,
    )

HISTORY_LIMIT = 1_000
"""Events after which a run hands over to the next: replay of a longer one would delay the customer's next step."""
REMEMBERED_SIGNALS = 50
REMEMBERED_PATH = 30


@workflow.defn(name=JOURNEY_WORKFLOW)
class JourneyWorkflow:
    """Sequence only. Signals record; the run loop decides when to act on them."""

    @workflow.init
    def __init__(self, input: JourneyInput) -> None:
        continued = input.continued
        self._decision: Decision | None = continued.decision if continued else None
        self._path: list[str] = list(continued.path) if continued else []
        self._signals: list[JourneySignal] = list(continued.signals) if continued else []
        self._seen: list[str] = list(continued.seen) if continued else []

    @workflow.run
    async def run(self, input: JourneyInput) -> JourneyResult:
        """Walk to the end."""
        if self._decision is None:
            self._follow(await steps.enter(input.journey_id))
        while not isinstance(self._current.next, End):
            self._hand_over(input)
            self._follow(await steps.carry_out(input.journey_id, self._current.next, self))
        return JourneyResult(reason=self._current.next.reason, steps=self._current.next.seq)

    @workflow.signal(name=SIGNAL_JOURNEY)
    def notify(self, signal: JourneySignal) -> None:
        """Something concerns this journey. Delivered at least once: repeats are dropped by id."""
        if signal.id not in self._seen:
            self._seen = [*self._seen[-REMEMBERED_SIGNALS:], signal.id]
            self._signals.append(signal)

    @workflow.query(name=QUERY_POSITION)
    def position(self) -> Position:
        """Where the customer is, why, and until when."""
        if self._decision is None:
            return Position(node=None, label="", doing="entering", until=None, path=[])
        now = self._decision.next
        return Position(
            node=now.node,
            label="" if isinstance(now, End) else now.label,
            doing=now.reason if isinstance(now, End) else steps.DOING[now.kind],
            until=now.until if isinstance(now, Wait) else None,
            path=self._path,
        )

    def concerns(self, seq: int) -> bool:
        """Is there a signal that step `seq` must look at? One meant for an earlier step's wait is dropped here."""
        self._signals = [each for each in self._signals if each.seq is None or each.seq >= seq]
        return bool(self._signals)

    def take_signals(self) -> list[JourneySignal]:
        """The signals not looked at yet; they count as looked at from now on."""
        signals, self._signals = self._signals, []
        return signals

    @property
    def _current(self) -> Decision:
        assert self._decision is not None
        return self._decision

    def _follow(self, decision: Decision) -> None:
        self._decision = decision
        self._path = [*self._path, *decision.path][-REMEMBERED_PATH:]
        known = workflow.info().typed_search_attributes.get(CAMPAIGN_VERSION)
        if decision.version is not None and decision.version != known:
            workflow.upsert_search_attributes([CAMPAIGN_VERSION.value_set(decision.version)])
        workflow.set_current_details(_details(decision, self._path))

    def _hand_over(self, input: JourneyInput) -> None:
        """Continue as new where no activity is under way, when history is long or a new build is in force.

        Signals not looked at go along. A run is pinned to the build that began it, so that no build replays another's
        history; the next run begins on the build in force.
        """
        info = workflow.info()
        rolled_out = info.is_target_worker_deployment_version_changed()
        long = info.get_current_history_length() >= HISTORY_LIMIT or info.is_continue_as_new_suggested()
        if not (rolled_out or long):
            return
        workflow.continue_as_new(
            JourneyInput(
                journey_id=input.journey_id,
                continued=ContinuedState(
                    decision=self._current, path=self._path, signals=self._signals, seen=self._seen
                ),
            ),
            initial_versioning_behavior=workflow.ContinueAsNewVersioningBehavior.AUTO_UPGRADE if rolled_out else None,
        )


def _details(decision: Decision, path: list[str]) -> str:
    """What the Temporal UI shows an operator, in Markdown."""
    now = decision.next
    match now:
        case End():
            here = f"**Ended**: {now.reason}"
        case Wait():
            here = f"**Waiting** at {now.label or now.node} until {now.until:%Y-%m-%d %H:%M:%S} UTC"
        case Pause():
            here = f"**Held** at {now.label or now.node}: the campaign is paused"
        case Send() | HttpCall():
            here = f"**{steps.DOING[now.kind].capitalize()}** {now.label or now.node}"
    return here + ("\n\nPath: " + " → ".join(path) if path else "")
