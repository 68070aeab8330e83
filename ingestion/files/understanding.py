"""What a file is, found out before its rows are taken: its dialect, and what each column means and holds.

All of a CSV file is looked at, in a pass that keeps some flags for each column: a type that its last row contradicts is
none. Of JSON lines the first rows tell which columns there are; Parquet says its types itself.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import IO, Any

from domain.attributes import AttributeType
from ingestion.files.cells import Watch
from ingestion.files.deciding import MOMENTS, OBJECTS, Question, Seen, decide, wanted
from ingestion.files.dialect import dialect_of
from ingestion.files.meanings import ATTRIBUTE, SKIP, Meaning
from ingestion.files.plain import Plain
from ingestion.files.reading import FileNote, Reading
from ingestion.files.rows import Place, Row, csv_records, header_of, ndjson
from ingestion.sanitize import storable
from ingestion.segment import CALLS

_BATCH = 2_000
_SAMPLE = 10_000
"""Rows of JSON lines that tell the columns."""
_MOST_COLUMNS = 1_000
_CALLS = frozenset(CALLS)
_LOOKED_AT = MOMENTS | OBJECTS | {"type", ATTRIBUTE, "phone"}


def understand(
    file: IO[bytes],
    format: Plain,
    question: Question,
    *,
    most: int | None = None,
    beat: Callable[[], object] = lambda: None,
) -> Reading:
    """What the file is.

    Args:
        file: laid out (see `plain.laid_out`).
        format: its.
        question: what it holds, and what is wanted otherwise.
        most: look at no more than so many rows; None for all.
        beat: called now and then.

    Raises:
        UnreadableError: it is not of its format.

    """
    if format == "csv":
        return _csv(file, question, most, beat)
    return _parquet(file, question, beat) if format == "parquet" else _json_lines(file, question)


def _csv(file: IO[bytes], question: Question, most: int | None, beat: Callable[[], object]) -> Reading:
    dialect = dialect_of(file, question.asked.separator)
    (names, renamed), _ = header_of(file, dialect)
    meanings = wanted(names, question)
    dated = {name for name, said in question.asked.columns.items() if said.type in ("moment", "day")}
    types = question.known.types
    dated |= {name for name, meaning in meanings.items() if types.get(meaning.key) == AttributeType.DATE}
    watches = {name: Watch() for name in names}
    seen = Seen(meanings, watches, frozenset(dated), default="text", separator=dialect.separator)
    batches = csv_records(file, Place(), _BATCH, dialect)
    for batch in islice(batches, None if most is None else max(1, most // _BATCH)):
        _see(seen, [row for row in batch if row.reason is None])
        seen.rows += len(batch)
        beat()
    whole = most is None or next(batches, None) is None
    reading = decide(names, question, seen)
    again = tuple(FileNote(code="same_name", column=was, other=name) for name, was in renamed.items())
    return reading.model_copy(update={"rows": seen.rows if whole else None, "notes": (*again, *reading.notes)})


def _see(seen: Seen, rows: Sequence[Row]) -> None:
    for name, watch in seen.watches.items():
        cells = [cell for row in rows if (cell := row.value[name]) is not None]
        if not cells:
            continue
        field = seen.meanings[name].field
        watch.see(cells, _CALLS if field == "type" else frozenset())
        if field in MOMENTS or name in seen.dated:
            watch.see_moments(cells)
        elif field in OBJECTS:
            watch.see_objects(cells)
        else:
            watch.see_lists(cells)
            if field == ATTRIBUTE:
                watch.see_days(cells)


def _parquet(file: IO[bytes], question: Question, beat: Callable[[], object]) -> Reading:
    from ingestion.files.parquet import check_texts, column_names, first_cells, row_count

    names, count = column_names(file), row_count(file)
    meanings = wanted(names, question)
    check_texts(file, {name for name, meaning in meanings.items() if meaning.field != SKIP}, beat)
    looked_at = [name for name, meaning in meanings.items() if meaning.field in _LOOKED_AT]
    seen = _seen_of(meanings, first_cells(file, looked_at, _BATCH))
    return decide(names, question, seen).model_copy(update={"rows": count})


def _json_lines(file: IO[bytes], question: Question) -> Reading:
    """What the first rows tell; a name that later rows bring means what it says."""
    cells: dict[str, list[Any]] = {}
    for batch in islice(ndjson(file, Place(), _BATCH), _SAMPLE // _BATCH):
        for row in batch:
            if row.reason is None:
                for name, cell in row.value.items():
                    if name in cells or (len(cells) < _MOST_COLUMNS and storable(name) == name):
                        cells.setdefault(name, []).append(cell)
    names = list(cells)
    return decide(names, question, _seen_of(wanted(names, question), cells)) if names else Reading()


def _seen_of(meanings: dict[str, Meaning], cells: Mapping[str, Sequence[Any]]) -> Seen:
    """What some cells tell of formats that have types of their own."""
    seen = Seen(meanings)
    for name, values in cells.items():
        if not (filled := [each for each in values if each is not None and each != ""]):
            continue
        watch = seen.watches[name] = Watch()
        watch.filled = True
        watch.see_words({str(each) for each in filled})
        watch.objects = any(isinstance(each, dict) or (isinstance(each, str) and each[:1] == "{") for each in filled)
        watch.call_types = any(isinstance(each, str) and each in _CALLS for each in filled)
        if meanings[name].field in MOMENTS:
            watch.see_moments(each for each in filled if isinstance(each, str))
    return seen
