"""Files of the views for BI, written by the clock."""

import asyncio
from pathlib import Path

import structlog
from temporalio import activity

from activities.services import WorkerServices
from store.bi.export import export
from workflows.contracts import EXPORT_VIEWS, ExportInput, ExportResult

log = structlog.get_logger()


class ExportActivities:
    """May be repeated at any time: a file is replaced as a whole."""

    def __init__(self, services: WorkerServices) -> None:
        self._services = services

    @activity.defn(name=EXPORT_VIEWS)
    async def export_views(self, input: ExportInput) -> ExportResult:
        """Write the files, if a folder is set."""
        settings = self._services.settings
        if not settings.export_folder:
            return ExportResult()
        now = await self._services.clock.now()
        loop = asyncio.get_running_loop()
        done = await asyncio.to_thread(
            export,
            settings.database_url,
            Path(settings.export_folder),
            now=now,
            recent=input.recent,
            beat=lambda: _beat(loop),
        )
        log.info("views exported", parts=done.parts, rows=done.rows, recent=input.recent, busy=done.busy)
        return ExportResult(parts=done.parts, rows=done.rows, removed=done.removed)


def _beat(loop: asyncio.AbstractEventLoop) -> None:
    loop.call_soon_threadsafe(activity.heartbeat)
