"""A plain HTTP gateway, for the provider of that kind: POST /gateway/messages, and reports with an HMAC."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

from providers.sandbox.types import AcceptedMessage, DeliveryOutcome, ReceivedMessage, Refusal
from providers.sandbox.vendors.base import Call, Letter

_STATUSES: dict[Refusal, int] = {
    "unauthorised": 401,
    "invalid": 400,
    "bad_address": 200,
    "throttled": 429,
    "broken": 500,
}


class GatewayFront:
    """See `Front`."""

    name = "gateway"
    batch = 50

    def __init__(self, keys: Mapping[str, str], api_url: str) -> None:
        self._bearer = f"Bearer {keys['gateway_token']}"
        self._secret = keys["gateway_webhook_secret"].encode()
        self._url = f"{api_url}/webhooks/gateway"

    def authorised(self, call: Call) -> bool:
        return call.headers.get("authorization") == self._bearer

    def read(self, call: Call) -> ReceivedMessage:
        body = json.loads(call.body)
        return ReceivedMessage(
            vendor=self.name,
            channel=body["channel"],
            address=body["to"],
            message_id=body.get("reference", ""),
            customer=body.get("customer", ""),
            subject=body.get("subject", ""),
            text=body["text"],
        )

    def new_id(self) -> str:
        return f"gw-{secrets.token_hex(8)}"

    def accepted(self, own_id: str, arrival: ReceivedMessage) -> Response:
        return JSONResponse({"result": "OK", "messages": [{"id": own_id}]})

    def refuse(self, refusal: Refusal, retry_after: float, address: str) -> Response:
        headers = {"Retry-After": f"{retry_after:g}"} if refusal == "throttled" else {}
        result = "INVALID_NUMBER" if refusal == "bad_address" else "ERROR"
        return JSONResponse({"result": result}, status_code=_STATUSES[refusal], headers=headers)

    def report(
        self, stored: AcceptedMessage, fate: DeliveryOutcome, detail: Mapping[str, Any], moment: float
    ) -> dict[str, Any] | None:
        if fate in (DeliveryOutcome.BOUGHT, DeliveryOutcome.REPLIED):
            return None
        return {
            "id": f"{stored.provider_message_id}-{fate}",
            "reference": stored.arrival.message_id,
            "message": stored.provider_message_id,
            "state": "DEAD" if fate is DeliveryOutcome.BOUNCED and detail.get("permanent") else fate.value.upper(),
            "at": moment,
        }

    def address(self, stored: AcceptedMessage, fate: DeliveryOutcome) -> str:
        return self._url

    def letter(self, url: str, reports: list[dict[str, Any]], now: float) -> Letter:
        body = json.dumps({"reports": reports}).encode()
        stamp = str(int(now))
        signature = hmac.digest(self._secret, stamp.encode() + b"." + body, hashlib.sha256).hex()
        return Letter(url, {"Content-Type": "application/json", "X-Timestamp": stamp, "X-Signature": signature}, body)
