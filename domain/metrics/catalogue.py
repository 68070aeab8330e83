"""The catalogue of metrics.

What holds for all of them is said by COUNTS and WINDOW; the ledger notes a person's opens and clicks only.
"""

from domain.errors import InvalidError
from domain.i18n import sentence
from domain.metrics.definition import Fact, InBoth, Measure, Metric, Ratio
from domain.vocabulary import CLICK_TRACKING_CHANNELS, OPEN_TRACKING_CHANNELS, Channel

COUNTS = InBoth(
    "Opens and clicks by machines (mail proxies, link scanners) do not count, nor do messages sent by hand to test, "
    "nor messages outside campaigns.",
    "Non contano aperture e clic automatici (proxy di posta, scanner di link), i messaggi di prova inviati a mano, "
    "né i messaggi fuori dalle campagne.",
)
WINDOW = InBoth(
    "A fact counts on the day (UTC) on which it happened: an open on the day of the open, not of its message.",
    "Un fatto conta nel giorno (UTC) in cui è avvenuto: un'apertura nel giorno dell'apertura, non del suo messaggio.",
)


def _of(channels: frozenset[Channel]) -> str:
    return "channel IN ({})".format(", ".join(f"'{each}'" for each in sorted(channels)))


def _message(key: str, name: InBoth, formula: InBoth, at: str, where: str = "") -> Measure:
    return Measure(key, name, formula, Fact.MESSAGES, at, where, counter=key)


def _report(key: str, name: InBoth, formula: InBoth) -> Measure:
    """Of messages to which something happened, each once."""
    return Measure(key, name, formula, Fact.ENGAGEMENTS, "occurred_at", f"kind = '{key}' AND first", counter=key)


ENTERED = Measure(
    "entered",
    InBoth("Entered", "Ingressi"),
    InBoth("Journeys begun.", "Percorsi iniziati."),
    Fact.JOURNEYS,
    "created_at",
    counter="entered",
    node="''",
)
ACTIVE = Measure(
    "active",
    InBoth("In the campaign", "Nella campagna"),
    InBoth("Journeys that have not ended, now.", "Percorsi non ancora terminati, adesso."),
    Fact.JOURNEYS,
    "created_at",
    "state <> 'ended'",
    counter="active",
    level=True,
)
ENDED = Measure(
    "ended",
    InBoth("Ended", "Terminati"),
    InBoth("Journeys that ended, for whatever reason.", "Percorsi terminati, per qualsiasi motivo."),
    Fact.JOURNEYS,
    "ended_at",
    "state = 'ended'",
    counter="ended",
)
REJECTED = Measure(
    "rejected",
    InBoth("Entry rejections", "Ingressi rifiutati"),
    InBoth("Triggers that fired and started no journey.", "Attivatori scattati che non hanno avviato alcun percorso."),
    Fact.REJECTIONS,
    "at",
    counter="rejected",
)
ATTEMPTED = _message(
    "attempted",
    InBoth("Attempted", "Tentati"),
    InBoth("Messages that were queued or not sent.", "Messaggi messi in coda o non inviati."),
    "reserved_at",
)
SENT = _message(
    "sent",
    InBoth("Sent", "Inviati"),
    InBoth("Messages that a provider took.", "Messaggi presi da un fornitore."),
    "sent_at",
)
DELIVERED = _message(
    "delivered",
    InBoth("Delivered", "Consegnati"),
    InBoth("Messages whose delivery was confirmed.", "Messaggi di cui è confermata la consegna."),
    "delivered_at",
)
OPENED = _message(
    "opened",
    InBoth("Opened", "Aperti"),
    InBoth("Messages that a person opened, each once.", "Messaggi aperti da una persona, ciascuno una volta."),
    "opened_at",
)
CLICKED = _message(
    "clicked",
    InBoth("Clicked", "Cliccati"),
    InBoth("Messages in which a person clicked, each once.", "Messaggi cliccati da una persona, ciascuno una volta."),
    "clicked_at",
)
FAILED = Measure(
    "failed",
    InBoth("Failed", "Falliti"),
    InBoth("Messages that no provider took for good.", "Messaggi rifiutati definitivamente da ogni fornitore."),
    Fact.MESSAGES,
    "reserved_at",
    "state = 'failed'",
    counter="failed",
    facts_tell=False,
)
SKIPPED = Measure(
    "skipped",
    InBoth("Not sent", "Non inviati"),
    InBoth(
        "Messages never offered to a provider: consent, cap, quiet hours and so on; by the moment they were planned.",
        "Messaggi mai offerti a un fornitore: consenso, limiti, ore di silenzio e così via; per momento previsto.",
    ),
    Fact.MESSAGES,
    "reserved_at",
    "state = 'skipped'",
)
OPEN_TRACKABLE = Measure(
    "open_trackable",
    InBoth("Sent, opens told", "Inviati con aperture note"),
    InBoth(
        "Messages sent on channels that tell of opens: neither SMS nor silent push.",
        "Messaggi inviati su canali che segnalano le aperture: né SMS né push silenziose.",
    ),
    Fact.MESSAGES,
    "sent_at",
    _of(OPEN_TRACKING_CHANNELS),
    counter="sent",
    counter_channels=OPEN_TRACKING_CHANNELS,
)
CLICK_TRACKABLE = Measure(
    "click_trackable",
    InBoth("Sent, clicks told", "Inviati con clic noti"),
    InBoth(
        "Messages sent on channels that tell of clicks: not silent push.",
        "Messaggi inviati su canali che segnalano i clic: non le push silenziose.",
    ),
    Fact.MESSAGES,
    "sent_at",
    _of(CLICK_TRACKING_CHANNELS),
    counter="sent",
    counter_channels=CLICK_TRACKING_CHANNELS,
)
BOUNCED = _report(
    "bounced",
    InBoth("Bounced", "Respinti"),
    InBoth("Messages that came back.", "Messaggi tornati indietro."),
)
UNSUBSCRIBED = _report(
    "unsubscribed",
    InBoth("Unsubscribed", "Disiscritti"),
    InBoth("Messages by which a customer unsubscribed.", "Messaggi da cui un cliente si è disiscritto."),
)
COMPLAINED = _report(
    "complained",
    InBoth("Complaints", "Segnalazioni di spam"),
    InBoth("Messages that were reported as spam.", "Messaggi segnalati come spam."),
)
REPLIED = _report(
    "replied",
    InBoth("Replied", "Risposte"),
    InBoth("Messages that were answered.", "Messaggi che hanno avuto risposta."),
)
MACHINE_OPENED = Measure(
    "machine_opened",
    InBoth("Machine opens", "Aperture automatiche"),
    InBoth(
        "Opens by mail proxies and scanners, each report; they count nowhere else.",
        "Aperture di proxy e scanner di posta, ogni segnalazione; non contano altrove.",
    ),
    Fact.ENGAGEMENTS,
    "occurred_at",
    "kind = 'opened' AND machine",
)
CONVERSIONS = Measure(
    "conversions",
    InBoth("Conversions", "Conversioni"),
    InBoth(
        "Journeys that reached their goal; step and channel are those of the last message before.",
        "Percorsi che hanno raggiunto l'obiettivo; passo e canale sono dell'ultimo messaggio precedente.",
    ),
    Fact.CONVERSIONS,
    "occurred_at",
    counter="conversions",
)
REVENUE = Measure(
    "revenue",
    InBoth("Revenue", "Ricavi"),
    InBoth(
        "Sum of the conversions' revenue less refunds up to now, each currency on its own.",
        "Somma dei ricavi delle conversioni meno i rimborsi fino a ora, ogni valuta a sé.",
    ),
    Fact.CONVERSIONS,
    "occurred_at",
    amount="amount",
    counter="conversions",
)
REFUNDED = Measure(
    "refunded",
    InBoth("Refunded", "Rimborsi"),
    InBoth(
        "What refunds have taken off the conversions' revenue, at the time of the order.",
        "Quanto i rimborsi hanno tolto ai ricavi delle conversioni, al momento dell'ordine.",
    ),
    Fact.CONVERSIONS,
    "occurred_at",
    amount="refunded",
    counter="refunded",
)
REDEMPTIONS = Measure(
    "redemptions",
    InBoth("Redemptions", "Riscatti"),
    InBoth(
        "Promotions redeemed, one for each promotion of an order; the campaign is the one that gave the code.",
        "Promozioni riscattate, una per promozione di un ordine; la campagna è quella che ha dato il codice.",
    ),
    Fact.REDEMPTIONS,
    "redeemed_at",
)
DISCOUNT = Measure(
    "discount",
    InBoth("Discount given", "Sconti concessi"),
    InBoth(
        "Sum of the redeemed discounts less what came back by returns, each currency on its own.",
        "Somma degli sconti riscattati meno quanto è tornato con i resi, ogni valuta a sé.",
    ),
    Fact.REDEMPTIONS,
    "redeemed_at",
    amount="kept",
)


def _ratio(key: str, en: str, it: str, over: Measure, under: Measure) -> Ratio:
    formula = InBoth(f"{over.name.en} / {under.name.en}", f"{over.name.it} / {under.name.it}")
    return Ratio(key, InBoth(en, it), formula, over, under)


CATALOGUE: tuple[Metric, ...] = (
    ENTERED,
    ACTIVE,
    ENDED,
    REJECTED,
    ATTEMPTED,
    SENT,
    DELIVERED,
    OPENED,
    CLICKED,
    FAILED,
    SKIPPED,
    OPEN_TRACKABLE,
    CLICK_TRACKABLE,
    BOUNCED,
    UNSUBSCRIBED,
    COMPLAINED,
    REPLIED,
    MACHINE_OPENED,
    CONVERSIONS,
    REVENUE,
    REFUNDED,
    REDEMPTIONS,
    DISCOUNT,
    _ratio("delivery_rate", "Delivery rate", "Tasso di consegna", DELIVERED, SENT),
    _ratio("open_rate", "Open rate", "Tasso di apertura", OPENED, OPEN_TRACKABLE),
    _ratio("click_rate", "Click rate", "Tasso di clic", CLICKED, CLICK_TRACKABLE),
    _ratio("click_to_open_rate", "Click-to-open rate", "Clic sulle aperture", CLICKED, OPENED),
    _ratio("bounce_rate", "Bounce rate", "Tasso di rimbalzo", BOUNCED, SENT),
    _ratio("unsubscribe_rate", "Unsubscribe rate", "Tasso di disiscrizione", UNSUBSCRIBED, SENT),
    _ratio("complaint_rate", "Complaint rate", "Tasso di segnalazione", COMPLAINED, SENT),
    _ratio("reply_rate", "Reply rate", "Tasso di risposta", REPLIED, SENT),
    _ratio("conversion_rate", "Conversion rate", "Tasso di conversione", CONVERSIONS, ENTERED),
    _ratio("revenue_per_conversion", "Revenue per conversion", "Ricavo per conversione", REVENUE, CONVERSIONS),
    _ratio("revenue_per_message", "Revenue per message", "Ricavo per messaggio", REVENUE, SENT),
    _ratio("revenue_per_journey", "Revenue per journey", "Ricavo per percorso", REVENUE, ENTERED),
)
"""In the order in which they are shown."""
BY_KEY = {metric.key: metric for metric in CATALOGUE}


def require(key: str) -> Metric:
    """The metric of that name.

    Raises:
        InvalidError: there is none.

    """
    found = BY_KEY.get(key)
    if found is None:
        raise InvalidError(sentence("metric_unknown", name=key, known=", ".join(sorted(BY_KEY))))
    return found


def counted_as(counter: str, channel: str) -> tuple[str, ...]:
    """Keys of the measures that a counter of this metric and channel counts for, money aside."""
    return _COUNTED.get((counter, channel), _COUNTED.get((counter, ""), ()))


def _counted() -> dict[tuple[str, str], tuple[str, ...]]:
    counters = {each.counter for each in CATALOGUE if isinstance(each, Measure) and each.counter}
    return {
        (counter, channel): tuple(
            each.key
            for each in CATALOGUE
            if isinstance(each, Measure)
            and each.counter == counter
            and not each.amount
            and (not each.counter_channels or channel in each.counter_channels)
        )
        for counter in counters
        for channel in ("", *Channel)
    }


_COUNTED = _counted()
