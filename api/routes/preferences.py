"""The page where customers say what they want to get. Its signed link names them: there is nothing to log in to."""

import html
from datetime import UTC, datetime
from urllib.parse import parse_qs
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.dependencies import ApiServices, ServicesDep
from api.pages import page, signer_of
from api.problems import responses
from api.request_body import read_body
from domain.contact import EVERY_TOPIC
from domain.errors import DomainError, NotFoundError
from domain.i18n import sentence
from domain.vocabulary import Channel
from ingestion import preferences
from ingestion.preferences import Choice, Preferences
from ingestion.tracking_links import LinkError
from store.database.retry import run_in_transaction

router = APIRouter(tags=["links"])

_FORM_BYTES = 256 * 1024
_FORM_FIELDS = 5000
_HEADS = {
    Channel.EMAIL: "E-mail",
    Channel.SMS: "SMS",
    Channel.WHATSAPP: "WhatsApp",
    Channel.PUSH: "Push",
    Channel.IN_APP: "In the app",
}
_FORM = {"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}}}


@router.get("/p/{token}", response_class=HTMLResponse, responses=responses(404))
@router.head("/p/{token}", include_in_schema=False)
async def preference_page(token: str, services: ServicesDep) -> HTMLResponse:
    """What this customer gets, with a form to change it. Looking at it changes nothing."""
    customer_id = _customer(services, token)
    whatsapp = Channel.WHATSAPP in services.providers.channels
    shown = await run_in_transaction(
        services.database, lambda session: preferences.read(session, customer_id, whatsapp=whatsapp)
    )
    return page("What you get from us", _form(shown))


@router.post("/p/{token}", response_class=HTMLResponse, responses=responses(400, 404, 413, 503), openapi_extra=_FORM)
async def save_preferences(token: str, request: Request, services: ServicesDep) -> HTMLResponse:
    """Write down what the form says. It holds from the next send on, journeys under way included."""
    customer_id = _customer(services, token)
    shown, chosen = _read(await read_body(request, _FORM_BYTES))
    now, scale = datetime.now(UTC), services.settings.time_scale
    whatsapp = Channel.WHATSAPP in services.providers.channels
    saved = await run_in_transaction(
        services.database,
        lambda session: preferences.change(
            session, customer_id, shown, chosen, now=now, time_scale=scale, whatsapp=whatsapp
        ),
    )
    return page("What you get from us", "<p>Saved.</p>" + _form(saved))


def _customer(services: ApiServices, token: str) -> UUID:
    try:
        return signer_of(services).read_preferences(token)
    except LinkError as error:
        raise NotFoundError(sentence("link_damaged")) from error


def _read(body: bytes) -> tuple[frozenset[Choice], frozenset[Choice]]:
    """The choices that were on the page, and those that are ticked."""
    try:
        fields = parse_qs(body.decode(), max_num_fields=_FORM_FIELDS, errors="strict")
        return _choices(fields.get("shown", [])), _choices(fields.get("want", []))
    except ValueError as error:
        raise DomainError("The form can't be read: open the page again") from error


def _choices(values: list[str]) -> frozenset[Choice]:
    pairs = [value.partition(":") for value in values]
    return frozenset((Channel(channel), topic) for channel, _, topic in pairs)


def _form(shown: Preferences) -> str:
    if not shown.channels:
        return "<p>We have no address of yours to write to.</p>"
    rows = [_row("Everything", "Without it, nothing comes that way.", EVERY_TOPIC, shown)]
    rows += [_row(topic.name, topic.description, topic.key, shown) for topic in shown.topics]
    heads = "".join(f"<td>{_HEADS[channel]}</td>" for channel in shown.channels)
    return (
        f'<form method="post"><table><tr><th></th>{heads}</tr>{"".join(rows)}</table>'
        '<button type="submit">Save</button></form>'
        "<p><small>Messages about your orders and your account are always sent.</small></p>"
    )


def _row(name: str, description: str, topic: str, shown: Preferences) -> str:
    cells = "".join(_cell(channel, topic, name, (channel, topic) in shown.chosen) for channel in shown.channels)
    about = f"<small>{html.escape(description)}</small>" if description else ""
    return f'<tr><th scope="row">{html.escape(name)}{about}</th>{cells}</tr>'


def _cell(channel: Channel, topic: str, name: str, ticked: bool) -> str:
    value = html.escape(f"{channel.value}:{topic}")
    label = html.escape(f"{name}: {_HEADS[channel]}")
    tick = " checked" if ticked else ""
    return (
        f'<td><input type="hidden" name="shown" value="{value}">'
        f'<input type="checkbox" name="want" value="{value}" aria-label="{label}"{tick}></td>'
    )
