from dataclasses import replace
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.content import PushContent, SmsContent
from domain.flow import Flow
from domain.template_lint import TextProblem
from domain.traversal import Graph
from domain.validation import Facts, coupon_prefixes, subscribed_events, validate
from domain.validation.structure import _components
from domain.vocabulary import Channel
from tests.domain.flows import PUSH, edge, entry, flow, node, win_back

PUSH_TEMPLATE, SMS_TEMPLATE, SEGMENT, NOWHERE = (UUID(int=number) for number in (1, 2, 3, 4))


def say(problems):
    return lambda _: problems


FACTS = Facts(
    templates={PUSH_TEMPLATE: PushContent(body="x"), SMS_TEMPLATE: SmsContent(body="x")},
    segments=frozenset({SEGMENT}),
    channels=frozenset({Channel.PUSH, Channel.SMS}),
)
EVENT = {"kind": "event", "on": {"event": "Cart Updated"}}
KEYED = {**EVENT, "key": "cart_id"}
DAY = {"days": 1}
BOUGHT = {"event": "Order Completed"}


def found(drawn, facts=FACTS):
    return {(violation.node_id, violation.code) for violation in validate(drawn, facts)}


def around(*middle, edges, trigger=None, **settings):
    """An entry, these steps, and an end called `out`."""
    return flow([entry(trigger), *middle, node("out", "end")], edges, **settings)


def asking(condition, trigger=None, *more, **settings):
    """A flow with one check of this condition."""
    check = node("ask", "check", branches=[{"id": "yes", "condition": condition}])
    hello = node("hello", "send_push", content=PUSH)
    text = node("text", "send_sms", template_id=str(SMS_TEMPLATE))
    ids = ["in", "hello", "text", *(each["id"] for each in more), "ask"]
    edges = [f"{one}>{other}" for one, other in pairwise(ids)]
    return around(hello, text, *more, check, edges=[*edges, "ask:yes>out", "ask:else>out"], trigger=trigger, **settings)


def wait(node_id, **until):
    return node(node_id, "wait", until=until)


def listening(node_id, *branches, **data):
    branches = branches or ({"id": "bought", "on": BOUGHT},)
    return node(node_id, "wait_event", branches=list(branches), timeout=DAY, **data)


SOUND = {
    "win-back": win_back(),
    "scheduled": win_back(schedule={"recurrence": {"frequency": "daily"}, "start": "2026-01-01T00:00Z"}),
    "saved segment": around(edges=["in>out"], trigger={"kind": "segment", "segment_id": str(SEGMENT)}),
    "keyed": around(
        listening("w", {"id": "bought", "on": BOUGHT, "match_entry_key": True}),
        edges=["in>w", "w:bought>out", "w:timeout>out"],
        trigger=KEYED,
        reentry={"mode": "per_key"},
        goal={"on": BOUGHT, "window": DAY, "match_entry_key": True},
        exit_events=[{"on": {"event": "Gone"}, "match_entry_key": True}],
    ),
    "trigger and coupon": asking(
        {"kind": "trigger", "where": [{"property": "a", "op": "eq", "value": {"ref": "coupon.SALE"}}]},
        EVENT,
        node("give", "coupon", prefix="SALE"),
        goal={"on": BOUGHT, "window": DAY, "require_coupon": True},
    ),
    "every other kind": around(
        node("split", "random_split", arms=[{"id": "a", "weight": 1}, {"id": "b", "weight": 1, "holdout": True}]),
        node("best", "channel_split", channels=["push", "sms"], last_resort_channels=["sms"]),
        node("profile", "update_profile", add_tags=["vip"]),
        node("call", "http_call", url="https://shop.example"),
        edges=[
            *["in>split", "split:a>best", "split:b>out", "best:push>profile", "best:sms>profile", "best:none>out"],
            *["profile>call", "call>out"],
        ],
    ),
    "a loop with a pause": around(
        wait("daily", kind="local_time", time="10:00"),
        node("ask", "check", branches=[{"id": "yes", "condition": {"kind": "tag", "tag": "vip"}}]),
        edges=["in>daily", "daily>ask", "ask:yes>out", "ask:else>daily"],
    ),
}


@pytest.mark.parametrize("drawn", SOUND.values(), ids=SOUND.keys())
def test_a_sound_flow_has_no_violation(drawn):
    assert validate(drawn, FACTS) == []
    assert Graph(drawn).reachable() == {each.id for each in drawn.nodes}


# --- nodes and connections --------------------------------------------------------------------------------------------

SEND = node("hello", "send_push", content=PUSH)
CHECK = node("ask", "check", branches=[{"id": "yes", "condition": {"kind": "tag", "tag": "vip"}}])


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        (flow([], []), {(None, "entry_missing")}),
        (
            flow([entry(), {**entry(), "id": "two"}, node("out", "end")], ["in>out", "two>out"]),
            {("two", "entry_twice")},
        ),
        (flow([entry(), node("out", "end"), node("out", "end")], ["in>out"]), {("out", "node_id_twice")}),
        (around(edges=["in>out", "in>gone"]), {("in", "edge_without_node"), ("in", "port_twice")}),
        (around(edges=["in>out", "gone>out"]), {(None, "edge_without_node")}),
        (around(edges=["in>out", "out>in"]), {("out", "edge_without_port"), ("out", "edge_to_entry")}),
        (around(SEND, edges=["in>hello", "hello>out", "hello:x>out"]), {("hello", "edge_without_port")}),
        (around(SEND, edges=["in>hello"]), {("hello", "port_open"), ("out", "node_unreachable")}),
        (around(CHECK, edges=["in>ask", "ask:yes>out"]), {("ask", "port_open")}),
        (around(SEND, edges=["in>out", "hello>out"]), {("hello", "node_unreachable")}),
        (
            around(SEND, edges=["in>out", "hello>hello"]),
            {("hello", "node_unreachable"), ("hello", "cycle_without_wait")},
        ),
    ],
)
def test_nodes_and_connections(drawn, expected):
    assert found(drawn) == expected


def test_connections_drawn_twice_are_named():
    drawn = Flow.model_validate(around(edges=["in>out"]).model_dump() | {"edges": [edge("in>out"), edge("in>out")]})
    assert {(each.edge_id, each.code) for each in validate(drawn, FACTS)} == {
        ("in>out", "edge_id_twice"),
        ("in>out", "port_twice"),
    }


@pytest.mark.parametrize(
    ("step", "ports", "expected"),
    [
        (listening("x", {"id": "a", "on": BOUGHT}, {"id": "a", "on": BOUGHT}), ["a", "timeout"], "branch_twice"),
        (listening("x", {"id": "timeout", "on": BOUGHT}), ["timeout"], "branch_reserved"),
        (node("x", "check", branches=[{"id": "else", "condition": {"kind": "all"}}]), ["else"], "branch_reserved"),
        (node("x", "random_split", arms=[{"id": "a", "weight": 1}] * 2), ["a"], "branch_twice"),
        (node("x", "channel_split", channels=["push", "push"]), ["push", "none"], "branch_twice"),
    ],
)
def test_branches_have_names_of_their_own(step, ports, expected):
    assert found(around(step, edges=["in>x", *(f"x:{port}>out" for port in ports)])) == {("x", expected)}


@pytest.mark.parametrize(
    ("steps", "edges", "restless"),
    [
        ([SEND], ["in>hello", "hello>hello"], True),
        ([SEND, CHECK], ["in>hello", "hello>ask", "ask:yes>out", "ask:else>hello"], True),
        ([wait("w", kind="duration", duration=DAY)], ["in>w", "w>w"], False),
        ([wait("w", kind="date", at="2026-12-24T10:00")], ["in>w", "w>w"], True),
        ([wait("w", kind="attribute_date", attribute="joined")], ["in>w", "w>w"], True),
        ([wait("w", kind="attribute_date", attribute="birthday", yearly=True)], ["in>w", "w>w"], False),
        ([listening("w")], ["in>w", "w:bought>out", "w:timeout>w"], False),
        # The past event would answer the wait again and again.
        ([listening("w")], ["in>w", "w:bought>w", "w:timeout>out"], True),
        ([SEND, listening("w", since_node="hello")], ["in>hello", "hello>w", "w:bought>hello", "w:timeout>out"], False),
        ([SEND, listening("w", since_node="hello")], ["in>hello", "hello>w", "w:bought>w", "w:timeout>out"], True),
        ([listening("w", since_node="w")], ["in>w", "w:bought>w", "w:timeout>out"], False),
        (  # the node that the anchor follows can be gone round
            [SEND, listening("w", {"id": "a", "on": BOUGHT}, {"id": "b", "on": BOUGHT}, since_node="hello")],
            ["in>hello", "hello>w", "w:a>hello", "w:b>w", "w:timeout>out"],
            True,
        ),
    ],
)
def test_a_loop_needs_a_wait_that_takes_time(steps, edges, restless):
    codes = {code for _, code in found(around(*steps, edges=edges))} - {"node_unreachable"}
    assert codes == ({"cycle_without_wait"} if restless else set())


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=24))
def test_components_are_those_that_reach_each_other(pairs):
    graph = {str(number): [str(target) for source, target in pairs if source == number] for number in range(8)}

    def reach(start):
        seen, waiting = set(), [start]
        while waiting:
            at = waiting.pop()
            if at not in seen:
                seen.add(at)
                waiting.extend(graph[at])
        return seen

    slow = {tuple(sorted(other for other in reach(one) if one in reach(other))) for one in graph}
    assert {tuple(members) for members in _components(graph)} == slow


# --- messages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (node("x", "send_push"), {"content_missing"}),
        (node("x", "send_push", content=PUSH, template_id=str(PUSH_TEMPLATE)), {"content_twice"}),
        (node("x", "send_push", template_id=str(PUSH_TEMPLATE)), set()),
        (node("x", "send_push", template_id=str(SMS_TEMPLATE)), {"template_channel"}),
        (node("x", "send_push", template_id=str(NOWHERE)), {"template_unknown"}),
        (
            node("x", "send_email", content={"channel": "email", "subject": "s", "text": "t"}),
            {"channel_without_provider"},
        ),
    ],
)
def test_sends(step, expected):
    assert found(around(step, edges=["in>x", "x>out"])) == {("x", code) for code in expected}


def test_channel_splits():
    split = node("x", "channel_split", channels=["push", "email"], last_resort_channels=["sms"])
    drawn = around(split, edges=["in>x", "x:push>out", "x:email>out", "x:none>out"])
    assert found(drawn) == {("x", "channel_without_provider"), ("x", "channel_not_offered")}


def test_topics_exist():
    step = node("x", "send_push", content=PUSH, topic="news")
    drawn = around(step, edges=["in>x", "x>out"], topic="offers")
    assert found(drawn) == {("x", "topic_unknown"), (None, "topic_unknown")}
    assert found(drawn, replace(FACTS, topics=frozenset({"news", "offers"}))) == set()


@pytest.mark.parametrize(
    ("own", "campaign", "expected"),
    [
        ("transactional", "marketing", set()),
        (None, "transactional", set()),
        (None, "marketing", {("x", "resend_marketing")}),
        ("marketing", "transactional", {("x", "resend_marketing")}),
    ],
)
def test_only_transactional_messages_are_sent_again(own, campaign, expected):
    step = node("x", "send_push", content=PUSH, retry_on_unknown=True, category=own)
    assert found(around(step, edges=["in>x", "x>out"], category=campaign)) == expected


@pytest.mark.parametrize(
    ("between", "own", "campaign", "expected"),
    [
        ("campaign", None, None, set()),
        ("topic", None, "news", set()),
        ("topic", "news", None, set()),
        ("topic", None, None, {(None, "cooldown_without_topic")}),
    ],
)
def test_a_cool_down_of_a_topic_needs_a_topic(between, own, campaign, expected):
    step = node("x", "send_push", content=PUSH, topic=own)
    limits = {"cooldown": {"duration": DAY, "between": between}}
    drawn = around(step, edges=["in>x", "x>out"], limits=limits, topic=campaign)
    assert found(drawn, replace(FACTS, topics=frozenset({"news"}))) == expected


def test_every_problem_of_a_text_is_passed_on():
    unknown = TextProblem("coupon", {"field": "body", "line": "1", "name": "coupon.X"})
    facts = Facts(
        templates={},
        segments=frozenset(),
        channels=frozenset({Channel.PUSH}),
        template_problems=say([unknown, TextProblem("other", {"problem": "body: never closed"})]),
        text_problems=lambda field, text: [TextProblem("filter", {"field": field, "name": text})] if text else [],
    )
    call = node("call", "http_call", url="https://shop.example", headers={"X-Id": "h"}, body="b")
    drawn = around(SEND, call, edges=["in>hello", "hello>call", "call>out"])
    violations = validate(drawn, facts)
    assert [(each.node_id, each.message) for each in violations] == [
        ("hello", f'"hello", {unknown}'),
        ("hello", '"hello", body: never closed'),
        ("call", "\"call\", body: there is no filter 'b'"),
        ("call", "\"call\", header X-Id: there is no filter 'h'"),
    ]
    assert {each.code for each in violations} == {"template_problem"}
    assert violations[0].params == {"step": "hello", "field": "body", "line": "1", "name": "coupon.X"}


# --- conditions -------------------------------------------------------------------------------------------------------

SINCE = {"kind": "event", "event": "Order Completed"}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"kind": "engagement", "action": "opened", "node_id": "hello"}, None),
        ({"kind": "engagement", "action": "clicked", "node_id": "text"}, None),
        ({"kind": "engagement", "action": "opened", "node_id": "gone"}, "node_unknown"),
        ({"kind": "engagement", "action": "opened", "node_id": "ask"}, "node_sends_nothing"),
        ({"kind": "engagement", "action": "opened", "node_id": "text"}, "engagement_impossible"),
        ({"kind": "engagement", "action": "opened", "channel": "sms"}, "engagement_impossible"),
        ({"kind": "engagement", "action": "sent", "node_id": "hello", "channel": "sms"}, "engagement_impossible"),
        ({**SINCE, "window": {"kind": "since", "anchor": "node", "node_id": "hello"}}, None),
        ({**SINCE, "window": {"kind": "since", "anchor": "node", "node_id": "gone"}}, "node_unknown"),
        ({**SINCE, "window": {"kind": "since", "anchor": "trigger"}}, "trigger_missing"),
        ({**SINCE, "window": {"kind": "between", "start": "2026-02-01", "end": "2026-02-01"}}, "window_empty"),
        ({**SINCE, "window": {"kind": "between", "start": "2026-02-01", "end": "2026-02-02T00:00Z"}}, None),
        ({**SINCE, "where": [{"property": "a", "op": "eq", "value": {"ref": "coupon.SALE"}}]}, "coupon_unknown"),
        ({**SINCE, "where": [{"property": "a", "op": "eq", "value": {"ref": "trigger.a"}}]}, "trigger_missing"),
        ({"kind": "attribute", "name": "city", "op": "eq", "value": {"ref": "trigger.city"}}, "trigger_missing"),
        ({"kind": "trigger", "where": []}, "trigger_missing"),
        ({"kind": "segment", "segment_id": str(SEGMENT)}, None),
        ({"kind": "segment", "segment_id": str(NOWHERE)}, "segment_unknown"),
        ({"kind": "any", "of": []}, "condition_empty"),
        ({"kind": "not", "condition": {"kind": "all", "of": [{"kind": "any", "of": []}]}}, "condition_empty"),
    ],
)
def test_conditions_in_a_segment_campaign(condition, expected):
    assert found(asking(condition)) == ({("ask", expected)} if expected else set())


@pytest.mark.parametrize(
    ("condition", "sound"),
    [
        ({"kind": "tag", "tag": "vip"}, True),
        ({"kind": "engagement", "action": "opened", "channel": "push"}, True),
        ({**SINCE, "window": {"kind": "last", "days": 30}}, True),
        ({**SINCE, "window": {"kind": "since", "anchor": "journey_start"}}, False),
        ({"kind": "engagement", "action": "opened", "node_id": "hello"}, False),
        ({"kind": "engagement", "action": "opened", "this_journey": True}, False),
        ({"kind": "trigger", "where": []}, False),
        ({"kind": "attribute", "name": "city", "op": "eq", "value": {"ref": "trigger.city"}}, False),
    ],
)
@pytest.mark.parametrize("kind", ["segment", "event"])
def test_an_entry_asks_nothing_of_a_journey(kind, condition, sound):
    trigger = {"kind": "segment", "condition": condition} if kind == "segment" else {**EVENT, "customer": condition}
    drawn = around(SEND, edges=["in>hello", "hello>out"], trigger=trigger)
    assert found(drawn) == (set() if sound else {("in", "journey_not_begun")})


def test_filters_of_waits_goal_and_exits_are_asked_about_too():
    where = [{"property": "coupon", "op": "eq", "value": {"ref": "coupon.SALE"}}]
    on = {**BOUGHT, "where": where}
    drawn = around(
        listening("w", {"id": "bought", "on": on}),
        edges=["in>w", "w:bought>out", "w:timeout>out"],
        goal={"on": on, "window": DAY},
        exit_events=[{"on": on}],
    )
    assert sorted(each.message.split(":")[0] for each in validate(drawn, FACTS)) == [
        "\"w\", branch 'bought'",
        "Exit event",
        "Goal",
    ]
    assert found(drawn) == {("w", "coupon_unknown"), (None, "coupon_unknown")}


def test_a_wait_counts_from_a_step_that_exists():
    drawn = around(listening("w", since_node="gone"), edges=["in>w", "w:bought>out", "w:timeout>out"])
    assert found(drawn) == {("w", "node_unknown")}


# --- the campaign -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trigger", "settings", "expected"),
    [
        (None, {"reentry": {"mode": "per_key"}}, "key_missing"),
        (EVENT, {"reentry": {"mode": "per_key"}}, "key_missing"),
        (EVENT, {"goal": {"on": BOUGHT, "window": DAY, "match_entry_key": True}}, "key_missing"),
        (EVENT, {"exit_events": [{"on": BOUGHT, "match_entry_key": True}]}, "key_missing"),
        (None, {"goal": {"on": BOUGHT, "window": DAY, "require_coupon": True}}, "coupon_unknown"),
        (EVENT, {"schedule": {"recurrence": {"frequency": "daily"}}}, "schedule_without_segment"),
        ({"kind": "api"}, {"schedule": {"start": "2026-01-01T00:00Z"}}, "schedule_without_segment"),
        (None, {"schedule": {}}, "schedule_empty"),
        (None, {"schedule": {"start": "2026-02-01T00:00", "end": "2026-01-31T23:00Z"}}, "schedule_ends_early"),
        (
            None,
            {
                "schedule": {
                    "start": "2026-02-01T12:00Z",
                    "end": "2026-02-02T08:00Z",
                    "recurrence": {"frequency": "daily"},
                }
            },
            "schedule_empty",
        ),
    ],
)
def test_settings(trigger, settings, expected):
    drawn = around(SEND, edges=["in>hello", "hello>out"], trigger=trigger, **settings)
    assert found(drawn) == {(None, expected)}


@pytest.mark.parametrize(
    ("step", "ports", "expected"),
    [
        (listening("x", {"id": "a", "on": BOUGHT, "match_entry_key": True}), ["a", "timeout"], "key_missing"),
        (wait("x", kind="date", at="0001-01-01T00:00"), ["next"], "date_implausible"),
        (wait("x", kind="date", at="2206-12-24T10:00+14:00"), ["next"], "date_implausible"),
        (
            node("x", "random_split", arms=[{"id": id_, "weight": 1, "holdout": True} for id_ in "ab"]),
            ["a", "b"],
            "split_all_holdout",
        ),
        (node("x", "update_profile"), ["next"], "update_empty"),
        (node("x", "update_profile", add_tags=["a"], remove_tags=["a"]), ["next"], "update_contradicts"),
    ],
)
def test_single_steps(step, ports, expected):
    assert found(around(step, edges=["in>x", *(f"x:{port}>out" for port in ports)])) == {("x", expected)}


def test_all_violations_come_at_once_and_each_says_how_to_mend_it():
    drawn = flow(
        [
            entry({"kind": "segment", "segment_id": str(NOWHERE)}),
            node("hello", "send_email"),
            node("ask", "check", branches=[{"id": "yes", "condition": {"kind": "trigger"}}]),
            node("lost", "wait", until={"kind": "duration", "duration": DAY}),
        ],
        ["in>hello", "hello>ask", "ask:yes>hello"],
        reentry={"mode": "per_key"},
    )
    violations = validate(drawn, FACTS)
    assert {(each.node_id, each.code) for each in violations} == {
        ("in", "segment_unknown"),
        ("hello", "content_missing"),
        ("hello", "channel_without_provider"),
        ("ask", "port_open"),
        ("ask", "trigger_missing"),
        ("ask", "cycle_without_wait"),
        ("lost", "port_open"),
        ("lost", "node_unreachable"),
        (None, "key_missing"),
    }
    for each in violations:
        assert ":" in each.message
        assert each.message.endswith(".")


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([*"abcdef", "in"]), max_size=8),
    st.lists(
        st.tuples(
            st.sampled_from([*"abcdefg", "in"]), st.sampled_from(["next", "yes", "else"]), st.sampled_from("abcdefg")
        ),
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
def test_what_passes_can_be_walked_and_no_drawing_breaks_validation(ids, joins, random):
    kinds = [SEND, CHECK, node("w", "wait", until={"kind": "duration", "duration": DAY}), node("e", "end")]
    nodes = [entry() if each == "in" else {**random.choice(kinds), "id": each} for each in ids]
    edges = [edge(f"{source}:{port}>{target}") for source, port, target in joins]
    drawn = Flow.model_validate({"nodes": nodes, "edges": edges})
    if not validate(drawn, FACTS):
        assert Graph(drawn).reachable() == {each.id for each in drawn.nodes}


def test_listens_and_coupons():
    drawn = around(
        listening("w", {"id": "a", "on": {"event": "Signed In"}}, {"id": "b", "on": BOUGHT}),
        node("give", "coupon", prefix="SALE"),
        edges=["in>w", "w:a>out", "w:b>give", "give>out", "w:timeout>out"],
        trigger=EVENT,
        goal={"on": BOUGHT, "window": DAY},
        exit_events=[{"on": {"event": "Account Deleted"}}],
    )
    assert subscribed_events(drawn) == ["Account Deleted", "Order Completed", "Signed In"]
    assert coupon_prefixes(drawn) == {"SALE"}
    assert subscribed_events(win_back()) == []
