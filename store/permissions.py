"""Who may be contacted, and where: consent, suppression, devices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.ext.asyncio import AsyncSession

from domain.vocabulary import Category, Channel
from models import Customer


@dataclass(frozen=True)
class Reach:
    """Can this customer be contacted on a channel: at which address, or why not."""

    reachable: bool
    address: str | None
    why: str


_FACTS = text(
    """
    SELECT 'refused' AS kind, channel, topic AS value FROM consents
     WHERE customer_id = :customer AND status = 'unsubscribed'
    UNION ALL
    (SELECT 'device', 'push', token FROM devices
     WHERE customer_id = :customer AND active ORDER BY updated_at DESC, token LIMIT 1)
    UNION ALL
    SELECT 'suppressed', channel, reason FROM suppressions
     WHERE (channel = 'email' AND address = :email) OR (channel = 'sms' AND address = :phone)
    """
).bindparams(bindparam("customer", type_=PG_UUID(as_uuid=True)))


async def reach(
    session: AsyncSession, customer: Customer, channels: Sequence[Channel], category: Category
) -> Mapping[Channel, Reach]:
    """For each channel, whether the customer may and can be contacted on it now; one statement for all.

    A customer's word against a channel holds for marketing; suppression holds for everything. A push goes to the device
    seen last. A silent push follows the customer's word on push.
    """
    rows = await session.execute(
        _FACTS, {"customer": customer.id, "email": customer.email or "", "phone": customer.phone or ""}
    )
    refused: set[str] = set()
    suppressed: dict[str, str] = {}
    device: str | None = None
    for kind, channel, value in rows:
        if kind == "refused" and value == "*":
            refused.add(channel)
        elif kind == "suppressed":
            suppressed[channel] = value
        elif kind == "device":
            device = value
    found: dict[Channel, Reach] = {}
    for channel in channels:
        found[channel] = _judge(channel, _address(customer, channel, device), refused, suppressed, category)
    return found


def _address(customer: Customer, channel: Channel, device: str | None) -> str | None:
    match channel:
        case Channel.EMAIL:
            return customer.email
        case Channel.SMS:
            return customer.phone
        case Channel.PUSH | Channel.SILENT_PUSH:
            return device
        case Channel.IN_APP:
            return str(customer.id)


_MISSING = {
    Channel.EMAIL: "no e-mail address",
    Channel.SMS: "no phone number",
    Channel.PUSH: "no active device",
    Channel.SILENT_PUSH: "no active device",
    Channel.IN_APP: "no inbox",
}


def _judge(
    channel: Channel, address: str | None, refused: set[str], suppressed: dict[str, str], category: Category
) -> Reach:
    if address is None:
        return Reach(False, None, _MISSING[channel])
    name = Channel.PUSH.value if channel is Channel.SILENT_PUSH else channel.value
    if name in suppressed:
        return Reach(False, address, f"suppressed: {suppressed[name]}")
    if category is Category.MARKETING and name in refused:
        return Reach(False, address, "unsubscribed")
    return Reach(True, address, "")
