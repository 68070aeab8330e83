"""Events: writing, partitions, retention, imports."""
