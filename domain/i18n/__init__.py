"""What the server tells people, as a code and what it names: readable here in English, sayable in any language.

`str(sentence(...))` is the English text that logs, rows and the API show; `.said()` is the same as JSON, from which the
web app says it in its reader's language. A new sentence is a line in `domain.i18n.catalog` and one in each
language of web/src/i18n; tests/web/test_sentences.py holds them together.
"""

from domain.i18n.model import Sentence, StoredText, Words, as_row, as_written, channel, quoted, read, sentence, state
from domain.i18n.values import Day, Length, ListParam, MomentParam, PercentParam, StepParam

__all__ = [
    "Day",
    "Length",
    "ListParam",
    "MomentParam",
    "PercentParam",
    "Sentence",
    "StepParam",
    "StoredText",
    "Words",
    "as_row",
    "as_written",
    "channel",
    "quoted",
    "read",
    "sentence",
    "state",
]
