"""Firebase Cloud Messaging: push, shown and silent."""
