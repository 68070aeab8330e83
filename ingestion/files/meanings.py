"""What the columns of a file mean, by their names: those that shops, spreadsheets and other tools give them.

A name counts in any case, with spaces, dashes or underscores, in English, German, Italian, Spanish and French. Of two
columns for one field the first in the order below is taken, wherever they stand in the file; the other one is kept as
an attribute or a property, and told. A name after a `|` is weaker: it counts where no other column says the field.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from domain.vocabulary import Channel

Kind = Literal["events", "customers"]
SKIP, CONSENT, ATTRIBUTE, PROPERTY = "skip", "consent", "attribute", "property"

_IDS = {
    "user_id": "user_id external_id customer_id userid customerid kundennummer kunden_nr kundennr kunden_id "
    "codice_cliente id_cliente cliente_id numero_cliente numero_client id_client client_id | id",
    "anonymous_id": "anonymous_id user_pseudo_id visitor_id",
    "message_id": "message_id",
}
_EMAIL = (
    "email e_mail email_address e_mail_address emailadresse e_mail_adresse mail mailadresse correo correo_electronico "
    "adresse_e_mail adresse_email adresse_mail indirizzo_email indirizzo_e_mail courriel posta_elettronica "
    "customer_email user_email"
)
_MOMENT = "timestamp occurred_at time"
_EVENTS: Mapping[str, str] = {
    **_IDS,
    "previous_id": "previous_id",
    "group_id": "group_id",
    "event": "event event_name ereignis evento evenement | name event_type activity action metric",
    "timestamp": f"{_MOMENT} event_timestamp event_time zeitstempel zeitpunkt horodatage data_ora fecha_hora "
    "date_heure | datetime date_time event_date date created_at created order_date processed_at datum data fecha",
    "type": "type",
    "context": "context",
    "properties": "properties",
    "traits": "traits",
    "email": f"| {_EMAIL}",
}
_CUSTOMERS: Mapping[str, str] = {
    **_IDS,
    "timestamp": _MOMENT,
    "context": "context",
    "traits": "traits",
    "email": _EMAIL,
    "phone": "phone phone_number mobile mobile_phone mobile_phone_number mobile_number cell cell_phone telephone tel "
    "telefon telefonnummer telefon_nr handy handynummer mobil mobiltelefon mobilnummer telefono numero_di_telefono "
    "cellulare telefono_movil movil celular telephone_portable numero_de_telephone portable "
    "| default_address_phone sms_phone_number sms_phone smsphone whatsapp_phone_number sms whatsapp",
    "first_name": "first_name firstname given_name fname vorname nome nombre prenom",
    "last_name": "last_name lastname surname family_name lname nachname familienname cognome apellido apellidos nom "
    "nom_de_famille",
    "name": "name full_name fullname customer_name display_name nome_completo nombre_completo nom_complet",
    "gender": "gender sex geschlecht sesso genere sexo genero sexe",
    "birth_date": "birth_date birthday birthdate date_of_birth dob geburtsdatum geburtstag data_di_nascita compleanno "
    "fecha_de_nacimiento cumpleanos date_de_naissance",
    "city": "city town ort stadt wohnort citta ciudad localidad poblacion ville "
    "| default_address_city mailing_city billing_city",
    "country": "country_code country_iso laendercode country land nazione paese pais pays country_region "
    "| default_address_country_code default_address_country mailing_country_code mailing_country billing_country",
    "locale": "locale language preferred_language sprache lingua idioma langue",
    "timezone": "timezone time_zone zeitzone fuso_orario zona_horaria fuseau_horaire",
    "tags": "tags tag",
    "preferred_channels": "preferred_channels",
    "push_token": "push_token device_token fcm_token registration_token",
    "push_platform": "push_platform device_platform",
    "consent_at": "consent_at consent_time consented_at email_marketing_consent_timestamp consent_timestamp "
    "confirm_time optin_time opt_in_time",
}
FIELDS: Mapping[Kind, tuple[str, ...]] = {
    "events": (*_EVENTS, PROPERTY, SKIP),
    "customers": (*_CUSTOMERS, CONSENT, ATTRIBUTE, SKIP),
}
REST: Mapping[Kind, str] = {"events": PROPERTY, "customers": ATTRIBUTE}
_RESERVED = {
    *("email", "phone", "firstName", "first_name", "lastName", "last_name", "name", "gender", "birthday", "birth_date"),
    *("city", "country", "locale", "timezone", "tags", "preferred_channels", "devices"),
}
"""What an attribute can't be called: a call about a profile means a field of it."""
_CHANNELS = "email|e_mail|emails|sms|whatsapp|whats_app|push|in_app"
_GIVEN = (
    rf"accepts_(?P<a>{_CHANNELS})(?:_marketing)?|accepts_marketing|newsletter|newsletter_opt_in|newsletter_anmeldung|"
    rf"(?P<b>{_CHANNELS})_(?:marketing_)?(?:consent|opt_in|optin|subscribed|subscribe|subscription|permission|opted_in|"
    r"einwilligung)(?:_status|_state)?|"
    rf"(?:accept|accepts|consenso|consentimiento|consentement|einwilligung|opt_in)_(?P<c>{_CHANNELS})|"
    rf"(?:is_)?(?:subscribed|opted_in)(?:_(?:to|in)_(?:(?P<d>{_CHANNELS})|newsletter))?|newsletter_(?:consent|status|"
    r"subscribed|subscription|subscriber)|subscription_status|subscriber_status|"
    r"marketing_consent|opt_in|optin|consenso_marketing|email_marketing"
)
_BLOCKED = (
    "suppressed|blocklisted|blacklisted|block_listed|black_listed|quarantined|bounced|hard_bounced|complain[a-z]*"
)
_WITHDRAWN = (
    rf"(?:has_|is_)?(?:(?P<a>{_CHANNELS})_)?(?:is_)?(?:unsubscribed|unsubscribe|opted_out|opt_out|optout|{_BLOCKED})"
    rf"(?:_(?:from|of|out_of)_(?:all_)?(?P<c>{_CHANNELS}))?|"
    rf"(?:has_)?opted_out_of_(?:all_)?(?P<d>{_CHANNELS})|globally_unsubscribed|email_address_quarantined|"
    rf"do_not_(?:allow_)?(?:bulk_)?(?P<b>{_CHANNELS})|do_?not_contact|donot(?:bulk)?email|marketing_suspended|"
    rf"(?:(?P<e>{_CHANNELS})_)?(?:unsub|unsubscribed|unsubscribe|clean|cleaned|opt_out|opted_out|bounced|hard_bounced|"
    r"complain[a-z]*)_(?:time|at|date|on)"
)
_OF_TOPIC = re.compile(rf"(?P<channel>{_CHANNELS})_consent_(?P<topic>.+)")


class Meaning(NamedTuple):
    """What a column means."""

    field: str
    """One of `FIELDS`."""
    key: str = ""
    """The attribute's or property's name; of a consent its channel, or `channel:topic`."""
    negative: bool = False
    """Of a consent: a yes in it means no."""


class Meanings(NamedTuple):
    """What all columns mean, in their order."""

    columns: list[Meaning]
    twice: list[tuple[str, str, str]]
    """Field, the column that is taken for it, and the column that is not."""


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """A column's name in one spelling: `First Name`, `firstName` and `FIRST-NAME` are `first_name`."""
    text = unicodedata.normalize("NFKD", name.strip().lstrip("\ufeff$"))
    text = "".join(each for each in text if not unicodedata.combining(each)).replace("ß", "ss")
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    return re.sub(r"[\W_]+", "_", text.lower()).strip("_")


@lru_cache(maxsize=2)
def _ranks(kind: Kind) -> dict[str, tuple[str, int, bool]]:
    """Plain name -> field, its rank there, and whether it is a weak name for it."""
    found: dict[str, tuple[str, int, bool]] = {}
    for field, names in (_EVENTS if kind == "events" else _CUSTOMERS).items():
        strong, _, weak = names.partition("|")
        listed = [(name, False) for name in strong.split()] + [(name, True) for name in weak.split()]
        for rank, (name, is_weak) in enumerate(listed):
            found[name] = field, rank, is_weak
    return found


@lru_cache(maxsize=256)
def meanings_of(names: tuple[str, ...], kind: Kind, topics: frozenset[str] = frozenset()) -> Meanings:
    """What columns of these names mean."""
    ranks = _ranks(kind)
    candidates: dict[str, list[tuple[int, bool, bool, int]]] = {}
    for index, name in enumerate(names):
        if found := ranks.get(plain_name(name)):
            field, rank, weak = found
            candidates.setdefault(field, []).append((rank, weak, plain_name(name) != name, index))
    chosen: dict[int, str] = {}
    twice = []
    for field, those in candidates.items():
        (*_, first), *others = sorted(those)
        chosen[first] = field
        twice += [(field, names[first], names[index]) for _, weak, _, index in others if not weak]
    _settle(chosen, names, kind)
    keys: set[str] = set()
    columns = [
        Meaning(chosen[index]) if index in chosen else _other(name, kind, topics, keys)
        for index, name in enumerate(names)
    ]
    return Meanings(columns, [each for each in twice if each[1] in {names[index] for index in chosen}])


def _settle(chosen: dict[int, str], names: Sequence[str], kind: Kind) -> None:
    """What one column means that depends on the others."""
    of = {field: index for index, field in chosen.items()}
    if kind == "events":
        if "email" in of and ("user_id" in of or "anonymous_id" in of):
            del chosen[of["email"]]  # says nothing new about who it was
    elif "name" in of and "first_name" in of and "last_name" not in of:
        chosen[of["name"]] = "last_name"  # Vorname and Name
    elif "name" in of and ("first_name" in of or "last_name" in of):
        del chosen[of["name"]]
    if "push_platform" in of and "push_token" not in of:
        del chosen[of["push_platform"]]


def _other(name: str, kind: Kind, topics: Iterable[str], keys: set[str]) -> Meaning:
    if kind == "customers" and (consent := _consent(plain_name(name), topics)):
        return consent
    return own(name, kind, keys)


def own(name: str, kind: Kind, keys: set[str]) -> Meaning:
    """A column as an attribute or a property; `keys` are those that others have.

    Its name is for conditions and templates: as it stands where it could be one there, else in its plain spelling.
    """
    key = name if re.fullmatch(r"[^\W\d][\w.$-]*", name) else plain_name(name) or name.strip() or "column"
    taken = keys | _RESERVED if kind == "customers" else keys
    number, unique = 2, key
    while unique in taken:
        unique, number = f"{key}_{number}", number + 1
    keys.add(unique)
    return Meaning(REST[kind], unique)


def _consent(name: str, topics: Iterable[str]) -> Meaning | None:
    if found := re.fullmatch(_WITHDRAWN, name) or re.fullmatch(r"opted_out_of_email_.+", name):
        return Meaning(CONSENT, _channel(found), negative=True)
    if found := re.fullmatch(_GIVEN, name):
        return Meaning(CONSENT, _channel(found))
    if found := _OF_TOPIC.fullmatch(name):
        topic = next((each for each in topics if plain_name(each) == found["topic"]), None)
        if topic is not None:
            return Meaning(CONSENT, f"{_channel_named(found['channel'])}:{topic}")
    return None


def _channel(found: re.Match[str]) -> str:
    said = next((text for text in found.groupdict().values() if text), "email") if found.groupdict() else "email"
    return _channel_named(said)


def _channel_named(said: str) -> str:
    plain = said.replace("e_mail", "email").replace("emails", "email").replace("whats_app", "whatsapp")
    return Channel(plain).value


def channel_in(name: str) -> str:
    """The channel that a column's name speaks of; e-mail where it names none."""
    words = plain_name(name).replace("whats_app", "whatsapp").split("_")
    return next((channel.value for channel in Channel if channel.value in words), Channel.EMAIL.value)
