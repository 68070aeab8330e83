"""A document of the visual editor to MJML, and back from MJML that was written by it."""

from rendering.email_document.compile import to_mjml
from rendering.email_document.content import compiled
from rendering.email_document.exchange import MjmlImportError, export_mjml, import_mjml

__all__ = ["MjmlImportError", "compiled", "export_mjml", "import_mjml", "to_mjml"]
