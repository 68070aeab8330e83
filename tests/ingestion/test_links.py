"""Signed links: made, read, rewritten into messages, and followed."""

from uuid import UUID, uuid4

import pytest

from config.settings import Settings
from domain.vocabulary import Channel
from ingestion.machine_detection import is_machine
from ingestion.tracking_links import ClickTarget, LinkError, LinkSigner, UnsubscribeTarget, track_html, track_text
from store.database.engine import Database
from tests.ingestion.conftest import PUBLIC_URL
from tests.ingestion.factories import sent_message, track

SIGNER = LinkSigner("secret", PUBLIC_URL)
MESSAGE = UUID("0190aaaa-0000-4000-8000-000000000001")
CUSTOMER = UUID("0190aaaa-0000-4000-8000-000000000002")


def token(url: str) -> str:
    return url.rsplit("/", 1)[1].removesuffix(".gif")


def test_links_say_what_they_were_made_for():
    assert SIGNER.read_open(token(SIGNER.open_pixel(MESSAGE))) == MESSAGE
    url = "https://shop.example/a?b=c&d=ü#e"
    assert SIGNER.read_click(token(SIGNER.click(MESSAGE, url))) == ClickTarget(MESSAGE, url)
    made = SIGNER.unsubscribe(MESSAGE, CUSTOMER, Channel.EMAIL)
    assert SIGNER.read_unsubscribe(token(made)) == UnsubscribeTarget(MESSAGE, CUSTOMER, Channel.EMAIL)


@pytest.mark.parametrize(
    "forged",
    ["", "x", "ü", "AAAA" * 20, token(LinkSigner("other", PUBLIC_URL).click(MESSAGE, "https://evil.example"))],
)
def test_what_was_not_made_here_is_refused(forged):
    for read in (SIGNER.read_open, SIGNER.read_click, SIGNER.read_unsubscribe):
        with pytest.raises(LinkError):
            read(forged)


def test_every_changed_letter_is_noticed():
    genuine = token(SIGNER.click(MESSAGE, "https://shop.example"))
    for place in range(len(genuine)):
        other = "A" if genuine[place] != "A" else "B"
        with pytest.raises(LinkError):
            SIGNER.read_click(genuine[:place] + other + genuine[place + 1 :])


def test_a_link_of_one_kind_is_none_of_another():
    with pytest.raises(LinkError):
        SIGNER.read_open(token(SIGNER.click(MESSAGE, "")))


def counted(url: str) -> str:
    return SIGNER.click(MESSAGE, url)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="https://a.example/?x=1&amp;y=2">', f'<a href="{counted("https://a.example/?x=1&y=2")}">'),
        ("<A class='c' HREF='http://a.example'>", f"<A class='c' HREF=\"{counted('http://a.example')}\">"),
        (
            '<v:roundrect href="https://a.example" arcsize="5%">',
            f'<v:roundrect href="{counted("https://a.example")}" arcsize="5%">',
        ),
        ('<a href="mailto:a@b.example">', None),
        ('<a href="#top">', None),
        ('<a href="https://a.example" data-no-track>', None),
        ('<link rel="stylesheet" href="https://a.example/x.css">', None),
        ('<base href="https://a.example">', None),
        ('<img src="https://a.example/i.png">', None),
        (f'<a href="{SIGNER.unsubscribe(MESSAGE, CUSTOMER, Channel.EMAIL)}">', None),
        (f'<a href="https://a.example/{"x" * 2000}">', None),
        ("<p>https://a.example</p>", None),
    ],
)
def test_html_links_are_counted(html, expected):
    pixel = f'<img src="{SIGNER.open_pixel(MESSAGE)}" width="1" height="1" alt="" style="display:none">'
    assert track_html(html, SIGNER, MESSAGE) == (expected or html) + pixel


def test_the_pixel_goes_to_the_end_of_the_body():
    tracked = track_html("<html><body>Hi</body></html>", SIGNER, MESSAGE)
    assert tracked.startswith("<html><body>Hi<img ")
    assert tracked.endswith("></body></html>")


def test_text_links_are_counted_and_punctuation_stays():
    text = f"See https://a.example/x?y=1, (or http://b.example). Bye: {SIGNER.click(MESSAGE, 'https://c.example')}"
    assert track_text(text, SIGNER, MESSAGE) == (
        f"See {counted('https://a.example/x?y=1')}, (or {counted('http://b.example')}). "
        f"Bye: {counted('https://c.example')}"
    )


IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"


@pytest.mark.parametrize(
    ("headers", "click", "age", "machine"),
    [
        ({"user-agent": IPHONE}, False, None, False),
        ({"user-agent": IPHONE}, False, 0.5, False),
        ({"user-agent": IPHONE}, True, 0.5, True),
        ({"user-agent": IPHONE}, True, 5, False),
        ({"user-agent": IPHONE, "sec-purpose": "prefetch;prerender"}, True, 99, True),
        ({"user-agent": IPHONE, "x-moz": "prefetch"}, False, 99, True),
        ({"user-agent": "Mozilla/5.0"}, False, 99, True),
        ({"user-agent": GMAIL}, False, 99, False),
        ({"user-agent": "Slackbot-LinkExpanding 1.0"}, True, 99, True),
        ({"user-agent": "Mozilla/5.0 (compatible; bingbot/2.0)"}, True, 99, True),
        ({"user-agent": "python-requests/2.32"}, True, 99, True),
        ({}, False, 99, True),
    ],
)
def test_machines_are_told_from_people(headers, click, age, machine):
    assert is_machine(headers, click=click, seconds_there=age) == machine


@pytest.fixture
async def message(database, take, settings):
    [answer] = await take(track("Signed Up"))
    return await sent_message(database, answer.customer_id)


@pytest.fixture
def signer(settings):
    return LinkSigner(settings.secret_key.get_secret_value(), settings.public_url)


async def test_an_open_and_a_click_are_counted(api, message, signer, query):
    answer = await api.get(signer.open_pixel(message.id))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/gif")
    assert "no-store" in answer.headers["cache-control"]
    answer = await api.get(signer.click(message.id, "https://shop.example/x?a=b"))
    assert (answer.status_code, answer.headers["location"]) == (302, "https://shop.example/x?a=b")
    assert await query("SELECT opened_at IS NOT NULL, clicked_at IS NOT NULL FROM messages") == [(True, True)]
    assert await query("SELECT name, source FROM events WHERE name LIKE 'message%' ORDER BY name") == [
        ("message_clicked", "tracker"),
        ("message_opened", "tracker"),
    ]


async def test_head_requests_and_machines_count_nothing(api, message, signer, query):
    await api.head(signer.open_pixel(message.id))
    answer = await api.head(signer.click(message.id, "https://shop.example"))
    assert answer.status_code == 302
    await api.get(signer.click(message.id, "https://shop.example"), headers={"User-Agent": "Barracuda Sentinel"})
    assert await query("SELECT kind, machine FROM message_events") == [("clicked", True)]
    assert await query("SELECT clicked_at FROM messages") == [(None,)]


async def test_a_forged_click_leads_nowhere_and_a_forged_pixel_is_a_picture(api, query):
    assert (await api.get("/t/c/aHR0cHM6Ly9ldmls")).status_code == 404
    assert (await api.get("/t/o/aHR0cHM6Ly9ldmls.gif")).status_code == 200
    assert await query("SELECT count(*) FROM message_events") == [(0,)]


async def test_a_click_leads_on_though_its_count_is_lost(api, signer, services):
    unknown = signer.click(uuid4(), "https://shop.example")
    assert (await api.get(unknown)).status_code == 302
    services.database = Database(Settings(_env_file=None, database_url="postgresql://127.0.0.1:1/nothing"))
    assert (await api.get(unknown)).status_code == 302
    assert (await api.get(signer.open_pixel(uuid4()))).status_code == 200
    # An unsubscription is not lost in silence: the mail program is told to try again.
    assert (await api.post(signer.unsubscribe(uuid4(), uuid4(), Channel.EMAIL))).status_code == 503


async def test_looking_at_the_unsubscribe_page_changes_nothing(api, message, signer, query):
    url = signer.unsubscribe(message.id, message.customer_id, Channel.EMAIL)
    page = await api.get(url)
    assert page.status_code == 200
    assert '<form method="post">' in page.text
    assert await query("SELECT count(*) FROM consents") == [(0,)]


async def test_posting_again_changes_nothing(api, message, signer, query):
    """Neither when the customer said it, nor how often it counts."""
    url = signer.unsubscribe(message.id, message.customer_id, Channel.EMAIL)
    asked = "SELECT (SELECT at FROM consents), (SELECT count(*) FROM events), (SELECT count(*) FROM message_events)"
    await api.post(url)
    first = await query(asked)
    assert (await api.post(url)).status_code == 200
    assert await query(asked) == first
    await query("UPDATE consents SET status = 'subscribed' RETURNING 1")
    await api.post(url)
    assert await query("SELECT status FROM consents") == [("unsubscribed",)]


@pytest.mark.parametrize("body", [{"List-Unsubscribe": "One-Click"}, {}])
async def test_posting_unsubscribes(api, message, signer, query, body):
    url = signer.unsubscribe(message.id, message.customer_id, Channel.EMAIL)
    for _ in range(2):
        assert (await api.post(url, data=body)).status_code == 200
    assert await query("SELECT customer_id, channel, topic, status, source FROM consents") == [
        (message.customer_id, "email", "*", "unsubscribed", "page")
    ]
    assert (await query("SELECT name FROM events WHERE name = 'message_unsubscribed'"))[0]


async def test_unsubscribing_by_a_message_that_no_ledger_holds(api, message, signer, query):
    assert (await api.post(signer.unsubscribe(uuid4(), message.customer_id, Channel.EMAIL))).status_code == 200
    assert await query("SELECT channel, status FROM consents") == [("email", "unsubscribed")]
    assert (await api.post(signer.unsubscribe(uuid4(), uuid4(), Channel.EMAIL))).status_code == 200


def test_links_of_an_older_key_go_on_working():
    """Changing the secret must not break the unsubscribe links of mails that people have already."""
    changed = LinkSigner.of(["new secret", "secret"], PUBLIC_URL)
    old = token(SIGNER.unsubscribe(MESSAGE, CUSTOMER, Channel.EMAIL))
    assert changed.read_unsubscribe(old) == UnsubscribeTarget(MESSAGE, CUSTOMER, Channel.EMAIL)
    new = token(changed.unsubscribe(MESSAGE, CUSTOMER, Channel.EMAIL))
    assert new != old
    assert changed.read_unsubscribe(new) == UnsubscribeTarget(MESSAGE, CUSTOMER, Channel.EMAIL)
    with pytest.raises(LinkError):
        SIGNER.read_unsubscribe(new)
