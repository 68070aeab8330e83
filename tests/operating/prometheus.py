"""A real Prometheus and its promtool: those on the path, or those of Debian's package, unpacked and not installed."""

import os
import shutil
import subprocess
import tempfile
import warnings
from pathlib import Path

import pytest

_KEPT = Path(tempfile.gettempdir()) / f"campaign-flow-prometheus-{os.getuid()}"


def binary(name: str) -> str:
    """Path of `prometheus` or `promtool`. Where none can be had the test is skipped, loudly; in CI it fails."""
    found = shutil.which(name) or _unpacked(name)
    if found is not None:
        return found
    lack = f"NO PROMETHEUS: rules were not tested. Install Debian's package prometheus ({name})."
    if os.environ.get("CI"):
        pytest.fail(lack)
    warnings.warn(lack, stacklevel=2)
    pytest.skip(lack)


def _unpacked(name: str) -> str | None:
    path = _KEPT / "usr" / "bin" / name
    if not path.exists() and shutil.which("apt-get") and shutil.which("dpkg-deb"):
        with tempfile.TemporaryDirectory() as folder:
            download = ["apt-get", "download", "prometheus"]
            if subprocess.run(download, cwd=folder, capture_output=True, check=False).returncode and os.geteuid() == 0:
                subprocess.run(["apt-get", "update"], capture_output=True, check=False)
                subprocess.run(download, cwd=folder, capture_output=True, check=False)
            for package in Path(folder).glob("prometheus_*.deb"):
                subprocess.run(["dpkg-deb", "-x", str(package), str(_KEPT)], capture_output=True, check=False)
    return str(path) if path.exists() else None
