"""What counts as an id of a customer, of a visitor or of an event: one rule for every source.

An id from outside may be a text or a number. It is trimmed, and its invisible characters are removed, so that ids that
look alike are alike. Placeholders, which programs write where they have no id, are never an id: taken as one, they
would join all the people who carry them.
"""

import math
import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

MAX_LENGTH = 255
"""Characters of an id."""
EXACT_BELOW = 2**53
"""From here on a float may have lost digits: two ids may have become one."""

PLACEHOLDERS = frozenset(
    (
        # no value, as languages, databases and spreadsheets write it
        *("undefined", "null", "nil", "none", "nan", "nat", "n/a", "na", "n.a.", "#n/a", "<na>", "(null)", "(none)"),
        *("void", "empty", "unset", "nothing", "\\n", "infinity", "-infinity", "+infinity", "inf", "-inf", "0x0"),
        *("#ref!", "#name?", "#value!", "#null!", "#div/0!", "#num!", "#nv", "#wert!", "#bezug!", "#zahl!", "#valeur!"),
        *("#nombre?", "#valore!", "#rif!", "#n/d", "#spill!", "#error!", "#getting_data"),
        *("true", "false", "yes", "no", "-1"),
        # nobody in particular
        *("guest", "anonymous", "anon", "visitor", "unknown", "default", "user", "customer", "unidentified", "nobody"),
        *("noid", "dummy", "changeme", "change-me", "change_me", "replaceme", "replace-me", "replace_me", "symbol()"),
        *("gast", "ospite", "invité", "invitado", "convidado", "misafir", "гость", "гост", "gość"),
        *("unbekannt", "sconosciuto", "desconocido", "desconhecido", "inconnu", "bilinmiyor", "неизвестно", "匿名"),
        *("n/d", "n.d.", "n.a", "k.a.", "k. a.", "s/d", "system.object"),
        *("notset", "loggedout", "notloggedin", "unauthenticated", "guestuser", "anonymoususer", "redacted", "deleted"),
        # the field's own name
        *("id", "user_id", "userid", "user-id", "user.id", "uid", "distinct_id", "distinctid", "distinct-id"),
        *("anonymous_id", "anonymousid", "customer_id", "customerid", "external_id", "externalid", "previous_id"),
        *("client_id", "device_id", "email", "your_user_id", "your-user-id", "string", "user_pseudo_id", "visitor_id"),
        # the last line of a spreadsheet
        *("total", "totals", "subtotal", "grand total", "summe", "gesamt", "gesamtsumme", "totale", "toplam"),
        # one id that many devices or programs share
        "9774d56d682e549c",
        "lmy47d",
        "02:00:00:00:00:00",
    )
)
"""In lower case. A setting adds others: `use_placeholders`."""

_NOBODY_WORDS = """
    undefined null nil none nan guest anonymous anon visitor unknown default user customer account empty unset
    unidentified unauthenticated not no set provided available applicable authenticated logged in out login id your
    shop web app type object here
"""
_NOBODY = frozenset(_NOBODY_WORDS.split())
"""Words of which no id is made alone: `Guest User`, `undefined-undefined`, `not_logged_in`."""
_WORDS = re.compile(r"[^\W\d_]+|\d+")
_GLUED = re.compile(r"(?:undefined|null|none|nan){2,}")
_WRAPPED = "\"'`<>()[]{}$%:@#*_~“”‘’«» "
"""Marks around a word that stands for nothing: `"undefined"`, `<nil>`, `{user_id}`, `__user_id__`."""
_OF_A_PROGRAM = re.compile(
    r"\[object \w+\]|%!\w?\(.*\)|optional\(nil\)|function\s*\w*\(.*|<(?:class|function)\b.*", re.DOTALL
)
"""What a language shows for a value that is no text: JavaScript, Go, Swift, Python."""
_JVM_OBJECT = re.compile(r"(?:[a-z]\w*\.)+\w+@[0-9a-f]{1,8}")
"""What Java shows for an object: `com.shop.User@6d06d69c`. No address: nothing behind its sign has a point."""
_ZEROS = re.compile(r"[-+]?0+(?:\.0*)?|[0{}-]*0[0{}-]*")
"""0, 000, 0.0, the UUID of zeros."""
_UNFILLED = re.compile(
    r"(?:\{\{|%7b%7b).*(?:\}\}|%7d%7d)|\$\{.*\}|\{%.*%\}|<%.*%>|%%.*%%|\*\|.*\|\*|\[\[.*\]\]", re.DOTALL
)
"""A template that nobody filled in."""
_WHOLE_FLOAT = re.compile(r"([-+]?[0-9]+)\.0+")
_SHORTENED = re.compile(r"[-+]?[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{1,3}")
"""A long number as spreadsheets show it: 4.47912E+11."""
_ORDINARY = re.compile(r"[A-Za-z0_.:@+-]*[1-9][A-Za-z0-9_.:@+-]*")
"""Letters with a digit that is no zero among them, and no mark that placeholders have around them."""
_PLAIN = re.compile(r"[A-Za-z0-9_:-]{2,200}")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e007f]"
)
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ue02f\ufffd\ufffe\uffff]")
_extra: frozenset[str] = frozenset()


class ReadId(NamedTuple):
    """An id as it is kept, or why there is none."""

    value: str | None
    note: str = ""
    """Why what was given can't be an id, to follow the field's name; empty where nothing was given."""
    placeholder: bool = False
    """It is what programs write where they have no id: an event may do without it."""


_NOTHING = ReadId(None)


def use_placeholders(texts: Iterable[str]) -> None:
    """Let these texts be placeholders too, instead of those that were added before. For the start of a process."""
    global _extra  # noqa: PLW0603 - a setting, the same for all sources of a process
    _extra = frozenset(clean(text).casefold() for text in texts)


def clean(text: str) -> str:
    """A text without what can't be seen: blanks around it, zero-width characters in it; in Unicode's composed form."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).strip()


def read_id(value: object) -> ReadId:
    """What a field that holds an id says.

    Args:
        value: as parsed from JSON or a file: a text or a number; None or an empty text for no id.

    """
    if type(value) is str:
        return _read_text(value)
    if value is None:
        return _NOTHING
    if isinstance(value, bool):
        return ReadId(None, f"is {str(value).lower()}, which stands for no id", placeholder=True)
    if isinstance(value, int):
        return _read_text(str(value)) if abs(value) < 10**MAX_LENGTH else ReadId(None, _TOO_LONG)
    if isinstance(value, float):
        return _read_float(value)
    return ReadId(None, "is not a text or a whole number")


_TOO_LONG = f"is longer than {MAX_LENGTH} characters"


def _read_float(value: float) -> ReadId:
    if math.isnan(value):
        return ReadId(None, "is NaN, which stands for no id", placeholder=True)
    if not math.isfinite(value) or abs(value) >= EXACT_BELOW:
        return ReadId(None, "is a number that has lost digits: send long ids as texts")
    if not value.is_integer():
        return ReadId(None, "is a number with decimals: send ids as texts")
    return _read_text(str(int(value)))


def _read_text(text: str) -> ReadId:
    text = clean(text)
    if not text:
        return _NOTHING
    if len(text) > MAX_LENGTH:
        return ReadId(None, _TOO_LONG)
    if _UNFIT.search(text):
        return ReadId(None, "has characters that no id can have")
    if is_placeholder(text):
        return ReadId(None, f"is {text[:40]!r}, which stands for no id", placeholder=True)
    if _SHORTENED.fullmatch(text):
        return ReadId(None, f"is {text!r}, a number that has lost digits: write long ids out")
    whole = _WHOLE_FLOAT.fullmatch(text)
    if whole:
        if abs(int(whole[1])) >= EXACT_BELOW:
            return ReadId(None, f"is {text!r}, a number that has lost digits: write long ids out")
        text = whole[1]
    return ReadId(text)


def is_plain(text: str) -> bool:
    """Whether a text is an id exactly as it is, seen at a glance. False where `read_id` has to look closer."""
    return _PLAIN.fullmatch(text) is not None and not is_placeholder(text)


def is_placeholder(text: str) -> bool:
    """Whether a text, cleaned, is what programs write where they have no id."""
    folded = text.casefold()
    if folded in PLACEHOLDERS or folded in _extra:
        return True
    if _ORDINARY.fullmatch(text):  # nearly every id: no need to look closer
        return (text[:8] == text[0] * 8 and _is_one_letter(folded)) or (
            "@" in folded and _JVM_OBJECT.fullmatch(folded) is not None
        )
    if _ZEROS.fullmatch(text) or _UNFILLED.fullmatch(folded) or _OF_A_PROGRAM.fullmatch(folded):
        return True
    core = folded.strip(_WRAPPED)
    return core in PLACEHOLDERS or _says_nobody(core) or _is_one_letter(core)


def _says_nobody(core: str) -> bool:
    """Whether it is made of words for nobody alone, or of no letter and no digit."""
    words = _WORDS.findall(core)
    return all(word in _NOBODY for word in words) or _GLUED.fullmatch(core) is not None


def _is_one_letter(core: str) -> bool:
    """`xxxx`, or a UUID whose digits are all the same."""
    letters = core.replace("-", "")
    if len(set(letters)) != 1:
        return False
    return len(letters) == 32 or (len(letters) > 2 and letters[0] == "x")
