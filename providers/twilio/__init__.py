"""Twilio: SMS and WhatsApp out, delivery receipts and answers in."""

from html import escape

from config.settings import Settings
from domain.vocabulary import Channel
from providers.base import Provider, Webhook
from providers.vendor import Acknowledgement, Vendor


def _provider(settings: Settings) -> Provider:
    from providers.twilio.send import Twilio

    return Twilio(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token.get_secret_value(),
        url=settings.twilio_url,
        sender=settings.twilio_from,
        whatsapp_sender=settings.twilio_whatsapp_from,
        public_url=settings.public_url,
    )


def _webhook(settings: Settings) -> Webhook:
    from providers.twilio.webhook import TwilioWebhook

    return TwilioWebhook(settings.twilio_auth_token.get_secret_value())


def _acknowledge(words: str) -> Acknowledgement:
    """TwiML: Twilio reads the answer to an incoming message as instructions."""
    message = f"<Message>{escape(words)}</Message>" if words else ""
    return Acknowledgement(f"<?xml version='1.0' encoding='UTF-8'?><Response>{message}</Response>", "text/xml")


VENDOR = Vendor(
    name="twilio",
    channels=frozenset({Channel.SMS, Channel.WHATSAPP}),
    can_send=lambda settings: bool(settings.twilio_account_sid and settings.twilio_auth_token.get_secret_value()),
    make_provider=_provider,
    can_send_on=lambda settings, channel: channel is not Channel.WHATSAPP or bool(settings.twilio_whatsapp_from),
    can_hear=lambda settings: bool(settings.twilio_auth_token.get_secret_value()),
    make_webhook=_webhook,
    acknowledge=_acknowledge,
)
