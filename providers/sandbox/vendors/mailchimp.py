"""Mailchimp Transactional: POST /api/1.0/messages/send.json, and its webhooks."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.responses import JSONResponse, Response

from providers.sandbox.types import AcceptedMessage, DeliveryOutcome, ReceivedMessage, Refusal
from providers.sandbox.vendors.base import Call, Letter

_KINDS = {
    DeliveryOutcome.SENT: "send",
    DeliveryOutcome.DELIVERED: "delivered",
    DeliveryOutcome.OPENED: "open",
    DeliveryOutcome.CLICKED: "click",
    DeliveryOutcome.UNSUBSCRIBED: "unsub",
    DeliveryOutcome.COMPLAINED: "spam",
}
_REFUSALS: dict[Refusal, tuple[int, str, str]] = {
    "unauthorised": (500, "Invalid_Key", "Invalid API key"),
    "invalid": (500, "ValidationError", "You must specify a message value"),
    "throttled": (429, "TooManyRequests", "Too many requests"),
    "broken": (500, "GeneralError", "An unexpected error occurred"),
}


class MailchimpFront:
    """See `Front`."""

    name = "mailchimp"
    batch = 100

    def __init__(self, keys: Mapping[str, str], api_url: str) -> None:
        self._key = keys["mailchimp_api_key"]
        self._webhook_key = keys["mailchimp_webhook_key"].encode()
        self._url = f"{api_url}/webhooks/mailchimp"

    def authorised(self, call: Call) -> bool:
        try:
            return bool(json.loads(call.body).get("key") == self._key)
        except (ValueError, AttributeError):
            return False

    def read(self, call: Call) -> ReceivedMessage:
        message = json.loads(call.body)["message"]
        custom = message.get("metadata") or {}
        return ReceivedMessage(
            vendor=self.name,
            channel="email",
            address=message["to"][0]["email"],
            message_id=custom.get("message_id", ""),
            campaign_id=custom.get("campaign_id", ""),
            customer=custom.get("customer", ""),
            subject=message["subject"],
            text=message.get("text") or "",
            html=message.get("html") or "",
        )

    def new_id(self) -> str:
        return secrets.token_hex(16)

    def accepted(self, own_id: str, arrival: ReceivedMessage) -> Response:
        return JSONResponse([{"email": arrival.address, "status": "sent", "_id": own_id, "reject_reason": None}])

    def refuse(self, refusal: Refusal, retry_after: float, address: str) -> Response:
        if refusal == "bad_address":
            outcome = {"email": address, "status": "rejected", "_id": self.new_id(), "reject_reason": "hard-bounce"}
            return JSONResponse([outcome])
        status, name, message = _REFUSALS[refusal]
        headers = {"Retry-After": f"{retry_after:g}"} if refusal == "throttled" else {}
        body = {"status": "error", "code": -1, "name": name, "message": message}
        return JSONResponse(body, status_code=status, headers=headers)

    def report(
        self, stored: AcceptedMessage, fate: DeliveryOutcome, detail: Mapping[str, Any], moment: float
    ) -> dict[str, Any] | None:
        kind = _KINDS.get(fate)
        if fate is DeliveryOutcome.BOUNCED:
            kind = "hard_bounce" if detail.get("permanent") else "soft_bounce"
        if kind is None:
            return None
        arrival = stored.arrival
        custom = {"message_id": arrival.message_id, "customer": arrival.customer}
        message = {
            "_id": stored.provider_message_id,
            "ts": int(stored.accepted_at),
            "email": arrival.address,
            "subject": arrival.subject,
            "state": "bounced" if fate is DeliveryOutcome.BOUNCED else "sent",
            "metadata": custom | ({"campaign_id": arrival.campaign_id} if arrival.campaign_id else {}),
        }
        if fate is DeliveryOutcome.BOUNCED:
            message["diag"] = "550 5.1.1 unknown user" if detail.get("permanent") else "452 4.2.2 mailbox full"
        event = {"event": kind, "ts": int(moment), "_id": stored.provider_message_id, "msg": message}
        return event | ({"url": "https://shop.example/"} if fate is DeliveryOutcome.CLICKED else {})

    def address(self, stored: AcceptedMessage, fate: DeliveryOutcome) -> str:
        return self._url

    def letter(self, url: str, reports: list[dict[str, Any]], now: float) -> Letter:
        events = json.dumps(reports)
        signed = f"{url}mandrill_events{events}".encode()
        signature = base64.b64encode(hmac.digest(self._webhook_key, signed, hashlib.sha1)).decode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Mandrill-Signature": signature}
        return Letter(url, headers, urlencode({"mandrill_events": events}).encode())
