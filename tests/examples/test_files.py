"""The example campaigns are what the API would accept and publish."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from pydantic import TypeAdapter

from domain.conditions import Condition
from domain.content import Content
from domain.flow import Flow
from domain.ids import journey_workflow_id
from stack import examples

ALL = examples.names()
NOW = datetime(2026, 11, 22, 9, 30, 15, tzinfo=UTC)


def _flow(name: str) -> Flow:
    example = examples.read(name, NOW)
    template_ids = {template["name"]: str(uuid4()) for template in example.templates}
    segment_ids = {segment["name"]: str(uuid4()) for segment in example.segments}
    return Flow.model_validate(example.flow_with(template_ids, segment_ids))


def test_the_examples_are_there():
    assert ALL == ["birthday", "cart_abandonment", "double_opt_in", "fashion_show", "vip", "welcome", "win_back"]


@pytest.mark.parametrize("name", ALL)
def test_every_part_has_its_shape(name):
    example = examples.read(name, NOW)
    for template in example.templates:
        TypeAdapter(Content).validate_python(template["content"])
    for segment in example.segments:
        TypeAdapter(Condition).validate_python(segment["condition"])
    assert journey_workflow_id(example.campaign["slug"], uuid4(), uuid4())
    assert _flow(name).nodes


@pytest.mark.parametrize("name", ALL)
def test_every_template_and_segment_is_used_and_every_name_is_known(name):
    example = examples.read(name, NOW)
    used = str(example.flow)
    assert [t["name"] for t in example.templates if f"$template:{t['name']}" not in used] == []
    assert [s["name"] for s in example.segments if f"$segment:{s['name']}" not in used] == []
    assert "$" not in str(_flow(name).model_dump())


@pytest.mark.parametrize("name", ALL)
def test_it_is_drawn_from_left_to_right_with_no_two_nodes_in_one_place(name):
    flow = _flow(name)
    at = {node.id: (node.position.x, node.position.y) for node in flow.nodes}
    assert len(set(at.values())) == len(at)
    assert [edge.id for edge in flow.edges if at[edge.source][0] >= at[edge.target][0]] == []


def test_the_win_back_repeats_weekly_from_the_day_it_is_used():
    schedule = _flow("win_back").settings.schedule
    assert schedule is not None
    assert schedule.recurrence is not None
    assert schedule.start == NOW
    assert schedule.recurrence.weekdays == [NOW.weekday()]
    assert schedule.recurrence.time.isoformat() == "09:30:00"


def test_an_unknown_name_is_refused():
    with pytest.raises(KeyError):
        examples.read("win_back", NOW).flow_with({}, {})
