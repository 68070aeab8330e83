"""Ids and numbers by the million, in Postgres' own binary: at the speed of memory. A number that is missing is NaN."""

import struct
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.ext.asyncio import AsyncSession

from store.database import driver

Numbers = NDArray[np.float64]

ID_SIZE = 16

_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
_END = struct.pack(">h", -1)
_FLOAT8 = 701
"""Postgres' number of the type."""
_NUMBER = np.dtype([("length", ">i4"), ("value", ">f8")])
_ID = [("fields", ">i2"), ("id_length", ">i4"), ("id", "V16")]


def rows(ids: bytes, numbers: Numbers) -> bytes:
    """Rows of a `uuid` and a `float8[]`, for COPY.

    The format is that of "File Formats, Binary Format" in PostgreSQL's page on COPY: a signature, rows of fields each
    behind its length, an end. An array is its dimensions, whether it has nulls, its type, size and first subscript,
    then its elements like fields. Rows are all of one length.

    Args:
        ids: 16 bytes each.
        numbers: a row for each of them.

    """
    size, width = numbers.shape
    header = [(name, ">i4") for name in ("length", "dimensions", "nulls", "type", "size", "first")]
    array = np.dtype([*header, ("elements", _NUMBER, (width,))])
    table = np.zeros(size, dtype=np.dtype([*_ID, ("array", array)]))
    table["fields"], table["id_length"] = 2, 16
    table["id"] = np.frombuffer(ids, dtype="V16")
    found = table["array"]
    found["length"], found["dimensions"], found["type"] = array.itemsize - 4, 1, _FLOAT8
    found["size"], found["first"] = width, 1
    found["elements"]["length"], found["elements"]["value"] = _NUMBER["value"].itemsize, numbers
    return _SIGNATURE + table.tobytes() + _END


async def read(
    session: AsyncSession, query: str, values: Mapping[str, object], columns: Sequence[str]
) -> tuple[bytes, Numbers]:
    """Ids of 16 bytes, and numbers: a row for each of them, NaN where there is none.

    Postgres hands each column over whole: taking thousands of rows apart costs Python more than finding them.

    Args:
        session: a transaction.
        query: with psycopg's placeholders; it gives a `customer_id`, and these columns.
        values: of the placeholders.
        columns: names of `float8` columns.

    """
    wanted = ", ".join(f"string_agg(float8send(coalesce({column}, 'NaN')), '')" for column in columns)
    statement = f"SELECT string_agg(uuid_send(customer_id), ''), {wanted} FROM ({query}) AS found"  # noqa: S608
    connection = await driver.connection_of(session)
    with driver.known_errors(statement):
        async with connection.cursor(binary=True) as cursor:
            await cursor.execute(statement, values)
            ids, *found = await cursor.fetchone() or (None,)
    if ids is None:
        return b"", np.empty((0, len(columns)))
    numbers = np.array([np.frombuffer(column, dtype=">f8") for column in found], dtype=np.float64)
    return ids, np.ascontiguousarray(numbers.T)


def keys(ids: bytes) -> list[bytes]:
    """Each of the ids by itself."""
    return [ids[place : place + ID_SIZE] for place in range(0, len(ids), ID_SIZE)]
