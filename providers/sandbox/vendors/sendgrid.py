"""SendGrid: POST /v3/mail/send, and its Signed Event Webhook."""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from starlette.responses import JSONResponse, Response

from providers.sandbox.types import AcceptedMessage, DeliveryOutcome, ReceivedMessage, Refusal
from providers.sandbox.vendors.base import Call, Letter

_KINDS = {
    DeliveryOutcome.SENT: "processed",
    DeliveryOutcome.DELIVERED: "delivered",
    DeliveryOutcome.OPENED: "open",
    DeliveryOutcome.CLICKED: "click",
    DeliveryOutcome.BOUNCED: "bounce",
    DeliveryOutcome.UNSUBSCRIBED: "unsubscribe",
    DeliveryOutcome.COMPLAINED: "spamreport",
}
_REFUSALS: dict[Refusal, tuple[int, str, str | None]] = {
    "unauthorised": (401, "The provided authorization grant is invalid, expired, or revoked", None),
    "invalid": (400, "Bad Request", None),
    "bad_address": (400, "Does not contain a valid address.", "personalizations.0.to.0.email"),
    "throttled": (429, "too many requests", None),
    "broken": (500, "internal error", None),
}


class SendGridFront:
    """See `Front`."""

    name = "sendgrid"
    batch = 100

    def __init__(self, keys: Mapping[str, str], api_url: str) -> None:
        self._bearer = f"Bearer {keys['sendgrid_api_key']}"
        private = load_pem_private_key(keys["sendgrid_webhook_private_key"].encode(), None)
        if not isinstance(private, ec.EllipticCurvePrivateKey):
            raise TypeError("SendGrid signs with an elliptic-curve key")
        self._private = private
        self._url = f"{api_url}/webhooks/sendgrid"

    def authorised(self, call: Call) -> bool:
        return call.headers.get("authorization") == self._bearer

    def read(self, call: Call) -> ReceivedMessage:
        body = json.loads(call.body)
        recipient = body["personalizations"][0]
        custom = recipient.get("custom_args", {})
        content = {part["type"]: part["value"] for part in body["content"]}
        return ReceivedMessage(
            vendor=self.name,
            channel="email",
            address=recipient["to"][0]["email"],
            message_id=custom.get("message_id", ""),
            campaign_id=custom.get("campaign_id", ""),
            customer=custom.get("customer", ""),
            subject=body["subject"],
            text=content.get("text/plain", ""),
            html=content.get("text/html", ""),
        )

    def new_id(self) -> str:
        return secrets.token_urlsafe(16)

    def accepted(self, own_id: str, arrival: ReceivedMessage) -> Response:
        return Response(status_code=202, headers={"X-Message-Id": own_id})

    def refuse(self, refusal: Refusal, retry_after: float, address: str) -> Response:
        status, message, field = _REFUSALS[refusal]
        headers = {"Retry-After": f"{retry_after:g}"} if refusal == "throttled" else {}
        errors = {"errors": [{"message": message, "field": field, "help": None}]}
        return JSONResponse(errors, status_code=status, headers=headers)

    def report(
        self, stored: AcceptedMessage, fate: DeliveryOutcome, detail: Mapping[str, Any], moment: float
    ) -> dict[str, Any] | None:
        kind = _KINDS.get(fate)
        if kind is None:
            return None
        arrival = stored.arrival
        event: dict[str, Any] = {
            "email": arrival.address,
            "timestamp": int(moment),
            "event": kind,
            "sg_event_id": hashlib.sha256(f"{stored.id}:{fate}:{moment}".encode()).hexdigest()[:32],
            "sg_message_id": f"{stored.provider_message_id}.recvd-sandbox",
            "message_id": arrival.message_id,
            "customer": arrival.customer,
        }
        if arrival.campaign_id:
            event["campaign_id"] = arrival.campaign_id
        if fate is DeliveryOutcome.BOUNCED:
            permanent = bool(detail.get("permanent"))
            event |= {
                "type": "bounce" if permanent else "blocked",
                "status": "5.1.1" if permanent else "4.7.1",
                "reason": "550 5.1.1 unknown user" if permanent else "421 4.7.1 try again later",
            }
        if fate is DeliveryOutcome.CLICKED:
            event["url"] = "https://shop.example/"
        return event

    def address(self, stored: AcceptedMessage, fate: DeliveryOutcome) -> str:
        return self._url

    def letter(self, url: str, reports: list[dict[str, Any]], now: float) -> Letter:
        body = json.dumps(reports).encode()
        stamp = str(int(now))
        signed = self._private.sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))
        headers = {
            "Content-Type": "application/json",
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signed).decode(),
            "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
        }
        return Letter(url, headers, body)
