"""SMTP: e-mail through any mail server."""

from config.settings import Settings
from domain.vocabulary import Channel
from providers.base import Provider, Webhook
from providers.vendor import Vendor


def _provider(settings: Settings) -> Provider:
    from providers.smtp.connections import Server
    from providers.smtp.send import Smtp

    server = Server(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        username=settings.smtp_username,
        password=settings.smtp_password.get_secret_value(),
        ca_file=settings.smtp_ca_file,
        timeout_seconds=settings.smtp_timeout_seconds,
    )
    return Smtp(
        server,
        connections=settings.smtp_connections,
        sender=settings.email_from,
        sender_name=settings.email_from_name,
        return_path=settings.smtp_return_path,
    )


def _webhook(settings: Settings) -> Webhook:
    from providers.smtp.webhook import SmtpWebhook

    return SmtpWebhook(settings.smtp_webhook_secret.get_secret_value())


VENDOR = Vendor(
    name="smtp",
    channels=frozenset({Channel.EMAIL}),
    can_send=lambda settings: bool(settings.smtp_host),
    make_provider=_provider,
    can_hear=lambda settings: bool(settings.smtp_webhook_secret.get_secret_value()),
    make_webhook=_webhook,
)
