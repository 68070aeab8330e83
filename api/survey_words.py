"""What the survey page says by itself, in the languages that it knows; elsewhere in English."""

from collections.abc import Mapping

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "send": "Send", "skip": "Skip", "thanks": "Thank you!", "saved": "Your answer is saved.",
        "change": "Change my answers", "closed": "Closed", "yes": "Yes", "no": "No", "text": "Your answer",
        "several": "Choose as many as you like.", "sure": "Yes, send my answer", "low": "lowest", "high": "highest",
        "doubt": "One more click, so that we know that you are no program:",
        "ended": "This survey has ended. Thank you all the same.",
        "wave": "This link is of an earlier survey, which is over. Thank you all the same.",
        "full": "This survey has all the answers that it needs. Thank you all the same.",
        "not_begun": "This survey has not begun yet.", "star": "{n} of 5 stars",
        "empty": "Please choose or write an answer.", "long": "That is too long: at most {n} characters.",
        "test": "This is a trial: its answers are not counted.",
    },
    "it": {
        "send": "Invia", "skip": "Salta", "thanks": "Grazie!", "saved": "La tua risposta è salvata.",
        "change": "Modifica le mie risposte", "closed": "Chiuso", "yes": "Sì", "no": "No", "text": "La tua risposta",
        "several": "Puoi sceglierne più di una.", "sure": "Sì, invia la mia risposta", "low": "minimo",
        "high": "massimo", "doubt": "Ancora un clic, per sapere che non sei un programma:",
        "ended": "Il sondaggio è terminato. Grazie lo stesso.",
        "wave": "Questo link è di un sondaggio precedente, ormai chiuso. Grazie lo stesso.",
        "full": "Il sondaggio ha già tutte le risposte che servono. Grazie lo stesso.",
        "not_begun": "Il sondaggio non è ancora iniziato.", "star": "{n} stelle su 5",
        "empty": "Scegli o scrivi una risposta.", "long": "È troppo lungo: al massimo {n} caratteri.",
        "test": "Questa è una prova: le risposte non contano.",
    },
    "de": {
        "send": "Senden", "skip": "Überspringen", "thanks": "Danke!", "saved": "Ihre Antwort ist gespeichert.",
        "change": "Meine Antworten ändern", "closed": "Geschlossen", "yes": "Ja", "no": "Nein",
        "text": "Ihre Antwort", "several": "Mehrere sind möglich.", "sure": "Ja, meine Antwort senden",
        "low": "niedrigste", "high": "höchste",
        "doubt": "Noch ein Klick, damit wir wissen, dass Sie kein Programm sind:",
        "ended": "Diese Umfrage ist beendet. Danke trotzdem.",
        "wave": "Dieser Link gehört zu einer früheren Umfrage, die vorbei ist. Danke trotzdem.",
        "full": "Diese Umfrage hat alle Antworten, die sie braucht. Danke trotzdem.",
        "not_begun": "Diese Umfrage hat noch nicht begonnen.", "star": "{n} von 5 Sternen",
        "empty": "Bitte wählen oder schreiben Sie eine Antwort.", "long": "Das ist zu lang: höchstens {n} Zeichen.",
        "test": "Dies ist ein Probelauf: Antworten zählen nicht.",
    },
    "fr": {
        "send": "Envoyer", "skip": "Passer", "thanks": "Merci !", "saved": "Votre réponse est enregistrée.",
        "change": "Modifier mes réponses", "closed": "Fermé", "yes": "Oui", "no": "Non", "text": "Votre réponse",
        "several": "Plusieurs choix possibles.", "sure": "Oui, envoyer ma réponse", "low": "minimum",
        "high": "maximum", "doubt": "Encore un clic, pour savoir que vous n'êtes pas un programme :",
        "ended": "Ce sondage est terminé. Merci quand même.",
        "wave": "Ce lien est celui d'un sondage précédent, déjà terminé. Merci quand même.",
        "full": "Ce sondage a toutes les réponses qu'il lui faut. Merci quand même.",
        "not_begun": "Ce sondage n'a pas encore commencé.", "star": "{n} étoiles sur 5",
        "empty": "Choisissez ou écrivez une réponse.", "long": "C'est trop long : {n} caractères au plus.",
        "test": "Ceci est un essai : les réponses ne comptent pas.",
    },
    "es": {
        "send": "Enviar", "skip": "Omitir", "thanks": "¡Gracias!", "saved": "Tu respuesta está guardada.",
        "change": "Cambiar mis respuestas", "closed": "Cerrado", "yes": "Sí", "no": "No", "text": "Tu respuesta",
        "several": "Puedes elegir varias.", "sure": "Sí, enviar mi respuesta", "low": "mínimo", "high": "máximo",
        "doubt": "Un clic más, para saber que no eres un programa:",
        "ended": "Esta encuesta ha terminado. Gracias de todos modos.",
        "wave": "Este enlace es de una encuesta anterior, que ya terminó. Gracias de todos modos.",
        "full": "Esta encuesta ya tiene todas las respuestas que necesita. Gracias de todos modos.",
        "not_begun": "Esta encuesta aún no ha empezado.", "star": "{n} de 5 estrellas",
        "empty": "Elige o escribe una respuesta.", "long": "Es demasiado largo: como máximo {n} caracteres.",
        "test": "Esto es una prueba: las respuestas no cuentan.",
    },
}  # fmt: skip


def words_of(language: str) -> Mapping[str, str]:
    """The page's own words."""
    return _WORDS.get(language, _WORDS["en"])
