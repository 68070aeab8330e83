"""What shops' customers speak about, by the beginnings of words in several languages.

They tie together what a count of words alone can't: "late", "in ritardo" and "zu spät" are one theme. What is none of
these is found by the words themselves.
"""

import re
import unicodedata
from collections.abc import Mapping

CONCEPTS: Mapping[str, str] = {
    "delivery": "deliver shipp shipment courier parcel arriv late delay tracking postman carrier dispatch "
    "consegn spedi corrier ritard pacco arrivat tracciament "
    "liefer versand paket kurier verspat zugestell angekommen sendung zustell bote "
    "livrais livr colis retard expedi coursier transporteur envio enviar entrega paquete mensajer retras llego tarde "
    "entreg encomenda atras bezorg levering pakket kargo teslimat",
    "packaging": "packag box boxed wrapp carton bubble tape "
    "imball scatol confezion cartone incart busta "
    "verpack karton schachtel umverpackung folie emball carton embalaj caja embalag verpakking ambalaj",
    "price": "price pric expensive cheap cost overpric afford money discount worth charg coupon voucher "
    "prezz costos caro cara cari care costa economic conven sconto soldi "
    "preis teuer billig gunstig kosten geld rabatt prix cher chere couteux argent remise "
    "precio barato dinero descuento preco desconto prijs duur fiyat pahali ucuz",
    "quality": "quality fabric material broke broken seam stitch faded fade shrunk shrink durab flims torn tear hole "
    "sturd wash defect fell apart peel worn cloth cotton leather zipper button pill ripped scratch "
    "qualit tessut material rott rompe cucitur scolorit strapp difett lavagg restrett cotone pelle cerniera buco "
    "qualitat stoff kaputt naht nahte ausgebleich eingegangen riss loch defekt wasch verarbeit "
    "baumwolle leder reisss "
    "qualite tissu casse couture dechir abime calidad tela roto costura rasg qualidade tecido kwaliteit "
    "stof kalite kumas",
    "size": "size sizing fit fits fitted small large tight loose short long width narrow sleeve waist baggy snug "
    "taglia taglie misur piccol grand strett larg cort lungh vestibil calza manic "
    "grosse grossen passt passform klein gross eng weit kurz lang armel weite taille petit grand serre court "
    "talla tamano pequen estrecho ajust tamanho maat beden numara",
    "service": "staff service support customer agent rude friendly helpful polite assistant answer reply repl phone "
    "chat helpdesk hotline call called kind colleague salesper "
    "personale assistenz servizio cliente commess gentil scortes maleducat cordial rispos rispond "
    "telefon operator disponibil "
    "personal kundenservice kundendienst service mitarbeit freundlich unfreundlich hoflich antwort "
    "berat hotline telefon "
    "hilfsbereit verkaufer unhoflich vendeur conseiller aimable impoli reponse repond accueil "
    "atencion empleado amable "
    "respuesta atendimento klantenservice medewerk musteri hizmet",
    "returns": "return refund exchange exchang reimburs money-back sent back send back replac "
    "reso resi rimbors restitu cambi sostitu rendere "
    "ruckgabe retour ruckerstatt umtausch zuruckgeb zuruckschick erstatt zurucksend ruckzahl rembours echange renvoy "
    "devol reembols cambio troca retourner terugbetal iade",
    "website": "website site app webpage checkout login log-in password search filter menu page "
    "crash load navig button "
    "slow online interface screen browser account bug error link "
    "sito applicazion pagina ricerc filtr menu carica blocca accesso naviga password schermat errore login "
    "webseite seite internetseite suche anmeld kasse ladt absturz abgesturz bedien fehlermeldung "
    "passwort ubersicht warenkorb "
    "page recherche panier connexion plante pagina web buscar carrito busca carrinho zoeken sayfa uygulama",
    "payment": "payment paypal card credit invoice bill billing installment klarna "
    "pagament carta fattura bollett rate addebit bonific "
    "zahlung bezahl kreditkarte rechnung lastschrift uberweis raten paiement carte facture pago tarjeta factura "
    "pagamento cartao betaling odeme",
    "stock": "stock sold-out sold out unavailable availab choice selection assortment range variety "
    "esaurit disponibilita assortiment scelta scorte varieta "
    "ausverkauft verfugbar auswahl sortiment vorratig lager rupture choix disponib agotad surtido "
    "esgotad uitverkocht stok",
    "description": "photo picture image description descri colour color differ looked shown advertis mislead "
    "foto immagin descri colore colori diverso diversa inganne "
    "bild foto farbe farben beschreib anders abgebildet couleur description differ color distint "
    "diferente imagem kleur renk",
    "store": "store shop queue parking cashier fitting dressing mirror opening location mall aisle "
    "negozio coda cassa camerin parchegg orari fila punto vendita "
    "laden filiale schlange parkplatz umkleide offnungszeit geschaft magasin queue caisse cabine tienda "
    "cola loja winkel magaza",
    "messages": "newsletter spam emails email mails sms notification unsubscrib "
    "newsletter email messagg notific pubblicit "
    "newsletter mails werbung benachrichtig courriel notificat correos publicidad reklam bildirim",
}  # fmt: skip
NAMES: Mapping[str, str] = {
    "delivery": "Delivery", "packaging": "Packaging", "price": "Price", "quality": "Quality", "size": "Size and fit",
    "service": "Customer service", "returns": "Returns and refunds", "website": "Website and app",
    "payment": "Payment", "stock": "Availability and choice", "description": "Photos and description",
    "store": "Shop", "messages": "Messages from us",
}  # fmt: skip
_SHORT = 4
"""Beginnings of at most so many letters stand for the whole word only."""
_TOKEN = re.compile(r"[^\W\d_]+")
_BEGINNINGS: dict[str, set[str]] = {}
_WHOLE: dict[str, set[str]] = {}
for _concept, _all in CONCEPTS.items():
    for _each in _all.split():
        (_WHOLE if len(_each) <= _SHORT else _BEGINNINGS).setdefault(_each, set()).add(_concept)
_LONGEST = max(map(len, _BEGINNINGS))


def folded(text: str) -> str:
    """Lower case, without accents."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def words_of(text: str) -> list[str]:
    """The words of a text, folded."""
    return _TOKEN.findall(folded(text))


def concepts_of(words: list[str]) -> dict[str, float]:
    """How much speaks for each concept; a word that belongs to two counts half for each."""
    found: dict[str, float] = {}
    for word in words:
        named = set(_WHOLE.get(word, ()))
        for end in range(min(len(word), _LONGEST), _SHORT, -1):
            if word[:end] in _BEGINNINGS:
                named |= _BEGINNINGS[word[:end]]
                break
        for concept in named:
            found[concept] = found.get(concept, 0.0) + 1 / len(named)
    return found
