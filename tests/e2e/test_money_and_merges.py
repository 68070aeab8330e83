"""An operator in the app: sets the shop's currency, asks for a sum in it, and parts customers who were joined."""

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.api.test_review import drawn
from tests.e2e import shop
from tests.e2e.conftest import small_shop


@pytest.fixture(scope="module")
def state() -> Iterator[dict[str, Any]]:
    """A stack of this file's own: it changes the shop's currency and its customers."""
    yield from small_shop()


def test_the_shops_currency_is_chosen_and_conditions_are_in_it(open_builder, state):
    builder = open_builder()
    page = builder.page
    page.goto(f"{state['urls']['api']}/app/shop")
    field = page.get_by_role("combobox", name="Currency")
    field.click()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("JPY")
    page.get_by_role("option", name="JPY").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The shop’s currency is JPY.")).to_be_visible()
    page.reload()
    expect(field).to_have_value(re.compile("^JPY"))
    with shop.client(state) as api:
        assert api.get("/shop").json()["currency"] == "JPY"
        assert api.get("/home/checklist").json()["currency"] is True
        total = {"property": "revenue", "is": {"op": "gte", "value": 5}}
        spent = {"kind": "event", "event": "Order Completed", "sum": total}
        segment = api.post("/segments", json={"name": f"Spent {uuid4()}", "condition": spent}).json()
    page.goto(f"{state['urls']['api']}/app/segments/{segment['id']}")
    page.get_by_role("button", name="Edit condition").click()
    currency = page.get_by_role("combobox", name="Currency")
    expect(currency).to_have_value("JPY (the shop’s)")


def test_publishing_to_everybody_says_that_nobody_is_asked(open_builder, state):
    name = f"unasked-{uuid4().hex[:6]}"
    with shop.client(state) as api:
        people = [{"external_id": name, "email": f"{name}@people.example", "tags": [name]}]
        api.post("/customers/bulk", json={"customers": people}).raise_for_status()
        # the stack's other tests count who has the tag that is usual
        flow = json.loads(json.dumps(drawn("Hello")).replace('"tag": "reviewed"', f'"tag": "{name}"'))
        api.post("/campaigns", json={"slug": name, "name": name, "flow": flow}).raise_for_status()
    builder = open_builder()
    builder.open(name)
    builder.page.get_by_role("button", name="Review", exact=True).click()
    said = "Customers who never said anything get this: marketing by E-mail needs no consent here."
    expect(builder.page.get_by_role("dialog").get_by_test_id("opt-out")).to_have_text(said)


def test_a_merge_is_undone_from_the_customers_page(open_builder, state):
    stays, goes = (f"{each}-{uuid4().hex[:6]}" for each in ("stays", "goes"))
    with shop.client(state) as api:
        people = [{"external_id": each, "email": f"{each}@people.example"} for each in (stays, goes)]
        api.post("/customers/bulk", json={"customers": people}).raise_for_status()
        api.post(f"/customers/{goes}/merge", json={"into": stays}).raise_for_status()
        assert api.get(f"/customers/{goes}").json()["external_id"] == stays
    page = open_builder().page
    page.goto(f"{state['urls']['api']}/app/customers/{stays}")
    page.get_by_role("button", name="Actions for this customer").click()
    page.get_by_role("menuitem", name="Merged profiles").click()
    page.get_by_role("dialog").get_by_role("button", name=f"Undo the merge of {goes}").click()
    expect(page.get_by_role("dialog").get_by_text("undone", exact=True)).to_be_visible()
    with shop.client(state) as api:
        for each in (stays, goes):
            assert api.get(f"/customers/{each}").json()["external_id"] == each
