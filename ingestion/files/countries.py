"""Names of countries as people write them."""

from functools import lru_cache

from babel import Locale

_LANGUAGES = ("en", "de", "it", "es", "fr")
_ALSO = {"usa": "US", "u.s.a.": "US", "u.s.": "US", "united states of america": "US", "uk": "GB", "england": "GB"} | {
    "great britain": "GB", "scotland": "GB", "wales": "GB", "holland": "NL", "turkey": "TR", "türkei": "TR",
    "czech republic": "CZ", "el": "GR",
}  # fmt: skip


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "UN", "EZ", "XA", "XB"):
                found.setdefault(name.casefold(), code)
    return found | _ALSO


@lru_cache(maxsize=1024)
def country_code(text: str) -> str:
    """The code of a country that is written out; any other text as it is."""
    name = text.strip().casefold()
    return _names().get(name, text) if len(name) != 2 or name in _ALSO else text
