"""The end of an order's reservation: a durable timer. The row decides what the end means."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows import policies
    from workflows.contracts import (
        END_RESERVATION,
        PROMOTION_ORDER_WORKFLOW,
        SIGNAL_RESERVED,
        PromotionOrderInput,
        ReservationState,
    )


@workflow.defn(name=PROMOTION_ORDER_WORKFLOW)
class PromotionOrderWorkflow:
    """Sequence only: ask the row, sleep until its reservation ends, ask again."""

    def __init__(self) -> None:
        self._asked = False

    @workflow.signal(name=SIGNAL_RESERVED)
    def reserved(self) -> None:
        """The order was reserved, for the first time or again."""
        self._asked = True

    @workflow.run
    async def run(self, input: PromotionOrderInput) -> None:
        """Return when nothing of the order is reserved any more."""
        while True:
            self._asked = False
            state: ReservationState = await workflow.execute_activity(
                END_RESERVATION,
                input,
                result_type=ReservationState,
                start_to_close_timeout=policies.DECIDE_TIMEOUT,
                retry_policy=policies.DECIDE_RETRY,
            )
            if state.until is not None:
                left = max(state.until - workflow.now(), timedelta(milliseconds=100))
                with suppress(asyncio.TimeoutError):
                    await workflow.wait_condition(lambda: self._asked, timeout=left, timeout_summary="reservation")
            elif not self._asked:
                return
