"""Settings, the connection to Temporal, and how a process starts and ends."""
