"""The composition root of the workers: settings -> engine, Temporal client, providers -> one Worker a task queue.

`python worker.py --role journeys --role senders`; without a role, all of them in one process.
"""

import argparse
import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog
from temporalio.client import Client
from temporalio.common import VersioningBehavior
from temporalio.worker import Worker

from activities.bound_logs import BoundLogs
from activities.campaign import CampaignActivities
from activities.experiments import ExperimentActivities
from activities.exports import ExportActivities
from activities.http_call import HttpActivities
from activities.imports import ImportActivities
from activities.journey import JourneyActivities
from activities.maintenance import UpkeepActivities
from activities.migration import MigrationActivities
from activities.nodes import HANDLERS
from activities.outbox_publisher import OutboxPublisher
from activities.promotions import PromotionActivities
from activities.reconciler import ReconcileActivities
from activities.schedules import ScheduleActivities
from activities.sending.activity import SendActivities
from activities.sending.breakers import Breakers
from activities.sending.key_checks import watch_keys
from activities.services import WorkerServices
from campaigns.builds import watch_build
from campaigns.maintenance_schedule import keep_schedules, watch_schedules
from campaigns.schedule_sync import heal, renew_all, sync
from campaigns.training_schedule import keep_learning
from config import gc_tuning
from config.logs import configure_logs
from config.metrics_server import start_monitor
from config.pulse import Pulse
from config.settings import Settings
from config.shutdown import exit_process
from config.telemetry import observe_temporal
from config.temporal import CAMPAIGNS_QUEUE, JOURNEYS_QUEUE, ask_namespace, connect, deployment, send_queue
from config.tracing import end_tracing, start_tracing
from domain.vocabulary import Channel
from ingestion import kafka
from ingestion.counter_rollup import fold_tallies
from ingestion.gauge_exporter import GaugeExporter
from ingestion.message_reconciler import MessageReconciler
from ingestion.promotions.notes import PromotionNotes
from ingestion.relay import Relay
from ingestion.tracking_links import LinkSigner
from providers.registry import build_providers
from store.database.engine import LONG, STEPS, Database
from store.database.pulse import answers
from store.metrics.pool_figures import PoolFigures
from workflows.campaign import CampaignWorkflow
from workflows.contracts import HTTP_QUEUE, IMPORTS_QUEUE, UPKEEP_QUEUE
from workflows.experiments import ExperimentWorkflow
from workflows.exports import ExportWorkflow
from workflows.imports import ImportWorkflow
from workflows.intelligence_contracts import INTELLIGENCE_QUEUE
from workflows.journey import JourneyWorkflow
from workflows.migration import MigrationWorkflow
from workflows.promotions import PromotionOrderWorkflow
from workflows.reconcile import ReconcileWorkflow
from workflows.schedules import ScheduleRenewalWorkflow
from workflows.upkeep import SegmentSweepWorkflow, TableUpkeepWorkflow

log = structlog.get_logger()

GRACE = timedelta(seconds=45)
"""How long activities may finish after SIGTERM before they are cancelled. It exceeds the longest call of a provider
(providers.transport: 10 s for a connection, 15 s for the call); `stop_grace_period` of a container must exceed it."""

Service = Callable[[asyncio.Event], Awaitable[None]]
"""Runs until the event is set, then finishes what it has in hand."""


@dataclass(frozen=True)
class Parts:
    """What every role is built from."""

    settings: Settings
    client: Client
    services: WorkerServices


def build_services(settings: Settings, database: Database) -> WorkerServices:
    """What activities are given."""
    return WorkerServices(
        settings=settings,
        database=database,
        providers=build_providers(settings),
        links=LinkSigner(
            settings.secret_key.get_secret_value(), settings.public_url, old_secrets=settings.secret_keys[1:]
        ),
        handlers=HANDLERS,
        breakers=Breakers(allowed=settings.breaker_failures, rest=timedelta(seconds=settings.breaker_seconds)),
    )


def journeys(parts: Parts, *, workflow: type = JourneyWorkflow) -> list[Worker]:
    """Walks, and the decisions that they make as local activities."""
    activities = JourneyActivities(parts.services)
    return [
        Worker(
            parts.client,
            graceful_shutdown_timeout=GRACE,
            task_queue=JOURNEYS_QUEUE,
            workflows=[workflow],
            activities=[activities.advance],
            max_cached_workflows=2_000,
            # More than the database has connections for would only wait, while their workflow tasks time out.
            max_concurrent_local_activities=2 * parts.settings.database_pool_size,
            no_remote_activities=True,
            deployment_config=deployment(parts.settings),
        )
    ]


def campaigns(parts: Parts) -> list[Worker]:
    """Launches, files on their way in, and what is done from time to time."""
    activities = CampaignActivities(parts.services, parts.client)
    migrations = MigrationActivities(parts.services)
    files = ImportActivities(parts.services)
    upkeep = UpkeepActivities(parts.services)
    schedules = ScheduleActivities(partial(renew_all, parts.client, parts.services.database))
    return [
        Worker(
            parts.client,
            graceful_shutdown_timeout=GRACE,
            task_queue=CAMPAIGNS_QUEUE,
            workflows=[CampaignWorkflow, MigrationWorkflow, ExperimentWorkflow, PromotionOrderWorkflow],
            activities=[
                activities.snapshot_audience,
                activities.enrol,
                activities.finish_run,
                migrations.tell_move,
                ExperimentActivities(parts.services).look,
                PromotionActivities(parts.services).end_reservation,
            ],
            max_concurrent_activities=10,
            deployment_config=deployment(parts.settings),
        ),
        Worker(
            parts.client,
            graceful_shutdown_timeout=GRACE,
            task_queue=IMPORTS_QUEUE,
            workflows=[ImportWorkflow],
            activities=[files.take_rows, files.teach_profiles, files.finish_import],
            # one file uses a core and the database's: more at once would only slow each other
            max_concurrent_activities=2,
            deployment_config=deployment(parts.settings),
        ),
        Worker(
            parts.client,
            graceful_shutdown_timeout=GRACE,
            task_queue=UPKEEP_QUEUE,
            workflows=[
                SegmentSweepWorkflow,
                TableUpkeepWorkflow,
                ExportWorkflow,
                ScheduleRenewalWorkflow,
                ReconcileWorkflow,
            ],
            activities=[
                upkeep.due_segments,
                upkeep.sweep_segment,
                upkeep.upkeep_tables,
                ExportActivities(parts.services).export_views,
                schedules.renew_schedules,
                ReconcileActivities(
                    parts.services, parts.client, partial(heal, parts.client, parts.services.database)
                ).reconcile,
            ],
            # an export may last for long: sweeps go on beside it
            max_concurrent_activities=3,
            deployment_config=deployment(parts.settings, VersioningBehavior.AUTO_UPGRADE),
        ),
    ]


def senders(parts: Parts) -> list[Worker]:
    """Sends: a queue a channel, so that the server holds each provider's rate for the whole fleet."""
    settings, sends = parts.settings, SendActivities(parts.services)
    rates = {
        send_queue(Channel.EMAIL): settings.email_per_second,
        send_queue(Channel.SMS): settings.sms_per_second,
        send_queue(Channel.WHATSAPP): settings.whatsapp_per_second,
        send_queue(Channel.PUSH): settings.push_per_second,
        send_queue(Channel.IN_APP): settings.in_app_per_second,
    }
    workers = [
        Worker(
            parts.client,
            graceful_shutdown_timeout=GRACE,
            task_queue=queue,
            activities=[sends.send_message],
            max_task_queue_activities_per_second=rate,
            max_concurrent_activities=settings.database_pool_size,
        )
        for queue, rate in rates.items()
    ]
    calls = Worker(
        parts.client,
        graceful_shutdown_timeout=GRACE,
        task_queue=HTTP_QUEUE,
        activities=[HttpActivities(parts.services).call_http],
        max_task_queue_activities_per_second=settings.http_per_second,
        max_concurrent_activities=settings.database_pool_size,
    )
    return [*workers, calls]


def intelligence(parts: Parts) -> list[Worker]:
    """Learning and scoring."""
    # the learning libraries take seconds and much memory: no other role should pay for them
    from activities.intelligence import IntelligenceActivities
    from activities.scoring import ScoringActivities
    from intelligence.training_data import TrainingDataCache
    from workflows.intelligence import ScoringWorkflow, TrainingWorkflow

    settings, database, kept = parts.settings, parts.services.database, TrainingDataCache()
    pace = settings.learning_time_scale
    learning = IntelligenceActivities(database, kept, time_scale=pace, unsubscribe_cost=settings.unsubscribe_cost)
    scoring = ScoringActivities(database, kept, time_scale=pace)
    return [
        Worker(
            parts.client,
            graceful_shutdown_timeout=GRACE,
            task_queue=INTELLIGENCE_QUEUE,
            workflows=[TrainingWorkflow, ScoringWorkflow],
            activities=[learning.train, scoring.score, scoring.rank],
            # each uses a core and hundreds of megabytes
            max_concurrent_activities=1,
            deployment_config=deployment(parts.settings),
        )
    ]


WORKERS: dict[str, Callable[[Parts], list[Worker]]] = {
    "journeys": journeys,
    "campaigns": campaigns,
    "senders": senders,
    "intelligence": intelligence,
}
ROLES = (*WORKERS, "relay", "kafka")
_LONG_ROLES = {"campaigns", "intelligence", "kafka"}
"""Roles with statements that may take minutes."""


async def run(settings: Settings, roles: Sequence[str]) -> None:
    """Serve these roles until SIGTERM or SIGINT, then let what is in hand finish."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_ in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_, stop.set)
    database = Database(settings, LONG if _LONG_ROLES & set(roles) else STEPS)
    PoolFigures(database)
    client: Client | None = None
    pulse = Pulse({"PostgreSQL": answers(database), "Temporal": lambda: ask_namespace(client)})
    sdk_metrics = observe_temporal(settings)
    tracing = start_tracing(settings, process="-".join(roles))
    if settings.metrics_port:
        start_monitor(
            settings.metrics_host, settings.metrics_port, alive=pulse.stale, ready=pulse.unready, further=sdk_metrics
        )
    try:
        client = await connect(settings, interceptors=[BoundLogs(), *tracing])
        parts = Parts(settings, client, build_services(settings, database))
        workers: list[Worker] = []
        async with asyncio.TaskGroup() as group, contextlib.AsyncExitStack() as running:
            group.create_task(pulse.run(stop))
            for role in roles:
                if role == "relay":
                    publisher = OutboxPublisher(
                        client,
                        partial(sync, client, database),
                        PromotionNotes(database, time_scale=settings.time_scale).tell,
                        app_url=settings.public_url,
                    )
                    group.create_task(Relay(database, publisher).run(stop))
                    group.create_task(GaugeExporter(database, client, every_seconds=settings.gauge_seconds).run(stop))
                    group.create_task(MessageReconciler(database, settings).run(stop))
                    group.create_task(fold_tallies(database, settings.time_scale, stop))
                if role == "kafka":
                    group.create_task(kafka.serve(settings, database, stop))
                for worker in WORKERS[role](parts) if role in WORKERS else []:
                    await running.enter_async_context(worker)
                    workers.append(worker)
            if "senders" in roles:
                group.create_task(watch_keys(parts.services, stop))
            if {"journeys", "campaigns", "intelligence"} & set(roles):
                group.create_task(watch_build(client, settings, stop))
            if "campaigns" in roles:
                await keep_schedules(client)
                group.create_task(watch_schedules(partial(keep_schedules, client), stop))
            if "intelligence" in roles:
                await keep_learning(client)
                group.create_task(watch_schedules(partial(keep_learning, client), stop))
            pulse.starting = False
            log.info("worker ready", roles=list(roles))
            await stop.wait()
            pulse.stopping = True
            log.info("stopping: what is in hand is finished first")
            # all at once: one after the other, the last would go on taking work for as long as the first ones need
            await asyncio.gather(*(worker.shutdown() for worker in workers))
    finally:
        await database.close()
        await asyncio.to_thread(end_tracing)


def main() -> None:
    """Read the command line, and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--role", action="append", choices=ROLES, help="may be given several times; default: all")
    roles = parser.parse_args().role or list(ROLES)
    settings = Settings()
    configure_logs(settings, process="worker:" + "+".join(roles))
    gc_tuning.tune_gc()
    try:
        asyncio.run(run(settings, roles))
    except Exception:
        log.exception("worker failed")
        exit_process(1)
    exit_process(0)


if __name__ == "__main__":
    main()
