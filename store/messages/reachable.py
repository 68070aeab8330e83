"""Whom marketing can reach on a channel, as a test in SQL. `contactability` judges one customer by the same rules."""

from sqlalchemy import text
from sqlalchemy.sql.elements import TextClause

from domain.vocabulary import ALWAYS_OPT_IN, PHONE_CHANNELS, Channel, ConsentStatus

# The other spelling of a number that has two; see domain.addresses.spellings.
_OTHER_SPELLING = """CASE
    WHEN customers.phone LIKE '+521%' AND length(customers.phone) = 14 THEN '+52' || substr(customers.phone, 5)
    WHEN customers.phone LIKE '+52%' AND length(customers.phone) = 13 THEN '+521' || substr(customers.phone, 4)
    WHEN customers.phone LIKE '+549%' AND length(customers.phone) = 14 THEN '+54' || substr(customers.phone, 5)
    WHEN customers.phone LIKE '+54%' AND length(customers.phone) = 13 THEN '+549' || substr(customers.phone, 4)
    WHEN customers.phone LIKE '+55%' AND length(customers.phone) = 14 AND substr(customers.phone, 6, 1) = '9'
        THEN substr(customers.phone, 1, 5) || substr(customers.phone, 7)
    WHEN customers.phone LIKE '+55%' AND length(customers.phone) = 13 AND substr(customers.phone, 6, 1) IN
        ('6', '7', '8', '9') THEN substr(customers.phone, 1, 5) || '9' || substr(customers.phone, 6) END"""

# The other domain of a mailbox that has two; see domain.addresses.email_spellings.
_OTHER_DOMAIN = """CASE
    WHEN customers.email LIKE '%@gmail.com' THEN replace(customers.email, '@gmail.com', '@googlemail.com')
    WHEN customers.email LIKE '%@googlemail.com' THEN replace(customers.email, '@googlemail.com', '@gmail.com') END"""

_NEEDED = """(SELECT policy -> 'opt_in_channels' @> '"{}"' FROM contact_policy)"""


def _forgotten(address: str) -> str:
    """As `store.messages.suppressions.forgotten` writes it; `address` is SQL."""
    return f"'sha256:' || encode(sha256(convert_to('campaign-flow:suppressed:' || {address}, 'UTF8')), 'hex')"


def _listed(channel: Channel) -> str:
    addresses = ["customers.email", _OTHER_DOMAIN]
    if channel in PHONE_CHANNELS:
        addresses = ["customers.phone", _OTHER_SPELLING]
    written = ", ".join([*addresses, *map(_forgotten, addresses)])
    return f"EXISTS (SELECT FROM suppressions AS s WHERE s.channel = '{channel.value}' AND s.address IN ({written}))"


def _word(channel: str, status: ConsentStatus) -> str:
    return (
        "EXISTS (SELECT FROM consents AS k WHERE k.customer_id = customers.id"
        f" AND k.channel = '{channel}' AND k.topic = '*' AND k.status = '{status.value}')"
    )


def reachable_on(channel: Channel) -> TextClause:
    """The test, on rows of `customers`, that marketing without a topic may and can go to them on this channel."""
    name = Channel.PUSH.value if channel is Channel.SILENT_PUSH else channel.value
    opted_in = _word(name, ConsentStatus.SUBSCRIBED)
    if channel not in ALWAYS_OPT_IN:
        opted_in = f"({opted_in} OR NOT coalesce({_NEEDED.format(name)}, false))"
    tests = [f"NOT {_word(name, ConsentStatus.UNSUBSCRIBED)}", opted_in]
    match channel:
        case Channel.EMAIL:
            tests += ["customers.email IS NOT NULL", f"NOT {_listed(channel)}"]
        case Channel.SMS | Channel.WHATSAPP:
            tests += ["customers.phone IS NOT NULL", f"NOT {_listed(channel)}"]
        case Channel.PUSH | Channel.SILENT_PUSH:
            tests.append("EXISTS (SELECT FROM devices AS d WHERE d.customer_id = customers.id AND d.active)")
        case Channel.IN_APP:
            pass
    # every part is a constant of this module: nothing that anybody typed is in it
    return text(" AND ".join(tests))
