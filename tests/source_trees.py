"""The project's own Python files as syntax trees, each read once."""

import ast
import functools
import gc
from pathlib import Path


@functools.cache
def syntax_tree(path: Path) -> ast.Module:
    """The syntax tree of a file. It is shared: nobody changes it.

    Garbage is not collected meanwhile: CPython 3.11 counts the depth of its calls while it makes a tree, and a
    collection that ends one of a browser's greenlets puts that count out ("recursion depth mismatch").
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(path.read_text(encoding="utf-8"))
    finally:
        if collecting:
            gc.enable()
