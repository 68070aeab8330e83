"""Campaign counters, monitor figures, gauges."""
