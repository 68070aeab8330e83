"""Whoever publishes to everybody is told before how many of them have not consented, by channel."""

from playwright.sync_api import expect

from tests.api.test_review import drawn
from tests.e2e import shop


def test_the_review_and_the_confirmation_say_who_has_not_consented(open_builder, state):
    people = [
        {"external_id": f"consent-{n}", "email": f"consent-{n}@people.example", "tags": ["reviewed"]} for n in range(3)
    ]
    refusal = {"consents": [{"channel": "email", "status": "unsubscribed"}]}
    with shop.client(state) as api:
        api.post("/customers/bulk", json={"customers": people}).raise_for_status()
        for n in (0, 1):
            api.put(f"/customers/consent-{n}/consents", json=refusal).raise_for_status()
        api.post(
            "/campaigns", json={"slug": "consented", "name": "Consented", "flow": drawn("Hello")}
        ).raise_for_status()
    builder = open_builder()
    builder.open("consented")
    page = builder.page
    page.get_by_role("button", name="Review", exact=True).click()
    said = "2 of 3 customers have no consent for E-mail."
    expect(page.get_by_role("dialog").get_by_test_id("no-consent")).to_have_text(said)
    page.get_by_role("dialog").get_by_role("button", name="Send now to 3", exact=True).click()
    expect(page.get_by_role("alertdialog").get_by_test_id("no-consent")).to_have_text(said)
