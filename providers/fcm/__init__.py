"""Firebase Cloud Messaging: push, shown and silent."""

from config.settings import Settings
from domain.vocabulary import Channel
from providers.base import Provider, Webhook
from providers.vendor import Vendor


def _provider(settings: Settings) -> Provider:
    from providers.fcm.send import Fcm

    return Fcm(
        project_id=settings.fcm_project_id,
        credentials_json=settings.fcm_credentials_json.get_secret_value(),
        url=settings.fcm_url,
        receipt_key=settings.secret_key.get_secret_value(),
    )


def _webhook(settings: Settings) -> Webhook:
    from providers.fcm.webhook import FcmWebhook

    return FcmWebhook(settings.secret_keys)


VENDOR = Vendor(
    name="fcm",
    channels=frozenset({Channel.PUSH, Channel.SILENT_PUSH}),
    can_send=lambda settings: bool(settings.fcm_project_id and settings.fcm_credentials_json.get_secret_value()),
    make_provider=_provider,
    can_hear=lambda settings: True,
    make_webhook=_webhook,
)
