"""Twilio: POST Messages.json, its status callbacks, and incoming SMS."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.responses import JSONResponse, Response
from twilio.request_validator import RequestValidator

from providers.sandbox.types import AcceptedMessage, DeliveryOutcome, ReceivedMessage, Refusal
from providers.sandbox.vendors.base import Call, Letter

_REFUSALS: dict[Refusal, tuple[int, int, str]] = {
    "unauthorised": (401, 20003, "Authenticate"),
    "invalid": (400, 21602, "Message body is required."),
    "bad_address": (400, 21211, "Invalid 'To' Phone Number"),
    "throttled": (429, 20429, "Too Many Requests"),
    "broken": (500, 20500, "Internal Server Error"),
}


class TwilioFront:
    """See `Front`."""

    name = "twilio"
    batch = 1

    def __init__(self, keys: Mapping[str, str], api_url: str) -> None:
        self._sid, token = keys["twilio_account_sid"], keys["twilio_auth_token"]
        self._basic = "Basic " + base64.b64encode(f"{self._sid}:{token}".encode()).decode()
        self._validator = RequestValidator(token)
        self._incoming = f"{api_url}/webhooks/twilio"

    def authorised(self, call: Call) -> bool:
        return call.headers.get("authorization") == self._basic and call.path.get("account") == self._sid

    def read(self, call: Call) -> ReceivedMessage:
        form = dict(parse_qsl(call.body.decode(), keep_blank_values=True))
        callback = form.get("StatusCallback", "")
        custom = dict(parse_qsl(urlsplit(callback).query))
        whatsapp = form["To"].startswith("whatsapp:")
        template = f"{form['ContentSid']} {form.get('ContentVariables', '')}" if "ContentSid" in form else ""
        return ReceivedMessage(
            vendor=self.name,
            channel="whatsapp" if whatsapp else "sms",
            address=form["To"].removeprefix("whatsapp:"),
            message_id=custom.get("message_id", ""),
            campaign_id=custom.get("campaign_id", ""),
            customer=custom.get("customer", ""),
            text=template if whatsapp and template else form["Body"],
            callback=callback,
        )

    def new_id(self) -> str:
        return f"SM{secrets.token_hex(16)}"

    def accepted(self, own_id: str, arrival: ReceivedMessage) -> Response:
        return JSONResponse(
            {
                "sid": own_id,
                "account_sid": self._sid,
                "status": "queued",
                "to": arrival.address,
                "body": arrival.text,
                "error_code": None,
                "error_message": None,
                "num_segments": "1",
            },
            status_code=201,
        )

    def refuse(self, refusal: Refusal, retry_after: float, address: str) -> Response:
        status, code, message = _REFUSALS[refusal]
        headers = {"Retry-After": f"{retry_after:g}"} if refusal == "throttled" else {}
        body = {"code": code, "message": message, "more_info": "", "status": status}
        return JSONResponse(body, status_code=status, headers=headers)

    def report(
        self, stored: AcceptedMessage, fate: DeliveryOutcome, detail: Mapping[str, Any], moment: float
    ) -> dict[str, Any] | None:
        arrival = stored.arrival
        common = {"AccountSid": self._sid, "ApiVersion": "2010-04-01"}
        whatsapp = arrival.channel == "whatsapp"
        address = f"whatsapp:{arrival.address}" if whatsapp else arrival.address
        if fate is DeliveryOutcome.REPLIED:
            sid = f"SM{hashlib.sha256(f'{stored.id}:{moment}'.encode()).hexdigest()[:32]}"
            text = str(detail.get("text", "STOP"))
            return {**common, "MessageSid": sid, "SmsStatus": "received", "From": address, "Body": text}
        if not arrival.callback:
            return None
        status: dict[str, str] = {
            DeliveryOutcome.SENT: {"MessageStatus": "sent"},
            DeliveryOutcome.DELIVERED: {"MessageStatus": "delivered"},
            **({DeliveryOutcome.OPENED: {"MessageStatus": "read"}} if whatsapp else {}),
            DeliveryOutcome.BOUNCED: {
                "MessageStatus": "undelivered",
                "ErrorCode": (("63024" if whatsapp else "30005") if detail.get("permanent") else "30003"),
            },
        }.get(fate, {})
        if not status:
            return None
        return {**common, "MessageSid": stored.provider_message_id, "To": address, **status}

    def address(self, stored: AcceptedMessage, fate: DeliveryOutcome) -> str:
        return self._incoming if fate is DeliveryOutcome.REPLIED else stored.arrival.callback

    def letter(self, url: str, reports: list[dict[str, Any]], now: float) -> Letter:
        form = reports[0]
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": self._validator.compute_signature(url, form),
        }
        return Letter(url, headers, urlencode(form).encode())
