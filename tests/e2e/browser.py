"""A real Chromium: the one on the path, or Debian's package, or Playwright's own."""

import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Error, Playwright, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage"]


def _on_path() -> str | None:
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def _install_package() -> str | None:
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return None
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]):
        subprocess.run(command, env=environment, capture_output=True, check=False)
    return _on_path()


def _launch(playwright: Playwright) -> Browser:
    path = _on_path() or _install_package()
    if path is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], capture_output=True, check=False)
    return playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser. Where none can be had the tests are skipped, loudly; in CI they fail."""
    with sync_playwright() as playwright:
        try:
            browser = _launch(playwright)
        except Error as error:
            lack = f"NO BROWSER: the web app was not tested. Install chromium. ({error.message.splitlines()[0]})"
            if os.environ.get("CI"):
                pytest.fail(lack)
            warnings.warn(lack, stacklevel=2)
            pytest.skip(lack)
        yield browser
        browser.close()
