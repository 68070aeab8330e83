"""Caps, cool-downs, fatigue, priority: one table of sentences, and the algebra that holds for all of them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.contact import CampaignLimits, ContactPolicy
from domain.limits import CapReservation, ContactHistory, ContactLimits, PendingMessage, SentMessage, judge
from domain.vocabulary import BlockReason, Channel

OURS, OTHER = UUID(int=1), UUID(int=2)
NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)  # a Wednesday
ROME = "Europe/Rome"  # an hour ahead


def sent(hours_ago: float, channel: str = "email", campaign: UUID = OTHER, **more) -> SentMessage:
    return SentMessage(NOON - timedelta(hours=hours_ago), Channel(channel), campaign, **more)


def asked(
    policy: dict | None = None,
    *past: SentMessage,
    campaign: dict | None = None,
    claims: tuple[CapReservation, ...] = (),
    at: datetime = NOON,
    topic: str | None = None,
):
    limits = ContactLimits(ContactPolicy.model_validate(policy or {}), CampaignLimits.model_validate(campaign or {}))
    return judge(limits, PendingMessage(Channel.EMAIL, OURS, topic), ContactHistory(ROME, past, claims), at)


def cap(limit: int | None, per: str = "day", **more) -> dict:
    return {"caps": [{"per": per, "limit": limit, **more}]}


def local(text: str) -> datetime:
    """A time in Rome, in UTC."""
    return datetime.fromisoformat(text + "+01:00").astimezone(UTC)


NEVER, NOW = "never", "now"
REST = {"cooldown": {"hours": 24}}
TIRED: dict[str, dict] = {"cooldown": {"hours": 24}, "fatigue": {"unopened": 2, "within": {"days": 30}, "factor": 3}}


@pytest.mark.parametrize(
    ("policy", "past", "expected"),
    [
        ({}, [sent(0)], NOW),
        (cap(None), [sent(0)] * 50, NOW),
        (cap(0), [], (BlockReason.CAP, NEVER)),
        (cap(1), [], NOW),
        (cap(1), [sent(1)], (BlockReason.CAP, "2026-11-19 00:00")),
        # 13:00 in Rome: yesterday ended 13 hours ago
        (cap(1), [sent(12.9)], (BlockReason.CAP, "2026-11-19 00:00")),
        (cap(1), [sent(13.1)], NOW),
        (cap(2), [sent(1), sent(2, "sms")], (BlockReason.CAP, "2026-11-19 00:00")),
        (cap(2, channel="email"), [sent(1), sent(2, "sms")], NOW),
        (cap(1, channel="sms"), [sent(1, "sms")], NOW),
        (cap(2, "week"), [sent(24), sent(48)], (BlockReason.CAP, "2026-11-23 00:00")),
        (cap(2, "week"), [sent(24), sent(72)], NOW),
        (cap(2, "rolling", window={"days": 3}), [sent(1), sent(71)], (BlockReason.CAP, "2026-11-18 14:00")),
        (cap(2, "rolling", window={"days": 3}), [sent(1), sent(72)], NOW),
        (REST, [sent(23)], (BlockReason.COOLDOWN, "2026-11-18 14:00")),
        (REST, [sent(24)], NOW),
        # opened neither of the last two: three times as long; opened one: not
        (TIRED, [sent(30), sent(100)], (BlockReason.FATIGUE, "2026-11-20 07:00")),
        (TIRED, [sent(30), sent(100, opened=True)], NOW),
        (TIRED, [sent(30), sent(100, "sms")], NOW),
        (TIRED, [sent(30), sent(24 * 31)], NOW),
        # the older of the two leaves the thirty days in an hour, and with it the customer's tiredness
        (TIRED, [sent(30), sent(24 * 30 - 1)], (BlockReason.FATIGUE, "2026-11-18 14:00")),
        (TIRED, [sent(1), sent(100)], (BlockReason.FATIGUE, "2026-11-21 12:00")),
        ({"quiet_hours": {"start": "12:00", "end": "15:00"}}, [], (BlockReason.QUIET_HOURS, "2026-11-18 15:00")),
        # tomorrow's first free moment is in the night: it waits for the morning, because of the cap
        (
            cap(1) | {"quiet_hours": {"start": "21:00", "end": "08:00"}},
            [sent(1)],
            (BlockReason.CAP, "2026-11-19 08:00"),
        ),
    ],
)
def test_what_forbids_a_message_and_until_when(policy: dict, past: list[SentMessage], expected):
    hit = asked(policy, *past)
    if expected == NOW:
        assert hit is None
        return
    assert hit is not None
    by, until = expected
    assert hit.by is by
    if until == NEVER:
        assert hit.not_before is None
    else:
        assert hit.not_before == local(until)


@pytest.mark.parametrize(
    ("between", "past", "topic", "expected"),
    [
        ("campaign", [sent(47, campaign=OURS)], None, BlockReason.COOLDOWN),
        ("campaign", [sent(47, campaign=OTHER)], None, None),
        ("campaign", [sent(48, campaign=OURS)], None, None),
        ("topic", [sent(47, topic="offers")], "offers", BlockReason.COOLDOWN),
        ("topic", [sent(47, topic="news")], "offers", None),
        ("topic", [sent(47, campaign=OURS)], None, None),
    ],
)
def test_a_campaigns_own_cool_down(
    between: str, past: list[SentMessage], topic: str | None, expected: BlockReason | None
):
    own = {"cooldown": {"duration": {"hours": 48}, "between": between}}
    hit = asked({}, *past, campaign=own, topic=topic)
    assert (hit.by if hit else None) == expected


@pytest.mark.parametrize(
    ("limit", "past", "claims", "expected"),
    [
        (1, [], [1], BlockReason.PRIORITY),
        (2, [], [1], None),
        (2, [sent(1)], [1], BlockReason.PRIORITY),
        (1, [sent(1)], [1], BlockReason.CAP),
        (1, [], [12], None),  # due tomorrow in Rome: today's slot is free
        (1, [], [-0.05], BlockReason.PRIORITY),
        (1, [], [-1], None),  # its moment has passed without a send
    ],
)
def test_the_last_slot_is_left_to_a_more_urgent_journey(
    limit: int, past: list[SentMessage], claims: list[float], expected
):
    due = tuple(CapReservation(Channel.PUSH, NOON + timedelta(hours=hours)) for hours in claims)
    hit = asked(cap(limit), *past, claims=due)
    assert (hit.by if hit else None) == expected
    if expected is BlockReason.PRIORITY:
        assert hit.not_before == due[0].due + timedelta(minutes=5)


POLICIES = st.builds(
    lambda caps, cooldown, quiet, fatigue: {
        "caps": caps,
        "cooldown": cooldown,
        "quiet_hours": quiet,
        "fatigue": fatigue if cooldown else None,
    },
    st.lists(
        st.one_of(
            st.builds(
                lambda per, limit: {"per": per, "limit": limit}, st.sampled_from(["day", "week"]), st.integers(1, 4)
            ),
            st.builds(
                lambda hours, limit: {"per": "rolling", "window": {"hours": hours}, "limit": limit},
                st.integers(1, 200),
                st.integers(1, 4),
            ),
        ),
        max_size=3,
    ),
    st.none() | st.builds(lambda hours: {"hours": hours}, st.integers(1, 100)),
    st.sampled_from([None, {"start": "21:00", "end": "08:00"}, {"start": "01:00", "end": "23:00"}]),
    st.none()
    | st.builds(
        lambda unopened, days: {"unopened": unopened, "within": {"days": days}}, st.integers(1, 4), st.integers(1, 20)
    ),
)
PAST = st.lists(st.floats(0, 400), max_size=8).map(lambda ages: [sent(age) for age in ages])


@given(policy=POLICIES, past=PAST)
def test_the_moment_named_is_the_first_that_is_allowed(policy: dict, past: list[SentMessage]):
    hit = asked(policy, *past)
    if hit is None:
        return
    assert hit.not_before is not None
    assert hit.not_before > NOON
    assert asked(policy, *past, at=hit.not_before) is None
    for part in range(10):
        assert asked(policy, *past, at=NOON + (hit.not_before - NOON) * part / 10) is not None
    assert asked(policy, *past, at=hit.not_before - timedelta(microseconds=1)) is not None


@given(policy=POLICIES, past=PAST, more=PAST)
def test_who_got_more_waits_no_less(policy: dict, past: list[SentMessage], more: list[SentMessage]):
    few, many = asked(policy, *past), asked(policy, *past, *more)
    if few is not None:
        assert many is not None
        assert many.not_before >= few.not_before


@given(policy=POLICIES, count=st.integers(1, 30))
def test_messages_sent_as_soon_as_allowed_keep_every_cap(policy: dict, count: int):
    """However eager the sender: each rolling window holds at most its limit."""
    past: list[SentMessage] = []
    at = NOON
    for _ in range(count):
        hit = asked(policy, *past, at=at)
        at = at if hit is None else hit.not_before
        past.append(SentMessage(at, Channel.EMAIL, OTHER))
    for one in policy["caps"]:
        if one["per"] == "rolling":
            window = timedelta(hours=one["window"]["hours"])
            for first in past:
                assert sum(first.at <= other.at < first.at + window for other in past) <= one["limit"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"caps": [{"per": "rolling", "limit": 1}]},
        {"caps": [{"per": "day", "window": {"days": 1}, "limit": 1}]},
        {"caps": [{"limit": -1}]},
        {"caps": [{"channel": "silent_push", "limit": 1}]},
        {"fatigue": {"unopened": 3, "within": {"days": 30}}},
    ],
)
def test_policies_that_mean_nothing_are_refused(wrong: dict):
    with pytest.raises(ValidationError):
        ContactPolicy.model_validate(wrong)


@pytest.mark.parametrize(
    ("leaving", "hours", "by"),
    [
        (95.0, 72, BlockReason.FATIGUE),
        (90.0, 72, BlockReason.FATIGUE),
        (89.9, 24, BlockReason.COOLDOWN),
        (None, 24, BlockReason.COOLDOWN),
    ],
)
def test_those_likeliest_to_leave_rest_longer_and_without_a_model_the_stated_rule_holds(leaving, hours, by):
    policy = ContactPolicy.model_validate({**TIRED, "fatigue": {**TIRED["fatigue"], "unsubscribe_percentile": 10}})
    ledger = ContactHistory("UTC", [sent(1, opened=True)], leaving=leaving)
    hit = judge(ContactLimits(policy), PendingMessage(Channel.EMAIL), ledger, NOON)
    assert hit is not None
    assert (hit.by, hit.not_before) == (by, NOON + timedelta(hours=hours - 1))
    assert ("among the 10 % likeliest to unsubscribe: 3 times 24 hours" in str(hit.why)) == (by is BlockReason.FATIGUE)


def test_a_policy_that_does_not_ask_the_model_is_not_moved_by_it():
    hit = judge(
        ContactLimits(ContactPolicy.model_validate(TIRED)),
        PendingMessage(Channel.EMAIL),
        ContactHistory("UTC", [sent(1, opened=True)], leaving=100.0),
        NOON,
    )
    assert hit is not None
    assert hit.by is BlockReason.COOLDOWN
