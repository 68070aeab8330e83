"""`python -m tests.e2e.planted`: a stack whose days pass in seconds; its recipients open by what the subject says."""

import asyncio
import json

from config.shutdown import exit_process
from stack.console import Console
from stack.serve import serve
from stack.supervisor import StackOptions

DAY_SECONDS = 4.0
_QUICK = {"deliver": 1, "click": 0, "unsubscribe": 0, "complain": 0, "open_after": 5}
PLANTED = {
    "Sober": _QUICK | {"open": 0.45},
    "Bright": _QUICK | {"open": 0.9},
    "Dull": _QUICK | {"open": 0.05},
    "Loud": _QUICK | {"open": 0.97, "unsubscribe": 0.7},
}
"""What people do with a subject that begins so."""


def main() -> None:
    """Serve until SIGTERM."""
    options = StackOptions(
        time_scale=DAY_SECONDS / 86_400,
        sandbox=("--behaviour", json.dumps({"subjects": PLANTED})),
        without=("worker-intelligence",),
        durable=False,
        heal=True,
    )
    exit_process(asyncio.run(serve(Console(), options)))


if __name__ == "__main__":
    main()
