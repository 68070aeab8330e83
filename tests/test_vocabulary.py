"""Names, keys, routes, labels and docs use the terms of docs/glossary.md; the words that those replaced stay out."""

import ast
import json
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from sqlmodel import SQLModel

import models  # noqa: F401  (registers every table)
from tests.source_trees import syntax_tree

ROOT = Path(__file__).resolve().parent.parent
# Old word -> the glossary's term. A batch of renames adds its words.
OLD_IDENTIFIERS = {
    "tallies": "campaign_counters", "tally_changes": "campaign_counter_deltas", "TallyChange": "CounterDelta",
    "withheld": "skipped", "withheld_by": "skip_reason", "deferred_by": "deferral_reason", "hindrance": "block_reason",
    "Hindrance": "BlockReason", "interrupt": "exit_signal", "listens": "subscribed_events",
    "swept_at": "refreshed_at", "filled_at": "initialized_at", "trigger_of": "owner_campaign_id",
    "survivor_id": "surviving_id", "gone_id": "merged_id", "gone_external_id": "merged_external_id",
    "training_outcomes": "training_runs", "scored_pages": "score_batches", "scoring_columns": "score_columns",
    "yield_within": "priority_hold", "likely_to_leave": "unsubscribe_percentile",
    "only_if_alone": "last_resort_channels", "skip_late_by": "max_lateness", "resend_when_unknown": "retry_on_unknown",
    "same_key": "match_entry_key", "with_coupon": "require_coupon", "openable": "open_trackable",
    "clickable": "click_trackable", "acted": "conversions", "intended": "attempted",
    "Ordeal": "ChaosScenario", "Guardian": "ProcessReaper", "Gatherer": "GroupCommitter",
    "Settler": "MessageReconciler", "Whereabouts": "JourneyStatus", "Outlook": "MigrationPreview",
    "Doorkeeper": "domain.reentry", "DiscreetFailures": "RedactingFailureConverter", "Lesson": "TrainingJob",
    "Belief": "BetaPosterior", "Sayable": "Param", "KnownNames": "DataDictionary", "SIGNS_OF_LIFE":
    "CUSTOMER_ACTIVITY_EVENTS", "HOUSE_EVENTS": "SYSTEM_EVENTS", "SENDS_AT_MOST": "MAX_SEND_ATTEMPTS",
    "FORSAKEN_AFTER": "ABANDONED_AFTER", "TELL_OF_OPENS": "OPEN_TRACKING_CHANNELS", "reaching_temporal":
    "translate_rpc_errors", "Walk": "JourneyRun",
}  # fmt: skip
OLD_MODULES = {
    "steering", "fates", "wakes", "consequences", "taking", "gathering", "folding", "settling", "sampling", "sweeping",
    "storable", "unsubscribing", "unsettled", "scorings", "trainings", "known_names", "moved_by_time", "retrying",
    "refusals", "mentions", "recency", "exploration", "text_problems", "ordeal", "reckoning", "guardian",
    "handing_over", "putting_off", "worlds", "walking", "walk",
}  # fmt: skip
OLD_LABELS = (
    "Fate unknown", "Put off", "Withheld", "About to be sent", "Not let in", "Acted upon", "Likeliest to unsubscribe",
    "Longer rest for the tired", "A cap of none", "Nobody is called that", "Learn now", "Score now", "Make the key",
    "What it goes by", "Under way", "Watch who comes and goes", "In words", "Short name in addresses",
)  # fmt: skip
PER_VENDOR = re.compile(r"^providers/(sandbox/vendors|[a-z_]+)/")
"""Each vendor has a class of the same name, by its protocol."""


@cache
def _files(*patterns: str) -> list[str]:
    command = ["git", "ls-files", "-co", "--exclude-standard", *patterns]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in found.splitlines() if (ROOT / name).is_file()]


@cache
def _trees() -> dict[str, ast.Module]:
    names = [name for name in _files("*.py") if not name.startswith(("store/migrations/", "tests/"))]
    return {name: syntax_tree(ROOT / name) for name in names}


def _identifiers(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                yield name, node.lineno
            case ast.AsyncFunctionDef(name=name) | ast.arg(arg=name):
                yield name, node.lineno


def _keys(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{path}{key}", inner
            yield from _keys(inner, f"{path}{key}.")


def _catalogue(name: str) -> object:
    return json.loads((ROOT / name).read_text(encoding="utf-8"))


def test_identifiers_are_the_glossary_s() -> None:
    found = [
        f"{name}:{line}: {word} is {OLD_IDENTIFIERS[word]}"
        for name, tree in _trees().items()
        for word, line in _identifiers(tree)
        if word in OLD_IDENTIFIERS
    ]
    assert found == []


def test_modules_are_nouns_of_the_glossary() -> None:
    assert [name for name in _files("*.py") if OLD_MODULES & set(Path(name).with_suffix("").parts)] == []


def test_tables_and_columns_are_the_glossary_s() -> None:
    found = [
        (table.name, column.name)
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        if {table.name, column.name} & OLD_IDENTIFIERS.keys()
    ]
    assert found == []


def test_fields_and_routes_of_the_api_are_the_glossary_s() -> None:
    openapi = _catalogue("web/src/api/openapi.json")
    assert isinstance(openapi, dict)
    fields = {
        f"{name}.{field}"
        for name, schema in openapi["components"]["schemas"].items()
        for field in (name, *schema.get("properties", {}))
        if field in OLD_IDENTIFIERS
    }
    assert fields == set()
    assert [path for path in openapi["paths"] if OLD_MODULES & set(path.replace("-", "_").split("/"))] == []


def test_labels_are_the_glossary_s() -> None:
    found = [
        f"{name}: {key}"
        for name in _files("web/src/i18n/en/*.json")
        for key, text in _keys(_catalogue(name))
        if isinstance(text, str) and any(re.search(rf"\b{re.escape(old)}\b", text) for old in OLD_LABELS)
    ]
    assert found == []


def test_a_public_class_name_exists_once() -> None:
    homes = defaultdict(list)
    for name, tree in _trees().items():
        if not PER_VENDOR.match(name) and not name.startswith(("benchmarks/", "evaluation/")):
            for node in tree.body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    homes[node.name].append(name)
    assert {name: files for name, files in homes.items() if len(files) > 1} == {}


@pytest.mark.parametrize("old", sorted(OLD_IDENTIFIERS))
def test_docs_use_the_glossary_s_words(old: str) -> None:
    if "_" not in old and not old[0].isupper():
        pytest.skip("an English word too")
    pages = [name for name in _files("docs/*.md", "README.md") if name != "docs/glossary.md"]
    assert [name for name in pages if re.search(rf"\b{old}\b", (ROOT / name).read_text(encoding="utf-8"))] == []


def test_every_name_in_the_glossary_stands_in_the_code():
    text = (ROOT / "docs" / "glossary.md").read_text()
    code = "\n".join((ROOT / name).read_text() for name in _files("*.py", "*.ts", "*.tsx", "*.sql", "web/src/*.json"))
    words = set(re.findall(r"[A-Za-z_][A-Za-z0-9_]*", code))
    promised = {name.rsplit(".", 1)[-1] for name in re.findall(r"`([A-Za-z_][A-Za-z0-9_.]*)`", text)}
    assert len(promised) > 100
    assert promised - words == set()
