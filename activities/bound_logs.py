"""Every line that an activity logs says whose it is: the journey, campaign, run or import, and the attempt."""

from collections.abc import Iterator
from typing import Any

import structlog
from temporalio import activity, client
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

_IDS = ("journey_id", "campaign_id", "run_id", "import_id", "segment_id", "migration_id")


class BoundLogs(client.Interceptor, Interceptor):
    """An interceptor for a client, whose workers then have it."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """See `temporalio.worker.Interceptor`."""
        return _Binding(super().intercept_activity(next))


class _Binding(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        """Bind, and run."""
        info = activity.info()
        bound = {"activity": info.activity_type, "attempt": info.attempt, **dict(_ids(input.args))}
        campaign = _campaign(info.workflow_id or "")
        if campaign is not None:
            bound["campaign"] = campaign
        with structlog.contextvars.bound_contextvars(**bound):
            return await self.next.execute_activity(input)


def _ids(arguments: Any) -> Iterator[tuple[str, str]]:
    for argument in arguments:
        for name in _IDS:
            value = getattr(argument, name, None)
            if value is not None:
                yield name, str(value)


def _campaign(workflow_id: str) -> str | None:
    """Slug of `journey/<slug>/<customer>/<hash>`."""
    kind, _, rest = workflow_id.partition("/")
    return rest.partition("/")[0] if kind == "journey" and rest else None
