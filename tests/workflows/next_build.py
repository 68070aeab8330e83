"""A later build of the journey's workflow, whose commands come in another order: it can't replay what is running."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows import journey
    from workflows.contracts import JOURNEY_WORKFLOW, JourneyInput, JourneyResult


@workflow.defn(name=JOURNEY_WORKFLOW)
class NextJourneyWorkflow(journey.JourneyWorkflow):
    """The same walk, after another first command."""

    @workflow.init
    def __init__(self, input: JourneyInput) -> None:
        super().__init__(input)

    @workflow.run
    async def run(self, input: JourneyInput) -> JourneyResult:
        """Walk to the end."""
        await workflow.sleep(0.01)
        return await super().run(input)
