"""FCM v1: its OAuth token endpoint and messages:send, and the shop's app that posts receipts."""

import base64
import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from starlette.responses import JSONResponse, Response

from providers.sandbox.types import AcceptedMessage, DeliveryOutcome, ReceivedMessage, Refusal
from providers.sandbox.vendors.base import Call, Letter

_EVENTS = {DeliveryOutcome.DELIVERED: "received", DeliveryOutcome.OPENED: "opened", DeliveryOutcome.CLICKED: "clicked"}
_REFUSALS: dict[Refusal, tuple[int, str, str, str | None]] = {
    "unauthorised": (401, "UNAUTHENTICATED", "Request had invalid authentication credentials.", None),
    "invalid": (400, "INVALID_ARGUMENT", "Invalid JSON payload received.", "INVALID_ARGUMENT"),
    "bad_address": (404, "NOT_FOUND", "Requested entity was not found.", "UNREGISTERED"),
    "throttled": (429, "RESOURCE_EXHAUSTED", "Quota exceeded.", "QUOTA_EXCEEDED"),
    "broken": (500, "INTERNAL", "Internal error encountered.", "INTERNAL"),
}


class FcmFront:
    """See `Front`."""

    name = "fcm"
    batch = 1

    def __init__(self, keys: Mapping[str, str], api_url: str) -> None:
        self._token = keys["fcm_access_token"]
        private = load_pem_private_key(keys["fcm_private_key"].encode(), None)
        if not isinstance(private, rsa.RSAPrivateKey):
            raise TypeError("a service account signs with RSA")
        self._public = private.public_key()
        self._url = f"{api_url}/webhooks/fcm"

    def token(self, form: bytes) -> Response:
        """Answer POST /token: an access token for an assertion that the service account signed."""
        assertion = parse_qs(form.decode()).get("assertion", [""])[0]
        signed, _, signature = assertion.rpartition(".")
        try:
            raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
            self._public.verify(raw, signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, ValueError):
            problem = {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
            return JSONResponse(problem, status_code=400)
        return JSONResponse({"access_token": self._token, "expires_in": 3599, "token_type": "Bearer"})

    def authorised(self, call: Call) -> bool:
        return call.headers.get("authorization") == f"Bearer {self._token}"

    def read(self, call: Call) -> ReceivedMessage:
        message = json.loads(call.body)["message"]
        data = message.get("data", {})
        notification = message.get("notification")
        return ReceivedMessage(
            vendor=self.name,
            channel="push" if notification else "silent_push",
            address=message["token"],
            message_id=data.get("message_id", ""),
            campaign_id=data.get("campaign_id", ""),
            customer=data.get("customer", ""),
            subject=(notification or {}).get("title", ""),
            text=(notification or {}).get("body", "") or json.dumps(data),
            link=data.get("link", ""),
            callback=data.get("receipt", ""),
        )

    def new_id(self) -> str:
        return f"0:{secrets.randbelow(10**16)}%{secrets.token_hex(8)}"

    def accepted(self, own_id: str, arrival: ReceivedMessage) -> Response:
        return JSONResponse({"name": f"projects/campaign-flow-sandbox/messages/{own_id}"})

    def refuse(self, refusal: Refusal, retry_after: float, address: str) -> Response:
        status, kind, message, code = _REFUSALS[refusal]
        error: dict[str, Any] = {"code": status, "message": message, "status": kind}
        if code:
            detail = {"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code}
            error["details"] = [detail]
        headers = {"Retry-After": f"{retry_after:g}"} if refusal == "throttled" else {}
        return JSONResponse({"error": error}, status_code=status, headers=headers)

    def report(
        self, stored: AcceptedMessage, fate: DeliveryOutcome, detail: Mapping[str, Any], moment: float
    ) -> dict[str, Any] | None:
        if fate not in _EVENTS or not stored.arrival.callback:
            return None
        return {"receipt": stored.arrival.callback, "event": _EVENTS[fate]}

    def address(self, stored: AcceptedMessage, fate: DeliveryOutcome) -> str:
        return self._url

    def letter(self, url: str, reports: list[dict[str, Any]], now: float) -> Letter:
        return Letter(url, {"Content-Type": "application/json"}, json.dumps(reports[0]).encode())
