"""The few pages that customers see: plain HTML without scripts, kept by nobody, framed by nobody."""

import html
from functools import lru_cache

from fastapi.responses import HTMLResponse

from api.dependencies import ApiServices
from domain.vocabulary import Channel
from ingestion.tracking_links import LinkSigner

NEVER_KEPT = {"Cache-Control": "no-store, private", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
CHANNEL_WORDS = {
    Channel.EMAIL: "e-mails",
    Channel.SMS: "text messages",
    Channel.WHATSAPP: "WhatsApp messages",
    Channel.PUSH: "notifications",
    Channel.SILENT_PUSH: "notifications",
    Channel.IN_APP: "messages in the app",
}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:10vh auto 2rem;padding:0 1rem;color:#222}"
    "h1{font-size:1.6rem;line-height:1.25}"
    "button{font:inherit;padding:.6rem 1.4rem;border:0;border-radius:.4rem;background:#1d4ed8;color:#fff}"
    "table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{padding:.5rem;border-bottom:1px solid #ddd}"
    "th{text-align:left;font-weight:500}td{text-align:center;white-space:nowrap}small{display:block;color:#555;font-weight:400}"
    "input{width:1.2rem;height:1.2rem}"
)


def page(title: str, content: str) -> HTMLResponse:
    """A page; `content` is HTML, `title` is text."""
    text = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style><h1>{html.escape(title)}</h1>'
        f"{content}</html>"
    )
    return HTMLResponse(text, headers=NEVER_KEPT | {"Content-Security-Policy": _POLICY})


def signer_of(services: ApiServices) -> LinkSigner:
    """Who makes and reads this installation's links."""
    return _signer(tuple(services.settings.secret_keys), services.settings.public_url)


@lru_cache(maxsize=4)
def _signer(secrets: tuple[str, ...], public_url: str) -> LinkSigner:
    return LinkSigner.of(secrets, public_url)
