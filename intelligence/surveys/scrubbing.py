"""Personal data out of a text before anything is learned from it: addresses, numbers, names."""

import re
from collections.abc import Iterable

_PATTERNS = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), " "),
    (re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE), " "),
    (re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,4})?\b"), " "),  # IBAN
    (re.compile(r"\+?\d[\d\s().\/-]{5,}\d"), " "),
    (re.compile(r"\b\w*\d{4,}\w*\b"), " "),
    (re.compile(r"(?<!\w)@\w+"), " "),
    (
        re.compile(
            r"\b(?:via|viale|piazza|corso|rue|avenue|calle|plaza)\s+(?:[A-Z][\w'’]+\s*){1,4},?\s*\d{0,4}\b"
            r"|\b(?:[A-ZÄÖÜ][\wäöüß]+(?:straße|strasse|str\.|weg|platz)|\d{1,4}\s+(?:[A-Z]\w+\s+){1,3}"
            r"(?:street|st|road|rd|avenue|ave|lane|drive))\s*\d{0,4}\b"
        ),
        " ",
    ),
    (
        re.compile(
            r"\b((?i:my name is|i am called|mi chiamo|il mio nome è|ich heiße|mein name ist|je m'appelle|me llamo))"
            r"\s+(?:[A-ZÀ-Þ][\w'’-]+\s*){1,3}"
        ),
        r"\1 ",
    ),
    (
        re.compile(
            r"\b((?i:mr|mrs|ms|dr|sig|sig\.ra|signora|herr|frau|madame|monsieur|señor|señora))\.?\s+[A-ZÀ-Þ][\w'’-]+"
        ),
        r"\1 ",
    ),
)  # fmt: skip


def scrubbed(text: str, names: Iterable[str] = ()) -> str:
    """The text without addresses, links, numbers of four digits or more, and names.

    Args:
        text: as it was written.
        names: what the customer is called; each goes wherever it stands as a word.

    """
    for name in names:
        if len(name) >= 2:
            text = re.sub(rf"\b{re.escape(name)}\b", " ", text, flags=re.IGNORECASE)
    for pattern, put in _PATTERNS:
        text = pattern.sub(put, text)
    return re.sub(r"\s+", " ", text).strip()
