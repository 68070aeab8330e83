"""What columns mean by their names, and what becomes of two columns for one field."""

from datetime import UTC, datetime

import pytest

from ingestion.files.rows import UnreadableError
from tests.ingestion.file_reading import take

AT = "2026-05-01T10:00:00Z"


@pytest.mark.parametrize("names", ["event,name", "name,event"])
def test_event_wins_over_name_wherever_it_stands(names):
    cells = {"event": "Product Viewed", "name": "Hat"}
    line = ",".join(cells[name] for name in names.split(","))
    taken = take(f"user_id,timestamp,{names}\nc-1,{AT},{line}\n", "events")
    assert taken.reads[0].event.name == "Product Viewed"
    assert taken.told == [{"name": "Hat"}]
    assert taken.notes() == []


def test_name_alone_is_the_event():
    assert take(f"user_id,timestamp,name\nc-1,{AT},Bought\n", "events").reads[0].event.name == "Bought"


@pytest.mark.parametrize(
    ("header", "line", "note", "kept"),
    [
        ("user_id,event,time,timestamp", f"c-1,X,12:30,{AT}", "timestamp and time both", {"time": "12:30"}),
        ("user_id,event,timestamp,time", f"c-1,X,{AT},12:30", "timestamp and time both", {"time": "12:30"}),
        ("external_id,user_id,event,time", f"x-9,c-1,X,{AT}", "user_id and external_id both", {"external_id": "x-9"}),
        ("userId,customer_id,event,time", f"c-1,x-9,X,{AT}", "userId and customer_id both", {"customer_id": "x-9"}),
    ],
)
def test_two_columns_for_one_field_are_told_and_neither_is_lost(header, line, note, kept):
    taken = take(f"{header}\n{line}\n", "events")
    assert taken.who == ["c-1"]
    assert taken.told == [kept]
    assert note in taken.notes()[0]


def test_of_customers_type_event_and_context_are_attributes():
    taken = take("user_id,type,event,context\nc-1,gold,Spring fair,shop\n")
    assert taken.told == [{"type": "gold", "event": "Spring fair", "context": "shop"}]


@pytest.mark.parametrize("name", ["previous_id", "group_id", "properties", "traits"])
def test_other_words_of_tracking_calls_are_attributes_of_customers_too(name):
    assert take(f"user_id,{name}\nc-1,x\n").told == [{name: "x"}]


def test_a_property_called_type_is_one():
    taken = take(f"user_id,event,timestamp,type\nc-1,Bought,{AT},shoe\n", "events")
    assert (taken.reads[0].event.name, taken.told) == ("Bought", [{"type": "shoe"}])


def test_columns_beside_an_object_of_properties_are_named_as_unused():
    taken = take(f'user_id,event,timestamp,properties,channel\nc-1,X,{AT},"{{""a"": 1}}",web\n', "events")
    assert taken.told == [{"a": 1}]
    assert taken.notes() == ["channel is not used"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("first", ["", "sep={}\r\n"])
def test_separators(separator, first):
    rows = (("user_id", "first_name", "city"), ("c-1", "Ada", "Rome"), ("c-2", "Bob", "Milan"))
    text = "".join(separator.join(row) + "\r\n" for row in rows)
    taken = take(first.format(separator) + text)
    assert taken.who == ["c-1", "c-2"]
    assert taken.told[1] == {"first_name": "Bob", "city": "Milan"}
    assert taken.reading.separator == separator


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1", "utf-32"]
)
def test_encodings(encoding):
    text = "user_id;Vorname;Ort\r\n" + "c-1;Jürgen;Köln\r\nc-2;Zoë;Düsseldorf\r\n" * 3
    taken = take(text.encode(encoding))
    assert taken.told[0] == {"first_name": "Jürgen", "city": "Köln"}
    assert taken.told[1] == {"first_name": "Zoë", "city": "Düsseldorf"}


def test_other_alphabets():
    text = "user_id;first_name;city\r\n" + "".join(
        f"c-{n};{name};{city}\r\n"
        for n, (name, city) in enumerate([("Анна", "Москва"), ("Иван", "Екатеринбург"), ("Ольга", "Новосибирск")] * 5)
    )
    assert take(text.encode("cp1251")).told[0] == {"first_name": "Анна", "city": "Москва"}


def test_one_broken_byte_in_a_file_of_utf8_costs_its_line_alone():
    taken = take("user_id,city\nc-1,Köln\nc-2,".encode() + b"K\xff\xfe" + b"\nc-3,Paris\n")
    assert [bool(reason) for reason in taken.reasons] == [False, True, False]


def test_lines_in_quotes():
    taken = take('user_id;note\nc-1;"first line\nsecond; line"\nc-2;x\n')
    assert taken.told == [{"note": "first line\nsecond; line"}, {"note": "x"}]


@pytest.mark.parametrize(
    "header",
    [
        "User_ID,Email,First Name,Last Name,Phone,City,Country,Birthday",
        "USERID,E-MAIL,FIRST-NAME,LAST-NAME,PHONE,CITY,COUNTRY,BIRTHDAY",
        "Kundennummer,E-Mail,Vorname,Nachname,Telefon,Ort,Land,Geburtsdatum",
        "Kunden-Nr.,E-Mail-Adresse,Vorname,Name,Handy,Stadt,Land,Geburtstag",
        "Codice cliente,Indirizzo email,Nome,Cognome,Cellulare,Città,Paese,Data di nascita",
        "ID cliente,Correo electrónico,Nombre,Apellidos,Teléfono,Ciudad,País,Fecha de nacimiento",
        "Numéro client,Adresse e-mail,Prénom,Nom,Téléphone portable,Ville,Pays,Date de naissance",
        "customerId,emailAddress,firstName,lastName,phoneNumber,city,countryCode,dateOfBirth",
    ],
)
def test_names_of_columns_in_five_languages(header):
    taken = take(f"{header}\n1042,ada@shop.example,Ada,Byron,+393331234567,Rome,IT,1990-05-12\n")
    assert taken.who == ["1042"]
    assert taken.told == [
        {
            "email": "ada@shop.example",
            "first_name": "Ada",
            "last_name": "Byron",
            "phone": "+393331234567",
            "city": "Rome",
            "country": "IT",
            "birth_date": "1990-05-12",
        }
    ]
    assert taken.notes() == []


def test_a_list_that_knows_only_addresses_knows_its_customers_by_them():
    taken = take("Email\nAda@Shop.example\nnobody\n")
    assert [read.address for read in taken.reads[:1]] == ["ada@shop.example"]
    assert taken.reasons[1] == "it has no id, and its e-mail address is none"
    assert taken.notes() == ["no column holds an id: customers are known by Email"]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-01 10:00:00 UTC",
        "2026-11-01 10:00:00+00",
        "2026-11-01T10:00:00Z",
        "2026-11-01T10:00:00.000Z",
        "2026-11-01 10:00:00.000000 UTC",
        "2026-11-01 10:00:00.000000000+00:00",
        "2026-11-01 11:00:00 +0100",
        "2026-11-01 11:00:00 Europe/Rome",
        "2026/11/01 10:00",
        "01.11.2026 10:00",
        "1.11.2026 10:00:00",
        "1.11.26 10:00",
        "Nov 1, 2026, 10:00 AM",
        "1 Nov 2026 10:00",
        "Sun, 01 Nov 2026 10:00:00 GMT",
        "20261101T100000Z",
        "20261101100000",
        "1793527200",
        "1793527200000",
        "1793527200000000",
        "46327.41666666667",
    ],
)
def test_moments_as_warehouses_and_spreadsheets_write_them(text):
    taken = take(f'user_id,event,timestamp\nc-1,X,"{text}"\n', "events")
    assert taken.reasons == [""]
    assert taken.reads[0].event.occurred_at == datetime(2026, 11, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        (["01/11/2026 10:00", "13/11/2026 10:00"], [1, 13]),
        (["11/01/2026 10:00 AM", "11/13/2026 10:00 AM"], [1, 13]),
        (["1-11-2026", "13-11-2026"], [1, 13]),
    ],
)
def test_the_order_of_day_and_month_is_the_columns(cells, days):
    rows = "".join(f"c-1,X,{cell}\n" for cell in cells)
    taken = take(f"user_id,event,timestamp\n{rows}", "events")
    assert [(read.event.occurred_at.month, read.event.occurred_at.day) for read in taken.reads] == [
        (11, d) for d in days
    ]


def test_an_order_that_nothing_tells_is_asked_for():
    content = "user_id,event,timestamp\nc-1,X,01/11/2026\nc-1,X,02/11/2026\n"
    with pytest.raises(UnreadableError, match="timestamp could be day first or month first"):
        take(content, "events")
    taken = take(content, "events", asked={"columns": {"timestamp": {"order": "month"}}})
    assert [read.event.occurred_at.month for read in taken.reads] == [1, 2]


def test_a_column_means_what_somebody_says():
    asked = {
        "columns": {
            "nick": {"field": "user_id"},
            "user_id": {"field": "skip"},
            "level": {"type": "text", "field": "attribute", "key": "tier"},
        }
    }
    taken = take("user_id,nick,level\nx,ada,7\n", asked=asked)
    assert (taken.who, taken.told) == (["ada"], [{"tier": "7"}])


def test_a_field_given_to_another_column_leaves_the_first_one_as_an_attribute():
    content = "email,work email,user_id\na@x.example,b@x.example,1\n"
    taken = take(content, asked={"columns": {"work email": {"field": "email"}}})
    assert taken.told == [{"email": "b@x.example", "email_2": "a@x.example"}]


def test_of_two_spellings_of_a_field_neither_takes_the_other_ones_place():
    taken = take("user_id,firstName,first_name\n1,Adina,Ada\n")
    assert taken.told == [{"first_name": "Ada", "firstName_2": "Adina"}]
    assert taken.notes()[0].startswith("first_name and firstName both say first_name")


CITIES = {
    "cp1252": ("Köln", "Málaga", "Besançon", "São Paulo", "Århus"),
    "cp1250": ("Łódź", "Gdańsk", "Świdnica", "Kraków", "Poznań"),
    "cp1251": ("Москва", "Казань", "Самара", "Пермь", "Омск"),
    "cp1253": ("Αθήνα", "Πάτρα", "Ηράκλειο", "Βόλος", "Χανιά"),
    "cp1254": ("İstanbul", "Muğla", "Şırnak", "Iğdır", "Beyoğlu"),
    "cp1255": ("ירושלים", "חיפה", "אשדוד", "נתניה", "אילת"),
    "cp1256": ("القاهرة", "الرياض", "جدة", "دبي", "بغداد"),
    "cp1257": ("Šiauliai", "Panevėžys", "Kėdainiai", "Mažeikiai", "Tauragė"),
    "cp850": ("Köln", "München", "Düsseldorf", "Lübeck", "Würzburg"),
    "koi8-r": ("Москва", "Казань", "Самара", "Пермь", "Омск"),
    "cp866": ("Москва", "Казань", "Самара", "Пермь", "Омск"),
    "cp932": ("東京都", "大阪府", "名古屋市", "さっぽろ", "ナガノ"),
    "gb18030": ("北京", "上海", "广州市", "深圳", "成都"),
    "big5": ("台北市", "高雄市", "台中市", "新竹市", "花蓮縣"),
    "cp949": ("서울", "부산", "대구", "인천", "광주"),
    "cp874": ("กรุงเทพ", "เชียงใหม่", "ภูเก็ต", "ขอนแก่น", "ชลบุรี"),
}


@pytest.mark.parametrize("encoding", CITIES)
def test_a_short_list_in_the_encoding_of_its_country(encoding):
    cities = CITIES[encoding]
    text = "user_id;city\r\n" + "".join(f"{number};{city}\r\n" for number, city in enumerate(cities, 1))
    assert [told["city"] for told in take(text.encode(encoding)).told] == list(cities)


def test_a_euro_in_latin_9():
    assert take("user_id;city;paid\n1;Köln;5 €\n".encode("iso8859-15")).told == [{"city": "Köln", "paid": "5 €"}]


@pytest.mark.parametrize(
    "above",
    [
        "\n",
        "\r\n\r\n",
        "Customers of November\n",
        "Customers of November;;\n;;\n",
        "# exported by the shop\n\n",
        "sep=;\n",
    ],
)
def test_what_stands_above_the_header_is_passed_over(above):
    taken = take(f"{above}user_id;email;city\n1;ada@shop.example;Rome\n2;bob@shop.example;Milan\n")
    assert (taken.who, taken.told[1]) == (["1", "2"], {"email": "bob@shop.example", "city": "Milan"})


@pytest.mark.parametrize("text", ["Email\nada@shop.example\n", "Email\nada@shop.example,Ada,Rossi\n"])
def test_a_list_of_one_column_has_its_header_in_the_first_line(text):
    assert take(text).reading.columns[0].name == "Email"


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("user_id,note,note", ["user_id", "note", "note 2"]),
        ("user_id,email,email,email", ["user_id", "email", "email 2", "email 3"]),
        ("user_id,note,note,note 2", ["user_id", "note", "note 3", "note 2"]),
        ("user_id,,", ["user_id", "column 2", "column 3"]),
    ],
)
def test_columns_of_one_name_are_numbered_and_told(header, names):
    taken = take(f"{header}\n1{',x' * header.count(',')}\n")
    assert [column.name for column in taken.reading.columns] == names
    assert sum("two columns are called" in note for note in taken.notes()) == sum(
        header.split(",").count(name) - 1 for name in set(header.split(",")) if name
    )


@pytest.mark.parametrize(
    "text",
    ["'user_id','city'\n'1','Rome, Italy'\n", 'user_id, city\n1, "Rome, Italy"\n', 'user_id; city\n1; "Rome, Italy"\n'],
)
def test_apostrophes_around_cells_and_blanks_before_them(text):
    taken = take(text)
    assert (taken.who, taken.told) == (["1"], [{"city": "Rome, Italy"}])
