"""Which ports a stack listens on: the usual ones, or free ones where those are taken."""

import fcntl
import os
import random
import socket
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

HOST = "127.0.0.1"
USUAL = {"api": 8000, "temporal": 7233, "temporal_ui": 8233, "sandbox": 8025}
_LOWEST = 20_000
_OUTGOING = Path("/proc/sys/net/ipv4/ip_local_port_range")
_OUTGOING_ELSEWHERE = 32_768


class Ports:
    """Claims on ports, each held until it is released or the process ends.

    Two stacks that start at the same moment, whose servers do not listen yet, never get the same one.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or Path(tempfile.gettempdir()) / f"campaign-flow-ports-{os.getuid()}"
        self._claims: list[IO[str]] = []

    def claim(self, names: Sequence[str]) -> dict[str, int]:
        """A port for each name, all different: the usual one of that name where it can be had."""
        self._folder.mkdir(exist_ok=True)
        return {name: self._claim_one(USUAL.get(name)) for name in names}

    def release(self) -> None:
        """Let others have them."""
        while self._claims:
            self._claims.pop().close()

    def _claim_one(self, usual: int | None) -> int:
        if usual is not None and self._lock(usual) and is_free(usual):
            return usual
        while True:
            port = _any_free()
            if self._lock(port):
                return port

    def _lock(self, port: int) -> bool:
        handle = (self._folder / str(port)).open("a")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            handle.close()
            return False
        self._claims.append(handle)
        return True


_for_life = Ports()


def choose(names: Sequence[str]) -> dict[str, int]:
    """As `Ports.claim`, for as long as this process lives."""
    return _for_life.claim(names)


def is_free(port: int) -> bool:
    """Whether a server could listen on that port of this machine now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _any_free() -> int:
    """Danger: a port that the kernel may give to any outgoing connection can be gone before its server listens."""
    highest = _first_outgoing() - 1
    while True:
        port = random.randint(min(_LOWEST, highest - 1_000), highest)
        if is_free(port):
            return port


def _first_outgoing() -> int:
    """The lowest port of this machine that outgoing connections get; where it can't be read, the lowest usual one."""
    try:
        return max(int(_OUTGOING.read_text().split()[0]), 2_049)
    except (OSError, ValueError, IndexError):
        return _OUTGOING_ELSEWHERE
