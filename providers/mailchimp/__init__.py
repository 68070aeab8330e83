"""Mailchimp Transactional (Mandrill): e-mail."""

from config.settings import Settings
from domain.vocabulary import Channel
from providers.base import Provider, Webhook
from providers.vendor import Vendor


def _provider(settings: Settings) -> Provider:
    from providers.mailchimp.send import Mailchimp

    return Mailchimp(
        api_key=settings.mailchimp_api_key.get_secret_value(),
        url=settings.mailchimp_url,
        sender=settings.email_from,
        sender_name=settings.email_from_name,
    )


def _webhook(settings: Settings) -> Webhook:
    from providers.mailchimp.webhook import MailchimpWebhook

    return MailchimpWebhook(settings.mailchimp_webhook_key.get_secret_value())


VENDOR = Vendor(
    name="mailchimp",
    channels=frozenset({Channel.EMAIL}),
    can_send=lambda settings: bool(settings.mailchimp_api_key.get_secret_value()),
    make_provider=_provider,
    can_hear=lambda settings: bool(settings.mailchimp_webhook_key.get_secret_value()),
    make_webhook=_webhook,
)
