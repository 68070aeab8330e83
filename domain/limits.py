"""Evaluation of contact limits: whether a customer may get one more message now, and if not, when.

Pure arithmetic on the contact history. Times are business times: see `ContactHistory`. A violated limit can name the
moment from which it allows the message (`not_before`), or say that it never will (a cap of zero).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.contact import CampaignLimits, Cap, ContactPolicy, Fatigue, OverLimit, QuietHours
from domain.duration import Duration
from domain.i18n import Length, Sentence, channel, sentence
from domain.i18n.values import Value
from domain.quiet_hours import end_of_quiet
from domain.scheduling import instant
from domain.vocabulary import BlockReason, Channel

OPEN_TRACKING_CHANNELS = frozenset({Channel.EMAIL, Channel.PUSH, Channel.IN_APP})
"""Channels that tell of opens: silence on the others says nothing."""
YIELD_MARGIN = timedelta(minutes=5)
"""How long after its moment a more urgent send is still waited for."""
_ROUNDS = 60


@dataclass(frozen=True)
class SentMessage:
    """A marketing message that the customer got, or may have got."""

    at: datetime
    channel: Channel
    campaign_id: UUID | None = None
    topic: str | None = None
    opened: bool = False


@dataclass(frozen=True)
class CapReservation:
    """A message of a more urgent journey, due soon."""

    channel: Channel
    due: datetime


@dataclass(frozen=True)
class PendingMessage:
    """The message that wants to go."""

    channel: Channel
    campaign_id: UUID | None = None
    topic: str | None = None


@dataclass(frozen=True)
class ContactHistory:
    """The customer's past and near future, in business time, and the zone whose calendar counts."""

    zone: str
    sent: Sequence[SentMessage] = ()
    """In any order."""
    claims: Sequence[CapReservation] = ()
    leaving: float | None = None
    """Percentile of the likelihood that they unsubscribe, 0 to 100; None where no model says."""


@dataclass(frozen=True)
class LimitViolation:
    """A limit that forbids the message: until when (None = for ever), and why."""

    by: BlockReason
    why: Sentence
    not_before: datetime | None


@dataclass(frozen=True)
class ContactLimits:
    """All that limits one message."""

    policy: ContactPolicy = field(default_factory=ContactPolicy)
    campaign: CampaignLimits = field(default_factory=CampaignLimits)

    def needs_ledger(self) -> bool:
        """Whether the customer's past matters; quiet hours alone need none."""
        capped = any(cap.limit is not None for cap in self.policy.caps)
        return capped or self.policy.cooldown is not None or self.campaign.cooldown is not None

    def reach_back(self) -> timedelta:
        """How far the past matters, in business time."""
        policy, longest = self.policy, timedelta(0)
        for cap in policy.caps:
            days = {"day": timedelta(days=2), "week": timedelta(days=8)}.get(cap.per)
            longest = max(longest, days or _length(cap.window))
        factor = policy.fatigue.factor if policy.fatigue else 1
        own = self.campaign.cooldown.duration if self.campaign.cooldown else None
        longest = max(longest, _length(policy.cooldown) * factor, _length(own) * factor)
        return max(longest, _length(policy.fatigue.within) if policy.fatigue else longest)


def judge(
    limits: ContactLimits, message: PendingMessage, ledger: ContactHistory, at: datetime
) -> LimitViolation | None:
    """What forbids the message at `at`; None when nothing does.

    Of several limits the one named is that which holds longest, quiet hours last; `not_before` is the first moment
    that all of them allow.
    """
    rules = _rules(limits, message, ledger)
    hits = [hit for rule in rules if (hit := rule(at)) is not None]
    if not hits:
        return None
    named = max((hit for hit in hits if hit.by is not BlockReason.QUIET_HOURS), key=_until, default=hits[0])
    return LimitViolation(named.by, named.why, _allowed(rules, at))


def consequence(hit: LimitViolation, chosen: OverLimit, longest: Duration, since: datetime) -> OverLimit:
    """What becomes of a message that a limit forbids: `chosen`, unless it can't wait, or only has to wait for morning.

    Args:
        hit: what forbids it.
        chosen: what its step or campaign says.
        longest: a message that would have to wait longer than this is left out.
        since: when it wanted to go first.

    """
    if hit.by is not BlockReason.QUIET_HOURS and chosen != "defer":
        return chosen
    return "defer" if hit.not_before is not None and hit.not_before - since <= _length(longest) else "skip"


def _allowed(rules: Sequence["_Rule"], at: datetime) -> datetime | None:
    """The first moment from `at` on at which no rule objects; None when there is none."""
    for _ in range(_ROUNDS):
        hits = [hit for rule in rules if (hit := rule(at)) is not None]
        if not hits:
            return at
        moments = [hit.not_before for hit in hits if hit.not_before is not None]
        if len(moments) < len(hits):
            return None
        at = max(moments)
    return None


_Rule = Callable[[datetime], LimitViolation | None]


def _until(hit: LimitViolation) -> datetime:
    return hit.not_before or datetime.max.replace(tzinfo=ZoneInfo("UTC"))


def _rules(limits: ContactLimits, message: PendingMessage, ledger: ContactHistory) -> list[_Rule]:
    policy, campaign = limits.policy, limits.campaign
    rules: list[_Rule] = [
        _cap(cap, cap.limit, message, ledger)
        for cap in policy.caps
        if cap.limit is not None and cap.channel in (None, message.channel)
    ]
    if policy.cooldown is not None:
        rules.append(_cooldown(policy.cooldown, sentence("between_any"), ledger.sent, policy, ledger))
    if campaign.cooldown is not None:
        alike = [sent for sent in ledger.sent if _of_a_kind(sent, message, campaign.cooldown.between)]
        between = sentence("between_campaign" if campaign.cooldown.between == "campaign" else "between_topic")
        rules.append(_cooldown(campaign.cooldown.duration, between, alike, policy, ledger))
    quiet = [hours for hours in (policy.quiet_hours, campaign.quiet_hours) if hours is not None]
    return rules + [_quiet(hours, ledger.zone) for hours in quiet]


def _of_a_kind(sent: SentMessage, message: PendingMessage, between: str) -> bool:
    if between == "campaign":
        return sent.campaign_id == message.campaign_id
    return message.topic is not None and sent.topic == message.topic


def _cap(cap: Cap, limit: int, message: PendingMessage, ledger: ContactHistory) -> _Rule:
    counted = sorted(sent.at for sent in ledger.sent if cap.channel in (None, sent.channel))
    claims = sorted(claim.due for claim in ledger.claims if cap.channel in (None, claim.channel))
    where = sentence("cap_by_channel", channel=channel(cap.channel)) if cap.channel else sentence("cap_on_any")
    figures: dict[str, Value] = {"limit": limit, "where": where, "period": _period_words(cap)}

    def rule(at: datetime) -> LimitViolation | None:
        since, until = _period(cap, at, ledger.zone)
        # No upper bound: another worker's clock may be a moment ahead of this one.
        inside = [sent for sent in counted if since < sent]
        if limit == 0:
            return LimitViolation(BlockReason.CAP, sentence("cap_none", where=where), None)
        if len(inside) >= limit:
            why = sentence("cap_reached", sent=len(inside), **figures)
            return LimitViolation(BlockReason.CAP, why, until(inside[-limit]))
        urgent = [due for due in claims if at < due + YIELD_MARGIN and due <= until(at)]
        if urgent and len(inside) + len(urgent) >= limit:
            why = sentence("cap_left_to_urgent", sent=len(inside), **figures)
            return LimitViolation(BlockReason.PRIORITY, why, urgent[0] + YIELD_MARGIN)
        return None

    return rule


def _period(cap: Cap, at: datetime, zone: str) -> tuple[datetime, Callable[[datetime], datetime]]:
    """What a cap counts at `at`: all after the first moment; and when a message of some moment counts no more."""
    if cap.per == "rolling":
        window = _length(cap.window)
        return at - window, lambda sent: sent + window
    today = at.astimezone(ZoneInfo(zone)).date()
    start = today if cap.per == "day" else today - timedelta(days=today.weekday())
    after = start + timedelta(days=1 if cap.per == "day" else 7)
    # The very first instant of a day belongs to it.
    return instant(start, zone) - timedelta(microseconds=1), lambda _: instant(after, zone)


def _period_words(cap: Cap) -> Sentence:
    if cap.window is not None:
        return sentence("cap_in", length=Length.of(cap.window))
    return sentence("cap_today" if cap.per == "day" else "cap_this_week")


def _cooldown(
    length: Duration, between: Sentence, sent: Sequence[SentMessage], policy: ContactPolicy, ledger: ContactHistory
) -> _Rule:
    latest = max((each.at for each in sent), default=None)
    fatigue = policy.fatigue
    tired_until = fatigue_level(fatigue, ledger.sent) if fatigue is not None else None

    def rule(at: datetime) -> LimitViolation | None:
        if latest is None:
            return None
        rested = latest + _length(length)
        if fatigue is not None and is_unsubscribe_risk(fatigue, ledger.leaving):
            longer = latest + _length(length) * fatigue.factor
            assert fatigue.unsubscribe_percentile is not None  # else nobody is about to leave
            why = sentence(
                "unsubscribe_risk", percent=fatigue.unsubscribe_percentile, **_longer(fatigue, length, between)
            )
            return LimitViolation(BlockReason.FATIGUE, why, longer) if at < longer else None
        if fatigue is not None and tired_until is not None and at < tired_until:
            longer = min(latest + _length(length) * fatigue.factor, max(rested, tired_until))
            why = sentence("tired", unopened=fatigue.unopened, **_longer(fatigue, length, between))
            return LimitViolation(BlockReason.FATIGUE, why, longer) if at < longer else None
        why = sentence("cooldown", length=Length.of(length), between=between)
        return LimitViolation(BlockReason.COOLDOWN, why, rested) if at < rested else None

    return rule


def _longer(fatigue: Fatigue, length: Duration, between: Sentence) -> dict[str, Value]:
    return {"factor": fatigue.factor, "length": Length.of(length), "between": between}


def is_unsubscribe_risk(fatigue: Fatigue, leaving: float | None) -> bool:
    """Whether the model of unsubscribing makes the customer tired; never where it says nothing of them."""
    return (
        fatigue.unsubscribe_percentile is not None
        and leaving is not None
        and leaving >= 100 - fatigue.unsubscribe_percentile
    )


def fatigue_level(fatigue: Fatigue, sent: Sequence[SentMessage]) -> datetime | None:
    """Until when the customer is tired (see `domain.contact.Fatigue`); None when they are not."""
    latest = sorted((each for each in sent if each.channel in OPEN_TRACKING_CHANNELS), key=lambda each: each.at)[
        -fatigue.unopened :
    ]
    if len(latest) < fatigue.unopened or any(each.opened for each in latest):
        return None
    return latest[0].at + _length(fatigue.within)


def _quiet(hours: QuietHours, zone: str) -> _Rule:
    def rule(at: datetime) -> LimitViolation | None:
        end = end_of_quiet(hours, at, zone)
        if end == at:
            return None
        start, until = f"{hours.start:%H:%M}", f"{hours.end:%H:%M}"
        return LimitViolation(BlockReason.QUIET_HOURS, sentence("quiet_hours", start=start, end=until, zone=zone), end)

    return rule


def _length(duration: Duration | None) -> timedelta:
    return timedelta(seconds=duration.total_seconds) if duration else timedelta(0)
