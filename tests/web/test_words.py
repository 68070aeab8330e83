"""Whatever the server says by a code, the web app can say in each of its languages."""

import ast
import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import pytest

from api import problems
from domain import validation
from domain.entry_rejections import EntryRejection, RejectionCode
from domain.errors import DomainError
from domain.template_lint import TEXTS
from domain.validation.issue_texts import PLACES, SENTENCES, Place, names_in
from domain.validation.model import Params
from domain.vocabulary import BlockReason, ExitReason
from intelligence.features import FEATURES
from intelligence.score_explanations import NO_HISTORY
from tests.source_trees import syntax_tree

_TEXTS = Path(__file__).parents[2] / "web" / "src" / "i18n"
LANGUAGES = sorted(folder.name for folder in _TEXTS.iterdir() if folder.is_dir())


def texts(language: str, namespace: str, *path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_TEXTS / language / f"{namespace}.json").read_text())
    for name in path:
        found = found[name]
    return found


def names(text: str) -> set[str]:
    return set(re.findall(r"{{(\w+)}}", text))


def as_the_api(text: str) -> str:
    """The app's English in the API's way of writing: one sort of quotes, one brace."""
    return re.sub("[“”]", '"', text).replace("{{", "{").replace("}}", "}")


def said() -> set[str]:
    """Every sentence that a rule of validation can choose."""
    files = Path(validation.__file__).parent.glob("*.py")
    calls = [node for file in files for node in ast.walk(syntax_tree(file)) if isinstance(node, ast.Call)]
    found = set()
    for call in calls:
        code = call.args[0] if call.args else None
        if isinstance(code, ast.Constant) and ast.unparse(call.func) in ("wrong", "question.wrong"):
            variant = next((each.value for each in call.keywords if each.arg == "variant"), ast.Constant(""))
            found |= {f"{code.value!s}_{each}".removesuffix("_") for each in choices(variant)}
    return found


def choices(variant: ast.expr) -> list[str]:
    if ast.unparse(variant) == "problem.kind":
        return list(TEXTS)
    if ast.unparse(variant) == "promotion":
        return ["ended", "uncoded", "missing"]
    written = [variant.body, variant.orelse] if isinstance(variant, ast.IfExp) else [variant]
    return [ast.literal_eval(each) for each in written]


def test_every_violation_has_its_sentence_and_no_sentence_is_left_over():
    assert said() == SENTENCES.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_said_with_all_that_it_names(language: str):
    sentences, places = (texts(language, "violations", part) for part in ("sentences", "places"))
    assert {key: names(text) for key, text in sentences.items()} == {key: set(names_in(key)) for key in SENTENCES}
    assert places.keys() == PLACES.keys() == set(get_args(Place))
    assert set().union(*map(names, [*sentences.values(), *places.values()])) == Params.__annotations__.keys() - {
        "place"
    }


def test_the_apps_english_is_the_apis():
    for part, ours in (("sentences", SENTENCES), ("places", PLACES)):
        assert {key: as_the_api(text) for key, text in texts("en", "violations", part).items()} == ours


def problem_codes() -> set[str]:
    # Danger: an error's class is found once its module is imported; the app imports all of them.
    import_module("api.app")
    kinds = [DomainError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    here = re.findall(r"problem\(\s*\d+, \"(\w+)\"", Path(problems.__file__).read_text())
    return {kind.code for kind in kinds} | {code for code, _ in problems._WORDS.values()} | set(here) | {"http_error"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("codes", "place"),
    [
        (set(RejectionCode), ("monitor", "refusals", "reasons")),
        (set(RejectionCode), ("monitor", "refusals", "counted")),
        (set(ExitReason), ("monitor", "exit")),
        (set(BlockReason) | {""}, ("monitor", "block_reason")),
        (problem_codes() | {"offline"}, ("app", "problem", "codes")),
    ],
    ids=lambda value: ".".join(value) if isinstance(value, tuple) else "",
)
def test_every_code_has_its_words(language: str, codes: set[str], place: tuple[str, ...]):
    assert texts(language, *place).keys() == {str(code) for code in codes}


@pytest.mark.parametrize("code", RejectionCode)
def test_a_refusal_says_what_it_is_about(code: RejectionCode):
    about = [names(texts(language, "monitor", "refusals", "reasons")[code]) for language in LANGUAGES]
    assert about == [{"about"} if "c1" in EntryRejection(code, "c1").reason else set()] * len(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_that_learning_finds_is_said_in_each_language(language: str):
    phrases = {phrase for feature in FEATURES for phrase in (feature.high, feature.low)} | {NO_HISTORY}
    said = texts(language, "phrases", "phrases")
    assert said.keys() == phrases | {"raises it", "lowers it"}
    if language == "en":
        assert all(phrase == words for phrase, words in said.items())
