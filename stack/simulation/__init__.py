"""`python -m stack.simulation`: does the running system find out what is hidden from it? See docs/intelligence.md."""
