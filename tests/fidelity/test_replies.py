"""Answers that ask to stop, in every language and spelling; those that nobody can be sure of are listed."""

import pytest

from ingestion.inbound_sms import STOP_WORDS, classify_reply, may_be_opt_out

OBEYED = (
    *("STOP", "stop.", "S T O P", "STOP!!", '"STOP"', "(stop)", "Stop👍", "STOP ALL"),
    *("STOP-ALL", "Stop. Thank you"),
    *("STOP\n\nSent from my iPhone", "stop pls", "STOP SMS", "Stop sending me messages"),
    *("STOP 12345", "stop, thanks"),
    *("ＳＴＯＰ", "𝗦𝗧𝗢𝗣", "𝐒𝐓𝐎𝐏", "Ѕtop", "stоp", "stop\u200b", "\ufeffSTOP", "Stóp", "ⓢⓣⓞⓟ"),
    *("Unsubscribe", "unsub", "opt out", "Opt-out please", "OPTOUT", "end", "Quit."),
    *("cancel", "revoke", "Remove"),
    *("ARRÊT", "Arrêtez", "désinscription", "désabonner", "ALTO", "baja", "Cancelar", "PARAR", "Pare", "SAIR"),
    *("Stopp", "Abmelden bitte", "abbestellen", "annulla", "Basta!", "disiscrivi", "cancellami"),
    *("İPTAL", "iptal", "RET"),
    *("uitschrijven", "STOPPA", "Avmeld", "frameld", "Lopeta", "WYPISZ", "rezygnuję"),
    *("odhlásit", "leiratkozás"),
    *(
        "dezabonare",
        "СТОП",
        "Отписаться",
        "стіп",
        "ΣΤΟΠ",
        "διακοπή",
        "הסר",
        "إيقاف",
        "توقف",
        "停止",
        "配信停止",
        "수신거부",
    ),
    *("Stop promotions", "Interrompi promozioni", "Detener promociones", "Arrêter les promotions", "Werbung stoppen"),
    *("退订", "TD", "T", "बंद", "หยุด", "HỦY", "Từ chối", "berhenti"),
)
LISTED = (
    *("please stop", "Please stop texting me", "Could you stop?", "bitte abmelden"),
    *("Reply STOP", "Cancel my order"),
    *("remove me from this", "take me off your list", "leave me alone", "do not text me"),
    "Don't text me again",
    *("Don’t contact me", "no more texts", "No thanks", "not interested", "wrong number"),
    "who told you? wrong person",
    *("Keine SMS mehr bitte", "ich will das nicht mehr", "plus de SMS svp"),
    *("no más mensajes", "não quero mais"),
    *("non mandatemi più niente", "basta messaggi per favore", "mesaj atmayın", "stpo"),
    *("st0p", "spot", "🛑", "SPAM"),
    *("请退订", "หยุดส่ง", "Fuck off", "I unsubscribed already", "dont stop"),
)
NEITHER = (
    *("nonstop", "Thanks!", "No", "yes please", "who is this", "See you at the shop", "top"),
    "When does it end up there?",
    *(
        "The trend is great",
        "ok",
        "👍",
        "Grazie mille",
        "Danke schön",
        "Bis morgen",
        "2",
        "Vielen Dank, wann kommt es?",
    ),
)


@pytest.mark.parametrize("text", OBEYED)
def test_a_keyword_is_obeyed(text: str):
    assert classify_reply(text) == "stop"


@pytest.mark.parametrize("text", LISTED)
def test_what_seems_to_ask_is_read_by_a_person(text: str):
    assert (classify_reply(text), may_be_opt_out(text)) == (None, True)


@pytest.mark.parametrize("text", NEITHER)
def test_other_answers_are_answers(text: str):
    assert classify_reply(text) != "stop"
    if "end" not in text:
        assert not may_be_opt_out(text)


@pytest.mark.parametrize(
    ("language", "word"), [(language, word) for language, words in STOP_WORDS.items() for word in words.split()]
)
def test_every_word_in_any_case_with_a_signature(language: str, word: str):
    for text in (word, word.upper(), f" {word}! ", f"{word}.\n\nSent from my phone"):
        assert classify_reply(text) == "stop", (language, text)
