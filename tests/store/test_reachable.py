"""Whom the list calls reachable on a channel is whom a send would reach on it."""

from itertools import product
from uuid import uuid4

import pytest
from sqlalchemy import select, text, update
from sqlmodel import col

from domain.addresses import email_spellings, spellings
from domain.contact import ContactPolicy
from domain.vocabulary import Category, Channel
from models import Consent, ContactPolicyRow, Customer, Device
from store.database.engine import Database
from store.messages.contactability import contactability
from store.messages.reachable import reachable_on
from store.messages.suppressions import forgotten

# without their last two digits: of each number's two spellings, both
PHONES = ("+52155123456", "+525512345", "+54911234567", "+5411234567", "+55119123456", "+5511812345")
DOMAINS = ("people.example", "gmail.com", "googlemail.com")
WORDS = (None, "subscribed", "unsubscribed")


async def _people(database: Database) -> None:
    """Every channel's address or none, every word, listed in clear, by another spelling, as erasure left it, or not."""
    async with database.transaction() as session:
        for number, (begins, word, listed) in enumerate(product((None, *PHONES), WORDS, range(4))):
            who = uuid4()
            phone = begins and f"{begins}{number:02}"
            email = f"p{number}@{DOMAINS[number % 3]}" if number % 5 else None
            session.add(Customer(id=who, external_id=f"p-{number}", email=email, phone=phone))
            await session.flush()
            if number % 3:
                session.add(Device(token=f"t-{number}", customer_id=who, active=number % 2 == 0))
            for channel in ("email", "sms", "whatsapp", "push", "in_app"):
                if word:
                    session.add(Consent(customer_id=who, channel=channel, status=word, source="test"))
                address = email if channel == "email" else phone
                if listed and address and channel in ("email", "sms", "whatsapp"):
                    other = {1: address, 2: _other(address), 3: forgotten(_other(address))}[listed]
                    row = {"channel": channel, "address": other, "reason": "manual", "source": "test"}
                    await session.execute(
                        text(
                            "INSERT INTO suppressions (channel, address, reason, source)"
                            " VALUES (:channel, :address, :reason, :source) ON CONFLICT DO NOTHING"
                        ),
                        row,
                    )


def _other(address: str) -> str:
    """The address's other spelling, where it has one."""
    return (email_spellings(address) if "@" in address else spellings(address))[-1]


@pytest.mark.parametrize("opt_in", [(), ("email", "sms", "push", "in_app")])
async def test_the_list_and_a_send_reach_the_same(database: Database, opt_in: tuple[str, ...]) -> None:
    await _people(database)
    policy = ContactPolicy.model_validate({"opt_in_channels": list(opt_in)}).model_dump(mode="json")
    async with database.transaction() as session:
        await session.execute(update(ContactPolicyRow).values(policy=policy))
    async with database.transaction() as session:
        everybody = (await session.scalars(select(Customer))).all()
        for channel in Channel:
            listed = set(await session.scalars(select(col(Customer.external_id)).where(reachable_on(channel))))
            judged = set()
            for customer in everybody:
                answer = await contactability(session, customer, [channel], Category.MARKETING)
                if answer[channel].reachable:
                    judged.add(customer.external_id)
            assert listed == judged, channel
            assert 0 < len(judged) < len(everybody)
