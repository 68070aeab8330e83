"""The send path. `activity` reads from top to bottom; each of its steps is a module.

eligibility -> rendering -> ledger (reserved, committed) -> dispatch -> settlement (committed, alone) -> the journey
goes on. What was handed over is in the ledger before anything else happens, so a later failure can delay and never
repeat.
"""
