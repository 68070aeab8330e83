"""Where an operator reads a workflow."""

from urllib.parse import quote

from config.settings import Settings


def workflow_url(settings: Settings, workflow_id: str) -> str:
    """The page of a workflow in Temporal's UI."""
    base = settings.temporal_ui_url.rstrip("/")
    return f"{base}/namespaces/{quote(settings.temporal_namespace, safe='')}/workflows/{quote(workflow_id, safe='')}"
