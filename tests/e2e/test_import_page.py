"""The import page, as somebody uses it who has only a list from a spreadsheet: by clicks, keystrokes and a file chooser."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.browser import chromium
from tests.e2e.runs import Run

LIST = "E-Mail;Vorname;Umsatz;Nick\r\nada@shop.example;Jürgen;1,50;x1\r\nbob@shop.example;Zoë;2,25;x2\r\n"
