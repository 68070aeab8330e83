"""API keys, the audit log, who acts."""
