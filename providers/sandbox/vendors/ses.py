"""Amazon SES: POST /v2/email/outbound-emails, and its events as SNS signs and posts them."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import NameOID
from starlette.responses import JSONResponse, Response

from providers.sandbox.test_keys import SES_REGION, SES_TOPIC
from providers.sandbox.types import AcceptedMessage, DeliveryOutcome, ReceivedMessage, Refusal
from providers.sandbox.vendors.base import Call, Letter
from providers.ses.sns import SIGNED

PATH = "/v2/email/outbound-emails"
_KINDS = {
    DeliveryOutcome.SENT: "Send",
    DeliveryOutcome.DELIVERED: "Delivery",
    DeliveryOutcome.OPENED: "Open",
    DeliveryOutcome.CLICKED: "Click",
    DeliveryOutcome.BOUNCED: "Bounce",
    DeliveryOutcome.COMPLAINED: "Complaint",
}
_REFUSALS: dict[Refusal, tuple[int, str, str]] = {
    "unauthorised": (403, "InvalidSignatureException", "The request signature does not match."),
    "invalid": (400, "BadRequestException", "The request is not valid."),
    "bad_address": (400, "BadRequestException", "Missing final '@domain'"),
    "throttled": (429, "TooManyRequestsException", "Maximum sending rate exceeded."),
    "broken": (500, "InternalServiceErrorException", "An internal error occurred."),
}


class SesFront:
    """See `Front`. It is SNS too: it serves the certificate that its letters are signed with."""

    name = "ses"
    batch = 1

    def __init__(self, keys: Mapping[str, str], api_url: str) -> None:
        self._id, self._secret = keys["ses_access_key_id"], keys["ses_secret_access_key"]
        private = load_pem_private_key(keys["sns_private_key"].encode(), None)
        if not isinstance(private, rsa.RSAPrivateKey):
            raise TypeError("SNS signs with an RSA key")
        self._private = private
        self._certificate = _certificate(private)
        self._url = f"{api_url}/webhooks/ses"
        self.confirmed: list[str] = []
        """Tokens of the subscriptions that were confirmed."""

    def certificate(self) -> Response:
        return Response(self._certificate, media_type="application/x-pem-file")

    def confirm(self, token: str) -> Response:
        self.confirmed.append(token)
        return Response("<ConfirmSubscriptionResponse/>", media_type="text/xml")

    def authorised(self, call: Call) -> bool:
        """Recompute the signature of AWS, version 4."""
        given = call.headers.get("authorization", "")
        fields = dict(part.strip().split("=", 1) for part in given.partition(" ")[2].split(",") if "=" in part)
        names = fields.get("SignedHeaders", "").split(";")
        stamp = call.headers.get("x-amz-date", "")
        scope = f"{stamp[:8]}/{SES_REGION}/ses/aws4_request"
        if fields.get("Credential") != f"{self._id}/{scope}":
            return False
        lines = "".join(f"{name}:{call.headers.get(name, '').strip()}\n" for name in names)
        body = hashlib.sha256(call.body).hexdigest()
        asked = f"POST\n{PATH}\n\n{lines}\n{';'.join(names)}\n{body}"
        signed = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(asked.encode()).hexdigest()}"
        key = f"AWS4{self._secret}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), hashlib.sha256)
        right = hmac.digest(key, signed.encode(), hashlib.sha256).hex()
        return hmac.compare_digest(right, fields.get("Signature", ""))

    def read(self, call: Call) -> ReceivedMessage:
        body = json.loads(call.body)
        custom = {tag["Name"]: tag["Value"] for tag in body.get("EmailTags", [])}
        simple = body["Content"]["Simple"]
        parts = {name: part["Data"] for name, part in simple["Body"].items()}
        return ReceivedMessage(
            vendor=self.name,
            channel="email",
            address=body["Destination"]["ToAddresses"][0],
            message_id=custom.get("message_id", ""),
            campaign_id=custom.get("campaign_id", ""),
            customer=custom.get("customer", ""),
            subject=simple["Subject"]["Data"],
            text=parts.get("Text", ""),
            html=parts.get("Html", ""),
            callback=f"http://{call.headers['host']}",  # where its certificate can be had
        )

    def new_id(self) -> str:
        return f"0100018{secrets.token_hex(16)}-000000"

    def accepted(self, own_id: str, arrival: ReceivedMessage) -> Response:
        return JSONResponse({"MessageId": own_id})

    def refuse(self, refusal: Refusal, retry_after: float, address: str) -> Response:
        status, code, words = _REFUSALS[refusal]
        headers = {"x-amzn-ErrorType": code}
        if refusal == "throttled":
            headers["Retry-After"] = f"{retry_after:g}"
        return JSONResponse({"message": words}, status_code=status, headers=headers)

    def report(
        self, stored: AcceptedMessage, fate: DeliveryOutcome, detail: Mapping[str, Any], moment: float
    ) -> dict[str, Any] | None:
        kind = _KINDS.get(fate)
        if kind is None:
            return None
        arrival = stored.arrival
        at = _stamp(moment)
        tags = {"ses:configuration-set": ["campaign-flow"], "message_id": [arrival.message_id]}
        event = {
            "eventType": kind,
            "mail": {
                "timestamp": _stamp(stored.accepted_at),
                "messageId": stored.provider_message_id,
                "destination": [arrival.address],
                "tags": tags,
            },
            kind.lower(): {} if kind == "Send" else {"timestamp": at, **_detail(kind, arrival.address, detail)},
        }
        return {"sns": arrival.callback, "at": at, "event": event}

    def address(self, stored: AcceptedMessage, fate: DeliveryOutcome) -> str:
        return self._url

    def letter(self, url: str, reports: list[dict[str, Any]], now: float) -> Letter:
        [report] = reports
        words = json.dumps(report["event"])
        fields = {
            "Type": "Notification",
            "MessageId": str(uuid5(NAMESPACE_URL, words)),
            "TopicArn": SES_TOPIC,
            "Subject": "Amazon SES Email Event Notification",
            "Message": words,
            "Timestamp": report["at"],
        }
        return self.signed(url, fields, report["sns"])

    def signed(self, url: str, fields: dict[str, str], sns: str, version: str = "2") -> Letter:
        """A message of SNS with its signature."""
        names = SIGNED[fields["Type"]]
        said = "".join(f"{name}\n{fields[name]}\n" for name in names if name in fields)
        algorithm = hashes.SHA256() if version == "2" else hashes.SHA1()  # noqa: S303 (Amazon's version 1)
        made = self._private.sign(said.encode(), padding.PKCS1v15(), algorithm)
        body = fields | {
            "SignatureVersion": version,
            "Signature": base64.b64encode(made).decode(),
            "SigningCertURL": f"{sns}/SimpleNotificationService-0123456789abcdef.pem",
        }
        headers = {"Content-Type": "text/plain; charset=UTF-8", "x-amz-sns-message-type": fields["Type"]}
        return Letter(url, headers, json.dumps(body).encode())


def _detail(kind: str, address: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    if kind == "Bounce":
        permanent = bool(detail.get("permanent"))
        told = "smtp; 550 5.1.1 user unknown" if permanent else "smtp; 452 4.2.2 mailbox full"
        return {
            "bounceType": "Permanent" if permanent else "Transient",
            "bounceSubType": "General" if permanent else "MailboxFull",
            "bouncedRecipients": [{"emailAddress": address, "action": "failed", "diagnosticCode": told}],
        }
    if kind == "Complaint":
        return {"complainedRecipients": [{"emailAddress": address}], "complaintFeedbackType": "abuse"}
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/140.0"
    return {"userAgent": agent, **({"link": "https://shop.example/"} if kind == "Click" else {})}


def _stamp(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _certificate(private: rsa.RSAPrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .sign(private, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)
