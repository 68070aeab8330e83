"""Whether a message is Amazon SNS's, and of our topic: its signature, by a certificate that only Amazon can serve."""

import base64
import binascii
import json
import logging
import re
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from providers.base import NotNowError, SendError, SignatureError, WebhookRequest
from providers.transport import session

SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    "UnsubscribeConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
"""Kind of message -> fields that the signature covers, in their order; a missing Subject is left out."""

HASHES: dict[str, hashes.HashAlgorithm] = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # noqa: S303 (Amazon's version 1)
KEPT_CERTIFICATES = 8
PAUSE_SECONDS = 5.0
"""After a certificate that could not be had, none is asked for so long: calls that anybody can make cost no more."""

_PATH = re.compile(r"/SimpleNotificationService-[0-9a-f]+\.pem")
_ARN = re.compile(r"arn:(aws|aws-cn|aws-us-gov):sns:([a-z0-9-]+):\d{12}:[\w.-]+")
_log = logging.getLogger(__name__)


class SnsVerifier:
    """Checks and reads messages of one topic. Fetches certificates, and confirms the topic's subscription.

    Args:
        topic_arn: whose messages are taken.
        url: where SNS is, for tests; empty: at Amazon, in the topic's region, by HTTPS alone.
        clock: the present moment, UTC.

    Raises:
        ValueError: the topic is no ARN of SNS.

    """

    def __init__(
        self, topic_arn: str, url: str = "", *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        found = _ARN.fullmatch(topic_arn)
        if found is None:
            raise ValueError("CAMPAIGN_FLOW_SES_TOPIC_ARN is not the ARN of an SNS topic, e.g. arn:aws:sns:...:name")
        partition, region = found.groups()
        suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
        self._base = url.rstrip("/") or f"https://sns.{region}.{suffix}"
        self._topic = topic_arn
        self._clock = clock
        self._http = session()
        self._lock = threading.Lock()
        self._keys: dict[str, tuple[rsa.RSAPublicKey, datetime]] = {}
        self._not_before = 0.0

    def read(self, request: WebhookRequest) -> dict[str, str]:
        """The fields of a message that is proven to be SNS's and of our topic.

        Raises:
            SignatureError: it is not.
            NotNowError: the certificate can't be had at present.
            ValueError: the body is no message of SNS.

        """
        body = json.loads(request.body)
        if not isinstance(body, dict):
            raise ValueError("a message of SNS is an object")
        fields = {name: value for name, value in body.items() if isinstance(value, str)}
        names = SIGNED.get(fields.get("Type", ""))
        algorithm = HASHES.get(fields.get("SignatureVersion", ""))
        # SNS signs everybody's topics: one of another account is as good as a forgery
        if names is None or algorithm is None or fields.get("TopicArn") != self._topic:
            raise SignatureError("not a signed message of our SNS topic")
        signed = "".join(f"{name}\n{fields[name]}\n" for name in names if name in fields)
        try:
            signature = base64.b64decode(fields.get("Signature", ""), validate=True)
            self._key(fields.get("SigningCertURL", "")).verify(
                signature, signed.encode("utf-8", "surrogatepass"), padding.PKCS1v15(), algorithm
            )
        except (InvalidSignature, binascii.Error, ValueError):
            raise SignatureError("the signature does not match") from None
        return fields

    def confirm(self, fields: dict[str, str]) -> None:
        """Answer a verified SubscriptionConfirmation by visiting its address, which is SNS's own.

        Raises:
            SignatureError: the address is another's.
            NotNowError: SNS does not answer.

        """
        url = fields.get("SubscribeURL", "")
        if not self._is_amazons(url):
            raise SignatureError("the address of the confirmation is not that of SNS")
        self._get(url)
        _log.info("the subscription of the SNS topic is confirmed")

    def _is_amazons(self, url: str) -> bool:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc}" == self._base

    def _key(self, url: str) -> rsa.RSAPublicKey:
        if not self._is_amazons(url) or not _PATH.fullmatch(urlsplit(url).path) or urlsplit(url).query:
            raise SignatureError("the certificate is not at the address of SNS")
        with self._lock:
            found = self._keys.get(url)
            if found is None:
                found = self._fetch(url)
                if len(self._keys) >= KEPT_CERTIFICATES:
                    self._keys.pop(next(iter(self._keys)))
                self._keys[url] = found
        key, ends = found
        if self._clock() > ends:
            raise SignatureError("the certificate has expired")
        return key

    def _fetch(self, url: str) -> tuple[rsa.RSAPublicKey, datetime]:
        if time.monotonic() < self._not_before:
            raise NotNowError("the certificate of SNS could not be had a moment ago")
        try:
            certificate = x509.load_pem_x509_certificate(self._get(url))
        except (NotNowError, ValueError) as error:
            self._not_before = time.monotonic() + PAUSE_SECONDS
            raise NotNowError("the certificate of SNS can't be had") from error
        key = certificate.public_key()
        if not isinstance(key, rsa.RSAPublicKey):
            raise SignatureError("the certificate of SNS has no RSA key")
        return key, certificate.not_valid_after_utc

    def _get(self, url: str) -> bytes:
        try:
            answer = self._http.get(url, allow_redirects=False)
        except SendError as error:
            raise NotNowError("SNS does not answer") from error
        if answer.status_code != 200:
            raise NotNowError(f"SNS answers {answer.status_code}")
        return answer.content
