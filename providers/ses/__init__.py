"""Amazon SES: e-mail out by its API, events in by SNS."""

from config.settings import Settings
from domain.vocabulary import Channel
from providers.base import Provider, Webhook
from providers.vendor import Vendor


def _provider(settings: Settings) -> Provider:
    from providers.ses.send import Credentials, Ses

    return Ses(
        region=settings.ses_region,
        url=settings.ses_url,
        credentials=Credentials(settings.ses_access_key_id, settings.ses_secret_access_key.get_secret_value()),
        configuration_set=settings.ses_configuration_set,
        sender=settings.email_from,
        sender_name=settings.email_from_name,
        tracks_engagement=settings.ses_tracks_engagement,
    )


def _webhook(settings: Settings) -> Webhook:
    from providers.ses.sns import SnsVerifier
    from providers.ses.webhook import SesWebhook

    return SesWebhook(SnsVerifier(settings.ses_topic_arn, settings.ses_sns_url))


VENDOR = Vendor(
    name="ses",
    channels=frozenset({Channel.EMAIL}),
    can_send=lambda settings: bool(settings.ses_region),
    make_provider=_provider,
    can_hear=lambda settings: bool(settings.ses_topic_arn),
    make_webhook=_webhook,
    webhook_fetches=True,
)
