"""How every process that opened a Temporal client ends."""

import contextlib
import logging
import os
import sys
from typing import NoReturn


def exit_process(code: int) -> NoReturn:
    """Flush, then leave without finalising the interpreter.

    The SDK's Rust threads may still call into Python while it shuts down, which aborts the process in about one run of
    five (sdk-python issue 300); a clean run would then report failure.
    """
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)
