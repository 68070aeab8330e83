"""Which language a short text is in, by its commonest words and its script. No download, no model."""

import re
import unicodedata
from collections.abc import Mapping

_WORDS: Mapping[str, str] = {
    "en": "the and is was were are it i you my we to of for in on not but with very that this have "
    "had has be at from "
    "they so too no good great would could your an as what when all just me again never a",
    "it": "il lo la gli le un una di che non è e ho ha sono molto per con ma mi si più del della dei delle nel nella "
    "anche troppo tutto bene questo questa era stato stata mai solo come ci alla al sul buono ottimo",
    "de": "der die das und ist war nicht ich sie es ein eine zu mit sehr für auf aber den dem im von wurde habe hat "
    "auch nur wie bei zum zur leider gut immer noch mir mich kein keine schnell alles bin sind",
    "fr": "le la les un une des et est était pas je vous très pour avec mais que qui du de ce cette trop en dans sur "
    "tout bien mon ma mes j'ai c'est a été plus aux au nous jamais",
    "es": "el la los las un una y es era no yo muy para con pero que de del lo se mi me más en todo "
    "bien este esta ha "
    "he fue han demasiado nunca también gracias está como",
    "pt": "o a os as um uma e é era não eu muito para com mas que do da dos das no na se meu minha mais foi tudo bem "
    "este esta também nunca está obrigado veio chegou",
    "nl": "de het een en is was niet ik je zeer voor met maar dat van op te heel mijn ook nog wel geen erg goed naar "
    "zijn er bij werd",
    "tr": "ve bir bu çok için ama da de ben değil güzel iyi daha gibi kadar ne var yok geldi ürün teşekkürler hiç",
}
_BY_WORD: dict[str, set[str]] = {}
for _language, _all in _WORDS.items():
    for _each in _all.split():
        _BY_WORD.setdefault(_each, set()).add(_language)
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SCRIPTS = (("CYRILLIC", "ru"), ("GREEK", "el"), ("ARABIC", "ar"), ("HEBREW", "he"), ("HIRAGANA", "ja"),
            ("KATAKANA", "ja"), ("HANGUL", "ko"), ("CJK", "zh"), ("THAI", "th"), ("DEVANAGARI", "hi"))  # fmt: skip
_LETTERS = {"ß": "de", "ä": "de", "ñ": "es", "¿": "es", "¡": "es", "ã": "pt", "õ": "pt", "ğ": "tr", "ş": "tr",
            "ı": "tr", "œ": "fr", "ê": "fr", "ò": "it", "ì": "it"}  # fmt: skip
_BY_ENDING = (("zione", "it"), ("mente", "it"), ("ung", "de"), ("lich", "de"), ("keit", "de"), ("tion", "fr"),
              ("eux", "fr"), ("ción", "es"), ("ção", "pt"), ("ing", "en"), ("ly", "en"), ("ed", "en"))  # fmt: skip


def language_of(text: str) -> str | None:
    """Its ISO 639-1 code; None where too little speaks for any."""
    counts: dict[str, float] = {}
    for token in _TOKEN.findall(text.lower()):
        spoken = _BY_WORD.get(token.replace("’", "'"), set())
        for language in spoken:
            counts[language] = counts.get(language, 0) + 1 / len(spoken)
        ending = next(
            (language for end, language in _BY_ENDING if len(token) > len(end) + 2 and token.endswith(end)), None
        )
        if ending and not spoken:
            counts[ending] = counts.get(ending, 0) + 0.3
    for letter in text.lower():
        if letter in _LETTERS:
            counts[_LETTERS[letter]] = counts.get(_LETTERS[letter], 0) + 0.5
        elif ord(letter) > 0x36F:
            script = unicodedata.name(letter, "").split(" ")[0]
            language = next((code for name, code in _SCRIPTS if script.startswith(name)), None)
            if language:
                counts[language] = counts.get(language, 0) + 0.5
    best = max(counts, key=lambda each: (counts[each], each), default=None)
    return best if best is not None and counts[best] >= 0.5 else None


STOP_WORDS = frozenset(_BY_WORD) - {"good", "great", "bene", "bien", "gut", "schnell", "ottimo", "buono"}
"""Words that say nothing of what a text is about, of all these languages."""
