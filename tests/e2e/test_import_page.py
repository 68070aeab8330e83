"""The import page, used by somebody who has a list from a spreadsheet: clicks, keystrokes and a file chooser."""

from pathlib import Path

from playwright.sync_api import expect

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
