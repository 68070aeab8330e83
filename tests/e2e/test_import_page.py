"""The import page, used by somebody who has a list from a spreadsheet: clicks, keystrokes and a file chooser."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from scripts import web
from tests.e2e.browser import chromium

LIST = "E-Mail;Vorname;Umsatz;Nick\r\nada@shop.example;Jürgen;1,50;x1\r\nbob@shop.example;Zoë;2,25;x2\r\n"


def test_a_list_from_a_spreadsheet_is_mapped_checked_and_imported(start, tmp_path: Path):
    web.build()
    run = start("stack.serve")
    run.until_ready()
    state = run.state()
    file = tmp_path / "Kunden.csv"
    file.write_bytes(LIST.encode("cp1252"))
    with chromium() as browser:
        page = browser.new_context(locale="en-GB").new_page()
        page.goto(f"{state['urls']['api']}/")
        page.get_by_label("API key", exact=True).click()
        page.keyboard.type(state["keys"]["api_key"])
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Home")).to_be_visible()
        page.goto(f"{state['urls']['api']}/app/imports?new")
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="File", exact=True).click()
        chooser.value.set_files(file)
        page.get_by_role("button", name="Check file").click()
        expect(page.get_by_text("2 rows checked")).to_be_visible()
        expect(page.get_by_label("Import Vorname as")).to_have_value("first_name")
        expect(page.get_by_text("Jürgen").first).to_be_visible()
        page.get_by_label("Import Nick as").select_option("user_id")
        expect(page.get_by_role("table", name="First rows, as they will be stored").get_by_text("x1")).to_be_visible()
        expect(page.get_by_role("button", name="Import", exact=True)).to_be_disabled()
        page.get_by_label("Yes, they agreed").click()
        page.get_by_label("E-mail", exact=True).click()
        page.get_by_label("How did they agree?").click()
        page.keyboard.type("A form in the shop")
        page.get_by_role("button", name="Import", exact=True).click()
        expect(page.get_by_text("All rows imported")).to_be_visible(timeout=60_000)
        empty = tmp_path / "nobody.csv"
        empty.write_text("user_id,email\nguest,\nguest,\n")
        page.goto(f"{state['urls']['api']}/app/imports?new")
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="File", exact=True).click()
        chooser.value.set_files(empty)
        page.get_by_role("button", name="Check file").click()
        page.get_by_label("No, or I don't know").click()
        page.get_by_role("button", name="Import", exact=True).click()
        expect(page.get_by_role("table", name="Rows with errors or parts left out")).to_be_visible(timeout=60_000)
        expect(page.get_by_text("All rows imported")).to_have_count(0)


def _bring(page: Page, url: str, file: Path) -> None:
    page.goto(f"{url}/app/imports?new")
    with page.expect_file_chooser() as chooser:
        page.locator("form").get_by_role("button").first.click()
    chooser.value.set_files(file)
    page.locator("form button[type=submit]").click()


DATES = """user_id|price|renewal|seen
1|1,234|01/02/2026|13.05.2026
2|2,345|03/04/2026|14.05.2026
guest|3,456|05/06/2026|x
"""


def test_what_was_understood_is_changed_and_remembered(start, tmp_path: Path):
    web.build()
    run = start("stack.serve")
    run.until_ready()
    state = run.state()
    url = state["urls"]["api"]
    file, again = tmp_path / "Liste.csv", tmp_path / "Liste 2.csv"
    file.write_bytes(DATES.encode("utf-16"))
    again.write_bytes(DATES.replace("1,234", "9,234").encode("utf-16"))
    with chromium() as browser:
        page = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 720}).new_page()
        page.goto(f"{url}/")
        page.get_by_label("API key", exact=True).click()
        page.keyboard.type(state["keys"]["api_key"])
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Home")).to_be_visible()
        page.goto(f"{url}/app/imports/nope")
        expect(page.get_by_text("There is no import “nope”.")).to_be_visible()
        _bring(page, url, file)
        expect(page.get_by_label("Separator")).to_have_value("|")
        expect(page.get_by_label("Encoding")).to_have_value("utf-16")
        expect(page.get_by_text("the dates in renewal could be day first or month first")).to_be_visible()
        stored = page.get_by_role("table", name="First rows, as they will be stored")
        page.get_by_label("Date order of renewal").select_option("day")
        expect(stored.get_by_text("renewal: 2026-02-01")).to_be_visible()
        expect(page.get_by_label("Type of renewal")).to_have_value("day")
        page.get_by_label("Type of price").select_option("number")
        page.get_by_label("Decimal sign of price").select_option(",")
        expect(stored.get_by_text("price: 1.234 ")).to_be_visible()
        page.get_by_label("Type of seen").select_option("day")
        expect(stored.get_by_text("seen: 2026-05-13")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_label("No, or I don't know").click()
        page.get_by_role("button", name="Import", exact=True).click()
        # the preview says the same: a reload there would begin the file again
        expect(page).to_have_url(re.compile(r"/imports/[0-9a-f-]{36}$"), timeout=60_000)
        expect(page.get_by_text("userId is 'guest', which stands for no id")).to_be_visible(timeout=60_000)
        page.evaluate("localStorage.setItem('campaign-flow-language', 'it')")
        page.reload()
        expect(page.get_by_text("userId è 'guest', che non sta per alcun ID")).to_be_visible(timeout=60_000)
        expect(page.get_by_text("Importate in parte")).to_be_visible()
        _bring(page, url, again)
        expect(page.get_by_label("Tipo di price")).to_have_value("number", timeout=60_000)
        expect(page.get_by_label("Ordine della data di renewal")).to_have_value("day")
        expect(page.get_by_text("price: 9.234 ")).to_be_visible(timeout=60_000)
