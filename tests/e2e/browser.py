"""The browser of the tests."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

from stack import chromium as found


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser. Where none can be had the tests are skipped, loudly; in CI they fail."""
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=found.executable(), args=found.ARGUMENTS)
        except Error as error:
            lack = f"NO BROWSER: the web app was not tested. Install chromium. ({error.message.splitlines()[0]})"
            if os.environ.get("CI"):
                pytest.fail(lack)
            warnings.warn(lack, stacklevel=2)
            pytest.skip(lack)
        yield browser
        browser.close()
