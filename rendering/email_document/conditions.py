"""Who sees a block, as Liquid."""

import re

from domain.email_document import Rule, Visibility

_LEAST, _MOST = "-999999999999", "999999999999"


def shown(markup: str, visibility: Visibility | None, name: str) -> str:
    """The markup, written only for those who meet the rules; `name` is unique in the page."""
    if not markup or visibility is None or not visibility.rules:
        return markup
    every = visibility.match == "all"
    lines = [f"{{% assign {name} = {'true' if every else 'false'} %}}"]
    for number, rule in enumerate(visibility.rules):
        prepared, asked, negated = _rule(rule, f"{name}_{number}")
        # of all rules, one that fails hides it; of any, one that holds shows it
        word, outcome = ("if" if every == negated else "unless"), ("false" if every else "true")
        lines.append(f"{prepared}{{% {word} {asked} %}}{{% assign {name} = {outcome} %}}{{% end{word} %}}")
    return "".join(lines) + f"{{% if {name} %}}\n{markup}\n{{% endif %}}"


def _rule(rule: Rule, value: str) -> tuple[str, str, bool]:
    """What assigns the value (empty where it is not known), the condition, and whether it is to be taken as `not`.

    Values are compared as they are: a filter that makes them texts would also escape them.
    """
    path = rule.field
    if rule.operator in ("more_than", "less_than"):
        more = rule.operator == "more_than"
        assigned = f"{{% assign {value} = {path} | default: {_LEAST if more else _MOST} | plus: 0 %}}"
        return assigned, f"{value} {'>' if more else '<'} {float(rule.value):g}", False
    if rule.operator == "contains":
        return f"{{% assign {value} = {path} | default: '' %}}", f"{value} contains {_quoted(rule.value)}", False
    assigned = f"{{% assign {value} = {path} | default: '', allow_false: true %}}"
    if rule.operator in ("known", "unknown"):
        return assigned, f"{value} == ''", rule.operator == "known"
    same = [_quoted(rule.value)]
    if rule.value in ("true", "false") or _NUMBER.fullmatch(rule.value):
        same.append(rule.value)
    return assigned, " or ".join(f"{value} == {each}" for each in same), rule.operator == "is_not"


def _quoted(value: str) -> str:
    return f'"{value}"' if "'" in value else f"'{value}'"


_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
