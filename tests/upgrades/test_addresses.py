"""Every address that a bookmark, a link in a text or a paper may hold leads to the same thing after the upgrade.

The addresses are written out, for they are promises: a change here breaks what people hold.
"""

import json
import zipfile
from collections.abc import Mapping
from io import BytesIO

import pytest
from flask import Flask

from tests.client import Client
from tests.upgrades import rows

pytestmark = pytest.mark.parametrize("number", ["0007"], indirect=True)

Pages = Mapping[str, tuple[str, ...]]

AINO = {
    "/": ("Hei Aino.", "Nyt se on selvä. Hienoa.", "Hieno huomio, Aino.", "/runs/1"),
    "/courses": ("Pieni kurssi", "Avoin kurssi"),
    "/courses/pieni": ("Asiakas tulee, ja päivä päättyy.", "<strong>palvelet</strong>", "/runs/1"),
    "/courses/toinen": ("Tälle kurssille voi tulla kuka tahansa.", "/courses/toinen/enrol"),
    "/runs/1": ('data-done="2"', "/runs/1/lessons/alku", "/runs/1/lessons/loppu"),
    "/runs/1/lessons/alku": (
        "Hyvä palvelu alkaa tervehdyksestä.",
        "/media/0d6785446d447d996d0aa77b04bbca919d09ae09886423b2272411da07ec0baf.svg",
        "Sanon huomenta ja hymyilen.",
        "Juuri noin.",
        "Järjestin hyllyn ja lajittelin pullot.",
        "Opin, että tervehdys riittää alkuun.",
        "Juuri niin.",
    ),
    "/runs/1/lessons/alku?plain=1": ("Tervehdi asiakasta aina.",),
    "/runs/1/lessons/loppu": (
        "Katso, mitä sait aikaan.",
        "Kauppa suljetaan kello 18.",
        "Lakaise ensin, pyyhi sitten.",
        "Kassaa ei jätetä auki.",
        "Sammuta valot.",
        "Istu hetki.",
        "Kassakone oli vaikea.",
        "Kerro vielä, mikä siinä auttoi.",
        "Huomenna aion",
        "Saako radio soida?",
        "Kylmiö käy yötä päivää.",
    ),
    "/diary": ("Ensimmäinen viikko", "Mitä opit?", "Toinen viikko", "Turha", "Myöhässä"),
    "/diary/new": ('name="body"',),
    "/diary/new?run=1&lesson=alku&prompt=opit": ("Mitä opit?",),
    "/diary/1": ("Jännitti avata sivu. Se olikin helppo.",),
    "/diary/1/earlier": ("Jännitti avata sivu.",),
    "/diary/1/versions/1": ("Jännitti avata sivu.",),
    "/diary/1/delete": ("Ensimmäinen viikko",),
    "/diary/2": ("Opin, että tervehdys riittää alkuun.", "Hieno huomio, Aino.", "Liisa Laine"),
    "/diary/4": ("Kassa täsmäsi.",),
    "/diary/4/earlier": ("Kassa täsmäsi heti.", "Kassa täsmäsi, melkein."),
    "/diary/4/versions/3": ("Kassa täsmäsi, melkein.",),
    "/diary/5": ("Tämä ei ollutkaan turha.",),
    "/diary/6": ("Tämä teksti tuli perille.",),
    "/checklists": ("Yrittäjyys ja yrittäjämäinen toiminta",),
    "/checklists/yrittajyys": ("/claims/1", "/claims/4", "Osaan kertoa, miksi yritykset ovat"),
    "/claims/1": (
        'data-state="approved"',
        "Kerroin ryhmässä, miksi lähikauppa on tärkeä.",
        "Kirjoita vielä, kenelle kerroit.",
        "Kerroin ryhmälle, miksi lähikauppa on tärkeä.",
        "Nyt se on selvä. Hienoa.",
        "Tee suunnitelma",
    ),
    "/claims/2": (
        'data-state="returned"',
        "Palvelin asiakkaita pajan kahviossa.",
        "Mitä sanoit asiakkaalle?",
        "Mitä opit?",
    ),
    "/claims/3": ('data-state="waiting"', "Kun siivoan jäljet, muut pääsevät aloittamaan."),
    "/claims/4": ('data-state="open"', "Keksin pyörähuollon."),
    "/certificates": ("2026-00001", "/certificates/2026-00001.pdf", "Pieni kurssi"),
    "/me": ("Aino Salmela", "Liisa Laine", "Hanna Lahti"),
    "/me/erase": ("Todistuksesi jäävät rekisteriin",),
    "/me/password": ('name="current"',),
    "/help": ("Ohje osallistujalle",),
    "/help/participant": ("Kirjoita tunnus.",),
}
EERO = {
    "/": ("Hei Eero.", "/runs/1/lessons/loppu"),
    "/diary": ("Alku", "/diary/7/undelete"),
    "/diary/3": ("Eero aloitti tänään.",),
    "/claims/5": ('data-state="waiting"', "Osaan kertoa pajan kaupasta."),
    "/runs/1": ('data-done="1"',),
    "/runs/1/lessons/alku": ("Nyökkään ja sanon hei.",),
}
MAIJA = {
    "/": ("Hei Maija.", "/runs/3"),
    "/courses/pieni": ("Lokakuun ryhmä",),
    "/runs/3": ("Asiakas tulee",),
    "/runs/3/lessons/loppu": ("Katso taaksepäin.",),
}
LIISA = {
    "/": ("Hei Liisa.", "Keskiviikon etäryhmä", "Eero Niemi"),
    "/my-runs": ("Avoin ryhmä", "Keskiviikon etäryhmä", "Lokakuun ryhmä"),
    "/review": ("/review/claims/3", "/review/claims/5", "/review/answers/5", "Eero Niemi"),
    "/review?run=1": ("/review/claims/3", "Eero Niemi"),
    "/review/claims/1": ("Nyt se on selvä. Hienoa.", "Huomenna aion"),
    "/review/claims/3": ("Kun siivoan jäljet, muut pääsevät aloittamaan.", "Aino Salmela"),
    "/review/claims/3?run=1": ("Kun siivoan jäljet, muut pääsevät aloittamaan.",),
    "/review/answers/1": ("Sanon huomenta ja hymyilen.", "Juuri noin."),
    "/review/answers/5": ("Nyökkään ja sanon hei.", "Kirjoita, miten tervehdit."),
    "/runs/1": ("Keskiviikon etäryhmä",),
    "/runs/1/lessons/alku": ("Hyvä palvelu alkaa tervehdyksestä.",),
    "/runs/1/people": ("Aino Salmela", "Eero Niemi", "/runs/1/people/5"),
    "/runs/1/people/5": ("Aino Salmela", "/diary/2", "Tervehdi asiakasta"),
    "/runs/1/version": ("Keskiviikon etäryhmä",),
    "/runs/3/people": ("Maija Meikäläinen",),
    "/diary/2": ("Opin, että tervehdys riittää alkuun.", "Hieno huomio, Aino."),
    "/help/participant": ("Kirjoita tunnus.",),
}
OUTI = {
    "/": ("Torstain ryhmä",),
    "/runs/4": ("Torstain ryhmä",),
    "/runs/4/version": ("Päivän päätteeksi",),
    "/me": ("Outi Koski",),
}
HANNA = {
    "/": ("Hei Hanna.", "Torstain ryhmä", "Avoin ryhmä", "Keskiviikon etäryhmä"),
    "/people": ("Lahja Lähtenyt", "/people/5", "Oili Odottaja"),
    "/people?search=salmela": ("Aino Salmela",),
    "/people?role=instructor": ("Outi Koski",),
    "/people/5": ("Aino Salmela", "aino"),
    "/staff/runs": (
        "Keskiviikon etäryhmä",
        "Lokakuun ryhmä",
        "Avoin ryhmä",
        "Torstain ryhmä",
        "Kevään ryhmä",
    ),
    "/staff/runs/new": ('name="starts_on"',),
    "/staff/runs/new?course=toinen": ('value="toinen"',),
    "/staff/runs/1": ("Keskiviikon etäryhmä", "Aino Salmela", "Liisa Laine"),
    "/staff/runs/1?search=maija": ("Maija Meikäläinen (maija)",),
    "/staff/runs/3": ("Lokakuun ryhmä", "Maija Meikäläinen"),
    "/staff/certificates": ("/staff/certificates/1", "/staff/certificates/2"),
    "/staff/certificates/1": ("Aino Salmela", "2026-00001"),
    "/staff/certificates/1?choose=ready": ("Aino Salmela",),
}
PASI = {
    "/": (
        "Joku poisti omat tietonsa.",
        "Todistus annettiin.",
        "Tarkistuslista julkaistiin.",
        "Kurssi julkaistiin.",
        "Toteutus päätettiin.",
    ),
    "/people": ("Lahja Lähtenyt", "/people/new"),
    "/people/new": ('name="username"',),
    "/people/7": ("Lahja Lähtenyt",),
    "/people/10": ("Oili Odottaja",),
}
STRANGER = {
    "/": ('href="/sign-in',),
    "/sign-in": ('name="username"',),
    "/verify": ('name="code"',),
    "/accessibility": ("Saavutettavuus",),
    "/privacy": ("Tietosuoja",),
    "/goodbye": ("<h1",),
}
PEOPLE: dict[str, Pages] = {
    "aino": AINO,
    "eero": EERO,
    "maija": MAIJA,
    "liisa": LIISA,
    "outi": OUTI,
    "hanna": HANNA,
    "pasi": PASI,
}
FILES = {
    "aino": {
        "/certificates/2026-00001.pdf": "application/pdf",
        "/certificates/2026-00001.json": "application/json",
        "/diary/export.zip": "application/zip",
        "/me/data.zip": "application/zip",
        "/media/0d6785446d447d996d0aa77b04bbca919d09ae09886423b2272411da07ec0baf.svg": "image/svg+xml",
    },
    "hanna": {
        "/certificates/2026-00001.pdf": "application/pdf",
        "/certificates/2026-00002.pdf": "application/pdf",
        "/staff/certificates/1/preview/6.pdf": "application/pdf",
        "/staff/courses/pieni.pdf": "application/pdf",
    },
}


def missing(client: Client, pages: Pages) -> dict[str, object]:
    """Return what is not on the pages that should be, by address, and the status of pages that are not there."""
    found: dict[str, object] = {}
    for path, texts in pages.items():
        answer = client.get(path)
        if answer.status_code != 200:
            found[path] = answer.status_code
        elif lost := [text for text in texts if text not in answer.text]:
            found[path] = lost
    return found


@pytest.mark.parametrize("username", PEOPLE)
def test_every_page_of_a_person_says_what_it_said(upgraded: Flask, username: str) -> None:
    assert missing(Client(upgraded).sign_in(username), PEOPLE[username]) == {}


def test_every_page_of_a_stranger_is_there(upgraded: Flask) -> None:
    assert missing(Client(upgraded), STRANGER) == {}


@pytest.mark.parametrize("username", FILES)
def test_every_file_can_be_fetched(upgraded: Flask, username: str) -> None:
    client, found = Client(upgraded).sign_in(username), {}
    for path in FILES[username]:
        with client.get(path) as answer:
            found[path] = answer.mimetype if answer.status_code == 200 else answer.status

    assert found == FILES[username]


def test_the_codes_on_papers_verify(upgraded: Flask, number: str) -> None:
    papers = {paper["code"]: paper["facts"] for paper in rows.stored(number)["certificates"]}
    pages = {
        f"/verify/{code}": ('data-result="valid"', facts["holder_name"]) for code, facts in papers.items()
    }

    assert missing(Client(upgraded), pages) == {}


def test_the_content_of_a_certificate_is_the_same(upgraded: Flask, number: str) -> None:
    [stored] = [row for row in rows.stored(number)["certificates"] if row["number"] == "2026-00001"]
    facts = Client(upgraded).sign_in("aino").get("/certificates/2026-00001.json").json

    assert isinstance(facts, dict)
    assert {name: facts.get(name) for name in stored["facts"]} == stored["facts"]


def test_the_pages_speak_swedish_and_show_the_lesson_in_it(upgraded: Flask) -> None:
    aino = Client(upgraded).sign_in("aino")
    aino.post("/language", {"language": "sv"})

    texts = ("God service börjar med en hälsning.", "Sanon huomenta ja hymyilen.", "Ska man hälsa på kunden?")
    assert missing(aino, {"/runs/1/lessons/alku": texts, "/courses/pieni": ("En liten kurs",)}) == {}


def own_data(app: Flask, username: str) -> tuple[dict[str, list[dict[str, object]]], str]:
    """Return a person's own data: as programs read it, and as people do."""
    packed = Client(app).sign_in(username).get("/me/data.zip")
    with zipfile.ZipFile(BytesIO(packed.data)) as archive:
        data = json.loads(archive.read("data.json"))["data"]
        return data, archive.read("omat-tiedot.html").decode()


def test_every_stored_line_of_the_log_is_said_in_words(upgraded: Flask, number: str) -> None:
    said, pages = set[object](), ""
    for username in PEOPLE:
        data, page = own_data(upgraded, username)
        said |= {line["action"] for line in data["audit_lines"]}
        pages += page

    # of what the operator did and of who has left, nobody's own data tells
    of_nobody = {"course.published", "criteria.published", "guide.published", "person.erased"}
    stored = {line["action"] for line in rows.stored(number)["audit_lines"]}
    assert stored - said == of_nobody
    assert "Sisäänkirjautuminen." in pages
    # what is said of an action without words
    assert "Jotain muutettiin." not in pages
