"""E-mail out through the API of Amazon SES (v2)."""

from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formataddr
from typing import Any

import botocore.session
from botocore import exceptions as sdk
from botocore.config import Config

from domain.addresses import email_on_the_wire
from domain.content import EmailContent
from domain.vocabulary import Category, Channel
from providers.base import (
    Accepted,
    AmbiguousError,
    ConfigurationError,
    Outgoing,
    PermanentError,
    SendError,
    ThrottledError,
    TransientError,
)
from providers.custom_data import custom_data
from providers.transport import (
    CONNECT_SECONDS,
    CONNECTIONS,
    READ_SECONDS,
    CallPool,
    retry_after_seconds,
    status_error,
)

THROTTLING = frozenset({"TooManyRequestsException", "LimitExceededException", "Throttling", "ThrottlingException"})
OUR_FAULT = frozenset(
    {
        "AccessDeniedException",
        "AccountSuspendedException",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MailFromDomainNotVerifiedException",
        "MissingAuthenticationToken",
        "NotFoundException",  # the configuration set
        "OptInRequired",
        "SendingPausedException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_BAD_ADDRESS = (
    "domain contains",
    "domain starts with",
    "domain ends with",
    "illegal address",
    "invalid email",
    "local address contains",
    "missing final '@domain'",
    "missing local name",
    "non-ascii",
)
"""Words of a BadRequestException about the recipient's address."""

_NEVER_LEFT = (
    sdk.EndpointConnectionError,
    sdk.ConnectTimeoutError,
    sdk.SSLError,
    sdk.ProxyConnectionError,
)
_NO_CREDENTIALS = (
    sdk.NoCredentialsError,
    sdk.PartialCredentialsError,
    sdk.CredentialRetrievalError,
    sdk.NoRegionError,
    sdk.InvalidRegionError,
    sdk.UnknownEndpointError,
)


@dataclass(frozen=True)
class Credentials:
    """Of an IAM user. Empty: what the machine has."""

    access_key_id: str = ""
    secret_access_key: str = ""


def client_error(error: sdk.ClientError) -> SendError:
    """What a refusal means: by its code where we know it, else by HTTP status."""
    answer: Any = error.response
    code, words = str(answer["Error"].get("Code") or ""), str(answer["Error"].get("Message") or "")
    about = answer.get("ResponseMetadata", {})
    reason = f"SES {code}: {words}"[:500]
    status = int(about.get("HTTPStatusCode") or 500)
    if code in THROTTLING or status == 429:
        return ThrottledError(reason, retry_after=retry_after_seconds(_titled(about.get("HTTPHeaders", {}))))
    if code in OUR_FAULT or (code == "MessageRejected" and "not verified" in words):
        return ConfigurationError(reason)
    if code == "MessageRejected" and "blacklisted" in words.lower():
        return PermanentError(reason, suppress="inactive_recipient")
    if code == "BadRequestException" and any(part in words.lower() for part in _BAD_ADDRESS):
        return PermanentError(reason, suppress="invalid_address")
    return status_error(status, reason)


def _titled(headers: dict[str, str]) -> dict[str, str]:
    return {name.title(): value for name, value in headers.items()}


def _call_error(error: sdk.BotoCoreError) -> SendError:
    reason = f"{type(error).__name__}: {error}"[:500]
    if isinstance(error, _NEVER_LEFT):
        return TransientError(reason)
    if isinstance(error, _NO_CREDENTIALS):
        return ConfigurationError(reason)
    if isinstance(error, sdk.ParamValidationError):
        return PermanentError(reason)
    return AmbiguousError(reason)


def _text(value: str) -> dict[str, str]:
    return {"Data": value, "Charset": "UTF-8"}


def mail_fields(
    message: Outgoing, content: EmailContent, *, sender: str, sender_name: str, configuration_set: str
) -> dict[str, Any]:
    """The arguments of SendEmail."""
    body = {part: _text(value) for part, value in (("Text", content.text), ("Html", content.html)) if value}
    simple: dict[str, Any] = {"Subject": _text(content.subject), "Body": body}
    if message.unsubscribe_url and message.category is Category.MARKETING:
        simple["Headers"] = [
            {"Name": "List-Unsubscribe", "Value": f"<{message.unsubscribe_url}>"},
            {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
        ]
    fields: dict[str, Any] = {
        "FromEmailAddress": formataddr((content.from_name or sender_name, sender)),
        "Destination": {"ToAddresses": [email_on_the_wire(message.address)]},
        "Content": {"Simple": simple},
        "EmailTags": [{"Name": tag, "Value": value} for tag, value in custom_data(message).items()],
    }
    if content.reply_to:
        fields["ReplyToAddresses"] = [content.reply_to]
    if configuration_set:
        fields["ConfigurationSetName"] = configuration_set
    return fields


class Ses:
    """E-mail through Amazon SES."""

    name = "ses"
    channels = frozenset({Channel.EMAIL})

    def __init__(
        self,
        *,
        region: str,
        url: str,
        credentials: Credentials,
        configuration_set: str,
        sender: str,
        sender_name: str,
        tracks_engagement: bool,
    ) -> None:
        self.tracks_engagement = tracks_engagement
        self._fixed = {"sender": sender, "sender_name": sender_name, "configuration_set": configuration_set}
        self._sdk = botocore.session.get_session().create_client(
            "sesv2",
            region_name=region,
            endpoint_url=url or None,
            aws_access_key_id=credentials.access_key_id or None,
            aws_secret_access_key=credentials.secret_access_key or None,
            config=Config(
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                max_pool_connections=CONNECTIONS,
                # a repeat below the ledger could send twice
                retries={"total_max_attempts": 1, "mode": "standard"},
            ),
        )
        self._pool = CallPool(self.name)

    async def send(self, message: Outgoing) -> Accepted:
        """Hand over one e-mail; see `providers.base.Provider.send`."""
        if not isinstance(message.content, EmailContent):
            raise PermanentError(f"{self.name} can't send {message.channel}")
        return await self._pool.run(self._call(mail_fields(message, message.content, **self._fixed)))

    def _call(self, fields: dict[str, Any]) -> Callable[[], Accepted]:
        def call() -> Accepted:
            try:
                return Accepted(self._sdk.send_email(**fields)["MessageId"])
            except sdk.ClientError as error:
                raise client_error(error) from error
            except sdk.BotoCoreError as error:
                raise _call_error(error) from error
            except KeyError as error:
                raise AmbiguousError("SES answered without a MessageId") from error

        return call

    async def close(self) -> None:
        """Give back threads and connections."""
        self._pool.close()
        self._sdk.close()
