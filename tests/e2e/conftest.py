"""Stacks that are ended with their test, and the builder in a browser."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from scripts import web
from stack.sdk_log import SAID
from tests.e2e import shop
from tests.e2e.browser import chromium
from tests.e2e.builder import Builder
from tests.e2e.runs import Run

# A page of a busy machine may take longer than the five seconds that are usual.
expect.set_options(timeout=20_000)


@pytest.fixture
def start() -> Iterator[Callable[..., Run]]:
    """Start a stack of this test's own; several share one folder, as several commands in one clone do.

    Not in pytest's tmp_path: every new pytest session closes that to other users, and Postgres may run as one.
    """
    folder = Path(tempfile.mkdtemp(prefix="campaign-flow-e2e-"))
    runs: list[Run] = []

    def begin(module: str, **environment: str) -> Run:
        runs.append(Run(module, folder / "run", **environment))
        return runs[-1]

    yield begin
    for run in reversed(runs):
        run.end()
    complaints = [line for run in runs for line in run.said().splitlines() if SAID in line]
    shutil.rmtree(folder, ignore_errors=True)
    assert complaints == []


@pytest.fixture(scope="module")
def state() -> Iterator[dict[str, Any]]:
    """A stack with a small shop in it; one for all tests of a file. What one file sends would limit another's."""
    yield from small_shop()


def small_shop() -> Iterator[dict[str, Any]]:
    """Serve a small shop until the caller has done with it."""
    web.build()
    folder = Path(tempfile.mkdtemp(prefix="campaign-flow-e2e-"))
    # nobody explores: a walk that is told beforehand has one answer
    settings = {"CAMPAIGN_FLOW_EMAIL_TRACKING": "provider", "CAMPAIGN_FLOW_CHANNEL_EXPLORATION": "0"}
    run = Run("stack.serve", folder / "run", **settings)
    run.until_ready()
    shop.fill(run.state())
    yield run.state()
    run.end()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of a file.

    Danger: while it lives, Playwright's loop counts as running, and no asynchronous test of this process can run.
    """
    with chromium() as found:
        yield found


@pytest.fixture
def open_builder(browser: Browser, state: dict[str, Any]) -> Iterator[Callable[..., Builder]]:
    """Make a builder in a browser window of its own, signed in; what its console complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    def begin(**options: Any) -> Builder:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", **options)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        builder = Builder(page, state["urls"]["api"])
        builder.sign_in(state["keys"]["api_key"])
        return builder

    yield begin
    for context in contexts:
        context.close()
