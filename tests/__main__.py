"""`python -m tests`: pytest on every core, in a process that ends without finalising the interpreter.

config.shutdown says why. A test file runs whole in one worker, each of which has a Postgres and a Temporal of its own.
"""

import sys

import pytest

from config.shutdown import exit_process

_ON_EVERY_CORE = ["--numprocesses=auto", "--maxprocesses=4", "--dist=loadfile", "--no-loadscope-reorder"]

if __name__ == "__main__":
    arguments = sys.argv[1:]
    chosen = any(argument.startswith(("-n", "--numprocesses", "--pdb")) for argument in arguments)
    exit_process(int(pytest.main(arguments if chosen else [*_ON_EVERY_CORE, *arguments])))
