from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rendering.errors import RenderError
from rendering.limits import RenderLimits
from rendering.liquid_text import render_text
from rendering.sandbox import environment

NOW = datetime(2026, 11, 22, 22, 30, tzinfo=timezone(timedelta(hours=3)))
CONTEXT = {
    "customer": {"first_name": "Ada", "tags": ["vip"]},
    "trigger": {"total": 99.5, "nothing": None, "products": [{"name": "Bag"}, {"name": "Shoe"}]},
    "now": NOW,
    "ordered": "2026-11-21T23:30:00+00:00",
}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("no liquid at { all }", "no liquid at { all }"),
        ("Hello {{ customer.first_name }}", "Hello Ada"),
        ("Hello {{ customer.middle_name | default: 'you' }}", "Hello you"),
        ("{{ nobody.at.all | default: 'you' }}", "you"),
        ("{{ trigger.nothing | default: 'something' }}", "something"),
        ("{% if customer.middle_name %}x{% else %}y{% endif %}", "y"),
        ("{% if customer.middle_name == 'Bo' or customer.age > 3 %}x{% else %}y{% endif %}", "y"),
        ("{% if customer.tags contains 'vip' %}x{% endif %}", "x"),
        ("{% if customer.sizes contains 'M' %}x{% endif %}", ""),
        ("{% unless trigger.nothing %}x{% endunless %}", "x"),
        ("{% for product in trigger.products %}{{ forloop.index }}{{ product.name }} {% endfor %}", "1Bag 2Shoe "),
        ("{{ trigger.products | map: 'name' | join: ', ' }}", "Bag, Shoe"),
        ("{{ trigger.total | times: 2 | round }}", "199"),
        ("{{ customer | size }}", "2"),
        ("{{ 'now' | date: '%d.%m. %H:%M' }}", "22.11. 22:30"),
        ("{{ ordered | date: '%d %B, %H:%M' }}", "22 November, 02:30"),
        ("{{ '3 March 2026' | date: '%Y-%m-%d' }}", "2026-03-03"),
        ("{{ 1700000000 | date: '%Y' }}", "2023"),
        ("{{ 'soon' | date: '%Y' }}", "soon"),
        ("{{ trigger.products[1] | json }}", '{"name": "Shoe"}'),
        ("{{ 'O\"Neil' | json }}", '"O\\"Neil"'),
        ("{{ '<b>5 &lt; 6</b>' | strip_html }}", "5 &lt; 6"),
        ("{% raw %}{{ as it is }}{% endraw %}", "{{ as it is }}"),
        ("{% assign who = customer.first_name | upcase %}{{ who }}", "ADA"),
    ],
)
def test_writes(source, expected):
    assert render_text(source, CONTEXT) == expected


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("{{ customer.middle_name }}", 1, "customer.middle_name has no value; give it a fallback"),
        ("one\ntwo\n{{ nobody }}", 3, "nobody has no value"),
        ("{{ trigger.nothing }}", 1, "trigger.nothing has no value"),
        ("{{ customer.middle_name | upcase }}", 1, "customer.middle_name has no value"),
        ("{{ customer.age | plus: 1 }}", 1, "customer.age has no value"),
        ("{{ customer.joined | date: '%Y' }}", 1, "customer.joined has no value"),
        ("{{ 'Dear ' | append: customer.title }}", 1, "customer.title has no value"),
        ("{{ customer.age | size }}", 1, "customer.age has no value"),
        ("{% for each in customer.orders %}x{% endfor %}", 1, "customer.orders has no value"),
        ("{{ trigger.products[7].name }}", 1, "has no value"),
        ("{{ customer.first_name | shout }}", 1, "unknown filter 'shout'"),
        ("{{ customer.first_name | divided_by: 0 }}", 1, "divided_by"),
        ("Hello {{ customer.first_name", 1, "{{ is never closed with }}"),
        ("a\n{% if customer.first_name", 2, "{% is never closed with %}"),
        ("{% for a in b %}", None, "endfor"),
        ("{{ 'x' | date: '%s' }}{{ '2026-01-01' | date: customer.tags }}", 1, ""),
    ],
)
def test_refuses_with_field_line_and_reason(source, line, message):
    with pytest.raises(RenderError) as caught:
        render_text(source, CONTEXT, field="subject")
    assert (caught.value.field, caught.value.line) == ("subject", line)
    assert message in caught.value.message


@pytest.mark.parametrize(
    "source",
    [
        "{% include 'secrets' %}",
        "{% render 'secrets' %}",
        "{{ customer.__class__ }}",
        "{{ customer.first_name.__class__.__mro__ }}",
        "{{ customer.first_name.upper }}",
        "{{ customer.first_name | safe }}",
    ],
)
def test_nothing_outside_the_context_can_be_reached(source):
    with pytest.raises(RenderError):
        render_text(source, CONTEXT, html=True)


LOOPS, RANGE, GROWS = "its loops turn more than 10000 times", "a range has at most", "grows too large"
NEVER_CLOSED, TOO_DEEP = "never closed", "nested too deep"
ATTACKS = {
    "nested loops": (LOOPS, "{% for i in (1..9999) %}{% for j in (1..9999) %}x{% endfor %}{% endfor %}"),
    "silent work": ("too long", "{% for i in (1..9999) %}" + "{% if 1 == 1 %}{% endif %}" * 2000 + "{% endfor %}"),
    "loop after loop": (LOOPS, "{% for i in (1..9000) %}{% endfor %}" * 2),
    "endless range": (RANGE, "{% for i in (1..1000000000000) reversed %}{% endfor %}"),
    "range in a condition": (RANGE, "{% if (1..1000000000000) contains 'x' %}{% endif %}"),
    "range in a filter": (RANGE, "{{ (1..1000000000000) | join: ' ' }}"),
    "range by variable": (RANGE, "{% for i in (1..many) %}{% endfor %}"),
    "growing by replacing": (GROWS, "{{ megabyte | replace: 'x', megabyte }}"),
    "growing by joining": (GROWS, "{{ (1..9999) | join: megabyte }}"),
    "growing by quoting": (GROWS, "{{ '\"'" + " | json" * 60 + " }}"),
    "growing by doubling": (GROWS, "{% assign a = 'aaaaaaaaaaaaaa' %}" + "{% assign a = a | append: a %}" * 40),
    "growing lists": (GROWS, "{% assign a = 'a,b,c' | split: ',' %}" + "{% assign a = a | concat: a %}" * 40),
    "growing numbers": (GROWS, "{% assign a = 999999999999 %}" + "{% assign a = a | times: a %}" * 40),
    "much output": ("too large", "{% for i in (1..9999) %}" + "x" * 5000 + "{% endfor %}"),
    "many captures": ("too large", "{% capture a %}{{ megabyte }}{% endcapture %}{{ a }}{{ a }}"),
    "deep blocks": (TOO_DEEP, "{% if true %}" * 200 + "{% endif %}" * 200),
    "deep paths": (TOO_DEEP, "{{ " + "a[" * 2000 + " }}"),
    "deep logic": (TOO_DEEP, "{% if " + "a and " * 800 + "a %}{% endif %}"),
    "opening braces": (NEVER_CLOSED, "{{" * 50_000),
    "braces with gaps": (NEVER_CLOSED, "{{ " + " " * 100_000 + "}}"),
    "open raw blocks": (NEVER_CLOSED, "{% raw %}" * 20_000),
    "open doc blocks": (NEVER_CLOSED, "{% doc %}" * 20_000),
    "infinite number": ("can't work with", "{{ '1e999' | floor }}"),
    "long date form": ("a date's form", "{{ 'now' | date: '" + "%c" * 2000 + "' }}"),
}


@pytest.mark.parametrize(("reason", "source"), ATTACKS.values(), ids=ATTACKS.keys())
def test_limits_hold(reason, source):
    # No clock here: without its limit each of these runs for minutes, or ends the process.
    with pytest.raises(RenderError, match=reason):
        render_text(source, CONTEXT | {"many": 10**12, "megabyte": "x" * 999_999}, limits=RenderLimits(seconds=0.1))


def test_what_is_within_the_limits_is_written():
    source = "{% for i in (1..100) %}{% for j in (1..50) %}x{% endfor %}{% endfor %}"
    assert render_text(source, {}) == "x" * 5000
    assert render_text("{{ (1..10000) | last }}", {}) == "10000"


HOSTILE = "<script>alert(1)</script>\"'&<b>"
_TEXT = st.sampled_from(["'a'", "x", "1", "'<i>'", "'alert'"])
_FILTERS = sorted(set(environment(True, RenderLimits()).filters) - {"json"})


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(_FILTERS), st.lists(_TEXT, max_size=2)), max_size=4),
    st.sampled_from(["x", "list", "base64", "quoted", "entities"]),
)
def test_a_customers_words_never_become_markup(chain, name):
    context = {
        "x": HOSTILE,
        "list": [HOSTILE, HOSTILE],
        "base64": "PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
        "quoted": "%3Cscript%3Ealert(1)%3C/script%3E",
        "entities": "&lt;script&gt;",
    }
    filters = "".join(f" | {each}" + (": " + ", ".join(given) if given else "") for each, given in chain)
    try:
        written = render_text("{{ " + name + filters + " }}", context, html=True)
    except RenderError:
        return
    assert "<script" not in written
    assert "<b>" not in written


def test_plain_text_is_not_escaped_and_markup_is():
    assert render_text("{{ a }}", {"a": "<&>"}) == "<&>"
    assert render_text("<p>{{ a }}</p>", {"a": "<&>"}, html=True) == "<p>&lt;&amp;&gt;</p>"
    assert render_text("{{ a | json }}", {"a": '"'}, html=True) == "&#34;\\&#34;&#34;"
