"""Everything is killed at random while journeys run; then it is counted whether anything was lost, doubled or stuck."""
