"""Campaigns' schedules are given their coming runs anew, once a day."""

from datetime import datetime

from temporalio import workflow
from temporalio.common import SearchAttributeKey

with workflow.unsafe.imports_passed_through():
    from workflows import policies
    from workflows.contracts import RENEW_SCHEDULES, RENEWAL_WORKFLOW, RenewedSchedules

_SCHEDULED_START = SearchAttributeKey.for_datetime("TemporalScheduledStartTime")


@workflow.defn(name=RENEWAL_WORKFLOW)
class ScheduleRenewalWorkflow:
    """One activity: see campaigns.launch_schedule for what a schedule is given, and why."""

    @workflow.run
    async def run(self) -> RenewedSchedules:
        """Renew all of them."""
        result: RenewedSchedules = await workflow.execute_activity(
            RENEW_SCHEDULES,
            result_type=RenewedSchedules,
            start_to_close_timeout=policies.SWEEP_TIMEOUT,
            retry_policy=policies.RUN_RETRY,
        )
        return result


def scheduled_at() -> datetime | None:
    """The run of a schedule that started this workflow; None when no schedule did."""
    return workflow.info().typed_search_attributes.get(_SCHEDULED_START)
