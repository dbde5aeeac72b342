"""What each person of the stored site does in a day, over plain HTTP, one after the other so that the ids are known."""

from flask import Flask

from tests import pages
from tests.client import PASSWORD, Client

AINO, EERO, LEAVER, MAIJA, WAITER = 5, 6, 8, 9, 10


def send(client: Client, path: str, **fields: object) -> None:
    """Send a form that must succeed."""
    answer = client.post(path, fields)
    assert answer.status_code == 302, f"{path} {fields}: {answer.status_code}"


def look(client: Client, *paths: str) -> None:
    """Open pages that must be there."""
    for path in paths:
        assert client.get(path).status_code == 200, path


def add_people(pasi: Client) -> None:
    """Everybody of the stored site, by id from 2 on; one is closed, one was, one waits for a password."""
    for username, name, role in (
        ("hanna", "Hanna Lahti", "staff"),
        ("liisa", "Liisa Laine", "instructor"),
        ("outi", "Outi Koski", "instructor"),
        ("aino", "Aino Salmela", "participant"),
        ("eero", "Eero Niemi", "participant"),
        ("lahtenyt", "Lahja Lähtenyt", "participant"),
        ("pirjo", "Pirjo Poistuva", "participant"),
        ("maija", "Maija Meikälainen", "participant"),
        ("oili", "Oili Odottaja", "participant"),
    ):
        given = {"username": username, "name": name, "roles": [role], "language": "fi"}
        send(pasi, "/people/new", **given, password=PASSWORD)
    send(pasi, "/people/4/roles", roles=["instructor", "teacher"])
    send(pasi, "/people/4/password", password=PASSWORD)
    send(pasi, "/people/7/disabled", disabled="1")
    send(pasi, f"/people/{MAIJA}/disabled", disabled="1")
    send(pasi, f"/people/{MAIJA}/disabled", disabled="0")
    send(pasi, f"/people/{MAIJA}/name", name="Maija Meikäläinen")
    # a role that asks for a longer password ends the old one
    send(pasi, f"/people/{WAITER}/roles", roles=["staff"])


def open_runs(hanna: Client) -> None:
    """A run of each state, one that anybody may join, and one whose instructor was another first."""
    dates = {"starts_on": "2026-10-19", "ends_on": "2026-12-18"}
    first = {"name": "Keskiviikon etäryhmä", **dates}
    send(hanna, "/staff/runs/new", course="pieni", **first)
    send(hanna, "/staff/runs/1", action="open")
    send(hanna, "/staff/runs/1", action="save", **first, instructors=["3", "4"])
    send(hanna, "/staff/runs/1", action="save", **first, instructors=["3"])
    send(hanna, "/staff/runs/1", action="enrol", usernames="aino")
    send(hanna, "/staff/runs/1", action="enrol", usernames="eero")
    anybody = {"name": "Avoin ryhmä", "self_enrolment": "1", "instructors": ["3"], **dates}
    send(hanna, "/staff/runs/new", course="toinen", **anybody)
    send(hanna, "/staff/runs/2", action="open")
    send(hanna, "/staff/runs/new", course="pieni", name="Syyskuun ryhmä", instructors=["3"], **dates)
    send(hanna, "/staff/runs/3", action="open")
    send(hanna, "/staff/runs/3", action="enrol", usernames="maija")
    send(hanna, "/staff/runs/new", course="pieni", name="Torstain ryhmä", instructors=["4"], **dates)
    send(hanna, "/staff/runs/4", action="open")
    send(hanna, "/staff/runs/new", course="pieni", name="Kevään ryhmä", starts_on="2027-01-11")


def close_a_run(hanna: Client) -> None:
    send(
        hanna, "/staff/runs/3", action="save", name="Lokakuun ryhmä", starts_on="2026-10-19", instructors="3"
    )
    send(hanna, "/staff/runs/3", action="close")


def take_the_newer_version(liisa: Client) -> None:
    look(liisa, "/runs/1/version")
    send(liisa, "/runs/1/version", version="2")


def study(aino: Client) -> None:
    """Answers 1 to 4: one to each of the first tasks; both quizzes; both lessons."""
    send(aino, "/runs/1/quizzes/palvelu", q1="1")
    send(aino, "/runs/1/quizzes/palvelu", q1="0")
    send(aino, "/runs/1/tasks/tervehdys", answer="Sanon huomenta ja hymyilen.", action="send")
    send(aino, "/runs/1/tasks/oma-tyo", answer="Järjestin hyllyn ja lajittelin pullot.", action="send")
    send(aino, "/runs/1/tasks/mieti", answer="Kassakone oli vaikea.", action="send")
    send(aino, "/runs/1/tasks/suunnitelma", answer="Huomenna aion", action="save")
    send(aino, "/runs/1/lessons/alku/done", done="1")
    send(aino, "/runs/1/lessons/alku/done", done="0")
    send(aino, "/runs/1/lessons/alku/done", done="1")
    send(aino, "/runs/1/lessons/loppu/done", done="1")


def write_a_diary(aino: Client) -> None:
    """Entry 1 is private and was saved twice; entry 2 answers a lesson's question and is shared."""
    title, prompt = "Ensimmäinen viikko", {"run": "1", "lesson": "alku", "prompt": "opit"}
    send(aino, "/diary/new", key="ensimmainen", revision="0", title=title, body="Jännitti avata sivu.")
    send(aino, "/diary/1", revision="1", title=title, body="Jännitti avata sivu. Se olikin helppo.")
    body = "Opin, että tervehdys riittää alkuun."
    send(aino, "/diary/new", key="opit", revision="0", body=body, shared="1", **prompt)


def answer_tasks(liisa: Client) -> None:
    look(liisa, "/diary/2")
    send(liisa, "/diary/2/comments", body="Hieno huomio, Aino.")
    look(liisa, "/review", "/review/answers/1")
    send(liisa, "/review/answers/1", decision="pass", comment="Juuri noin.")
    look(liisa, "/review/answers/3", "/runs/1/people", f"/runs/1/people/{AINO}")
    send(liisa, "/review/answers/3", decision="return", comment="Kerro vielä, mikä siinä auttoi.")


def ask_for_approval(aino: Client) -> None:
    """Claims 1 to 3 wait, with an answer, a diary entry and nothing beside them; claim 4 is being written."""
    text = "Kerroin ryhmässä, miksi lähikauppa on tärkeä."
    send(aino, "/claims/1", rating="2", text=text, answer="4", action="save")
    send(aino, "/claims/1", action="request")
    send(aino, "/claims/2", rating="3", text="Palvelin asiakkaita pajan kahviossa.", entry="2", action="save")
    send(aino, "/claims/2", action="request")
    text = "Kun siivoan jäljet, muut pääsevät aloittamaan."
    send(aino, "/claims/3", rating="2", text=text, action="request")
    send(aino, "/claims/4", rating="4", text="Keksin pyörähuollon.", action="save")


def answer_claims(liisa: Client) -> None:
    look(liisa, "/review/claims/1", "/review/claims/2", "/review/claims/3")
    send(liisa, "/review/claims/1", decision="return", comment="Kirjoita vielä, kenelle kerroit.")
    send(liisa, "/review/claims/2", decision="return", comment="Mitä sanoit asiakkaalle?")


def ask_again(aino: Client) -> None:
    text = "Kerroin ryhmälle, miksi lähikauppa on tärkeä."
    send(aino, "/claims/1", rating="3", text=text, action="request")
    send(aino, "/claims/3", action="withdraw")
    send(aino, "/claims/3", rating="4", action="request")


def approve(liisa: Client) -> None:
    """Approve, take it back, and approve again."""
    look(liisa, "/review/claims/1", "/review/claims/3")
    send(liisa, "/review/claims/1", decision="approve", comment="Selvä.")
    send(liisa, "/review/claims/1", decision="undo")
    send(liisa, "/review/claims/1", decision="approve", comment="Nyt se on selvä. Hienoa.")


def study_as_another(eero: Client) -> None:
    """Answer 5, entry 3 and claim 5."""
    send(eero, "/runs/1/tasks/tervehdys", answer="Nyökkään ja sanon hei.", action="send")
    send(eero, "/runs/1/lessons/alku/done", done="1")
    send(eero, "/diary/new", key="alku", revision="0", title="Alku", body="Eero aloitti tänään.")
    send(eero, "/claims/5", rating="2", text="Osaan kertoa pajan kaupasta.", action="request")


def change_ones_mind(aino: Client) -> None:
    """Answer 6 is taken back; entry 4 was shared for a while and has its first text again; entry 5 was deleted."""
    send(aino, "/runs/1/tasks/kysymys", answer="Saako radio soida?", action="send")
    send(aino, "/runs/1/tasks/kysymys", action="withdraw")
    entry = {"key": "toinen-viikko", "revision": "0", "title": "Toinen viikko"}
    send(aino, "/diary/new", **entry, body="Kassa täsmäsi.", shared="0")
    send(aino, "/diary/4", revision="1", title="Toinen viikko", body="Kassa täsmäsi heti.", shared="1")
    send(aino, "/diary/4", revision="2", title="Toinen viikko", body="Kassa täsmäsi, melkein.", shared="0")
    send(aino, "/diary/4/versions/1/restore")
    send(aino, "/diary/new", key="turha", revision="0", title="Turha", body="Tämä ei ollutkaan turha.")
    send(aino, "/diary/5/delete")
    send(aino, "/diary/5/undelete")
    right = {"q1": "1", "q2": ["0", "1"], "q3": "harjalla", "q4": "18"}
    send(aino, "/runs/1/quizzes/kaikenlaista", **right, **{"q5-1": "0", "q5-2": "2", "q5-3": "1"})


def join_and_finish(pirjo: Client) -> None:
    send(pirjo, "/courses/toinen/enrol")
    send(pirjo, "/runs/2/lessons/tervetuloa/done", done="1")


def issue_certificates(hanna: Client) -> None:
    """Certificate 1 to Aino, 2 to somebody who then leaves."""
    for run, person in ((1, AINO), (2, LEAVER)):
        chosen = {"people": [str(person)], "template": "completion", "confirm": "1"}
        send(hanna, f"/staff/certificates/{run}", **chosen)
    look(hanna, "/certificates/2026-00001.pdf")


def leave(pirjo: Client) -> None:
    send(pirjo, "/me/erase", understood="y", password=PASSWORD)


def write_after_the_sign_in_has_ended(aino: Client) -> None:
    """Entry 6 comes from a page that was open while its writer signed out everywhere."""
    look(aino, "/diary/new")
    page_token = aino.token
    send(aino, "/me/sign-out-everywhere")
    text = {"key": "myohassa", "revision": "0", "title": "Myöhässä", "body": "Tämä teksti tuli perille."}
    refused = aino.post("/diary/new", text, token=page_token)
    assert refused.status_code == 401
    carried = pages.form(refused.text, "/sign-in").hidden
    send(aino, "/sign-in", **carried, username="aino", password=PASSWORD)
    aino.sign_out()


def mistype_passwords(app: Flask) -> None:
    """Fill counters of each kind: a stranger's, those of a known browser, and a signed-in person's."""
    eero, stranger = Client(app).sign_in("eero"), Client(app)
    assert eero.post("/me/erase", {"understood": "y", "password": "väärä"}).status_code == 422
    eero.sign_out()
    for client, username in ((eero, "eero"), (stranger, "maija")):
        refused = client.post("/sign-in", {"username": username, "password": "väärä"})
        assert refused.status_code == 422


def delete_an_entry(eero: Client) -> None:
    """Entry 7 can be brought back for ten minutes."""
    send(eero, "/diary/new", key="pois", revision="0", title="Pois", body="Eero poisti tämän.")
    send(eero, "/diary/7/delete")


def open_a_page(aino: Client) -> dict[str, object]:
    """Return what Aino's browser holds while she looks at an empty form: both cookies and the form's token."""
    look(aino, "/diary/new")
    device = aino.browser.get_cookie("lms-device")
    assert device
    with aino.browser.session_transaction() as cookie:
        return {"cookie": dict(cookie), "device": device.value, "form_token": aino.token}
