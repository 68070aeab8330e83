from tests.ingestion.conftest import services, settings

__all__ = ["services", "settings"]
