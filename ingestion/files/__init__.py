"""Files of customers and events: read row by row, from wherever an earlier reader stopped."""
