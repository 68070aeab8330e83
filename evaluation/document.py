"""Figures as a table in the terminal, as JSON, and as pages of docs/models.md."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.table import Table

from evaluation.figures import Figure, Section, Skipped

HEADINGS = ("figure", "ours", "95 % interval", "reference", "wanted", "")


def table(result: Section | Skipped) -> Table:
    """For the terminal."""
    shown = Table(title=result.title, title_justify="left")
    for heading in HEADINGS:
        shown.add_column(heading, justify="left" if heading == "figure" else "right")
    if isinstance(result, Skipped):
        shown.add_row(f"skipped: {result.why}", *[""] * 5)
        return shown
    for figure in result.figures.values():
        shown.add_row(*_cells(figure))
    return shown


def as_json(result: Section | Skipped) -> dict[str, Any]:
    """For the report."""
    if isinstance(result, Skipped):
        return {"skipped": result.why}
    return {
        "title": result.title,
        "data_from": result.origin,
        "figures": {key: figure.as_json() for key, figure in result.figures.items()},
        "curves": result.curves,
        "notes": result.notes,
    }


def write(page: Path, results: Iterable[Section | Skipped]) -> None:
    """Replace each data set's part of the page; a data set that was skipped keeps what was measured before."""
    text = page.read_text()
    for result in results:
        if isinstance(result, Section):
            begin, end = f"<!-- {result.key}: begin -->", f"<!-- {result.key}: end -->"
            before, _, rest = text.partition(begin)
            _, _, after = rest.partition(end)
            text = f"{before}{begin}\n{_markdown(result)}\n{end}{after}"
    page.write_text(text)


def _markdown(section: Section) -> str:
    rows = ["| " + " | ".join(HEADINGS) + " |", "|---" + "|--:" * 5 + "|"]
    rows += ["| " + " | ".join(_cells(figure)) + " |" for figure in section.figures.values()]
    return "\n".join([*rows, "", *[f"- {note}" for note in section.notes]])


def _cells(figure: Figure) -> tuple[str, ...]:
    interval = " to ".join(_number(edge) for edge in figure.interval) if figure.interval else ""
    reference = "" if figure.reference is None else f"{_number(figure.reference)} {figure.reference_name}".strip()
    limits = [
        f"{sign} {_number(limit)}" for sign, limit in (("≥", figure.least), ("≤", figure.most)) if limit is not None
    ]
    verdict = {True: "yes", False: "no", None: ""}[figure.holds]
    return figure.name, _number(figure.value), interval, reference, ", ".join(limits), verdict


def _number(value: float) -> str:
    return f"{value:,.4f}" if abs(value) < 100 else f"{value:,.0f}"
