"""The sandbox's application: the vendors' APIs, and an API and a page of its own."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from fastapi import FastAPI, Request
from fastapi.responses import Response

from providers.sandbox.acceptance import MessageAcceptor
from providers.sandbox.event_simulator import Player
from providers.sandbox.faults import FaultPlayer, Faults
from providers.sandbox.inbox import inbox_routes
from providers.sandbox.recipient_model import Behaviour
from providers.sandbox.store import Store
from providers.sandbox.vendors.base import Front
from providers.sandbox.vendors.fcm import FcmFront
from providers.sandbox.vendors.gateway import GatewayFront
from providers.sandbox.vendors.mailchimp import MailchimpFront
from providers.sandbox.vendors.sendgrid import SendGridFront
from providers.sandbox.vendors.ses import SesFront
from providers.sandbox.vendors.twilio import TwilioFront


@dataclass(frozen=True)
class Options:
    """How a sandbox is started."""

    data: str
    """The inbox's SQLite file."""
    api_url: str
    """Where webhooks and purchases go."""
    keys: dict[str, str]
    time_scale: float = 1.0
    """Real seconds per business second."""
    behaviour: Behaviour = field(default_factory=Behaviour)
    faults: Faults = field(default_factory=Faults)


def create_app(options: Options) -> FastAPI:
    """Put a sandbox together. Its player runs as long as the application does."""
    api_url = options.api_url.rstrip("/")
    store = Store(options.data)
    faults = FaultPlayer(options.faults)
    fcm = FcmFront(options.keys, api_url)
    ses = SesFront(options.keys, api_url)
    fronts: dict[str, Front] = {
        "sendgrid": SendGridFront(options.keys, api_url),
        "twilio": TwilioFront(options.keys, api_url),
        "fcm": fcm,
        "mailchimp": MailchimpFront(options.keys, api_url),
        "ses": ses,
        "gateway": GatewayFront(options.keys, api_url),
    }
    player = Player(store, fronts, faults, api_url, options.keys["write_key"])
    intake = MessageAcceptor(store, faults, options.behaviour, options.time_scale, player.wake)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        playing = asyncio.create_task(player.run())
        yield
        playing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await playing
        store.close()

    app = FastAPI(title="Provider sandbox", lifespan=lifespan)
    _vendor_routes(app, intake, fronts, fcm, ses)
    app.include_router(inbox_routes(store, faults, intake, player.wake))
    return app


def _vendor_routes(
    app: FastAPI, intake: MessageAcceptor, fronts: dict[str, Front], fcm: FcmFront, ses: SesFront
) -> None:
    paths = {
        "/v3/mail/send": "sendgrid",
        "/2010-04-01/Accounts/{account}/Messages.json": "twilio",
        "/v1/projects/{project}/messages:send": "fcm",
        "/api/1.0/messages/send.json": "mailchimp",
        "/gateway/messages": "gateway",
        "/v2/email/outbound-emails": "ses",
    }
    for path, name in paths.items():
        app.add_route(path, _sender(intake, fronts[name]), methods=["POST"])

    checks: dict[str, tuple[str, str, dict[str, object] | str]] = {
        "/v3/scopes": ("GET", "sendgrid", {"scopes": ["mail.send"]}),
        "/2010-04-01/Accounts/{account}.json": ("GET", "twilio", {"status": "active"}),
        "/api/1.0/users/ping2.json": ("POST", "mailchimp", {"PING": "PONG!"}),
    }
    for path, (method, name, answer) in checks.items():
        app.add_route(path, _checker(intake, fronts[name], answer), methods=[method])

    async def token(request: Request) -> Response:
        return fcm.token(await request.body())

    async def certificate(_: Request) -> Response:
        return ses.certificate()

    async def confirm(request: Request) -> Response:
        return ses.confirm(request.query_params.get("Token", ""))

    app.add_route("/token", token, methods=["POST"])
    app.add_route("/SimpleNotificationService-{digest}.pem", certificate, methods=["GET"])
    app.add_route("/sns", confirm, methods=["GET"])


def _sender(intake: MessageAcceptor, front: Front) -> Callable[[Request], Awaitable[Response]]:
    async def send(request: Request) -> Response:
        return await intake.take(request, front)

    return send


def _checker(
    intake: MessageAcceptor, front: Front, answer: dict[str, object] | str
) -> Callable[[Request], Awaitable[Response]]:
    async def check(request: Request) -> Response:
        return await intake.check_key(request, front, answer)

    return check
