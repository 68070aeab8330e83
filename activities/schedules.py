"""Campaigns' schedules, as activities."""

from collections.abc import Awaitable, Callable

from temporalio import activity

from workflows.contracts import RENEW_SCHEDULES, RenewedSchedules


class ScheduleActivities:
    """May be repeated at any time. `renew` is `campaigns.launch_schedule.renew_all`, bound by the composition root."""

    def __init__(self, renew: Callable[[], Awaitable[RenewedSchedules]]) -> None:
        self._renew = renew

    @activity.defn(name=RENEW_SCHEDULES)
    async def renew_schedules(self) -> RenewedSchedules:
        """Give every schedule that is on the runs that lie ahead."""
        return await self._renew()
