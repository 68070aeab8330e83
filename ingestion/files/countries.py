"""Names of countries as people write them."""

from functools import lru_cache

from babel import Locale
from babel.core import get_global

_LANGUAGES = "en de it es fr pt nl tr pl cs sv da nb fi ru uk ro hu el ja zh ko ar"
_ALSO = {"usa": "US", "u.s.a.": "US", "u.s.": "US", "united states of america": "US", "uk": "GB", "england": "GB"} | {
    "america": "US",
    "great britain": "GB",
    "scotland": "GB",
    "wales": "GB",
    "holland": "NL",
    "turkey": "TR",
    "türkei": "TR",
    "czech republic": "CZ",
    "el": "GR",
    "the netherlands": "NL",
    "northern ireland": "GB",
    "south korea": "KR",
    "korea, republic of": "KR",
    "korea, south": "KR",
    "russian federation": "RU",
    "viet nam": "VN",
    "macedonia": "MK",
    "iran, islamic republic of": "IR",
    "taiwan, province of china": "TW",
    "moldova, republic of": "MD",
    "republic of ireland": "IE",
    "swaziland": "SZ",
    "burma": "MM",
    "cote d'ivoire": "CI",
    "côte d'ivoire": "CI",
    "ivory coast": "CI",
    "bosnia and herzegovina": "BA",
    "hong kong": "HK",
    "macao": "MO",
    "macau": "MO",
}
"""Names in everyday use, and those of ISO 3166-1, beside Unicode's."""  # fmt: skip


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in _LANGUAGES.split():
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "UN", "EZ", "XA", "XB"):
                found.setdefault(name.casefold(), code)
    return found | _ALSO


@lru_cache(maxsize=1024)
def country_code(text: str) -> str:
    """The code of a country that is written out; any other text as it is."""
    name = text.strip().casefold()
    if len(name) == 2 and name not in _ALSO and name.isascii():
        return text
    found = _names().get(name.removeprefix("the ")) or _names().get(name)
    if found is not None:
        return found
    # ISO's codes of three letters and of three digits
    codes = list(get_global("territory_aliases").get(name.upper(), ())) if len(name) == 3 else []
    return codes[0] if len(codes) == 1 and len(codes[0]) == 2 and codes[0] != "ZZ" else text
