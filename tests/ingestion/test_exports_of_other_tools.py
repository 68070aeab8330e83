# ruff: noqa: E501 - lines as the tools write them
"""Files as other tools write them load without editing: each is written here as the tool writes it."""

import io
from datetime import UTC, datetime

import openpyxl  # type: ignore[import-untyped]
import pyarrow as pa
import pyarrow.parquet as pq

from tests.ingestion.file_reading import take

SHOPIFY = (
    "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address Address1,"
    "Default Address Address2,Default Address City,Default Address Province Code,Default Address Country Code,"
    "Default Address Zip,Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,Tags\n"
    "'6940095564,Ada,Rossi,ada@shop.example,yes,,Via Roma 1,,Milano,MI,IT,'20121,'+39021234567,'+393331234567,no,59.90,1,,"
    'no,"vip, newsletter"\n'
    "'6940095565,Bob,Jones,bob@shop.example,no,,1 Main St,,Boston,MA,US,'02134,,,no,0.00,0,,no,\n"
)
MAILCHIMP = (
    '"Email Address","First Name","Last Name",Address,"Phone Number",Birthday,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,'
    "CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS\n"
    'ada@shop.example,Ada,Rossi,"1 Via Roma  Milano MI 20121 IT",+393331234567,,4,"2024-03-01 10:00:00",192.0.2.1,'
    '"2024-03-01 10:01:00",192.0.2.1,45.46,9.19,1,2,Europe/Rome,IT,MI,"2026-01-01 08:00:00",398457,a1b2c3,,'
    '"""VIP"",""Newsletter"""\n'
)
KLAVIYO = (
    "Email,Klaviyo ID,First Name,Last Name,Organization,Title,Phone Number,Address,City,State / Region,Country,Zip Code,"
    "Email Marketing Consent,SMS Marketing Consent,Profile Created On\n"
    "ada@shop.example,01H8,Ada,Rossi,,,+393331234567,,Milano,,Italy,20121,SUBSCRIBED,NEVER_SUBSCRIBED,2024-03-01 10:00:00\n"
)
HUBSPOT = (
    '"Record ID","First Name","Last Name","Email","Phone Number","Country/Region","Unsubscribed from all email",'
    '"Create Date"\n"151","Ada","Rossi","ada@shop.example","+393331234567","Germany","true","2024-03-01 10:00"\n'
)


def test_customers_of_shopify():
    taken = take(SHOPIFY)
    assert taken.who == ["6940095564", "6940095565"]
    first, second = taken.told
    assert (first["email"], first["phone"], first["city"], first["country"]) == (
        "ada@shop.example",
        "+393331234567",
        "Milano",
        "IT",
    )
    assert (first["tags"], first["total_spent"], first["total_orders"]) == (["vip", "newsletter"], 59.9, 1)
    assert (first["default_address_zip"], second["default_address_zip"]) == ("20121", "02134")
    words = [{(word.channel, word.status) for word in read.words} for read in taken.reads]
    assert words == [
        {("email", "subscribed"), ("sms", "unsubscribed")},
        {("email", "unsubscribed"), ("sms", "unsubscribed")},
    ]


def test_an_audience_of_mailchimp():
    taken = take(MAILCHIMP)
    assert [read.address for read in taken.reads] == ["ada@shop.example"]
    assert taken.told[0]["tags"] == ["VIP", "Newsletter"]
    assert taken.told[0]["timezone"] == "Europe/Rome"
    gone = take("Email Address,OPTIN_TIME,UNSUB_TIME\nada@shop.example,2024-03-01 10:00:00,2025-05-01 09:00:00\n")
    [word] = gone.reads[0].words
    assert (word.channel, word.status, word.at) == ("email", "unsubscribed", datetime(2025, 5, 1, 9, tzinfo=UTC))


def test_profiles_of_klaviyo():
    taken = take(KLAVIYO)
    assert taken.told[0]["country"] == "IT"
    assert {(word.channel, word.status) for word in taken.reads[0].words} == {
        ("email", "subscribed"),
        ("sms", "unsubscribed"),
    }


def test_contacts_of_hubspot():
    taken = take(HUBSPOT)
    assert taken.told[0]["country"] == "DE"
    assert [(word.channel, word.status) for word in taken.reads[0].words] == [("email", "unsubscribed")]


def test_a_list_from_excel_in_german():
    text = (
        "Kundennummer;Vorname;Name;E-Mail;Telefon;PLZ;Ort;Land;Geburtsdatum;Umsatz;Newsletter\r\n"
        "007;Jürgen;Groß;juergen@shop.example;0171 1234567;01067;Dresden;Deutschland;12.05.1990;1.234,50;ja\r\n"
        "008;Zoë;Weiß;zoe@shop.example;;10115;Berlin;Deutschland;01.02.1985;19,90;nein\r\n"
    )
    for content in (text.encode("cp1252"), text.encode("utf-8-sig"), ("sep=;\r\n" + text).encode("cp1252")):
        taken = take(content)
        assert taken.who == ["007", "008"]
        assert taken.told[0] == {
            "first_name": "Jürgen",
            "last_name": "Groß",
            "email": "juergen@shop.example",
            "phone": "0171 1234567",
            "PLZ": "01067",
            "city": "Dresden",
            "country": "DE",
            "birth_date": "1990-05-12",
            "Umsatz": 1234.5,
        }
        assert [read.words[0].status for read in taken.reads] == ["subscribed", "unsubscribed"]


def test_a_spreadsheet():
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Customer ID", "First Name", "Spent", "Since", "Zip"])
    sheet.append([1042, "Ada", 12.5, datetime(2026, 1, 2), "02134"])
    out = io.BytesIO()
    book.save(out)
    taken = take(out.getvalue(), format="xlsx")
    assert taken.who == ["1042"]
    assert taken.told == [{"first_name": "Ada", "Spent": 12.5, "Since": "2026-01-02", "Zip": "02134"}]


def test_events_of_bigquery():
    table = pa.table(
        {
            "user_id": ["c-1", None],
            "user_pseudo_id": ["v-1", "v-2"],
            "event_name": ["purchase", "page_view"],
            "event_timestamp": pa.array([1793527200000000, 1793527200000001], pa.int64()),
            "value": pa.array([59.9, None]),
        }
    )
    out = io.BytesIO()
    pq.write_table(table, out)
    taken = take(out.getvalue(), "events", "parquet")
    assert taken.reasons == ["", ""]
    assert [read.event.name for read in taken.reads] == ["purchase", "page_view"]
    assert taken.reads[0].event.occurred_at == datetime(2026, 11, 1, 10, tzinfo=UTC)
