"""What an answer means, and which question comes next."""

import pytest
from pydantic import ValidationError

from domain.errors import InvalidError
from domain.surveys.answers import next_question, understand
from domain.surveys.definition import Survey
from domain.surveys.links import surveys_named
from intelligence.surveys.scores import net_promoter_score, scored


def survey(*questions: dict) -> Survey:
    return Survey.model_validate({"questions": [{"prompt": {"en": "?"}, **each} for each in questions]})


NPS = {
    "id": "score",
    "kind": "nps",
    "jumps": [{"groups": ["promoter"], "to": "end"}, {"groups": ["passive"], "to": "b"}],
}
ASKED = survey(NPS, {"id": "a", "kind": "text"}, {"id": "b", "kind": "yes_no"})


@pytest.mark.parametrize(
    ("kind", "given", "group"),
    [
        ("nps", 0, "detractor"), ("nps", "6", "detractor"), ("nps", 7, "passive"), ("nps", 9, "promoter"),
        ("csat", 3, "neutral"), ("stars", 5, "satisfied"), ("ces", 3, "hard"), ("ces", 4, "neutral"),
        ("yes_no", "no", "no"), ("text", " words ", "answered"),
    ],
)  # fmt: skip
def test_answers_fall_into_groups(kind, given, group):
    assert understand(survey({"id": "q", "kind": kind}).questions[0], given).group == group


@pytest.mark.parametrize("given", [11, -1, 9.5, True, None, "", "9.0", "٩" * 5, [], {}, "9" * 400])
def test_what_is_no_score_is_refused(given):
    with pytest.raises(InvalidError):
        understand(ASKED.questions[0], given)


@pytest.mark.parametrize(
    ("answered", "following"),
    [({}, "score"), ({"score": "promoter"}, None), ({"score": "passive"}, "b"), ({"score": "detractor"}, "a"),
     ({"score": "detractor", "a": "answered"}, "b"), ({"score": "passive", "b": "yes"}, None)],
)  # fmt: skip
def test_branches(answered, following):
    found = next_question(ASKED, answered)
    assert (found.id if found else None) == following


@pytest.mark.parametrize(
    "wrong",
    [
        [{"id": "a", "kind": "nps"}, {"id": "a", "kind": "nps"}],
        [{"id": "a", "kind": "single"}],
        [{"id": "a", "kind": "nps", "jumps": [{"groups": ["promoter"], "to": "a"}]}],
        [{"id": "a", "kind": "nps", "jumps": [{"groups": ["satisfied"], "to": "end"}]}],
        [{"id": "a", "kind": "nps", "prompt": {"it": "?"}}],
        [],
    ],
)
def test_unsound_surveys_are_refused(wrong):
    with pytest.raises(ValidationError):
        survey(*wrong)


def test_surveys_are_found_in_texts():
    assert surveys_named("Hi {{ survey.nps }} {{ survey['after_order'] }}") == {"nps", "after_order"}
    assert surveys_named("a survey.nps that is no link, {{ trigger.survey }}") == frozenset()


def test_the_interval_holds_where_all_answers_are_alike():
    one = net_promoter_score(20, 0, 20)
    assert (one.value, one.high) == (100, 100)
    assert one.low < 95
    assert scored("csat", {5: 3, 1: 1}).figure.value == 75
