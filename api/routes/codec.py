"""A codec server for Temporal's UI and command line: what is stored sealed (docs/operations.md), opened for operators.

Temporal's own words for it: `POST <endpoint>/decode` and `/encode` with payloads as protobuf's JSON has them. It is
there only where `CAMPAIGN_FLOW_PAYLOAD_KEYS` is set, and holds nothing: it opens what it is sent.
"""

from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBasic, HTTPBasicCredentials, HTTPBearer
from pydantic import BaseModel, Field
from temporalio.api.common.v1 import Payload

from api.cors import CODEC_PATH
from api.dependencies import RequireRole, ServicesDep, caller_of
from api.problems import responses
from api.strict_json import StrictRoute
from config.encryption import DecryptionError, EncryptingCodec
from domain.errors import InvalidError, NotFoundError
from domain.vocabulary import Role

_bearer = HTTPBearer(auto_error=False, scheme_name="bearer", description="An API key.")
_basic = HTTPBasic(auto_error=False, scheme_name="codec", description="An API key as the password; any user name.")
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="Campaign Flow: an API key as the password"'}


async def _operator(
    services: ServicesDep,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    basic: Annotated[HTTPBasicCredentials | None, Security(_basic)],
) -> None:
    """Refuse who is no operator. Browsers ask for the key themselves: Temporal's UI can send no header of ours."""
    key = bearer.credentials if bearer else basic.password if basic else None
    caller = await caller_of(services, key) if key else None
    if caller is None:
        raise HTTPException(401, "Send an API key, as a bearer token or as the password", _CHALLENGE)
    await RequireRole(Role.OPERATOR)(caller)


router = APIRouter(
    prefix=CODEC_PATH,
    tags=["codec"],
    dependencies=[Depends(_operator)],
    route_class=StrictRoute,
    responses=responses(401, 403, 404),
)


class EncodedPayload(BaseModel):
    """A payload as protobuf's JSON has it: bytes in Base64."""

    metadata: dict[str, str] = Field(default_factory=dict, examples=[{"encoding": "YmluYXJ5L2VuY3J5cHRlZA=="}])
    data: str = ""

    def read(self) -> Payload:
        """As Temporal's API has it. Raises ValueError for what is not Base64."""
        metadata = {name: b64decode(value, validate=True) for name, value in self.metadata.items()}
        return Payload(metadata=metadata, data=b64decode(self.data, validate=True))

    @classmethod
    def write(cls, payload: Payload) -> "EncodedPayload":
        """The other way round."""
        metadata = {name: b64encode(value).decode() for name, value in payload.metadata.items()}
        return cls(metadata=metadata, data=b64encode(payload.data).decode())


class EncodedPayloads(BaseModel):
    """Some of them."""

    payloads: list[EncodedPayload] = Field(default_factory=list, max_length=1_000)


@router.get("")
async def sign_in_to_codec(services: ServicesDep) -> dict[str, str]:
    """Let a browser ask for the key once; Temporal's UI is served from then on."""
    _codec(services)
    return {"status": "ok"}


@router.post("/decode", responses=responses(422))
async def decode_payloads(body: EncodedPayloads, services: ServicesDep) -> EncodedPayloads:
    """The payloads opened; those that are not sealed as they are."""
    return await _through(_codec(services).decode, body)


@router.post("/encode", responses=responses(422))
async def encode_payloads(body: EncodedPayloads, services: ServicesDep) -> EncodedPayloads:
    """The payloads sealed."""
    return await _through(_codec(services).encode, body)


def _codec(services: ServicesDep) -> EncryptingCodec:
    keys = services.settings.payload_keys
    if not keys:
        raise NotFoundError("What Temporal stores is not sealed here: CAMPAIGN_FLOW_PAYLOAD_KEYS is not set")
    return EncryptingCodec([key.get_secret_value() for key in keys])


async def _through(
    codec: Callable[[Sequence[Payload]], Awaitable[list[Payload]]], body: EncodedPayloads
) -> EncodedPayloads:
    try:
        changed = await codec([payload.read() for payload in body.payloads])
    except (DecryptionError, ValueError) as error:
        message = str(error)
        raise InvalidError(message, errors=[{"path": "/body/payloads", "message": message}]) from error
    return EncodedPayloads(payloads=[EncodedPayload.write(payload) for payload in changed])
