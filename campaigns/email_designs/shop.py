"""The ten designs of a shop."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from campaigns.email_designs.parts import Json, Say

Pair = tuple[str, str]
"""A text in English and in Italian."""


@dataclass(frozen=True)
class Design:
    """Name, subject and preview text, and the function that makes the rows."""

    name: Pair
    subject: Pair
    preheader: Pair
    rows: Callable[[Say], list[Json]]


def _welcome(say: Say) -> list[Json]:
    return [
        say.head(),
        say.row(
            say.picture(
                "hero-green.jpg", "A table set in a garden", "Una tavola apparecchiata in giardino", padding_y=0
            ),
            padding_y=0,
        ),
        say.row(
            say.title("Welcome, {name}", "Benvenuto, {name}"),
            say.text(
                "It is good to have you here. Take a look around: below is what others like most.",
                "È bello averti con noi. Dai un'occhiata: qui sotto c'è quello che piace di più.",
                align="center",
            ),
            say.button("Visit the shop", "Visita il negozio"),
        ),
        say.row(say.block("products", title=say("Liked most", "I più amati"), button=say("View", "Vedi"))),
        say.foot(),
    ]


def _newsletter(say: Say) -> list[Json]:
    story = say.text(
        "Three ways to wear linen, from the beach to the office.",
        "Tre modi di portare il lino, dalla spiaggia all'ufficio.",
    )
    second = say.text(
        "Behind the scenes: a day at the mill that weaves for us.",
        "Dietro le quinte: un giorno nella filanda che tesse per noi.",
    )
    return [
        say.head(),
        say.row(
            say.title("This month", "Questo mese"),
            say.picture("hero-sand.jpg", "Dunes in evening light", "Dune nella luce della sera"),
        ),
        say.columns([say.picture("product-1.jpg", "A linen shirt", "Una camicia di lino")], [story], widths=(40, 60)),
        say.columns([second], [say.picture("product-2.jpg", "A canvas bag", "Una borsa di tela")], widths=(60, 40)),
        say.row(say.button("Read more", "Leggi tutto")),
        say.foot(),
    ]


def _arrivals(say: Say) -> list[Json]:
    return [
        say.head(),
        say.row(
            say.picture("hero-sand.jpg", "The new collection", "La nuova collezione", padding_y=0),
            say.title("New in", "Novità"),
            say.text("Fresh from the workshop.", "Appena uscite dal laboratorio.", align="center"),
        ),
        say.row(say.block("products", most=6, columns=3, button=say("View", "Vedi"))),
        say.row(say.button("See everything new", "Vedi tutte le novità")),
        say.foot(),
    ]


def _sale(say: Say) -> list[Json]:
    return [
        say.head(),
        say.row(
            say.title("Up to 50% off", "Fino al 50% di sconto", color="on_primary", padding_y=24),
            say.text(
                "Until Sunday, on everything in store.",
                "Fino a domenica, su tutto quello che c'è.",
                align="center",
                color="on_primary",
            ),
            say.button("To the sale", "Vai ai saldi", background="panel", color="primary"),
            background="primary",
            padding_y=20,
        ),
        say.row(
            say.block("products", title=say("Picked for you", "Scelti per te"), most=6, button=say("Buy", "Compra"))
        ),
        say.foot(),
    ]


def _cart(say: Say) -> list[Json]:
    return [
        say.head(),
        say.row(
            say.title("You left something behind", "Hai dimenticato qualcosa"),
            say.text(
                "Your choice is still there, {name}. We keep it for a little while.",
                "La tua scelta è ancora lì, {name}. La teniamo da parte per un po'.",
                align="center",
            ),
            say.block("products", source="viewed", columns=2, most=2, button=say("Back to it", "Riprendi")),
            say.button("Complete your order", "Completa l'ordine"),
        ),
        say.row(
            say.text(
                "Questions? Answer this mail: a person reads it.",
                "Domande? Rispondi a questa e-mail: la legge una persona.",
                align="center",
                size="small",
                color="muted",
            )
        ),
        say.foot(),
    ]


def _thanks(say: Say) -> list[Json]:
    return [
        say.head(),
        say.row(
            say.title("Thank you, {name}!", "Grazie, {name}!"),
            say.text("We are packing your order now.", "Stiamo preparando il tuo ordine.", align="center"),
            say.block("products", source="ordered", columns=2, most=4),
            say.block("divider"),
            say.title("Goes well with it", "Ci sta bene insieme", level=2),
            say.block("products", columns=3, button=say("View", "Vedi")),
        ),
        say.foot(),
    ]


def _review(say: Say) -> list[Json]:
    return [
        say.head(),
        say.row(
            say.title("How do you like it?", "Come ti trovi?"),
            say.text(
                "You have had it for a while, {name}. Two sentences of yours help others choose.",
                "Ce l'hai da un po', {name}. Due tue frasi aiutano gli altri a scegliere.",
                align="center",
            ),
            say.block("products", source="ordered", columns=1, most=1, show_price=False),
            say.button("Write a review", "Scrivi una recensione"),
        ),
        say.foot(),
    ]


def _winback(say: Say) -> list[Json]:
    return [
        say.head(),
        say.row(
            say.picture("hero-green.jpg", "An empty bench in a garden", "Una panchina vuota in giardino", padding_y=0),
            say.title("We miss you, {name}", "Ci manchi, {name}"),
            say.text(
                "A lot is new since your last visit.", "È cambiato molto dalla tua ultima visita.", align="center"
            ),
            say.block("products", button=say("View", "Vedi")),
            say.button("Come and see", "Vieni a vedere"),
        ),
        say.foot(),
    ]


def _birthday(say: Say) -> list[Json]:
    return [
        say.head(),
        say.row(
            say.title("Happy birthday, {name}!", "Buon compleanno, {name}!", color="on_primary", padding_y=28),
            background="primary",
        ),
        say.row(
            say.text("Our present is below.", "Il nostro regalo è qui sotto.", align="center", size="large"),
            say.block(
                "coupon",
                prefix="WELCOME",
                title=say("Your code", "Il tuo codice"),
                note=say("Valid for 30 days", "Vale 30 giorni"),
            ),
            say.button("Choose your present", "Scegli il tuo regalo"),
        ),
        say.foot(),
    ]


def _invitation(say: Say) -> list[Json]:
    when = say.text("Thursday, 19:00\n\nVia Torino 1, Milan", "Giovedì, ore 19:00\n\nVia Torino 1, Milano")
    what = say.text("Drinks, music, and the collection first.", "Aperitivo, musica e la collezione in anteprima.")
    return [
        say.head(),
        say.row(
            say.picture("hero-sand.jpg", "A stage before the show", "Una passerella prima della sfilata", padding_y=0),
            say.title("You are invited", "Sei invitato"),
        ),
        say.columns(
            [say.title("When and where", "Dove e quando", level=3), when],
            [say.title("What", "Che cosa", level=3), what],
        ),
        say.row(say.button("Save my place", "Tienimi un posto")),
        say.foot(),
    ]


DESIGNS: Mapping[str, Design] = {
    "welcome": Design(
        ("Welcome", "Benvenuto"),
        ("Welcome, {{ FirstName | default: 'friend' }}", "Benvenuto, {{ FirstName | default: 'a te' }}"),
        ("Good to have you here", "È bello averti con noi"),
        _welcome,
    ),
    "newsletter": Design(
        ("Newsletter", "Newsletter"),
        ("This month at our shop", "Questo mese da noi"),
        ("Linen, and a day at the mill", "Il lino, e un giorno in filanda"),
        _newsletter,
    ),
    "arrivals": Design(
        ("New arrivals", "Nuovi arrivi"),
        ("New in", "Novità"),
        ("Fresh from the workshop", "Appena uscite dal laboratorio"),
        _arrivals,
    ),
    "sale": Design(
        ("Sale", "Saldi"),
        ("Up to 50% off until Sunday", "Fino al 50% di sconto fino a domenica"),
        ("Picked for you", "Scelti per te"),
        _sale,
    ),
    "cart": Design(
        ("Abandoned cart", "Carrello abbandonato"),
        ("You left something behind", "Hai dimenticato qualcosa"),
        ("We keep it for a little while", "Lo teniamo da parte per un po'"),
        _cart,
    ),
    "thanks": Design(
        ("Thank you for your order", "Grazie per l'ordine"),
        ("Thank you for your order", "Grazie per il tuo ordine"),
        ("We are packing it now", "Lo stiamo preparando"),
        _thanks,
    ),
    "review": Design(
        ("Review request", "Richiesta di recensione"),
        ("How do you like it?", "Come ti trovi?"),
        ("Two sentences help others choose", "Due frasi aiutano gli altri a scegliere"),
        _review,
    ),
    "winback": Design(
        ("Win-back", "Riattivazione"),
        ("We miss you", "Ci manchi"),
        ("A lot is new since your last visit", "È cambiato molto dalla tua ultima visita"),
        _winback,
    ),
    "birthday": Design(
        ("Birthday", "Compleanno"),
        ("Happy birthday!", "Buon compleanno!"),
        ("Our present is inside", "Dentro c'è il nostro regalo"),
        _birthday,
    ),
    "invitation": Design(
        ("Event invitation", "Invito a un evento"),
        ("You are invited", "Sei invitato"),
        ("Drinks, music, and the collection first", "Aperitivo, musica e la collezione in anteprima"),
        _invitation,
    ),
}
