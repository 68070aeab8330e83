"""What the workers of journeys and sends tell Prometheus."""

from prometheus_client import Counter, Histogram

sends = Counter(
    "campaign_flow_sends_total",
    "Messages by what came of offering them (accepted, deferred, failed, unknown) or of not doing so (skipped).",
    ["channel", "provider", "outcome"],
)
send_seconds = Histogram(
    "campaign_flow_send_seconds",
    "From the call of a provider to its answer.",
    ["channel", "provider"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15),
)
decisions = Counter("campaign_flow_decisions_total", "Decisions of journeys, by what they lead to.", ["next"])
ended = Counter("campaign_flow_journeys_ended_total", "Journeys that ended, by reason.", ["reason"])
failed = Counter("campaign_flow_journeys_failed_total", "Journeys whose step can't be taken, by why.", ["code"])
event_to_step = Histogram(
    "campaign_flow_event_to_step_seconds",
    "From the receipt of an event to the step of the journey that it woke.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 600),
)
runs = Counter("campaign_flow_runs_total", "Launches that are over, by state: finished, stopped, refused.", ["state"])
enrolled = Counter("campaign_flow_enrolments_total", "Customers of launches, by result: started, refused.", ["result"])
imports = Counter("campaign_flow_imports_total", "Files that were imported, by state: finished, failed.", ["state"])
import_rows = Counter("campaign_flow_import_rows_total", "Rows of imported files, by result.", ["result"])
