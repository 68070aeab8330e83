"""Reports: what is asked of the past, as data. Pure."""
