"""Who is in the demo: invented people, the groups they are in, and what Aino and the others have written."""

from dataclasses import dataclass

from lms.access import Role

COURSE = "tyoelamataidot"
FIRST_COURSE = "tervetuloa"
WEDNESDAY = "Keskiviikon etäryhmä"
FRIDAY = "Perjantain etäryhmä"


@dataclass(frozen=True)
class Character:
    username: str
    name: str
    role: Role
    language: str = "fi"


PARTICIPANT_NAMES = (
    "Aino Salmela",
    "Eero Niemi",
    "Hilkka Rantala",
    "Joni Mäkelä",
    "Saara Lehto",
    "Matti Koivula",
    "Amina Farah",
    "Ville Kangas",
    "Tuula Hakala",
    "Oskar Lindholm",
    "Riitta Ahola",
    "Yusuf Demir",
    "Päivi Tuominen",
    "Jere Ojala",
    "Natalia Smirnova",
    "Kalle Pohjola",
    "Marja Heino",
    "Antti Vuori",
    "Elina Saari",
    "Lauri Kivelä",
    "Noora Laakso",
    "Timo Harju",
)

PARTICIPANTS = tuple(
    Character(
        f"osallistuja{number if number > 1 else ''}",
        name,
        Role.PARTICIPANT,
        "sv" if name == "Oskar Lindholm" else "fi",
    )
    for number, name in enumerate(PARTICIPANT_NAMES, start=1)
)
AINO = PARTICIPANTS[0]
WEDNESDAY_PEOPLE, FRIDAY_PEOPLE = PARTICIPANTS[:20], PARTICIPANTS[20:]

INSTRUCTOR = Character("ohjaaja", "Liisa Laine", Role.INSTRUCTOR)
OTHER_INSTRUCTOR = Character("ohjaaja2", "Pekka Virta", Role.INSTRUCTOR)
STAFF = Character("henkilokunta", "Hanna Lahti", Role.STAFF)
CAST = (
    *PARTICIPANTS,
    INSTRUCTOR,
    OTHER_INSTRUCTOR,
    Character("opettaja", "Outi Koski", Role.TEACHER),
    STAFF,
    Character("paakayttaja", "Pasi Kallio", Role.ADMIN),
)


@dataclass(frozen=True)
class Answer:
    """An answer to a task: how many days ago it was written, and what happened to it.

    `passed` and `returned` are the instructor's words; without either a sent answer waits.
    """

    task: str
    text: str
    days: int
    sent: bool = True
    passed: str = ""
    returned: str = ""


AINO_DONE = {"millaista-tyota": 33, "verkostot": 26, "tyosopimus": 12, "tyoaika": 4}
AINO_QUIZZES = {"ilmoituksen-sanat": 33, "kuka-tekee-mita": 26, "sopimuksen-kohdat": 12}

AINO_ANSWERS = (
    Answer(
        "kolme-ilmoitusta",
        "Löysin kolme ilmoitusta: keittiöapulainen kouluun, siivooja toimistoon ja hyllyttäjä kauppaan.\n\n"
        "Kaikissa pyydettiin huolellisuutta ja kykyä tulla ajoissa. Keittiössä tarvitaan hygieniapassi, "
        "joka minulla jo on.",
        32,
        passed="Hienoa, Aino. Huomasit hyvin, mitä ilmoituksissa oli yhteistä. Hygieniapassi kannattaa mainita heti.",
    ),
    Answer(
        "minun-verkostoni",
        "Naapurini Ritva on koulun keittiöllä. Serkkuni ajaa jakeluautoa. "
        "Pajalta tunnen Kallen, joka tietää siivouksesta.",
        25,
    ),
    Answer(
        "sannan-viesti",
        "Hei! Kiitos sopimuksesta. Haastattelussa puhuimme 30 tunnista viikossa, mutta sopimuksessa lukee 20. "
        "Voimmeko korjata sen ennen kuin allekirjoitan? Terveisin Sanna. Minä kysyisin neuvoa ohjaajalta.",
        11,
        returned="Hyvä ja kohtelias viesti! Lisää vielä yksi asia: koeajan kohta on tyhjä. Mitä Sanna ehdottaa siihen?",
    ),
    Answer(
        "kysy-alan-ihmiselta",
        "Soitin Ritvalle. Kysyin, millainen on hänen tavallinen päivänsä. Hän aloittaa kello 6.30 ja laittaa ensin uunit "
        "päälle. Parasta on hänen mielestään lasten kiitos.",
        3,
    ),
    Answer(
        "oma-tyoehtosopimus",
        "Etsin matkailu-, ravintola- ja vapaa-ajan palvelujen sopimusta. Löysin jo sivun, mutta",
        2,
        sent=False,
    ),
)


@dataclass(frozen=True)
class Entry:
    """A diary entry; `prompt` names the lesson's question that it answers."""

    key: str
    title: str
    body: str
    days: int
    shared: bool = False
    prompt: str = ""
    comment: str = ""


AINO_ENTRIES = (
    Entry(
        "demo-ensimmainen",
        "Ensimmäinen viikko",
        "Jännitti avata sivu. Se olikin helppo. Luin ensimmäisen osion bussissa.\n\nHuomenna jatkan.",
        34,
    ),
    Entry(
        "demo-kiinnostaa",
        "Mikä alkoi kiinnostaa?",
        "Keittiötyö. Pidän siitä, että työn jälki näkyy heti ja joku tulee siitä kylläiseksi.",
        32,
        prompt="mika-kiinnostaa",
    ),
    Entry(
        "demo-luetko",
        "Luetko ennen kuin allekirjoitat?",
        "Rehellisesti: en ole lukenut. Viimeksi allekirjoitin puhelinliittymän tiskillä. "
        "Nyt pyydän paperin kotiin ja luen sen kahdesti.",
        12,
        shared=True,
        prompt="luetko-ensin",
        comment="Kiitos, että jaoit tämän. Paperin voi aina pyytää kotiin. Hyvä tapa!",
    ),
    Entry(
        "demo-varasto",
        "Päivä varastolla",
        "Kävin tutustumassa varastoon. Kerroin itse, että osaan käyttää pumppukärryä. Sain kokeilla, ja hyvin meni.",
        1,
        shared=True,
    ),
)


@dataclass(frozen=True)
class OwnClaim:
    """A claim: own rating and words, the work beside it, and what the instructor said."""

    code: str
    rating: int
    text: str
    days: int
    answer: str = ""
    entry: str = ""
    requested: bool = True
    approved: str = ""
    returned: str = ""


AINO_CLAIMS = (
    OwnClaim(
        "osaamistavoitteet_1078",
        3,
        "Etsin kolme ilmoitusta ja vertasin niitä.",
        20,
        answer="kolme-ilmoitusta",
        approved="Näin tämän itse: löysit ilmoitukset ja osasit kertoa, mitä niissä pyydetään. Hienoa.",
    ),
    OwnClaim(
        "osaamistavoitteet_1073",
        3,
        "Osaan lukea sopimuksen ja kysyä, jos jokin on väärin.",
        9,
        answer="sannan-viesti",
        returned="Olet lähellä. Seuraava askel: näytä mallisopimuksesta, mistä näet koeajan pituuden.",
    ),
    OwnClaim(
        "osaamistavoitteet_1076",
        4,
        "Tunnen ihmisiä keittiöstä, kuljetuksesta ja siivouksesta. Soitin jo yhdelle.",
        3,
        answer="kysy-alan-ihmiselta",
        entry="demo-varasto",
    ),
    OwnClaim("osaamistavoitteet_1074", 2, "Löysin sivun, mutta en vielä oikeaa kohtaa.", 2, requested=False),
)

# how many lessons the others have done; the rest of the group has just begun
OTHERS_DONE = {
    "osallistuja2": 6,
    "osallistuja3": 3,
    "osallistuja4": 9,
    "osallistuja5": 2,
    "osallistuja6": 1,
    "osallistuja7": 5,
    "osallistuja9": 4,
    "osallistuja10": 2,
    "osallistuja12": 7,
    "osallistuja15": 1,
    "osallistuja18": 3,
    "osallistuja21": 2,
    "osallistuja22": 1,
}

OTHERS_ANSWERS = {
    "osallistuja2": Answer(
        "kolme-ilmoitusta",
        "Varastotyöntekijä, trukinkuljettaja ja lähetti. Kaikissa pyydettiin ajokorttia.",
        6,
    ),
    "osallistuja4": Answer(
        "kolme-ilmoitusta",
        "Kolme siivousalan paikkaa. Kahdessa työ alkaa kello viisi aamulla.",
        21,
        passed="Hyvin löydetty. Mieti vielä, miten pääset aamuviideksi töihin.",
    ),
    "osallistuja7": Answer(
        "kolme-ilmoitusta",
        "Hoiva-avustaja, päiväkotiapulainen ja keittiöapulainen. Puhun neljää kieltä, siitä on hyötyä.",
        4,
    ),
    "osallistuja12": Answer(
        "sannan-viesti", "Hei, sopimuksessa on eri vuoro kuin sovimme. Voitteko tarkistaa? Sanna", 5
    ),
    "osallistuja21": Answer("kolme-ilmoitusta", "Puutarhuri, vahtimestari ja talonmies.", 2),
}

OTHERS_ENTRIES = {
    "osallistuja4": Entry(
        "demo-aamu", "Aamut ovat parhaita", "Heräsin kuudelta ja luin osion ennen muita.", 2, shared=True
    ),
    "osallistuja22": Entry(
        "demo-alku", "Alku", "Tästä se lähtee. Pajalla kaikki olivat mukavia.", 1, shared=True
    ),
}

OTHERS_CLAIMS = {
    "osallistuja2": OwnClaim(
        "osaamistavoitteet_1072", 4, "Olen ollut pajalla joka päivä ajoissa kahden kuukauden ajan.", 5
    ),
    "osallistuja4": OwnClaim(
        "osaamistavoitteet_1070", 3, "Käytän siivoustyössä käsineitä ja luen aina pullon ohjeen.", 1
    ),
    "osallistuja21": OwnClaim("osaamistavoitteet_1071", 3, "Minulla on oikeat kengät ja työtakki.", 1),
}

# they have done all of the first course, as Aino has; staff may issue their certificates
WELCOMED = ("osallistuja", "osallistuja2", "osallistuja4")
