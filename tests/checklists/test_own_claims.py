import json
import re

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from lms.checklists import operations, queries
from lms.checklists.models import EvidenceKind
from lms.checklists.read_models import EvidencePiece
from lms.checklists.states import ClaimAction, ClaimState
from lms.criteria.models import CriteriaSet, Criterion
from lms.diary.models import DiaryEntry
from lms.runs.models import Enrolment, Run, RunInstructor
from lms.runs.states import RunState
from tests import factories
from tests.checklists.cast import (
    CHECKLIST,
    Cast,
    claim_of,
    claims_of,
    content_of,
    events_of,
    make_answer,
    make_entry,
    state_by_events,
)
from tests.client import Client
from tests.conftest import NOW
from tests.queries import count_queries


@pytest.fixture
def aino(client: Client, cast: Cast) -> Client:
    return client.sign_in("aino")


def request_approval(session: Session, cast: Cast) -> None:
    claim = claim_of(session, cast.aino)
    draft = operations.ClaimDraft(rating=3, text="Luin sopimuksen ja kysyin.")
    operations.request_approval(session, claim, by=cast.aino, draft=draft, now=NOW)
    session.commit()


def test_lists_show_the_state_of_each_claim(aino: Client, session: Session, cast: Cast) -> None:
    request_approval(session, cast)
    claims = claims_of(session, cast.aino)

    assert "1 waiting · 1 open" in aino.get("/checklists").text
    page = aino.get(f"/checklists/{CHECKLIST}").text

    assert all(f'href="/claims/{claim.id}"' in page for claim in claims)
    assert 'data-state="waiting"' in page
    assert "You sent this" in page
    assert "Mon 23 Nov at 12.04" in page
    assert "awarded by a school" in page


def test_a_list_that_is_not_ones_own_does_not_exist(aino: Client, session: Session, cast: Cast) -> None:
    factories.make_criteria(session, "vieras")
    session.commit()

    assert aino.get("/checklists/vieras").status_code == 404
    assert aino.get("/checklists/ei-ole").status_code == 404


def test_the_claims_own_state_comes_first_on_its_page(aino: Client, session: Session, cast: Cast) -> None:
    claim = claim_of(session, cast.aino)
    page = aino.get(f"/claims/{claim.id}").text

    assert page.split('data-state="')[1].startswith("open")
    assert "I can do thing 1073" in page
    assert "Official wording" not in page


def test_the_official_wording_is_above_the_plain_one(aino: Client, session: Session, cast: Cast) -> None:
    claim = claim_of(session, cast.aino)
    criterion = session.get_one(Criterion, claim.criterion_id)
    criterion.official = {"fi": "opiskelija tarkistaa työsopimuksen sisällön"}
    session.commit()

    page = aino.get(f"/claims/{claim.id}").text

    assert page.index("opiskelija tarkistaa") < page.index("<h1>I can do thing 1073")
    assert "Item of the qualification: osaamistavoitteet_1073, ePerusteet 2022" in page


def test_in_a_course_that_is_not_open_it_is_said_that_nobody_answers(
    aino: Client, session: Session, cast: Cast
) -> None:
    claim = claim_of(session, cast.aino)
    said = "Nobody can answer this just now, because the course is not open."

    assert said not in aino.get(f"/claims/{claim.id}").text
    session.execute(update(Run).values(state=RunState.CLOSED))
    session.commit()
    assert said in aino.get(f"/claims/{claim.id}").text


def test_without_an_instructor_the_true_reason_is_shown_and_asking_is_not_offered(
    aino: Client, session: Session, cast: Cast
) -> None:
    claim = claim_of(session, cast.aino)
    assert 'value="request"' in aino.get(f"/claims/{claim.id}").text
    session.execute(delete(RunInstructor))
    session.commit()

    page = aino.get(f"/claims/{claim.id}").text
    asked = aino.post(f"/claims/{claim.id}", {"rating": "3", "text": "Luin sopimuksen.", "action": "request"})

    assert "because the course has no instructor at the moment" in page
    assert "the course is not open" not in page and 'value="request"' not in page
    assert asked.status_code == 302
    kept = claim_of(session, cast.aino)
    assert (kept.state, kept.rating, kept.text) == (ClaimState.OPEN, 3, "Luin sopimuksen.")
    after = aino.get(f"/claims/{claim.id}").text
    assert "Saved, but not sent" in after and "Sent to your instructor" not in after


def test_a_request_whose_instructor_has_gone_is_said_to_wait_for_the_next(
    aino: Client, session: Session, cast: Cast
) -> None:
    request_approval(session, cast)
    session.execute(delete(RunInstructor))
    session.commit()

    page = aino.get(f"/claims/{claim_of(session, cast.aino).id}").text

    assert "Your request is kept. The next instructor will see it." in page


def test_asking_needs_a_rating_and_keeps_the_text(aino: Client, session: Session, cast: Cast) -> None:
    claim = claim_of(session, cast.aino)

    answer = aino.post(f"/claims/{claim.id}", {"text": "Kysyin palkasta.", "action": "request"})

    assert answer.status_code == 422
    assert "Kysyin palkasta." in answer.text
    assert "Choose first how well" in answer.text
    assert claim_of(session, cast.aino).text == ""


def test_asking_needs_words_or_work_and_keeps_the_rating(aino: Client, session: Session, cast: Cast) -> None:
    claim = claim_of(session, cast.aino)

    answer = aino.post(f"/claims/{claim.id}", {"rating": "2", "text": "  ", "action": "request"})

    assert answer.status_code == 422
    assert re.search(r'<input checked [^>]*value="2"', answer.text)
    assert claim_of(session, cast.aino).state is ClaimState.OPEN


def test_what_was_saved_is_filled_in_when_the_page_opens_again(
    aino: Client, session: Session, cast: Cast
) -> None:
    claim = claim_of(session, cast.aino)
    assert "checked" not in aino.get(f"/claims/{claim.id}").text

    aino.post(f"/claims/{claim.id}", {"rating": "3", "text": "Kirjoitin tämän.", "action": "save"})

    page = aino.get(f"/claims/{claim.id}").text
    assert re.findall(r'<input checked [^>]*value="(\d)"', page) == ["3"]
    assert "Kirjoitin tämän.</textarea>" in page


@pytest.mark.parametrize("action", ["approve", "undo", "REQUEST", "request "])
def test_an_unknown_action_saves_nothing_and_moves_nothing(
    aino: Client, session: Session, cast: Cast, action: str
) -> None:
    claim = claim_of(session, cast.aino)

    answer = aino.post(f"/claims/{claim.id}", {"rating": "3", "text": "Osaan tämän.", "action": action})

    after = claim_of(session, cast.aino)
    assert answer.status_code == 422
    assert "Osaan tämän.</textarea>" in answer.text
    assert (after.state, after.rating, after.text) == (ClaimState.OPEN, None, "")
    assert after.version == claim.version
    assert events_of(session, claim) == []


@pytest.mark.parametrize("fields", [{"rating": "5"}, {"rating": "x"}, {"text": "x" * 4_001}])
def test_what_makes_no_sense_is_refused(
    aino: Client, session: Session, cast: Cast, fields: dict[str, str]
) -> None:
    claim = claim_of(session, cast.aino)

    assert aino.post(f"/claims/{claim.id}", {**fields, "action": "save"}).status_code == 422


def test_a_request_is_recorded_with_everything_as_it_was(aino: Client, session: Session, cast: Cast) -> None:
    claim = claim_of(session, cast.aino)
    entry = make_entry(session, cast.aino)
    work = make_answer(session, cast.run, cast.aino)
    fields = {"rating": "3", "text": "Näin.", "entry": entry.id, "answer": work.id, "action": "request"}

    answer = aino.post(f"/claims/{claim.id}", fields)

    assert answer.status_code == 302
    (event,) = events_of(session, claim)
    assert (event.action, event.by_id, event.by_name) == (ClaimAction.REQUEST, cast.aino.id, "Aino")
    content = content_of(session, event)
    assert (content.rating, content.text) == (3, "Näin.")
    assert content.wording == {
        "code": "osaamistavoitteet_1073",
        "set": CHECKLIST,
        "number": 1,
        "wording": {"fi": "Osaan asian 1073", "sv": "Jag kan sak 1073", "en": "I can do thing 1073"},
        "official": None,
    }
    assert content.evidence == (
        EvidencePiece(EvidenceKind.ENTRY, "Keskiviikko", "Tein listan."),
        EvidencePiece(EvidenceKind.ANSWER, "Viesti esihenkilölle", "Hei! Kiitos sopimuksesta."),
    )


def test_work_is_refreshed_when_asked_and_the_event_keeps_it(session: Session, cast: Cast) -> None:
    claim = claim_of(session, cast.aino)
    entry = make_entry(session, cast.aino)
    operations.save_claim(session, claim, operations.ClaimDraft(entry_id=entry.id), by=cast.aino, now=NOW)
    entry.body = "Tein listan loppuun."
    draft = operations.ClaimDraft(rating=3)
    operations.request_approval(session, claim, by=cast.aino, draft=draft, now=NOW)
    entry.body = "Kirjoitin kaiken uudestaan."
    session.commit()

    (event,) = events_of(session, claim)

    assert content_of(session, event).evidence[0].body == "Tein listan loppuun."


def test_deleted_work_stays_as_it_was_attached(session: Session, cast: Cast) -> None:
    claim = claim_of(session, cast.aino)
    entry = make_entry(session, cast.aino)
    operations.save_claim(session, claim, operations.ClaimDraft(entry_id=entry.id), by=cast.aino, now=NOW)
    session.commit()
    session.delete(session.get_one(DiaryEntry, entry.id))
    session.commit()
    session.expire_all()
    operations.request_approval(session, claim, by=cast.aino, draft=operations.ClaimDraft(rating=3), now=NOW)
    session.commit()

    assert content_of(session, events_of(session, claim)[0]).evidence[0].body == "Tein listan."


def test_the_copy_of_a_deleted_entry_can_be_read_before_it_is_sent(
    aino: Client, session: Session, cast: Cast
) -> None:
    claim, entry = claim_of(session, cast.aino), make_entry(session, cast.aino)
    aino.get(f"/claims/{claim.id}")
    aino.post(f"/claims/{claim.id}", {"entry": entry.id, "action": "save"})
    assert "Tein listan." not in aino.get(f"/claims/{claim.id}").text
    session.rollback()
    session.delete(session.get_one(DiaryEntry, entry.id))
    session.commit()

    assert "Tein listan." in aino.get(f"/claims/{claim.id}").text


def test_work_is_attached_and_taken_off(aino: Client, session: Session, cast: Cast) -> None:
    claim = claim_of(session, cast.aino)
    entry = make_entry(session, cast.aino)
    page = aino.get(f"/claims/{claim.id}").text
    assert "Keskiviikko (23 Nov 2026), not shared" in page
    assert page.index("your instructor gets a copy") < page.index('name="entry"')

    aino.post(f"/claims/{claim.id}", {"entry": entry.id, "action": "save"})
    page = aino.get(f"/claims/{claim.id}").text
    assert "Diary: Keskiviikko" in page
    piece = page.split('name="remove" value="')[1].split('"')[0]
    aino.post(f"/claims/{claim.id}", {"remove": piece, "text": "Teksti säilyy."})

    page = aino.get(f"/claims/{claim.id}").text
    assert "Diary: Keskiviikko" not in page
    assert "Teksti säilyy." in page


def test_anothers_work_cannot_be_attached(aino: Client, session: Session, cast: Cast) -> None:
    claim = claim_of(session, cast.aino)
    entry = make_entry(session, cast.cia)
    work = make_answer(session, cast.other_run, cast.cia)

    for fields in ({"entry": entry.id}, {"answer": work.id}, {"entry": "x"}, {"entry": "9" * 30}):
        assert aino.post(f"/claims/{claim.id}", {**fields, "action": "save"}).status_code == 404
    assert "Keskiviikko" not in aino.get(f"/claims/{claim.id}").text


def test_a_waiting_claim_is_changed_only_after_taking_it_back(
    aino: Client, session: Session, cast: Cast
) -> None:
    request_approval(session, cast)
    claim = claim_of(session, cast.aino)

    refused = aino.post(f"/claims/{claim.id}", {"text": "Lisäsin vielä tämän.", "action": "save"})
    again = aino.post(f"/claims/{claim.id}", {"action": "request"})
    back = aino.post(f"/claims/{claim.id}", {"action": "withdraw"})
    saved = aino.post(f"/claims/{claim.id}", {"text": "Lisäsin vielä tämän.", "action": "save"})

    assert (refused.status_code, again.status_code) == (409, 409)
    assert "Take the request back first" in refused.text
    assert "Lisäsin vielä tämän." in refused.text
    assert (back.status_code, saved.status_code) == (302, 302)
    assert claim_of(session, cast.aino).text == "Lisäsin vielä tämän."


def test_the_button_asks_again_only_after_a_request(aino: Client, session: Session, cast: Cast) -> None:
    claim = claim_of(session, cast.aino)
    first = aino.get(f"/claims/{claim.id}").text
    request_approval(session, cast)
    aino.post(f"/claims/{claim.id}", {"action": "withdraw"})

    assert ">Ask for approval</button>" in first
    assert ">Ask for approval again</button>" in aino.get(f"/claims/{claim.id}").text


def test_an_approved_claim_does_not_change(aino: Client, session: Session, cast: Cast) -> None:
    request_approval(session, cast)
    claim = claim_of(session, cast.aino)
    operations.approve(session, claim, by=cast.bertil, now=NOW)
    session.commit()

    for action in ("save", "request", "withdraw"):
        assert aino.post(f"/claims/{claim.id}", {"text": "Toinen.", "action": action}).status_code == 409
    assert claim_of(session, cast.aino).text == "Luin sopimuksen ja kysyin."
    assert "Bertil approved this" in aino.get(f"/claims/{claim.id}").text


def test_a_stale_page_keeps_the_text_in_view(aino: Client, session: Session, cast: Cast) -> None:
    claim = claim_of(session, cast.aino)
    aino.post(f"/claims/{claim.id}", {"text": "Ensimmäinen.", "version": claim.version})

    stale = aino.post(f"/claims/{claim.id}", {"text": "Toisesta ikkunasta.", "version": claim.version})

    assert stale.status_code == 409
    assert "Toisesta ikkunasta." in stale.text
    assert "This was open in another window too" in stale.text
    assert "Your own text is below." in stale.text
    assert claim_of(session, cast.aino).text == "Ensimmäinen."


def test_autosave_answers_with_the_time_and_attaches_nothing(
    aino: Client, session: Session, cast: Cast
) -> None:
    claim = claim_of(session, cast.aino)
    entry = make_entry(session, cast.aino)
    aino.get(f"/claims/{claim.id}")
    data = {
        "csrf_token": aino.token,
        "text": "Kirjoitan.",
        "entry": entry.id,
        "action": "save",
        "revision": 1,
    }

    answer = aino.browser.post(f"/claims/{claim.id}", data=data, headers={"X-Requested-With": "fetch"})

    assert json.loads(answer.text) == {"saved_at": NOW.isoformat(), "revision": 2}
    assert claim_of(session, cast.aino).text == "Kirjoitan."
    assert "Diary: Keskiviikko" not in aino.get(f"/claims/{claim.id}").text


def test_saving_the_same_again_is_not_a_change(aino: Client, session: Session, cast: Cast) -> None:
    claim = claim_of(session, cast.aino)
    for _time in range(2):
        aino.post(f"/claims/{claim.id}", {"rating": "2", "text": "Sama.", "action": "save"})

    assert claim_of(session, cast.aino).version == 2


def test_newlines_at_the_beginning_of_a_text_are_preserved(
    aino: Client, session: Session, cast: Cast
) -> None:
    claim = claim_of(session, cast.aino)
    aino.post(f"/claims/{claim.id}", {"text": "\r\n\r\nRivi.", "action": "save"})

    assert claim_of(session, cast.aino).text == "\n\nRivi."


def test_writing_is_shown_as_text(aino: Client, session: Session, cast: Cast) -> None:
    claim = claim_of(session, cast.aino)
    aino.post(f"/claims/{claim.id}", {"rating": "1", "text": "<b>x</b> {{ 7*7 }}", "action": "request"})

    page = aino.get(f"/claims/{claim.id}").text

    assert "&lt;b&gt;x&lt;/b&gt; {{ 7*7 }}" in page


def test_everybody_else_gets_404(client: Client, session: Session, cast: Cast) -> None:
    claim = claim_of(session, cast.aino)
    for person in cast.everybody[1:]:
        client.sign_in(person.username)
        assert client.get(f"/claims/{claim.id}").status_code == 404
        assert client.post(f"/claims/{claim.id}", {"text": "x", "action": "save"}).status_code == 404
        client.sign_out()
    assert claim_of(session, cast.aino).text == ""


def test_ids_that_cannot_be_are_not_there(aino: Client) -> None:
    for claim_id in ("0", "2147483647", "2147483648", "9" * 30, "x"):
        assert aino.get(f"/claims/{claim_id}").status_code == 404


def test_the_state_is_that_of_the_last_event(session: Session, cast: Cast) -> None:
    request_approval(session, cast)
    claim = claim_of(session, cast.aino)
    operations.return_claim(session, claim, by=cast.bertil, comment="Kerro lisää.", now=NOW)
    operations.undo(session, claim, by=cast.bertil, now=NOW)
    operations.withdraw(session, claim, by=cast.aino, now=NOW)
    operations.request_approval(session, claim, by=cast.aino, now=NOW)
    operations.approve(session, claim, by=cast.bertil, now=NOW)
    session.commit()

    for person in (cast.aino, cast.cia):
        for found in claims_of(session, person):
            assert found.state is state_by_events(events_of(session, found))
    assert [event.number for event in events_of(session, claim)] == [1, 2, 3, 4, 5, 6]


def test_a_request_takes_the_wording_of_the_day(session: Session, cast: Cast) -> None:
    for old in session.query(CriteriaSet):
        old.is_current = False
    newer = factories.make_criteria(session, CHECKLIST)
    newer.criteria[0].wording = {"fi": "Osaan asian uudesti", "sv": "Jag kan på nytt", "en": "I can anew"}
    session.commit()
    request_approval(session, cast)
    claim = claim_of(session, cast.aino)

    assert claim.criterion_id == newer.criteria[0].id
    assert content_of(session, events_of(session, claim)[0]).wording["number"] == 2


@pytest.mark.parametrize("count", [20, 200])
def test_the_pages_ask_as_much_for_many_as_for_few(client: Client, session: Session, count: int) -> None:
    factories.make_criteria(session, CHECKLIST, tuple(range(1000, 1000 + count)))
    version = factories.make_version(session, factories.outline_json(checklist=CHECKLIST))
    aino = factories.make_person(session, "aino")
    run = factories.make_run(session, version)
    session.add(Enrolment(run_id=run.id, person_id=aino.id, enrolled_at=NOW))
    operations.open_claims(session, [aino.id], checklist=CHECKLIST, now=NOW)
    for number in range(count // 10):
        make_entry(session, aino, title=f"Merkintä {number}")
    session.commit()
    claim = claim_of(session, aino)
    client.sign_in("aino")

    for path in ("/checklists", f"/checklists/{CHECKLIST}", f"/claims/{claim.id}"):
        with count_queries(client.app) as seen:
            assert client.get(path).status_code == 200
        assert len(seen) <= 8, seen


def by_itself(aino: Client, path: str, **fields: object) -> tuple[int, dict[str, object]]:
    """Send what a claim's page sends while one writes."""
    headers = {"X-Requested-With": "fetch", "Accept": "application/json"}
    answer = aino.browser.post(path, data={"csrf_token": aino.token, **fields}, headers=headers)
    return answer.status_code, answer.get_json()


def test_autosave_asks_for_nothing_and_takes_nothing_off(aino: Client, session: Session, cast: Cast) -> None:
    claim, entry = claim_of(session, cast.aino), make_entry(session, cast.aino)
    path = f"/claims/{claim.id}"
    aino.post(path, {"entry": entry.id, "action": "save"})
    piece = queries.evidence_of(session, claim.id)[0]

    saved = by_itself(aino, path, rating=3, text="Tein.", action="request", revision=2, remove=piece.id)

    assert saved[0] == 200
    assert claim_of(session, cast.aino).state is ClaimState.OPEN
    assert queries.evidence_of(session, claim.id)


def test_autosave_says_in_json_what_is_wrong(aino: Client, session: Session, cast: Cast) -> None:
    path = f"/claims/{claim_of(session, cast.aino).id}"
    aino.get(path)

    long = by_itself(aino, path, text="a" * 4_001, revision=1)
    stale = by_itself(aino, path, text="Tein.", revision=7)

    assert long[0] == 422
    assert long[1]["errors"] == {"text": "This is too long. At most 4,000 characters fit here."}
    assert stale == (
        409,
        {
            "title": "This was open in another window too",
            "error": "A newer text was saved in another window.",
        },
    )


def test_autosave_sent_again_after_a_lost_answer_is_the_same_save(
    aino: Client, session: Session, cast: Cast
) -> None:
    path = f"/claims/{claim_of(session, cast.aino).id}"
    aino.get(path)

    answers = [by_itself(aino, path, text="Tein.", revision=1) for _time in range(2)]

    assert answers[0] == answers[1]
    assert answers[0][1]["revision"] == 2


def test_an_entry_that_waits_to_be_brought_back_leaves_its_copy(
    aino: Client, session: Session, cast: Cast
) -> None:
    claim, entry = claim_of(session, cast.aino), make_entry(session, cast.aino)
    path = f"/claims/{claim.id}"
    aino.post(path, {"entry": entry.id, "action": "save"})
    assert f'href="/diary/{entry.id}"' in aino.get(path).text

    aino.post(f"/diary/{entry.id}/delete")
    gone = aino.get(path).text
    aino.post(f"/diary/{entry.id}/undelete")

    assert f'href="/diary/{entry.id}"' not in gone and "Tein listan." in gone
    assert f'<option value="{entry.id}">' not in gone
    assert f'href="/diary/{entry.id}"' in aino.get(path).text
