"""The process that outlives a killed supervisor, just long enough to end what it started. Standard library only.

The supervisor writes `add PID SIGNAL` and `drop PID` lines to its standard input. When that pipe closes, whatever is
still registered loses its master: it gets its signal, and SIGKILL five seconds later. A pipe works on every Unix and
cannot be missed; PR_SET_PDEATHSIG is Linux only and is forgotten by a process that changes its user, as Postgres does.
"""

import contextlib
import os
import signal
import sys
import time

_PATIENCE = 5.0


def _send(pid: int, number: int) -> bool:
    """Signal the process group that `pid` leads, or the process alone where it leads none."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        try:
            os.kill(pid, number)
        except (ProcessLookupError, PermissionError):
            return False
    except PermissionError:
        return False
    return True


def end_all(registered: dict[int, int]) -> None:
    """Ask every process to end, then insist."""
    for pid, number in registered.items():
        _send(pid, number)
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and any(_send(pid, 0) for pid in registered):
        time.sleep(0.1)
    for pid in registered:
        _send(pid, signal.SIGKILL)


def main() -> None:
    """Keep the register until the pipe closes."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    registered: dict[int, int] = {}
    for line in sys.stdin:
        action, *values = line.split()
        pid = int(values[0])
        if action == "add":
            registered[pid] = int(values[1])
        else:
            registered.pop(pid, None)
    with contextlib.suppress(OSError):
        end_all(registered)


if __name__ == "__main__":
    main()
