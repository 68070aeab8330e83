"""What of ours travels with every message, so that a vendor's webhook can name it."""

from uuid import UUID

from domain.ids import customer_label
from providers.base import Outgoing


def custom_data(message: Outgoing) -> dict[str, str]:
    """The custom data of one message: `message_id`, `customer`, and `campaign_id` where there is one.

    `customer` is the shop's own id where that is opaque, else our UUID: never an address.
    """
    data = {"message_id": str(message.message_id), "customer": customer_label(message.customer_id, message.external_id)}
    if message.campaign_id is not None:
        data["campaign_id"] = str(message.campaign_id)
    return data


def read_message_id(value: object) -> UUID | None:
    """Our message id out of a vendor's copy of it; None when it carries none.

    Raises:
        ValueError: It carries one that is not ours to read.

    """
    if value is None or value == "":
        return None
    return UUID(str(value))
