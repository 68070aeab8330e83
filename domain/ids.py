"""Deterministic ids: the id is the de-duplication. Every id that two processes must agree on is made here."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid5

_NAMESPACE = UUID("6f1d4f6e-7d0b-5c1e-9d3a-2b6c1f0e8a41")
_FREE = ~(0xF000 << 64 | 0xC000 << 48)
_VERSION_5 = 5 << 76 | 0x8000 << 48
_NUMBER = re.compile(r"[0-9-]{7,}")
"""It could be somebody's telephone number."""
_OPAQUE = re.compile(r"^[A-Za-z0-9_-]{1,64}$")


def event_id(source: str, message_id: str) -> UUID:
    """Id of an event, from who sent it and the sender's own id for it: a repeat gets the same one."""
    # uuid5 spelt out: this one is made a million times an import
    digest = hashlib.sha1(_NAMESPACE.bytes + f"event:{source}:{message_id}".encode(), usedforsecurity=False).digest()
    return UUID(int=int.from_bytes(digest[:16]) & _FREE | _VERSION_5)


def event_id_text(source: str, message_id: str) -> str:
    """`event_id` as text, in a third of the time."""
    digest = hashlib.sha1(_NAMESPACE.bytes + f"event:{source}:{message_id}".encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digest[16], 16) & 3]
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


def sent_event_id(source: str, message_id: str, *, kind: str, name: str, who: str, when: int | str) -> UUID:
    """Id of an event that a sender gave an id of its own: only the same event under the same id is a repeat.

    The first half is made of the sender's id, the second of what the event is: events that share a first half came
    under one id and are different.

    Args:
        source: whose ids these are.
        message_id: the sender's.
        kind: track, identify or alias.
        name: the event's, empty where it has none.
        who: the customer, by the first of the ids that name them.
        when: microseconds since 1970 by the sender's clock; a text where the sender did not say.

    """
    return UUID(sent_event_id_text(source, message_id, kind=kind, name=name, who=who, when=when))


def sent_event_id_text(source: str, message_id: str, *, kind: str, name: str, who: str, when: int | str) -> str:
    """`sent_event_id` as text."""
    told = f"event:{source}:{message_id}"
    first = hashlib.sha1(_NAMESPACE.bytes + told.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
    what = f"{told}\x1f{kind}\x1f{name}\x1f{who}\x1f{when}"
    digest = hashlib.sha1(_NAMESPACE.bytes + what.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digest[0], 16) & 3]
    return f"{first[:8]}-{first[8:12]}-5{first[12:15]}-{variant}{digest[1:4]}-{digest[4:16]}"


def test_message_id(key: str) -> UUID:
    """Id of the test that a caller's own key stands for."""
    return uuid5(_NAMESPACE, f"test:{key}")


def journey_id(campaign_id: UUID, customer_id: UUID, entry: str) -> UUID:
    """Id of one customer's walk. `entry` tells one entrance from the next: a run's id, an entry key, an event's id."""
    return uuid5(_NAMESPACE, f"journey:{campaign_id}:{customer_id}:{entry}")


def entry_text(entry: str) -> str:
    """How a journey's row keeps its entry: the hash of an entry key or of a caller's key, which may name somebody."""
    kind, _, value = entry.partition(":")
    if kind not in ("key", "api"):
        return entry
    return f"{kind}:{hashlib.sha256(f'campaign-flow:entry:{value}'.encode('utf-8', 'replace')).hexdigest()[:32]}"


def message_id(journey: UUID, node_id: str, visit: int) -> UUID:
    """Id of the one message that this visit of a send node may cause (visits count from 1)."""
    return uuid5(_NAMESPACE, f"message:{journey}:{node_id}:{visit}")


def run_id(campaign_id: UUID, launch: str) -> UUID:
    """Id of one launch; `launch` is the workflow id that Temporal or the caller gave it."""
    return uuid5(_NAMESPACE, f"run:{campaign_id}:{launch}")


def migration_id(campaign_id: UUID, version_id: UUID, mapping: Mapping[str, str | None]) -> UUID:
    """Id of a move of a campaign's journeys to a version: the same move again is the same one."""
    return uuid5(_NAMESPACE, f"migration:{campaign_id}:{version_id}:{json.dumps(dict(mapping), sort_keys=True)}")


def trigger_segment_id(campaign_id: UUID, condition: str) -> UUID:
    """Id of the segment that a campaign's trigger stands for; `condition` is its JSON."""
    return uuid5(_NAMESPACE, f"trigger:{campaign_id}:{condition}")


def model_id(name: str, kind: str, moment: datetime) -> UUID:
    """Id of the model of that kind that a training at this moment makes: a repeated training makes the same one."""
    return uuid5(_NAMESPACE, f"model:{name}:{kind}:{moment.isoformat()}")


def coupon_code(prefix: str, campaign_id: UUID, customer_id: UUID, attempt: int = 0) -> str:
    """The one code of this customer in this campaign, e.g. ``FASHION-7K2M-9QXA-3WPD``: 60 bits.

    Not secret: redemption is checked. Another `attempt` gives another code, for when somebody else has this one.
    """
    alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    digest = hashlib.blake2b(
        f"{prefix}:{campaign_id}:{customer_id}{f':{attempt}' if attempt else ''}".encode(),
        digest_size=8,
        key=_NAMESPACE.bytes,
    )
    number = int.from_bytes(digest.digest(), "big")
    letters = []
    for _ in range(12):
        number, index = divmod(number, len(alphabet))
        letters.append(alphabet[index])
    return "-".join([prefix, *("".join(letters[place : place + 4]) for place in (0, 4, 8))])


def hashed_share(*parts: str) -> float:
    """A number in [0, 1) that is always the same for the same parts; arms and random segments are cut along it.

    The first 52 bits of MD5, which Postgres computes too, so that SQL and Python agree. Not for secrets.
    """
    digest = hashlib.md5(":".join(parts).encode(), usedforsecurity=False).hexdigest()
    return int(digest[:13], 16) / float(1 << 52)


def journey_workflow_id(campaign_slug: str, customer_id: UUID, journey: UUID) -> str:
    """What operators read in Temporal's UI: campaign, customer, and enough of the journey's id to be unique.

    The customer is our UUID, never the shop's own id: that may be a telephone number, and Temporal keeps ids, in the
    clear, after the customer was erased.
    """
    return f"journey/{campaign_slug}/{customer_id}/{journey.hex[:12]}"


def campaign_slug_of(journey_workflow: str) -> str:
    """The campaign that such a workflow id names."""
    return journey_workflow.split("/")[1]


def customer_label(customer_id: UUID, external_id: str | None) -> str:
    """The shop's own id where it is opaque; the UUID where it could be an address, which no vendor is told."""
    opaque = external_id and _OPAQUE.match(external_id) and not _NUMBER.fullmatch(external_id)
    return external_id if external_id and opaque else str(customer_id)


def survey_invitation_id(asked_by: UUID, survey_id: UUID, wave: int = 0) -> UUID:
    """Id of an invitation to a survey by a message, or, with a wave, to a customer by itself."""
    return uuid5(_NAMESPACE, f"survey:{asked_by}:{survey_id}:{wave}")
