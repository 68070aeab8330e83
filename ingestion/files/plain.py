"""Files as they come, laid out as one of the three formats that are read: UTF-8 CSV, NDJSON or Parquet.

A spreadsheet becomes CSV, another encoding UTF-8, a compressed file what is in it. Always to the same bytes: a reader
goes on at the place in them where another one stopped.
"""

import codecs
import csv
import gzip
import io
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import IO, Literal, NamedTuple, cast

import chardet

from ingestion.files.rows import UnreadableError
from store.events import json_text

Format = Literal["csv", "ndjson", "parquet", "xlsx"]
Plain = Literal["csv", "ndjson", "parquet"]

_PIECE = 1024 * 1024
_HEAD = 256 * 1024
_SHEET_BYTES = 64 * 1024 * 1024
"""The largest spreadsheet: it is read as a whole."""
_GROWS = 50
"""A compressed file may become so many times as large, and 16 MB."""
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
         (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
_UNLIKELY = bytes([0xFF, 0xFE, 0xFD, 0xF0, 0xD0, 0xDE, 0xD7, 0xF7])
"""Bytes that hardly stand in a text of a Western encoding: the line is broken, not the file."""
_GUESSED = (
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874", "iso8859-2"),
    *("iso8859-15", "cp850", "cp866", "koi8-r", "cp932", "euc-jp", "gb18030", "big5", "cp949"),
)
"""What spreadsheets and databases of the last thirty years write."""
_SURER = 1.15
"""How much likelier than Windows-1252 another encoding is where Western letters come out of that too."""
_LITTLE = 0.01
_TURKISH = frozenset("ðþýÐÞÝ")
"""What Windows-1252 shows for ğ, ş, ı and İ. Icelandic has them too, and others that Turkish has not."""
_ICELANDIC = frozenset("áæéíóúÁÆÉÍÓÚ")


class LaidOut(NamedTuple):
    """A file in a format that is read."""

    file: IO[bytes]
    format: Plain
    encoding: str
    """That its text had."""


@contextmanager
def laid_out(file: IO[bytes], format: Format, encoding: str = "") -> Iterator[LaidOut]:
    """The file in a format that is read.

    Args:
        file: seekable.
        format: what it claims to be; what it is counts.
        encoding: that of its text, where somebody knows it.

    Raises:
        UnreadableError: it is nothing that can be read.

    """
    with tempfile.TemporaryFile() as unpacked, tempfile.TemporaryFile() as text:
        source, format = _unpacked(file, format, unpacked)
        if format == "xlsx":
            _sheet(source, text)
            yield LaidOut(text, "csv", "utf-8")
            return
        if format == "parquet":
            yield LaidOut(source, format, "")
            return
        if format == "ndjson" and _first_byte(source) == b"[":
            _array(source, text)
            yield LaidOut(text, format, "utf-8")
            return
        returns = format == "csv" and _has_returns_alone(source)
        encoding = encoding or encoding_of(source)
        if returns and encoding == "cp1252":
            encoding = "mac_roman"  # who ends lines so writes letters so
        if returns:
            _transcode(source, encoding, text, returns=True)
            source = text
        elif codecs.lookup(encoding).name != "utf-8":
            _transcode(source, encoding, text)
            source = text
        yield LaidOut(source, format, encoding)


def _unpacked(file: IO[bytes], format: Format, into: IO[bytes]) -> tuple[IO[bytes], Format]:
    """What is in it, and the format that its first bytes tell."""
    file.seek(0)
    head = file.read(4)
    try:
        if head[:2] == b"\x1f\x8b":
            file.seek(0)
            _copy(cast(IO[bytes], gzip.GzipFile(fileobj=file)), into, _most(file))
            return into, "parquet" if _begins(into, b"PAR1") else "csv" if format == "xlsx" else format
        if head == b"PK\x03\x04":
            with zipfile.ZipFile(file) as archive:
                names = [name for name in archive.namelist() if not name.endswith("/") and "__MACOSX" not in name]
                if any(name.startswith("xl/") for name in names) or {"mimetype", "content.xml"} <= set(names):
                    return file, "xlsx"
                if len(names) != 1:
                    raise UnreadableError(f"the archive holds {len(names)} files: send one of them")
                with archive.open(names[0]) as inner:
                    _copy(inner, into, _most(file))
            return into, "parquet" if _begins(into, b"PAR1") else _by_name(names[0], format)
    except (OSError, EOFError, zipfile.BadZipFile, RuntimeError, ValueError) as error:
        raise UnreadableError("the compressed file is broken") from error
    if head[:4] == b"\xd0\xcf\x11\xe0":  # Excel's format until 2003
        return file, "xlsx"
    if head == b"PAR1":
        return file, "parquet"
    if format == "xlsx":
        return file, "csv"  # named so, and text all the same
    return file, format


def _begins(file: IO[bytes], head: bytes) -> bool:
    file.seek(0)
    return file.read(len(head)) == head


def _first_byte(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(_PIECE).lstrip(b"\xef\xbb\xbf \t\r\n")[:1]


def _array(file: IO[bytes], into: IO[bytes]) -> None:
    """A file that is one JSON array, an item a line. It is read as a whole."""
    if file.seek(0, io.SEEK_END) > _SHEET_BYTES:
        raise UnreadableError(f"a JSON array may have {_SHEET_BYTES // 1024 // 1024} MB: write one object a line")
    file.seek(0)
    try:
        items = json_text.loads(file.read().removeprefix(codecs.BOM_UTF8))
    except (ValueError, RecursionError):
        file.seek(0)
        _copy(file, into, _most(file))  # lines that begin so, each of which has its own reason
        return
    for item in items:
        into.write(json_text.dumps(item).encode() + b"\n")


def _by_name(name: str, format: Format) -> Format:
    return (
        "ndjson"
        if name.lower().endswith((".ndjson", ".jsonl", ".json"))
        else "csv"
        if name.lower().endswith(".csv")
        else format
    )


def _most(file: IO[bytes]) -> int:
    place = file.tell()
    most = 16 * 1024 * 1024 + _GROWS * file.seek(0, io.SEEK_END)
    file.seek(place)
    return most


def _copy(source: IO[bytes], into: IO[bytes], most: int) -> None:
    into.seek(0)
    size = 0
    while piece := source.read(_PIECE):
        size += len(piece)
        if size > most:
            raise UnreadableError("the compressed file holds too much: send it as it is")
        into.write(piece)


def encoding_of(file: IO[bytes]) -> str:
    """The encoding of a file's text: UTF-8 unless its bytes say otherwise."""
    file.seek(0)
    head = file.read(_HEAD)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    evens, odds = head[0:4096:2].count(0), head[1:4096:2].count(0)
    half = len(head[:4096]) // 2
    if half and odds > half // 2 > evens * 4:
        return "utf-16-le"
    if half and evens > half // 2 > odds * 4:
        return "utf-16-be"
    high = _lines_beyond_ascii(file)
    return "utf-8" if not high else _legacy(high)


def _lines_beyond_ascii(file: IO[bytes]) -> bytes:
    """Lines with bytes that are no UTF-8; none where some other line is UTF-8 beyond ASCII, or all are."""
    file.seek(0)
    broken, size = [], 0
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(_PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
        return b""
    except UnicodeDecodeError:
        file.seek(0)
    while size < _HEAD and (line := file.readline(_PIECE)):
        if line.isascii():
            continue
        try:
            line.decode()
        except UnicodeDecodeError:
            broken.append(line)
            size += len(line)
        else:
            return b""
    return b"".join(broken)


def _legacy(text: bytes) -> str:
    """The encoding of lines that are no UTF-8."""
    if any(byte in text for byte in _UNLIKELY) and len(set(text) - set(range(128))) <= 2:
        return "utf-8"
    letters = text.decode("cp1252", "replace")
    beyond = [each for each in letters if ord(each) > 127]
    western = sum(each.isalpha() or each in "€£–—‘’“”„…°§«»©®ºª¿¡´·¤" for each in beyond)
    guesses = {
        codecs.lookup(found["encoding"] or "cp1252").name: found["confidence"]
        for found in chardet.detect_all(text, include_encodings=_GUESSED, prefer_superset=True)
    }
    best = max(guesses, key=lambda name: guesses[name], default="cp1252")
    # Words in Western letters have few of them in a row; other alphabets are nearly nothing else.
    few = sum(each.isalpha() for each in beyond) < sum(each.isalpha() for each in letters) / 2.5
    if western == len(beyond) and few and "¤" in beyond:
        return "iso8859-15"
    if western < len(beyond) or not few or guesses.get(best, 0.0) >= _SURER * guesses.get("cp1252", _LITTLE):
        return best
    return "cp1254" if _TURKISH & set(beyond) and not _ICELANDIC & set(beyond) else "cp1252"


def _lines(text: str, returns: bool) -> str:
    return text.replace("\r", "\n") if returns else text


def _has_returns_alone(file: IO[bytes]) -> bool:
    """Whether lines end as on old Macintoshes, and in Excel's "CSV (Macintosh)"."""
    file.seek(0)
    head = file.read(_HEAD)
    return b"\r" in head and b"\n" not in head


def _transcode(source: IO[bytes], encoding: str, into: IO[bytes], *, returns: bool = False) -> None:
    source.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    try:
        while piece := source.read(_PIECE):
            into.write(_lines(decoder.decode(piece), returns).encode("utf-8", "replace"))
        into.write(_lines(decoder.decode(b"", final=True), returns).encode("utf-8", "replace"))
    except UnicodeError as error:  # UTF-16 without the mark that says which of both
        raise UnreadableError(f"the file is not {encoding}") from error


def _sheet(file: IO[bytes], into: IO[bytes]) -> None:
    """The first sheet that has rows, as CSV."""
    from python_calamine import CalamineError, CalamineWorkbook

    if file.seek(0, io.SEEK_END) > _SHEET_BYTES:
        raise UnreadableError(f"a spreadsheet may have {_SHEET_BYTES // 1024 // 1024} MB: save it as CSV")
    file.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(file.read()))
        sheets = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
        rows = next((rows for rows in sheets if rows), [])
    except (CalamineError, ValueError, OSError) as error:
        raise UnreadableError("the spreadsheet can't be read: save it as .xlsx or CSV") from error
    out = io.TextIOWrapper(into, "utf-8", newline="")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([_as_text(cell) for cell in row])
    out.detach()


def _as_text(cell: object) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell.total_seconds()) if isinstance(cell, timedelta) else str(cell)
