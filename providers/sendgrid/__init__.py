"""SendGrid: e-mail."""

from config.settings import Settings
from domain.vocabulary import Channel
from providers.base import Provider, Webhook
from providers.vendor import Vendor


def _provider(settings: Settings) -> Provider:
    from providers.sendgrid.send import SendGrid

    return SendGrid(
        api_key=settings.sendgrid_api_key.get_secret_value(),
        url=settings.sendgrid_url,
        sender=settings.email_from,
        sender_name=settings.email_from_name,
    )


def _webhook(settings: Settings) -> Webhook:
    from providers.sendgrid.webhook import SendGridWebhook

    return SendGridWebhook(settings.sendgrid_webhook_public_key)


VENDOR = Vendor(
    name="sendgrid",
    channels=frozenset({Channel.EMAIL}),
    can_send=lambda settings: bool(settings.sendgrid_api_key.get_secret_value()),
    make_provider=_provider,
    can_hear=lambda settings: bool(settings.sendgrid_webhook_public_key),
    make_webhook=_webhook,
)
