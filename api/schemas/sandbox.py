"""The provider sandbox's inbox, for the app's page of it."""

from pydantic import Field

from api.schemas.base import View


class SandboxMessage(View):
    """A message that the sandbox took, as its recipient sees it. Moments are Unix seconds; text not given is empty."""

    id: int
    message_id: str
    channel: str
    vendor: str
    address: str
    customer: str
    customer_name: str | None = Field(default=None, description="First and last name, where a profile knows them.")
    subject: str
    text: str
    html: str
    link: str
    accepted_at: float
    delivered_at: float | None
    bounced_at: float | None
    opened_at: float | None
    clicked_at: float | None
    bought_at: float | None
    unsubscribed_at: float | None
    complained_at: float | None
    replied_at: float | None


class SandboxInbox(View):
    """A page of the inbox, newest first."""

    items: list[SandboxMessage]
    next_before: int | None
