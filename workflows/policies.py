"""Time-outs and retry policies, named once, by kind of failure."""

from datetime import timedelta

from temporalio.common import RetryPolicy

# A decision is one short transaction. It is retried for as long as Postgres is away: there is nothing else to do.
DECIDE_TIMEOUT = timedelta(seconds=20)
DECIDE_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=200), backoff_coefficient=2, maximum_interval=timedelta(seconds=30)
)

# From this pause on it is waited for in Temporal, by a timer. Danger: what is waited for in a worker keeps that worker
# from ending at SIGTERM, and the journey's workflow task from ending at all.
DECIDE_WAITS_HERE = timedelta(seconds=2)

# A send whose worker died is retried after this long. It must exceed the slowest provider time-out by far: a second
# attempt beside a living first one would find its reservation and call the message unknown. The parts: a connection of
# the pool, twice (store.database), the queue before the provider and its call (providers.transport), statements.
SEND_TIMEOUT = timedelta(seconds=60)
# Sends and calls have no deadline here: Temporal's clock would count the time in the queue, which is no refusal. The
# activity gives up by the row (activities.deadlines).
SEND_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=5)
)

HTTP_TIMEOUT = timedelta(seconds=75)

SNAPSHOT_TIMEOUT = timedelta(minutes=30)
SNAPSHOT_HEARTBEAT = timedelta(seconds=30)
PAUSED_LAUNCH_LOOKS = timedelta(seconds=30)
LOCKED_AGAIN = timedelta(seconds=2)
ENROL_TIMEOUT = timedelta(minutes=30)
ENROL_HEARTBEAT = timedelta(seconds=30)
RUN_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=1)
)

# One statement over everybody who was exposed.
LOOK_TIMEOUT = timedelta(minutes=5)
LOOK_PAUSE_SECONDS = 15.0
SCALED_LOOK_PAUSE_SECONDS = 1.0
"""The same where days pass in seconds."""
"""A guardrail is seen within a minute: this pause, a look, and what a retry takes."""

# A sweep that fails is made up for by the next one, half a minute later.
SWEEP_EVERY = timedelta(seconds=30)
SWEEP_WHILE = timedelta(seconds=20)
SWEEP_TIMEOUT = timedelta(minutes=30)
SWEEP_HEARTBEAT = timedelta(minutes=2)
SWEEP_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=2)

EXPORT_TIMEOUT = timedelta(hours=1, minutes=30)
EXPORT_HEARTBEAT = timedelta(minutes=10)
"""Postgres may sort for minutes before the first row of a view comes."""

RECONCILE_ALL_HOUR = 3
"""The hour (UTC) at which every open row is checked; at others what is overdue."""

IMPORT_TIMEOUT = timedelta(hours=1)
IMPORT_HEARTBEAT = timedelta(seconds=60)
