"""Whatever the server says to people is a sentence of the catalogue, and the web app can say it in each language."""

import ast
import json
import math
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from domain.duration import Duration
from domain.i18n import (
    Day,
    Length,
    ListParam,
    MomentParam,
    PercentParam,
    Sentence,
    StepParam,
    StoredText,
    quoted,
    read,
    sentence,
    state,
)
from domain.i18n.catalog import SENTENCES
from domain.i18n.model import names_in
from domain.i18n.values import JOINTS
from domain.vocabulary import CampaignState, ImportState
from tests.source_trees import syntax_tree
from tests.web.test_words import LANGUAGES, names, texts

ROOT = Path(__file__).parents[2]
SPEAKING = ("domain", "store", "ingestion", "activities", "campaigns", "intelligence", "api")
DECIDING = ("domain", "store", "ingestion", "activities", "campaigns")
SAYING = re.compile(r"^(why|words|found|skipped|too_late)$")
AS_TEXT = {
    ("domain/recommendations.py", "why"),  # a code
    ("domain/i18n/model.py", "words"),  # what people wrote
    ("campaigns/recovery.py", "words"),  # for whoever runs the command
    ("campaigns/version_migration.py", "why"),  # the app says it by `becomes`
}


def sources() -> Iterator[tuple[str, ast.Module]]:
    for folder in SPEAKING:
        for file in sorted((ROOT / folder).rglob("*.py")):
            name = str(file.relative_to(ROOT))
            if "/catalogue/" not in name and "/migrations/" not in name:
                yield name, syntax_tree(file)


TREES = dict(sources())


def calls(tree: ast.Module, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def spoken(code: ast.expr) -> list[str]:
    """The codes that an argument names by itself; a table's are found as texts of their module."""
    written = [code.body, code.orelse] if isinstance(code, ast.IfExp) else [code]
    return [each.value for each in written if isinstance(each, ast.Constant) and isinstance(each.value, str)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_said_in_each_language_with_all_that_it_names(language: str):
    said = texts(language, "sentences", "sentences")
    assert {code: names(text) for code, text in said.items()} == {code: set(names_in(code)) for code in SENTENCES}
    assert texts(language, "sentences", "joints").keys() == JOINTS.keys()


@pytest.mark.parametrize("of", [*CampaignState, *ImportState])
def test_every_state_of_a_campaign_or_an_import_can_be_named(of: str):
    assert str(state(of))


def test_the_apps_english_is_the_servers():
    said = texts("en", "sentences", "sentences")
    assert {code: re.sub("[“”]", "'", text).replace("{{", "{").replace("}}", "}") for code, text in said.items()} == {
        **SENTENCES
    }
    assert texts("en", "sentences", "joints") == JOINTS


def test_no_sentence_is_left_over():
    texts_of_code = {
        node.value
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert SENTENCES.keys() - texts_of_code == set()


def test_every_sentence_that_is_said_is_in_the_catalogue_and_given_what_it_names():
    wrong, seen = [], 0
    for file, tree in TREES.items():
        for call in calls(tree, "sentence"):
            given = {keyword.arg for keyword in call.keywords}
            for code in spoken(call.args[0]):
                seen += 1
                right = code in SENTENCES and (None in given or given == names_in(code))
                wrong += [] if right else [f"{file}:{call.lineno} {code}"]
    assert wrong == []
    assert seen > 150


def test_no_words_for_people_bypass_the_catalogue():
    """A `why` of plain text would stay English: it is a `Sentence`, or `Words` read again from a row."""
    bare = []
    for file, tree in TREES.items():
        for node in ast.walk(tree) if file.split("/")[0] in DECIDING else ():
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                name, annotation = node.target.id, node.annotation
            elif isinstance(node, ast.arg) and node.annotation is not None:
                name, annotation = node.arg, node.annotation
            else:
                continue
            if SAYING.match(name) and ast.unparse(annotation) in ("str", "str | None") and (file, name) not in AS_TEXT:
                bare.append(f"{file}:{node.lineno} {name}")
    assert bare == []


FOR_PROGRAMS = {"api/routes/codec.py", "api/routes/ga4.py", "api/routes/mixpanel.py", "api/routes/tracking.py"}
FOR_PROGRAMS |= {"api/routes/webhooks.py", "api/dependencies.py", "ingestion/group_commit.py"}
REFUSALS = ("NotFoundError", "ConflictError", "RevisionConflictError", "ForbiddenError", "UnavailableError")


def test_what_a_person_is_refused_for_is_a_sentence():
    """Words that begin with a capital letter are for people; others are the house's talk with itself."""
    bare = []
    for file, tree in TREES.items():
        for call in (call for name in REFUSALS for call in calls(tree, name)):
            words = ast.unparse(call.args[0]) if call.args else ""
            if file not in FOR_PROGRAMS and re.match(r"f?['\"][A-Z]", words):
                bare.append(f"{file}:{call.lineno} {words}")
    assert bare == []


def test_a_sentence_is_english_and_json():
    made = sentence("put_off_until", why=sentence("cap_none", where=sentence("cap_on_any")), moment=AT)
    assert str(made) == (
        "the cap allows no message on any channel; put off until Monday 23 November 10:00, Europe/Istanbul"
    )
    assert made.said() == {
        "code": "put_off_until",
        "params": {
            "why": {"code": "cap_none", "params": {"where": {"code": "cap_on_any", "params": {}}}},
            "moment": {"at": "2026-11-23T07:00:00+00:00", "zone": "Europe/Istanbul", "year": False},
        },
    }


NOW = datetime(2026, 11, 22, tzinfo=UTC)
AT = MomentParam(datetime(2026, 11, 23, 7, tzinfo=UTC), "Europe/Istanbul", NOW)


@pytest.mark.parametrize(
    ("value", "english", "json"),
    [
        (MomentParam(NOW), "2026-11-22 00:00 UTC", {"at": "2026-11-22T00:00:00+00:00"}),
        (MomentParam(NOW, seconds=True), "2026-11-22 00:00:00 UTC", {"at": "2026-11-22T00:00:00+00:00"}),
        (Day(date(2026, 11, 22)), "2026-11-22", {"day": "2026-11-22"}),
        (Length.of(Duration(days=2, hours=1)), "2 days 1 hour", {"length": {"days": 2, "hours": 1}}),
        (PercentParam(0.256), "26%", {"share": 0.256}),
        (StepParam("n1"), "'n1'", {"step": "n1"}),
        (ListParam(["a", "b", "c"], "choice"), "a, b or c", {"list": ["a", "b", "c"], "by": "choice"}),
        (ListParam(["a"], "choice"), "a", {"list": ["a"], "by": "choice"}),
        (ListParam([1000, 2.5], "and"), "1,000 and 2.5", {"list": [1000, 2.5], "by": "and"}),
        (quoted("vip"), "'vip'", {"code": "quoted", "params": {"words": "vip"}}),
    ],
)
def test_what_a_sentence_names(value, english, json):
    assert (str(value), value.said()) == (english, json)


def test_a_sentence_of_a_row_is_said_as_it_was_written():
    made = sentence("wait_over")
    assert read(str(made), made.said()).said() == made.said()
    assert StoredText("an old row's words").said() == {"code": "as_written", "params": {"words": "an old row's words"}}
    assert str(Sentence("not_sent", {"why": read("an old row's words", None)})) == "not sent: an old row's words"


def test_what_a_sentence_does_not_name_is_refused():
    with pytest.raises(TypeError, match="wait_over"):
        sentence("wait_over", when="now")
    with pytest.raises(KeyError):
        sentence("of_tomorrow")


def test_numbers_that_are_not_finite_are_said_as_words():
    """JSON has none of them, and Postgres refuses them."""
    said = sentence("value_takes_over", new=math.inf, baseline=math.nan).said()
    assert json.loads(json.dumps(said, allow_nan=False))["params"] == {"new": "inf", "baseline": "nan"}
