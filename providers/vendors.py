"""The built-in vendors, by name. Adding one: docs/providers/index.md."""

from providers import fcm, mailchimp, sendgrid, ses, smtp, twilio
from providers.vendor import Vendor

VENDORS: dict[str, Vendor] = {
    module.VENDOR.name: module.VENDOR for module in (sendgrid, twilio, fcm, mailchimp, ses, smtp)
}

RESERVED_NAMES = frozenset({*VENDORS, "in_app"})
"""Names of built-in providers, which share /webhooks/{name} with the HTTP gateways."""
