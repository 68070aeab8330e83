"""What a template holds, by channel. Every text field is Liquid."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.email_document.document import EmailDocument


class _Content(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EmailContent(_Content):
    """An e-mail. Its body is a document of the visual editor, MJML or HTML.

    The plain-text part is derived from it unless `text` is given.
    """

    channel: Literal["email"] = "email"
    subject: str = Field(min_length=1, max_length=500)
    preheader: str = Field(default="", max_length=500)
    document: EmailDocument | None = None
    mjml: str | None = Field(default=None, max_length=200_000)
    html: str | None = Field(default=None, max_length=200_000)
    text: str | None = Field(default=None, max_length=100_000)
    from_name: str | None = Field(default=None, max_length=120)
    reply_to: str | None = Field(default=None, max_length=254)

    @model_validator(mode="after")
    def _one_body(self) -> "EmailContent":
        if sum(body is not None for body in (self.mjml, self.html)) > 1:
            raise ValueError("give the body as mjml or as html, not both")
        if self.document is not None and (self.mjml is not None or self.html is not None):
            raise ValueError("give the body as a document or as mjml or html, not both")
        if self.document is None and self.mjml is None and self.html is None and self.text is None:
            raise ValueError("an e-mail needs a body: a document, mjml, html or text")
        return self


class SmsContent(_Content):
    """A text message; long ones are sent in several segments."""

    channel: Literal["sms"] = "sms"
    body: str = Field(min_length=1, max_length=1600)


class WhatsAppContent(_Content):
    """A WhatsApp message: an approved template, which may go at any time, or free text within a session.

    A session is the 24 hours after the customer's last message to us.
    """

    channel: Literal["whatsapp"] = "whatsapp"
    template_sid: str | None = Field(default=None, pattern=r"^HX[0-9a-fA-F]{32}$")
    """The provider's id of the template (Twilio's ContentSid)."""
    variables: dict[str, str] = Field(default_factory=dict, max_length=50)
    """Of the template: name, e.g. `1`, to text."""
    body: str | None = Field(default=None, min_length=1, max_length=4096)

    @model_validator(mode="after")
    def _template_or_text(self) -> "WhatsAppContent":
        if (self.template_sid is None) == (self.body is None):
            raise ValueError("a WhatsApp message has a template (template_sid) or free text (body), one of them")
        if self.body is not None and self.variables:
            raise ValueError("only a template has variables")
        return self


class PushContent(_Content):
    """A notification on the phone's screen."""

    channel: Literal["push"] = "push"
    title: str = Field(default="", max_length=200)
    body: str = Field(min_length=1, max_length=1000)
    image: str | None = Field(default=None, max_length=2000)
    link: str | None = Field(default=None, max_length=2000)
    data: dict[str, str] = Field(default_factory=dict, max_length=30)


class SilentPushContent(_Content):
    """Data for the app, shown to nobody; e.g. to refresh its recommendations."""

    channel: Literal["silent_push"] = "silent_push"
    data: dict[str, str] = Field(min_length=1, max_length=30)


class InAppContent(_Content):
    """A card that the app reads from the customer's inbox."""

    channel: Literal["in_app"] = "in_app"
    title: str = Field(min_length=1, max_length=200)
    body: str = Field(min_length=1, max_length=4000)
    image: str | None = Field(default=None, max_length=2000)
    link: str | None = Field(default=None, max_length=2000)


Content = Annotated[
    EmailContent | SmsContent | WhatsAppContent | PushContent | SilentPushContent | InAppContent,
    Field(discriminator="channel"),
]
