"""How an answer feels: by words that feel good or bad in several languages, and by what was learned from scores.

The score that stands beside a text is a free label: from two hundred of them on a model of the shop's own texts is
learned on top of the words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from intelligence.surveys.concepts import folded, words_of

Sentiment = Literal["negative", "neutral", "positive"]
CLASSES: tuple[Sentiment, ...] = ("negative", "neutral", "positive")
LEAST = 200
"""Answers with a score from which on one learns."""
_WINDOW = 3
_NOT = frozenset(
    [
        "not",
        "no",
        "never",
        "nothing",
        "without",
        "hardly",
        "dont",
        "doesnt",
        "didnt",
        "isnt",
        "wasnt",
        "arent",
        "werent",
        "cant",
        "couldnt",
        "wont",
        "wouldnt",
        "havent",
        "hasnt",
        "aint",
        "t",
        "non",
        "mai",
        "niente",
        "senza",
        "nessun",
        "nicht",
        "kein",
        "keine",
        "keinen",
        "nie",
        "nichts",
        "ohne",
        "pas",
        "jamais",
        "rien",
        "sans",
        "nunca",
        "nada",
        "sin",
        "sem",
        "nao",
        "niet",
        "geen",
        "nooit",
        "degil",
        "yok",
    ]
)
_BUT = frozenset(
    [
        "but",
        "however",
        "though",
        "although",
        "ma",
        "pero",
        "aber",
        "doch",
        "mais",
        "jedoch",
        "tuttavia",
        "pero",
        "mas",
        "maar",
        "ama",
    ]
)
_GOOD = """
    good great excellent amazing awesome love loved loves perfect perfectly best nice happy pleased satisfied fast quick
    quickly easy easily friendly helpful wonderful fantastic beautiful recommend recommended comfortable well superb
    brilliant solid impressive impressed enjoy enjoyed favorite like likes better reliable worth sturdy sharp clear
    pleasure glad thank thanks fun simple smooth cool outstanding crisp compact affordable kind incredible terrific
    ottimo ottima ottimi eccellente perfetto perfetta bello bella bellissimo bellissima veloce veloci rapido rapida
    gentile gentili gentilissimi contento contenta soddisfatto soddisfatta consiglio facile bravo bravi bene buono buona
    fantastico splendido grazie comodo comoda puntuale cortese felice
    gut gute guter gutes super toll tolle perfekt schnell schnelle freundlich hilfsbereit zufrieden schon wunderbar
    hervorragend ausgezeichnet empfehlen einfach bequem gerne danke klasse spitze liebe begeistert punktlich prima
    bon bonne excellent parfait parfaite rapide content contente satisfait facile magnifique merci super beau belle
    bueno buena excelente perfecto perfecta rapido rapida contento feliz facil genial gracias encanta bonito recomiendo
    otimo excelente perfeito feliz obrigado adorei goed snel blij mooi guzel harika hizli mukemmel tesekkurler
"""
_BAD = """
    bad terrible horrible awful poor poorly worst worse hate hated disappointed disappointing disappointment slow broken
    broke late rude expensive useless waste wrong problem problems difficult hard cheaply fail failed fails failure
    defective annoying annoyed angry unhappy never unfortunately issue issues complaint damaged missing lost refund
    return returned confusing frustrating junk crap garbage flimsy uncomfortable unacceptable lousy weak noisy scratched
    stopped dead complain sucks regret overpriced unreliable ignored delayed trouble bug bugs crash crashes error lacks
    pessimo pessima terribile orribile brutto brutta deluso delusa delusione lento lenta rotto rotta ritardo maleducato
    scortese caro cara costoso inutile sbagliato problema problemi difficile peggio peggiore purtroppo difettoso
    danneggiato perso manca vergogna male scadente arrabbiato
    schlecht schlechte schlimm furchtbar schrecklich enttauscht enttauschend enttauschung langsam kaputt spat verspatet
    unfreundlich teuer nutzlos falsch problem probleme schwierig schlechter leider mangelhaft beschadigt fehlt argerlich
    verloren defekt unverschamt nie billig katastrophe mies
    mauvais mauvaise terrible horrible decu decue lent lente casse retard impoli cher chere inutile probleme difficile
    malo mala pesimo terrible decepcionado lento roto tarde caro problema dificil nunca peor ruim atraso quebrado
    slecht traag kapot duur kotu berbat bozuk pahali gec
"""
_FEEL = {folded(word): 1.0 for word in _GOOD.split()} | {folded(word): -1.0 for word in _BAD.split()}
_STRONG = frozenset(
    [
        "very",
        "so",
        "really",
        "extremely",
        "too",
        "absolutely",
        "totally",
        "molto",
        "davvero",
        "troppo",
        "sehr",
        "total",
        "tres",
        "muy",
        "muito",
        "cok",
    ]
)


def lexicon_score(text: str) -> float:
    """-1 (bad) to 1 (good), by words alone; what follows a "but" counts double."""
    words = words_of(text.replace("'", "").replace("’", ""))
    total, weight = 0.0, 1.0
    for place, word in enumerate(words):
        if word in _BUT:
            total *= 0.5
            continue
        feel = _FEEL.get(word, 0.0)
        if not feel:
            continue
        before = words[max(0, place - _WINDOW) : place]
        strength = 1.3 if any(each in _STRONG for each in before) else 1.0
        total += weight * strength * (-0.7 * feel if any(each in _NOT for each in before) else feel)
    return float(total / np.sqrt(total * total + 2.0))


def class_of(score: float) -> Sentiment:
    """In words."""
    return "positive" if score > 0.2 else "negative" if score < -0.2 else "neutral"


@dataclass(frozen=True)
class SentimentModel:
    """What was learned from texts with a label."""

    words: TfidfVectorizer
    parts: TfidfVectorizer
    model: LogisticRegression

    def predict(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Of each text how likely it is of each class, in the order of `CLASSES`."""
        return np.asarray(self.model.predict_proba(_features(self.words, self.parts, texts)))


def learn(texts: Sequence[str], labels: Sequence[Sentiment]) -> SentimentModel | None:
    """Learn from labelled texts; None where they are too few, or all alike."""
    numbers = np.array([CLASSES.index(label) for label in labels])
    if len(texts) < LEAST or len(set(numbers.tolist())) < len(CLASSES):
        return None
    words = TfidfVectorizer(
        ngram_range=(1, 2), min_df=2, sublinear_tf=True, strip_accents="unicode", max_features=20_000
    )
    parts = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=3, sublinear_tf=True, max_features=20_000)
    words.fit(texts)
    parts.fit(texts)
    model = LogisticRegression(C=1.5, max_iter=300, class_weight="balanced", random_state=0)
    model.fit(_features(words, parts, texts), numbers)
    return SentimentModel(words, parts, model)


def _features(words: TfidfVectorizer, parts: TfidfVectorizer, texts: Sequence[str]) -> csr_matrix:
    felt = np.array([lexicon_score(text) for text in texts])
    good = np.array([sum(_FEEL.get(word, 0) > 0 for word in words_of(text)) for text in texts])
    bad = np.array([sum(_FEEL.get(word, 0) < 0 for word in words_of(text)) for text in texts])
    own = np.column_stack([2 * felt, np.maximum(felt, 0), np.minimum(felt, 0), np.log1p(good), np.log1p(bad)])
    return csr_matrix(hstack([words.transform(texts), 0.7 * parts.transform(texts), csr_matrix(own)]))


def judge(texts: Sequence[str], model: SentimentModel | None) -> list[tuple[Sentiment, float]]:
    """Class and score (-1 to 1) of each text: by the model where there is one, else by words."""
    if not texts:
        return []
    if model is None:
        scores = [lexicon_score(text) for text in texts]
        return [(class_of(score), round(score, 4)) for score in scores]
    found = model.predict(texts)
    return [(CLASSES[int(row.argmax())], round(float(row[2] - row[0]), 4)) for row in found]
