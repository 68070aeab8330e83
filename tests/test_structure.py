"""Rules of structure that no linter has: closed unions, class names, documented parameters."""

import ast
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = (
    "activities", "api", "benchmarks", "campaigns", "config", "domain", "evaluation", "ingestion", "intelligence",
    "models", "providers", "rendering", "scripts", "stack", "store", "workflows",
)  # fmt: skip
OPEN_MATCHES = {
    "activities/sending/dispatch.py:_outcome": "exceptions can be subclassed",
    "campaigns/recovery.py:_run": "commands of argparse are texts",
    "domain/condition_text_parts.py:operand_words": "values of JSON",
    "domain/matching.py:_in_order": "operators that compare an order only",
    "domain/validation/condition_rules.py:_refs": "most leaves name no reference",
    "store/conditions/compiler.py:expression": "passes what is left to a function of those leaves",
    "store/conditions/explanation.py:_leaves": "passes what is left on as a Leaf",
    "store/conditions/explanation.py:_tree": "passes what is left to a function of Leaf",
    "store/conditions/members_sql.py:_required": "only `and` and segments are opened",
    "store/conditions/profile_sql.py:attribute_is": "compares by the kind of the field",
    "store/metrics/monitoring.py:_journeys": "metrics are texts",
    "store/metrics/monitoring.py:_message": "metrics are texts",
}
"""`match` statements whose subject is no closed union, and why."""


@cache
def trees() -> dict[str, ast.Module]:
    """The application's modules by their path."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    kept = [path for path in [*paths, ROOT / "worker.py"] if "migrations" not in path.parts]
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in kept}


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _takes_everything(case: ast.match_case) -> bool:
    return case.guard is None and isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None


def _is_never(case: ast.match_case) -> bool:
    match case.body[0]:
        case ast.Expr(value=ast.Call(func=ast.Name(id="assert_never"))):
            return True
    return False


def open_matches() -> set[str]:
    """Functions with a `match` that takes anything else by another way than `assert_never`."""
    return {
        f"{path}:{function.name}"
        for path, tree in trees().items()
        for function in _functions(tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Match) and _takes_everything(node.cases[-1]) and not _is_never(node.cases[-1])
    }


def test_a_match_over_a_closed_union_ends_with_assert_never():
    """mypy's `exhaustive-match` holds those without a last case to naming every member."""
    assert open_matches() - set(OPEN_MATCHES) == set()


def test_no_excuse_has_outlived_its_match():
    assert set(OPEN_MATCHES) - open_matches() == set()


def test_the_type_checker_is_told_to_look_for_it():
    assert 'enable_error_code = ["exhaustive-match"]' in (ROOT / "pyproject.toml").read_text()


def test_the_web_app_is_linted():
    rules = json.loads((ROOT / "web" / "biome.json").read_text())["linter"]
    assert rules["rules"]["preset"] == "recommended"
    assert rules["domains"]["react"] == "recommended"
    assert {"useExhaustiveDependencies", "useHookAtTopLevel", "noUnusedVariables"} <= set(rules["rules"]["correctness"])
