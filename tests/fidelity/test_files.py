"""Files of other tools: who left there is left alone here, and cells say what their tools meant by them."""

import pytest

from domain.vocabulary import Channel, ConsentStatus
from ingestion.files.rows import UnreadableError
from tests.ingestion.file_reading import take

NO, YES = ConsentStatus.UNSUBSCRIBED, ConsentStatus.SUBSCRIBED


def words(text: str | bytes, **how: object) -> list[dict[str, str]]:
    """By row, what each says on each channel."""
    return [{word.channel.value: word.status.value for word in read.words} for read in take(text, **how).reads]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("column", "cell", "channel"),
    [
        ("HasOptedOutOfEmail", "1", "email"),  # Salesforce's API
        ("Email Opt Out", "TRUE", "email"),  # Salesforce's reports, Zoho
        ("Opted Out", "true", "email"),  # Pardot
        ("Do Not Email", "Yes", "email"),
        ("do_not_contact", "1", "email"),
        ("donotbulkemail", "true", "email"),  # Dynamics
        ("Do not allow Bulk Emails", "Yes", "email"),
        ("Unsubscribed", "true", "email"),  # Marketo
        ("Marketing Suspended", "true", "email"),
        ("Black Listed", "true", "email"),
        ("BLOCKLISTED", "1", "email"),  # Brevo
        ("EMAIL_BLACKLISTED", "TRUE", "email"),
        ("SMS Blocklisted", "Yes", "sms"),
        ("Email Suppressed", "True", "email"),  # Klaviyo
        ("Email Address Quarantined", "true", "email"),  # HubSpot
        ("Opted out of email: Marketing Information", "true", "email"),
        ("Unsubscribed from all email", "true", "email"),
        ("Unsubscribed from Emails", "true", "email"),  # Intercom
        ("Unsubscribed from all emails", "true", "email"),
        ("is_unsubscribed", "t", "email"),
        ("Hard Bounced", "yes", "email"),
        ("email_bounced", "1", "email"),
        ("unsubscribed_at", "2025-05-01 09:00:00", "email"),
        ("Unsubscribe Date", "2025-05-01", "email"),
        ("opt_out_date", "2025-05-01", "email"),
        ("bounced_at", "2025-05-01T09:00:00Z", "email"),
        ("sms_unsubscribed_at", "2025-05-01 09:00:00", "sms"),
        ("email_subscribe", "unsubscribed", "email"),  # Braze
        ("push_subscribe", "unsubscribed", "push"),
        ("WhatsApp Marketing Consent", "UNSUBSCRIBED", "whatsapp"),  # Klaviyo
        ("whatsapp_opt_in", "false", "whatsapp"),
        ("subscribed", "0", "email"),
        ("is_subscribed", "false", "email"),
        ("subscription_status", "unsubscribed", "email"),
        ("Newsletter", "0", "email"),  # PrestaShop
        ("newsletter_subscriber", "No", "email"),
        ("accepts_marketing", "false", "email"),
    ],
)
def test_who_left_elsewhere_has_left(column: str, cell: str, channel: str):
    assert words(f"email,{column}\nada@shop.example,{cell}\n") == [{channel: "unsubscribed"}]


@pytest.mark.parametrize(
    ("column", "cells", "said"),
    [
        ("Status", ["Active", "Unsubscribed", "Bounced", "Unconfirmed"], "ynnn"),  # MailerLite, ActiveCampaign
        ("state", ["active", "cancelled", "bounced", "complained"], "ynnn"),  # Kit
        ("State", ["Active", "Unsubscribed", "Active", "Bounced"], "ynyn"),  # Campaign Monitor
        ("Email permission status", ["Express", "Implied", "Unsubscribed", "Pending confirmation"], "yynn"),
        ("emailStatus", ["subscribed", "nonSubscribed", "unsubscribed", "subscribed"], "ynny"),  # Omnisend
        ("contact_state", ["Opted-In", "Opted-Out", "opted_in", "opted out"], "ynyn"),
        ("Stato", ["iscritto", "disiscritto", "iscritto", "iscritto"], "ynyy"),
    ],
)
def test_a_column_of_states_says_who_left(column: str, cells: list[str], said: str):
    rows = "".join(f"c-{number},{cell}\n" for number, cell in enumerate(cells))
    found = words(f"user_id,{column}\n{rows}")
    expected = {"y": {"email": "subscribed"}, "n": {"email": "unsubscribed"}}
    assert found == [expected[each] for each in said]


@pytest.mark.parametrize("cells", [["open", "cancelled"], ["active", "inactive"], ["new", "blocked"], ["yes", "no"]])
def test_a_column_of_other_states_is_an_attribute(cells: list[str]):
    rows = "".join(f"c-{number},{cell}\n" for number, cell in enumerate(cells))
    assert words(f"user_id,Status\n{rows}") == [{}] * len(cells)


def test_a_no_in_one_column_outweighs_a_yes_in_another():
    text = "Email,Email Suppressed,Email Marketing Consent\nada@shop.example,True,SUBSCRIBED\nbob@shop.example,False,SUBSCRIBED\n"
    assert words(text) == [{"email": "unsubscribed"}, {"email": "subscribed"}]
    turned = "Email,Email Marketing Consent,Email Suppressed\nada@shop.example,SUBSCRIBED,True\n"
    assert words(turned) == [{"email": "unsubscribed"}]


@pytest.mark.parametrize(
    "line",
    [
        '{"email": "ada@shop.example", "status": "unsubscribed"}\n',
        '[{"email": "ada@shop.example", "status": "unsubscribed"}]',
    ],
)
def test_states_in_json_say_who_left(line: str):
    assert words(line, format="ndjson") == [{"email": "unsubscribed"}]


@pytest.mark.parametrize("nothing", ["\\N", "NULL", "(null)", "<NA>", "#N/A", "#NV", "#REF!", "#DIV/0!"])
def test_what_databases_and_spreadsheets_write_for_nothing_is_nothing(nothing: str):
    taken = take(f"user_id,email,age,city,sku\n1,{nothing},12,{nothing},a\n2,b@shop.example,{nothing},Rome,{nothing}\n")
    assert taken.told == [{"age": 12, "sku": "a"}, {"email": "b@shop.example", "city": "Rome"}]


@pytest.mark.parametrize("nothing", ["N/A", "n/a", "-", "nan", "NaN", "None", "null"])
def test_what_could_be_a_word_is_nothing_among_numbers(nothing: str):
    taken = take(f"user_id,age,word,vip\n1,12,{nothing},true\n2,{nothing},Rome,{nothing}\n")
    assert taken.told == [{"age": 12, "word": nothing, "vip": True}, {"word": "Rome"}]


def test_a_person_may_be_called_null_and_live_in_namibia():
    taken = take("user_id,last_name,country\n1,Null,NA\n2,None,DE\n")
    assert [(told["last_name"], told["country"]) for told in taken.told] == [("Null", "NA"), ("None", "DE")]


@pytest.mark.parametrize(
    "text",
    [
        'user_id,zip\n="00123",="02134"\n',
        'user_id,zip\n"=""00123""","=""02134"""\n',
        'user_id;zip\r\n="00123";="02134"\r\n',
    ],
)
def test_digits_that_spreadsheets_keep_as_text_are_these_digits(text: str):
    taken = take(text)
    assert (taken.who, taken.told) == (["00123"], [{"zip": "02134"}])


@pytest.mark.parametrize("encoding", ["mac_roman", "utf-8", "ascii"])
def test_lines_may_end_as_on_a_macintosh(encoding: str):
    name = "Ada" if encoding == "ascii" else "Zoë"
    taken = take(f"E-Mail;Vorname\rada@shop.example;{name}\rbob@shop.example;Bob\r".encode(encoding))
    assert [told["first_name"] for told in taken.told] == [name, "Bob"]


@pytest.mark.parametrize(
    "text",
    [
        '[{"user_id": 1, "x": 1}, {"user_id": 2}]',
        '[\n  {"user_id": 1, "x": 1},\n  {"user_id": 2}\n]\n',
        '\ufeff [{"user_id":1,"x":1},{"user_id":2}]',
    ],
)
def test_a_file_of_one_json_array(text: str):
    taken = take(text, format="ndjson")
    assert (taken.who, taken.told) == (["1", "2"], [{"x": 1}, {}])


@pytest.mark.parametrize("text", ["[1, 2", "[", "[[[["])
def test_a_broken_array_is_told(text: str):
    try:
        taken = take(text, format="ndjson")
    except UnreadableError:
        return
    assert all(taken.reasons)


def test_customers_of_brevo():
    text = "EMAIL;LASTNAME;FIRSTNAME;SMS;WHATSAPP;BLOCKLISTED\nada@shop.example;R;Ada;393331234567;;0\nbob@shop.example;J;Bob;;;1\n"
    taken = take(text)
    assert taken.told[0]["phone"] == "393331234567"
    assert words(text) == [{}, {"email": "unsubscribed"}]


def test_contacts_of_salesforce():
    text = (
        '"Id","FirstName","LastName","Email","MobilePhone","HasOptedOutOfEmail","DoNotCall","MailingCity","MailingCountry"\n'
        '"0035g00000ABCDE","Ada","Rossi","ada@shop.example","+39 333 1234567","1","0","Milano","Italy"\n'
        '"0035g00000ABCDF","Bob","Jones","bob@shop.example","","0","1","Boston","United States"\n'
    )
    taken = take(text)
    assert taken.who == ["0035g00000ABCDE", "0035g00000ABCDF"]
    assert [(told["city"], told["country"]) for told in taken.told] == [("Milano", "IT"), ("Boston", "US")]
    assert words(text) == [{"email": "unsubscribed"}, {}]


def test_a_column_called_sms_may_be_a_consent():
    assert words("email,sms\nada@shop.example,no\nbob@shop.example,yes\n") == [
        {"sms": "unsubscribed"},
        {"sms": "subscribed"},
    ]


@pytest.mark.parametrize("cell", ["", "0000-00-00 00:00:00", "NULL", "0", "false", "No", "\\N"])
def test_a_column_of_dates_says_nothing_of_who_has_none(cell: str):
    assert words(f"email,unsubscribed_at\nada@shop.example,{cell}\nbob@shop.example,2025-05-01 09:00:00\n")[0] == {}


@pytest.mark.parametrize("cell", ["yes", "1", "last summer", "2025-13-45"])
def test_a_filled_cell_of_such_a_column_is_a_no(cell: str):
    assert words(f"email,unsubscribed_at\nada@shop.example,{cell}\n") == [{"email": "unsubscribed"}]


@pytest.mark.parametrize(
    "cell", ["2026-11-01 10:00:00 +0000 UTC", "2026-11-01 10:00:00.5 +0000 UTC m=+0.1", "2026-11-01 11:00:00 +0100 CET"]
)
def test_times_as_go_writes_them(cell: str):
    [read] = take(f"user_id,event,timestamp\n1,x,{cell}\n", kind="events").reads
    assert read.event.occurred_at.replace(microsecond=0).isoformat() == "2026-11-01T10:00:00+00:00"


def test_every_channel_that_needs_a_word_can_be_told_of():
    for channel in (Channel.EMAIL, Channel.SMS, Channel.WHATSAPP, Channel.PUSH, Channel.IN_APP):
        assert words(f"user_id,{channel.value}_consent\n1,yes\n2,no\n") == [
            {channel.value: "subscribed"},
            {channel.value: "unsubscribed"},
        ]
