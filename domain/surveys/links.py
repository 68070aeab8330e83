"""How messages name surveys: `{{ survey.<key> }}` is the customer's own link to it."""

import re

_NAMED = re.compile(r"\{[{%][^}]*?\bsurvey(?:\.|\[\s*\\?['\"])([a-z][a-z0-9_]{1,39})")


def surveys_named(text: str) -> frozenset[str]:
    """Keys of the surveys whose links a text holds."""
    return frozenset(_NAMED.findall(text)) if "survey" in text else frozenset()
