"""How often a serving process looks for garbage that reference counting can't find."""

import gc

_AFTER = (20_000, 20, 50)
"""New objects, and rounds, before a generation is looked through: a batch makes thousands that live for it only."""


def tune_gc() -> None:
    """Say that what is in memory now stays for good. Call it once, when a process has loaded what it needs.

    A look through all of it would otherwise come with every few batches, and cost more than the batches.
    """
    gc.freeze()
    gc.set_threshold(*_AFTER)
