"""Pure rules of campaigns: no I/O, no clock, no randomness, no temporalio, no sqlmodel."""
