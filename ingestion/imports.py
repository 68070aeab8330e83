"""`python -m ingestion.imports orders.parquet --kind events`: send a file to the API, and watch it being taken.

The job is the server's: when this command is ended, it goes on. `--rejects FILE` writes down what was refused and why.
The address and the key are `CAMPAIGN_FLOW_PUBLIC_URL` and `CAMPAIGN_FLOW_BOOTSTRAP_API_KEY` unless they are given.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from config.settings import Settings

FORMATS = {
    **dict.fromkeys((".csv", ".tsv", ".txt"), "csv"),
    **dict.fromkeys((".ndjson", ".jsonl", ".json"), "ndjson"),
    **dict.fromkeys((".xlsx", ".xls", ".ods"), "xlsx"),
    ".parquet": "parquet",
}
_PIECE = 256 * 1024
_POLL_SECONDS = 0.5
_ENDED = ("finished", "failed", "stopped")


def main(arguments: list[str] | None = None) -> int:
    """Send, watch, tell; 0 when the whole file was dealt with."""
    given = _options(arguments)
    console = Console(stderr=True)
    headers = {"Authorization": f"Bearer {given.key}"}
    with httpx.Client(base_url=given.url, headers=headers, timeout=httpx.Timeout(60, read=600)) as api:
        try:
            return _import(api, given, console)
        except httpx.HTTPStatusError as error:
            problem = error.response.json() if "json" in error.response.headers.get("content-type", "") else {}
            console.print(f"[red]{problem.get('detail', error)}[/red]")
        except httpx.HTTPError as error:
            console.print(f"[red]{given.url} can't be reached: {error}[/red]")
    return 1


def _options(arguments: list[str] | None) -> argparse.Namespace:
    settings = Settings()
    key = settings.bootstrap_api_key.get_secret_value() if settings.bootstrap_api_key else None
    parser = argparse.ArgumentParser(
        prog="python -m ingestion.imports", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--kind", choices=("events", "customers"), required=True)
    parser.add_argument("--format", choices=sorted(set(FORMATS.values())), help="default: by the file's name")
    parser.add_argument("--live", action="store_true", help="let events start and wake journeys, as if they came now")
    parser.add_argument("--rejects", type=Path, help="where to write refused rows; .csv or .ndjson")
    parser.add_argument("--url", default=settings.public_url, help="of the API")
    parser.add_argument("--key", default=key, help="an API key with role operator")
    given = parser.parse_args(arguments)
    given.format = given.format or FORMATS.get(given.file.suffix.lower())
    if given.format is None:
        parser.error(f"say --format: {given.file.name} does not tell")
    if not given.file.is_file():
        parser.error(f"there is no file {given.file}")
    if not given.key:
        parser.error("give --key, or set CAMPAIGN_FLOW_BOOTSTRAP_API_KEY")
    return given


def _import(api: httpx.Client, given: argparse.Namespace, console: Console) -> int:
    sent = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*sent, console=console) as progress:
        sending = progress.add_task("sending", total=given.file.stat().st_size)
        query = {"kind": given.kind, "format": given.format, "name": given.file.name, "live": str(given.live).lower()}
        answer = api.post("/imports", params=query, content=_pieces(given.file, progress, sending))
        answer.raise_for_status()
        row = answer.json()
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rows]:,} rows"))
    with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
        taking = progress.add_task("taking", total=None, rows=0)
        while row["state"] not in _ENDED:
            time.sleep(_POLL_SECONDS)
            row = api.get(f"/imports/{row['id']}").raise_for_status().json()
            done, total = (row["read"], row["row_count"]) if row["row_count"] else (row["offset"], row["size"])
            progress.update(taking, completed=done, total=total, rows=row["read"])
    return _tell(api, row, given, console)


def _pieces(file: Path, progress: Progress, task: TaskID) -> Iterator[bytes]:
    with file.open("rb") as source:
        while piece := source.read(_PIECE):
            yield piece
            progress.advance(task, len(piece))


def _tell(api: httpx.Client, row: dict[str, Any], given: argparse.Namespace, console: Console) -> int:
    counts = f"{row['taken']:,} taken, {row['repeated']:,} known already, {row['refused']:,} refused"
    console.print(f"{row['state']}: {counts}" + (f" ({row['error']})" if row["error"] else ""))
    if given.rejects:
        format_ = "ndjson" if given.rejects.suffix == ".ndjson" else "csv"
        with api.stream("GET", f"/imports/{row['id']}/rejects", params={"format": format_}) as report:
            report.raise_for_status()
            with given.rejects.open("wb") as out:
                for piece in report.iter_bytes():
                    out.write(piece)
        console.print(f"refused rows: {given.rejects}")
    elif row["refused"]:
        console.print(f"why: GET {given.url}/imports/{row['id']}/rejects")
    return 0 if row["state"] == "finished" else 1


if __name__ == "__main__":
    sys.exit(main())
