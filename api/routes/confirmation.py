"""The page where somebody confirms that they want marketing: the second half of double opt-in."""

from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.dependencies import ApiServices, ServicesDep
from api.pages import CHANNEL_WORDS, page, signer_of
from api.problems import responses
from domain.errors import NotFoundError
from domain.i18n import sentence
from ingestion.double_opt_in import confirm
from ingestion.tracking_links import ConfirmationTarget, LinkError
from store.database.retry import run_in_transaction

router = APIRouter(tags=["links"])


@router.get("/s/{token}", response_class=HTMLResponse, responses=responses(404))
@router.head("/s/{token}", include_in_schema=False)
async def confirmation_page(token: str, services: ServicesDep) -> HTMLResponse:
    """A page with a button. Looking at it changes nothing: scanners follow links, and are nobody's consent."""
    target = _target(services, token)
    return page(
        "Confirm your subscription",
        f"<p>You will get {CHANNEL_WORDS[target.channel]} from us. You can unsubscribe at any time.</p>"
        '<form method="post"><button type="submit">Yes, subscribe me</button></form>'
        "<p><small>Was it not you who asked? Then close this page: nothing will be sent.</small></p>",
    )


@router.post("/s/{token}", response_class=HTMLResponse, responses=responses(404, 503))
async def confirm_subscription(token: str, services: ServicesDep) -> HTMLResponse:
    """Write the consent down. It holds from the next send on."""
    target = _target(services, token)
    now, scale = datetime.now(UTC), services.settings.time_scale
    await run_in_transaction(services.database, lambda session: confirm(session, target, now=now, time_scale=scale))
    link = signer_of(services).preferences(target.customer_id)
    return page("Thank you", f'<p>Your subscription is confirmed.</p><p><a href="{link}">Choose what you get</a></p>')


def _target(services: ApiServices, token: str) -> ConfirmationTarget:
    try:
        return signer_of(services).read_confirmation(token)
    except (LinkError, ValueError) as error:
        raise NotFoundError(sentence("link_damaged")) from error
