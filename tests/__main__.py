"""`python -m tests`: pytest, in a process that ends without finalising the interpreter (see config.exit)."""

import sys

import pytest

from config.exit import exit_process

if __name__ == "__main__":
    exit_process(int(pytest.main(sys.argv[1:])))
