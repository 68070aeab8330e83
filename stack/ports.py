"""Which ports a stack listens on: the usual ones, or free ones where those are taken."""

import socket

HOST = "127.0.0.1"
USUAL = {"api": 8000, "temporal": 7233, "temporal_ui": 8233, "sandbox": 8025}


def is_free(port: int) -> bool:
    """Whether a server could listen on that port of this machine now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def choose(names: list[str]) -> dict[str, int]:
    """A free port for each name, all different: the usual one of that name where it can be had."""
    held: list[socket.socket] = []
    chosen: dict[str, int] = {}
    try:
        for name in names:
            usual = USUAL.get(name)
            if usual is not None and is_free(usual):
                chosen[name] = usual
                continue
            probe = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            held.append(probe)  # bound until all are chosen, so that no two names get the same port
            probe.bind((HOST, 0))
            chosen[name] = int(probe.getsockname()[1])
    finally:
        for probe in held:
            probe.close()
    return chosen
