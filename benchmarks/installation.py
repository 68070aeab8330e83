"""The installation that is measured: the real stack, a campaign, customers; and the reference's workers beside it."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4

from sqlalchemy import insert, text
from temporalio.client import Client

from config.settings import Settings
from config.temporal import connect
from domain.flow import Flow
from domain.validation import subscribed_events
from models import Campaign, CampaignVersion, Customer, Device
from stack.run_folder import ROOT, RunFolder
from stack.supervisor import Stack, StackOptions
from store.database.engine import Database

DAY_SECONDS = 1.0
"""What a day of the campaigns lasts here."""


@dataclass
class Report:
    """Figures by key, and rows for people: (figure, ours, reference, ratio or limit)."""

    figures: dict[str, Any] = field(default_factory=dict)
    rows: list[tuple[str, str, str, str]] = field(default_factory=list)


class Installation:
    """`async with Installation(folder, say) as installation`: everything runs inside the block."""

    database: Database
    client: Client
    settings: Settings

    def __init__(self, folder: RunFolder, say: Callable[[str], Any]) -> None:
        options = StackOptions(
            time_scale=DAY_SECONDS / 86400,
            fresh=True,
            sandbox=("--behaviour", "off"),
            environment={"CAMPAIGN_FLOW_PUSH_PER_SECOND": "10000", "CAMPAIGN_FLOW_LOG_LEVEL": "WARNING"},
        )
        self.stack = Stack(folder, options, say)
        self.say = say
        self._exits = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._exits.enter_async_context(self.stack)
        os.environ.update(self.stack.environment())
        self.settings = Settings()
        self.database = Database(self.settings)
        self._exits.push_async_callback(self.database.close)
        self.client = await connect(self.settings)
        for role in ("workflows", "sends"):
            await self._start_reference(role)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._exits.aclose()

    async def _start_reference(self, role: str) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.minimal", "--role", role, cwd=ROOT, start_new_session=True
        )

        async def end() -> None:
            if process.returncode is None:
                process.terminate()
            await process.wait()

        self._exits.push_async_callback(end)

    @contextmanager
    def asleep(self, *names: str) -> Iterator[None]:
        """Stop these workers from taking anything, for as long as the block lasts."""
        pids = [pid for name in names if (pid := self.stack.children[name].pid) is not None]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    async def campaign(self, slug: str, flow: Flow) -> tuple[UUID, UUID]:
        """A published campaign: its id and its version's."""
        campaign_id, version_id = uuid4(), uuid4()
        async with self.database.transaction() as session:
            session.add(Campaign(id=campaign_id, slug=slug, name=slug, state="active", current_version_id=version_id))
            await session.flush()
            session.add(
                CampaignVersion(
                    id=version_id,
                    campaign_id=campaign_id,
                    number=1,
                    flow=flow.model_dump(mode="json", by_alias=True),
                    subscribed_events=subscribed_events(flow),
                )
            )
        return campaign_id, version_id

    async def customers(self, prefix: str, count: int) -> list[UUID]:
        """New customers, each with a device."""
        ids = [uuid4() for _ in range(count)]
        people = [
            {"id": id_, "external_id": f"{prefix}-{n}", "timezone": "Europe/Rome", "tags": [prefix]}
            for n, id_ in enumerate(ids)
        ]
        devices = [{"token": f"{prefix}-{n}-token", "customer_id": id_} for n, id_ in enumerate(ids)]
        async with self.database.transaction() as session:
            await session.execute(insert(Customer), people)
            await session.execute(insert(Device), devices)
        async with self.database.transaction() as session:
            await session.execute(text("ANALYZE customers, devices, journeys, messages"))
        return ids


def per_second(count: int, seconds: float) -> str:
    """A rate, for a table."""
    return f"{count / seconds:.1f}/s"


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
