"""Payloads sealed and opened, keys changed, and what was tampered with refused."""

import base64

import pytest
from temporalio.api.common.v1 import Payload

from config.encryption import ENCODING, DecryptionError, EncryptingCodec

OLD, NEW = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))
PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=b'{"who": "ada@shop.example"}')


async def test_what_is_sealed_is_opened_as_it_was():
    codec = EncryptingCodec([NEW])
    [sealed] = await codec.encode([PLAIN])
    assert sealed.metadata["encoding"] == ENCODING
    assert b"ada" not in sealed.SerializeToString()
    assert await codec.decode([sealed]) == [PLAIN]


async def test_the_same_twice_looks_different():
    first, second = await EncryptingCodec([NEW]).encode([PLAIN, PLAIN])
    assert first.data != second.data


async def test_older_keys_still_open_and_the_newest_seals():
    [old] = await EncryptingCodec([OLD]).encode([PLAIN])
    both = EncryptingCodec([NEW, OLD])
    assert await both.decode([old]) == [PLAIN]
    [new] = await both.encode([PLAIN])
    with pytest.raises(DecryptionError, match="CAMPAIGN_FLOW_PAYLOAD_KEYS"):
        await EncryptingCodec([OLD]).decode([new])


async def test_what_was_stored_before_is_read_as_it_is():
    assert await EncryptingCodec([NEW]).decode([PLAIN]) == [PLAIN]


@pytest.mark.parametrize("at", [0, 15, -1])
async def test_what_was_changed_is_refused(at: int):
    [sealed] = await EncryptingCodec([NEW]).encode([PLAIN])
    data = bytearray(sealed.data)
    data[at] ^= 1
    with pytest.raises(DecryptionError, match="changed"):
        await EncryptingCodec([NEW]).decode([Payload(metadata=sealed.metadata, data=bytes(data))])


@pytest.mark.parametrize("keys", [[], ["not base64!"], [base64.b64encode(b"short").decode()]])
def test_a_key_is_32_bytes(keys: list[str]):
    with pytest.raises(ValueError, match=r"key|base64|Base64|Non"):
        EncryptingCodec(keys)
