import pytest

from domain.content import EmailContent, PushContent, SilentPushContent, SmsContent
from rendering.context import KNOWN_VARIABLES
from rendering.problems import problems

KNOWN = KNOWN_VARIABLES.with_coupons(frozenset({"FASHION"})).without("trigger")
MJML = "<mjml><mj-body><mj-section><mj-column>{}</mj-column></mj-section></mj-body></mjml>"


@pytest.mark.parametrize(
    "source",
    [
        "Hello",
        "Hello {{ FirstName }}",
        "Hello {{ custmer.first_name | default: 'you' }}",
        "{% if customer.city == 'Milan' %}{{ coupon.FASHION }}{% endif %}",
        "{{ attributes.anything.at_all }} {{ customer.attributes.size }} {{ traits['a b'] }}",
        "{% for product in order.products %}{{ product.name }}{{ forloop.index }}{% endfor %}",
        "{% assign x = FirstName | upcase %}{{ x }}",
        "{% capture x %}{{ LastName }}{% endcapture %}{{ x }}",
        "{{ 'now' | date: '%Y' }}",
    ],
)
def test_sound_content_has_none(source):
    assert problems(SmsContent(body=source), KNOWN) == []
    assert problems(EmailContent(subject="s", html=source), KNOWN) == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            SmsContent(body="{{ customer.frist_name }}"),
            ["body, line 1: customer.frist_name is not known (did you mean customer.first_name?)"],
        ),
        (
            SmsContent(body="a\n{{ Firstname | upcase | default: 'x' }}"),
            ["body, line 2: Firstname is not known (did you mean FirstName?)"],
        ),
        (SmsContent(body="{% if custmer.city %}x{% endif %}"), ["custmer.city is not known"]),
        (SmsContent(body="{{ 'a' | append: nobody }}"), ["nobody is not known"]),
        (SmsContent(body="{{ trigger.cart_id }}"), ["trigger.cart_id is not known"]),
        (SmsContent(body="{{ coupon.SUMMER }}"), ["coupon.SUMMER is no coupon that this campaign gives"]),
        (SmsContent(body="{{ FirstName | shout }}"), ["body: there is no filter 'shout'"]),
        (SmsContent(body="{{ FirstName | upcas }}"), ["did you mean upcase?"]),
        (SmsContent(body="{{ FirstName | safe }}"), ["there is no filter 'safe'"]),
        (SmsContent(body="{% include 'x' %}"), ["unexpected tag 'include'"]),
        (SmsContent(body="x {{ FirstName"), ["body, line 1: {{ is never closed with }}"]),
        (SilentPushContent(data={"a": "{{ b }}", "c": "{{ d }}"}), ["data.a, line 1: b is", "data.c, line 1: d is"]),
        (
            PushContent(title="{{ a }}", body="{{ a }} {{ a }} {{ b }}"),
            ["title, line 1: a is", "body, line 1: a is", "body, line 1: b is"],
        ),
        (EmailContent(subject="s", mjml="<mjml><mj-body>"), ["mjml: is not MJML"]),
        (EmailContent(subject="s", mjml=MJML.format("<mj-txt>x</mj-txt>")), ["<mj-txt> is no MJML element"]),
        (
            EmailContent(subject="s", mjml=MJML.format("<mj-text>{{ nobody }}<b></mj-text>")),
            ["nobody is not known", "is not MJML"],
        ),
    ],
)
def test_each_problem_is_named(content, expected):
    found = problems(content, KNOWN)
    assert len(found) == len(expected), found
    for message, part in zip(found, expected, strict=True):
        assert part in str(message)


def test_mjml_with_values_to_come_is_tried_out():
    page = MJML.format(
        "<mj-text>{{ FirstName }} {% for p in order.products %}{{ p.price | times: 2 }}{% endfor %}</mj-text>"
    )
    assert problems(EmailContent(subject="s", mjml=page), KNOWN) == []
