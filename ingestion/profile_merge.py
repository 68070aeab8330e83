"""Two customers found to be one, by a rule that is written down and recorded each time.

| | |
|---|---|
| who stays | the one with a name, of a named customer and an anonymous visitor; with `alias`, the one called `userId`; by hand, the one that was said to |
| fields, attributes, preferred channels | what the one who stays has, wins; what they lack comes from the other |
| tags | all of both |
| traits | sums are added, of "first" ones the earlier counts, of "last" ones the later |
| consents | for each channel and topic the stricter word; where only one of them spoke, that word |
| events, journeys, messages, devices, coupons, ids | all of both; journeys go on where they are, except those that the campaign's re-entry rule leaves no room for: see `ingestion.merged_journeys` |
| scores | made anew |
"""  # noqa: E501 - a table

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.authority import ADDRESSES
from domain.errors import ConflictError, NotFoundError
from domain.i18n import sentence
from ingestion import merged_journeys, traits
from ingestion.order_events import combine_merged
from ingestion.profile import VOUCHED, is_vouched
from store.customers import customers, identities, merges
from store.customers.customers import Profile
from store.events import orders

_FIELDS = (*customers.BUILT_IN, "preferred_channels", "last_seen_at", "identified_at")
_LATER = ("last_seen_at", "identified_at")


async def join(
    session: AsyncSession,
    profiles: dict[UUID, Profile],
    gone: UUID,
    into: UUID,
    *,
    reason: str,
    now: datetime,
    readdress: bool = True,
    time_scale: float = 1.0,
) -> None:
    """Make `gone` part of `into`, and take it out of `profiles`, which holds both, locked.

    Args:
        session: the transaction.
        profiles: both, locked.
        gone: who goes.
        into: who stays.
        reason: as of `models.CustomerMerge`.
        now: the present instant, UTC.
        readdress: whether the one who stays may get addresses of the one who goes: not on the word of a public key.
        time_scale: real seconds per business second, for re-entry gaps.

    """
    survivor, other = profiles[into], profiles.pop(gone)
    if not readdress and is_vouched(survivor):
        _forget_addresses(survivor, other)
        await merges.silence_devices(session, gone)
    words = await merges.conflicting_consents(session, gone, into)
    ended = await merged_journeys.end_duplicates(session, gone, into, now=now, time_scale=time_scale)
    theirs = await orders.ids_of(session, gone)
    moved, undo = await merges.move_references(session, gone, into)
    decisions = {
        "moved": moved,
        "fields": _fill(survivor, other),
        "consents": words,
        "journeys_ended": [str(id_) for id_ in ended],
    }
    await combine_merged(session, into, survivor.traits, theirs)
    await customers.save_profiles(session, [survivor], now=now)
    await merges.record(
        session,
        survivor=into,
        gone=gone,
        merged_external_id=other.external_id,
        reason=reason,
        decisions=decisions,
        undo=undo,
        at=now,
    )


def _forget_addresses(survivor: Profile, other: Profile) -> None:
    for name in ADDRESSES:
        if getattr(survivor, name) is None and getattr(other, name) is not None:
            setattr(other, name, None)


def _fill(profile: Profile, other: Profile) -> dict[str, str]:
    """Fill what the profile lacks from the other one; by field, whose value it has now where the two differed."""
    decided: dict[str, str] = {}
    for name in _FIELDS:
        mine, theirs = getattr(profile, name), getattr(other, name)
        if name in _LATER:
            setattr(profile, name, max((at for at in (mine, theirs) if at is not None), default=None))
        elif theirs and not mine:
            setattr(profile, name, theirs)
            decided[name] = "other"
        elif theirs and mine != theirs:
            decided[name] = "survivor"
    for name, value in other.attributes.items():
        if profile.attributes.get(name, value) != value:
            decided[f"attributes.{name}"] = "survivor"
        elif name not in profile.attributes:
            decided[f"attributes.{name}"] = "other"
    profile.tags = sorted({*profile.tags, *other.tags})
    profile.attributes = other.attributes | profile.attributes
    profile.traits = traits.joined(profile.traits, other.traits)
    return decided


async def merge_by_hand(
    session: AsyncSession, gone: UUID, into: UUID, *, now: datetime, time_scale: float = 1.0
) -> None:
    """Somebody says that these two are one. The caller commits. Arguments as for `join`.

    Raises:
        ConflictError: they are the same already.
        NotFoundError: one of them is not there any more.

    """
    if gone == into:
        raise ConflictError(sentence("one_customer_already"))
    await merges.begin_going(session)
    await identities.lock_names(session, await customers.names_of(session, [gone]))
    profiles: dict[UUID, Any] = await customers.lock_profiles(session, [gone, into])
    if len(profiles) < 2:
        raise NotFoundError(sentence("one_is_gone"))
    name = profiles[gone].external_id
    await join(session, profiles, gone, into, reason="manual", now=now, time_scale=time_scale)
    if name is not None:
        await identities.link(session, [("previous", name, into)], now=now)


UNDO_DAYS = 30
_HISTORY = 50_000
"""Events of which the survivor's traits are made anew."""


async def undo_merge(session: AsyncSession, merge_id: int, survivor: UUID, *, by: str, now: datetime) -> UUID:
    """Part two customers whom a merge joined: the one who went is there again. The caller commits.

    What has happened since stays with the survivor, and where the merge made a word on consent stricter, it stays so.

    Args:
        session: the transaction.
        merge_id: which merge.
        survivor: whom it made what they are.
        by: who undoes it.
        now: the present instant, UTC.

    Raises:
        NotFoundError: there is no such merge, or the survivor is gone.
        ConflictError: it is too late, or the name is somebody else's by now.

    """
    await merges.begin_going(session)
    merge = await merges.lock_merge(session, merge_id, survivor)
    if merge is None:
        raise NotFoundError(sentence("no_merge"))
    if merge.undone_at is not None:
        raise ConflictError(sentence("merge_undone_already"))
    if merge.undo is None or merge.at < now - timedelta(days=UNDO_DAYS):
        raise ConflictError(sentence("merge_too_old", days=UNDO_DAYS))
    name = merge.merged_external_id
    await identities.lock_names(session, [name] if name else [])
    if name and await customers.ids_named(session, name):
        raise ConflictError(sentence("name_taken", name=name))
    profile = (await customers.lock_profiles(session, [survivor])).get(survivor)
    if profile is None:
        raise NotFoundError(sentence("customer_gone"))
    await merges.part(session, merge.merged_id, survivor, merge.undo)
    await orders.count_again(session, [merge.merged_id, survivor])
    _give_back(profile, merge.decisions.get("fields", {}), merge.undo)
    kept = {key: profile.traits[key] for key in (VOUCHED,) if key in profile.traits}
    profile.traits = kept
    traits.update_traits_bulk(profile.traits, await merges.history(session, survivor, _HISTORY))
    await customers.save_profiles(session, [profile], now=now)
    merge.undone_at, merge.undone_by, merge.undo = now, by, None
    await session.flush()
    return merge.merged_id


def _give_back(profile: Profile, decided: Mapping[str, str], undo: Mapping[str, Any]) -> None:
    """Take out of the survivor's profile what came from the other one, where it is still as it came."""
    merged = undo["merged"]
    for name, side in decided.items():
        if side != "other":
            continue
        if name.startswith("attributes."):
            key = name.removeprefix("attributes.")
            if profile.attributes.get(key) == merged["attributes"].get(key):
                profile.attributes.pop(key, None)
        elif name == "preferred_channels":
            if profile.preferred_channels == merged[name]:
                profile.preferred_channels = []
        elif str(getattr(profile, name)) == str(merged[name]):
            setattr(profile, name, None)
    theirs = set(merged["tags"]) - set(undo["surviving_tags"])
    profile.tags = [tag for tag in profile.tags if tag not in theirs]
