"""The sandbox's keys: made once, given to both sides."""

import base64
import json
import secrets

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

PROJECT = "campaign-flow-sandbox"
SES_REGION = "eu-central-1"
SES_TOPIC = f"arn:aws:sns:{SES_REGION}:123456789012:campaign-flow"


def _pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def make_keys() -> dict[str, str]:
    """Fresh keys and secrets of all vendors, as one flat JSON-able object."""
    return {
        "sendgrid_api_key": f"SG.{secrets.token_urlsafe(32)}",
        "sendgrid_webhook_private_key": _pem(ec.generate_private_key(ec.SECP256R1())),
        "twilio_account_sid": f"AC{secrets.token_hex(16)}",
        "twilio_auth_token": secrets.token_hex(16),
        "fcm_private_key": _pem(rsa.generate_private_key(public_exponent=65537, key_size=2048)),
        "fcm_access_token": f"ya29.{secrets.token_urlsafe(32)}",
        "mailchimp_api_key": f"md-{secrets.token_urlsafe(16)}",
        "mailchimp_webhook_key": secrets.token_urlsafe(16),
        "ses_access_key_id": f"AKIA{secrets.token_hex(8).upper()}",
        "ses_secret_access_key": secrets.token_urlsafe(30),
        "sns_private_key": _pem(rsa.generate_private_key(public_exponent=65537, key_size=2048)),
        "gateway_token": secrets.token_urlsafe(24),
        "gateway_webhook_secret": secrets.token_urlsafe(24),
        "write_key": secrets.token_urlsafe(24),
    }


def webhook_public_key(keys: dict[str, str]) -> str:
    """SendGrid's verification key as its settings page shows it: Base64 of the DER."""
    private = serialization.load_pem_private_key(keys["sendgrid_webhook_private_key"].encode(), None)
    der = private.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def service_account(sandbox_url: str, keys: dict[str, str]) -> str:
    """A Google service account's JSON whose tokens come from the sandbox."""
    return json.dumps(
        {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": "sandbox",
            "private_key": keys["fcm_private_key"],
            "client_email": f"sender@{PROJECT}.iam.gserviceaccount.com",
            "client_id": "1",
            "token_uri": f"{sandbox_url}/token",
        }
    )


def sandbox_environment(sandbox_url: str, api_url: str, keys: dict[str, str]) -> dict[str, str]:
    """The CAMPAIGN_FLOW_* variables that point the real providers at the sandbox, and the API at its keys."""
    sandbox_url = sandbox_url.rstrip("/")
    values = {
        "SANDBOX_URL": sandbox_url,
        "PUBLIC_URL": api_url.rstrip("/"),
        "WRITE_KEY": keys["write_key"],
        "SENDGRID_API_KEY": keys["sendgrid_api_key"],
        "SENDGRID_URL": sandbox_url,
        "SENDGRID_WEBHOOK_PUBLIC_KEY": webhook_public_key(keys),
        "TWILIO_ACCOUNT_SID": keys["twilio_account_sid"],
        "TWILIO_AUTH_TOKEN": keys["twilio_auth_token"],
        "TWILIO_URL": sandbox_url,
        "TWILIO_WHATSAPP_FROM": "+14155238886",
        "WHATSAPP_PROVIDER": "twilio",
        "FCM_PROJECT_ID": PROJECT,
        "FCM_CREDENTIALS_JSON": service_account(sandbox_url, keys),
        "FCM_URL": sandbox_url,
        "MAILCHIMP_API_KEY": keys["mailchimp_api_key"],
        "MAILCHIMP_URL": f"{sandbox_url}/api/1.0",
        "MAILCHIMP_WEBHOOK_KEY": keys["mailchimp_webhook_key"],
        "SES_REGION": SES_REGION,
        "SES_ACCESS_KEY_ID": keys["ses_access_key_id"],
        "SES_SECRET_ACCESS_KEY": keys["ses_secret_access_key"],
        "SES_CONFIGURATION_SET": "campaign-flow",
        "SES_TOPIC_ARN": SES_TOPIC,
        "SES_TRACKS_ENGAGEMENT": "true",
        "SES_URL": sandbox_url,
        "SES_SNS_URL": sandbox_url,
    }
    return {f"CAMPAIGN_FLOW_{name}": value for name, value in values.items()}
