"""Rows of scores as Postgres' binary COPY takes them: a million at the speed of memory."""

import struct

import numpy as np
from numpy.typing import NDArray

_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
_END = struct.pack(">h", -1)
_FLOAT8 = 701
"""Postgres' number of the type."""


def rows(customers: bytes, numbers: NDArray[np.float64]) -> bytes:
    """Rows of a `uuid` and a `float8[]`.

    The format is that of "File Formats, Binary Format" in PostgreSQL's page on COPY: fields, each behind its length; an
    array is its dimensions, whether it has nulls, its type, size and first subscript, then the elements like fields.

    Args:
        customers: ids, 16 bytes each.
        numbers: a row for each of them.

    """
    size, width = numbers.shape
    element = np.dtype([("length", ">i4"), ("number", ">f8")])
    header = [(name, ">i4") for name in ("length", "dimensions", "nulls", "type", "size", "first")]
    array = np.dtype([*header, ("elements", element, (width,))])
    row = np.dtype([("fields", ">i2"), ("id_length", ">i4"), ("id", "V16"), ("array", array)])
    table = np.zeros(size, dtype=row)
    table["fields"], table["id_length"] = 2, 16
    table["id"] = np.frombuffer(customers, dtype="V16")
    found = table["array"]
    found["length"], found["dimensions"], found["type"] = array.itemsize - 4, 1, _FLOAT8
    found["size"], found["first"] = width, 1
    found["elements"]["length"], found["elements"]["number"] = 8, numbers
    return _SIGNATURE + table.tobytes() + _END
