from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.audit import AuditLine
from lms.checklists import operations
from lms.checklists.models import Claim
from lms.checklists.states import ClaimState
from lms.review import queries
from lms.runs.models import Enrolment
from lms.tasks.models import Reviewer
from lms.tasks.states import AnswerState
from tests import factories
from tests.checklists.cast import CHECKLIST, Cast, claim_of, claims_of, events_of, make_answer, make_entry
from tests.client import Client
from tests.conftest import NOW
from tests.queries import count_queries


def ask(
    session: Session, cast: Cast, number: int = 0, *, minutes_ago: int = 0, text: str = "Luin sopimuksen."
) -> Claim:
    """Let Aino ask for approval of one of her claims."""
    claim = claims_of(session, cast.aino)[number]
    at = NOW - timedelta(minutes=minutes_ago)
    draft = operations.ClaimDraft(rating=3, text=text)
    operations.request_approval(session, claim, by=cast.aino, draft=draft, now=at)
    session.commit()
    return claim


@pytest.fixture
def bertil(client: Client, cast: Cast) -> Client:
    return client.sign_in("bertil")


def test_each_answer_is_queued_under_its_own_title(session: Session, cast: Cast) -> None:
    titles = ("Ensimmäinen", "Toinen")
    for number, title in enumerate(titles):
        answer = make_answer(session, cast.run, cast.aino, sent_at=NOW - timedelta(minutes=10 - number))
        answer.title, answer.task = title, title.lower()
    session.commit()

    queue = queries.queue(session, cast.bertil.id, None, limit=10, offset=0)

    assert [item.title for item in queue] == list(titles)


def test_the_queue_holds_claims_and_answers_oldest_first(
    bertil: Client, session: Session, cast: Cast
) -> None:
    newer = ask(session, cast, 0, minutes_ago=5)
    older = ask(session, cast, 1, minutes_ago=60 * 24)
    answer = make_answer(session, cast.run, cast.aino, sent_at=NOW - timedelta(hours=2))

    page = bertil.get("/review").text

    places = [
        page.index(f'href="/review/{path}"')
        for path in (f"claims/{older.id}", f"answers/{answer.id}", f"claims/{newer.id}")
    ]
    assert sorted(places[1:]) == places[1:]
    assert "Aino: I can do thing 1073" in page
    assert "sent yesterday" in page
    assert "Keskiviikon etäryhmä" in page
    assert queries.waiting_count(session, cast.bertil.id) == 3


def test_what_was_not_sent_does_not_wait(bertil: Client, session: Session, cast: Cast) -> None:
    draft = make_answer(session, cast.run, cast.aino, state=AnswerState.DRAFT, sent_at=None)
    claim = claim_of(session, cast.aino)

    assert "Nothing is waiting for you" in bertil.get("/review").text
    assert bertil.get(f"/review/answers/{draft.id}").status_code == 404
    assert bertil.get(f"/review/claims/{claim.id}").status_code == 200


def test_a_draft_is_nobody_elses_to_read(bertil: Client, session: Session, cast: Cast) -> None:
    claim = ask(session, cast, text="Pyydetty teksti.")
    operations.withdraw(session, claim, by=cast.aino, now=NOW)
    draft = operations.ClaimDraft(text="Salainen luonnos.")
    operations.save_claim(session, claim, draft, by=cast.aino, now=NOW)
    session.commit()
    assert "Salainen luonnos." not in bertil.get(f"/review/claims/{claim.id}").text

    operations.request_approval(session, claim, by=cast.aino, now=NOW)
    operations.return_claim(session, claim, by=cast.bertil, comment="Kerro.", now=NOW)
    operations.save_claim(session, claim, operations.ClaimDraft(text="Uusi luonnos."), by=cast.aino, now=NOW)
    session.commit()
    page = bertil.get(f"/review/claims/{claim.id}").text
    assert "Uusi luonnos." not in page
    assert "Salainen luonnos." in page


def test_an_answer_for_oneself_is_nobody_elses_to_read(bertil: Client, session: Session, cast: Cast) -> None:
    own = make_answer(session, cast.run, cast.aino, reviewer=Reviewer.SELF)

    assert bertil.get(f"/review/answers/{own.id}").status_code == 404


def test_a_claim_is_shown_with_its_evidence(bertil: Client, session: Session, cast: Cast) -> None:
    claim = claims_of(session, cast.aino)[0]
    entry = make_entry(session, cast.aino, body="Kirjoitin listan <i>itse</i>.")
    draft = operations.ClaimDraft(rating=3, text="Näin tein.", entry_id=entry.id)
    operations.request_approval(session, claim, by=cast.aino, draft=draft, now=NOW)
    session.commit()

    page = bertil.get(f"/review/claims/{claim.id}").text

    assert "1 / 1, oldest first" in page
    assert "I can do it fairly well by myself" in page
    assert "Näin tein." in page
    assert "Kirjoitin listan &lt;i&gt;itse&lt;/i&gt;." in page
    assert 'name="version" type="hidden" value="2"' in page


def test_after_an_answer_the_next_one_opens(bertil: Client, session: Session, cast: Cast) -> None:
    first, second = ask(session, cast, 0, minutes_ago=9), ask(session, cast, 1, minutes_ago=5)
    answer = make_answer(session, cast.run, cast.aino)

    one = bertil.post(f"/review/claims/{first.id}", {"decision": "approve", "version": first.version})
    two = bertil.post(f"/review/claims/{second.id}", {"decision": "return", "comment": "Kerro, missä."})
    three = bertil.post(f"/review/answers/{answer.id}", {"decision": "pass"})

    assert one.location == f"/review/claims/{second.id}"
    assert two.location == f"/review/answers/{answer.id}"
    assert three.location == "/review"
    page = bertil.get("/review").text
    assert "You approved this" in page
    assert claim_of(session, cast.aino).state is ClaimState.APPROVED


def test_the_chosen_group_is_retained_on_the_way(bertil: Client, session: Session, cast: Cast) -> None:
    first, second = ask(session, cast, 0, minutes_ago=9), ask(session, cast, 1)
    assert (
        f'href="/review/claims/{first.id}?run={cast.run.id}"' in bertil.get(f"/review?run={cast.run.id}").text
    )

    answer = bertil.post(f"/review/claims/{first.id}?run={cast.run.id}", {"decision": "approve"})

    assert answer.location == f"/review/claims/{second.id}?run={cast.run.id}"
    assert "Nothing is waiting" in bertil.get(f"/review?run={cast.other_run.id}").text
    for bad in ("x", "9" * 30):
        assert bertil.get(f"/review?run={bad}").status_code == 404


@pytest.mark.parametrize("comment", ["", "   \n"])
def test_not_yet_needs_a_next_step(bertil: Client, session: Session, cast: Cast, comment: str) -> None:
    claim = ask(session, cast)
    answer = make_answer(session, cast.run, cast.aino)

    for path in (f"/review/claims/{claim.id}", f"/review/answers/{answer.id}"):
        refused = bertil.post(path, {"decision": "return", "comment": comment})
        assert refused.status_code == 422
        assert "Write one next step" in refused.text
    assert claim_of(session, cast.aino).state is ClaimState.WAITING


def test_too_long_a_word_is_preserved(bertil: Client, session: Session, cast: Cast) -> None:
    claim = ask(session, cast)
    refused = bertil.post(f"/review/claims/{claim.id}", {"decision": "approve", "comment": "pitkä " * 1_000})

    assert refused.status_code == 422
    assert "pitkä pitkä" in refused.text


@pytest.mark.parametrize("decision", ["", "pass", "x"])
def test_a_decision_that_is_none_is_refused(
    bertil: Client, session: Session, cast: Cast, decision: str
) -> None:
    claim = ask(session, cast)
    assert bertil.post(f"/review/claims/{claim.id}", {"decision": decision}).status_code == 422


def test_who_comes_second_hears_who_was_first_and_keeps_the_word(
    bertil: Client, session: Session, cast: Cast
) -> None:
    claim = ask(session, cast)
    operations.approve(session, claim, by=cast.elsa, now=NOW)
    session.commit()

    late = bertil.post(f"/review/claims/{claim.id}", {"decision": "return", "comment": "Kerro vielä."})

    assert late.status_code == 409
    assert "Elsa was first and approved this" in late.text
    assert "Kerro vielä." in late.text


@pytest.mark.parametrize("kind", ["claims", "answers"])
def test_who_answers_again_from_a_second_window_hears_that_it_is_answered(
    bertil: Client, session: Session, cast: Cast, kind: str
) -> None:
    waiting = ask(session, cast) if kind == "claims" else make_answer(session, cast.run, cast.aino)
    yes = "approve" if kind == "claims" else "pass"
    assert bertil.post(f"/review/{kind}/{waiting.id}", {"decision": yes}).status_code == 302

    late = bertil.post(f"/review/{kind}/{waiting.id}", {"decision": "return", "comment": "Kerro vielä."})

    assert late.status_code == 409
    assert "You have already answered this." in late.text
    assert "was first" not in late.text and "Kerro vielä." in late.text


def test_a_changed_text_is_read_before_it_is_answered(bertil: Client, session: Session, cast: Cast) -> None:
    claim = ask(session, cast)
    seen = claim.version
    operations.withdraw(session, claim, by=cast.aino, now=NOW)
    operations.request_approval(session, claim, by=cast.aino, now=NOW)
    session.commit()

    stale = bertil.post(f"/review/claims/{claim.id}", {"decision": "approve", "version": seen})

    assert stale.status_code == 409
    assert claim_of(session, cast.aino).state is ClaimState.WAITING


def test_an_answer_is_taken_back(bertil: Client, session: Session, cast: Cast) -> None:
    claim = ask(session, cast, minutes_ago=30)
    bertil.post(f"/review/claims/{claim.id}", {"decision": "approve"})
    assert "Take back" in bertil.get("/review").text

    undone = bertil.post(f"/review/claims/{claim.id}", {"decision": "undo"})

    assert undone.location == f"/review/claims/{claim.id}"
    assert claim_of(session, cast.aino).state is ClaimState.WAITING
    assert bertil.post(f"/review/claims/{claim.id}", {"decision": "undo"}).status_code == 409


def test_several_are_answered_at_once(bertil: Client, session: Session, cast: Cast) -> None:
    claims = [ask(session, cast, 0), ask(session, cast, 1)]
    fields = {"claims": [claim.id for claim in claims], "decision": "approve", "comment": "Hyvin tehty."}

    answer = bertil.post("/review", fields)

    assert answer.status_code == 302
    assert "You approved 2 items." in bertil.get("/review").text
    session.rollback()
    assert {claim.state for claim in claims_of(session, cast.aino)} == {ClaimState.APPROVED}
    assert all(events_of(session, claim)[-1].comment == "Hyvin tehty." for claim in claims)


def test_what_had_changed_meanwhile_is_reported_by_name(bertil: Client, session: Session, cast: Cast) -> None:
    claims = [ask(session, cast, 0), ask(session, cast, 1)]
    operations.return_claim(session, claims[0], by=cast.elsa, comment="Kerro.", now=NOW)
    session.commit()
    fields = {"claims": [claim.id for claim in claims], "decision": "approve"}

    answer = bertil.post("/review", fields)

    assert answer.status_code == 302
    page = bertil.get("/review").text
    assert "You approved 1 item." in page
    assert "Aino: I can do thing 1073 Elsa was first and answered: not yet." in page
    late = bertil.post("/review", {**fields, "comment": "Sanani."})
    assert late.status_code == 409
    assert "Sanani." in late.text


def test_a_text_changed_meanwhile_is_left_out(bertil: Client, session: Session, cast: Cast) -> None:
    claim = ask(session, cast)
    fields = {"claims": claim.id, f"version-{claim.id}": claim.version - 1, "decision": "approve"}

    assert bertil.post("/review", fields).status_code == 409
    assert claim_of(session, cast.aino).state is ClaimState.WAITING


@pytest.mark.parametrize(
    "fields",
    [{"decision": "approve"}, {"decision": "return"}, {"decision": "x"}],
)
def test_several_need_ticks_and_a_decision(
    bertil: Client, session: Session, cast: Cast, fields: dict[str, str]
) -> None:
    claim = ask(session, cast)
    ticks = {} if fields["decision"] == "approve" else {"claims": claim.id}

    answer = bertil.post("/review", {**fields, **ticks})

    assert answer.status_code == 422
    assert ("checked" in answer.text) == bool(ticks)
    assert claim_of(session, cast.aino).state is ClaimState.WAITING


def test_strangers_do_not_know_of_anything(client: Client, session: Session, cast: Cast) -> None:
    claim, answer = ask(session, cast), make_answer(session, cast.run, cast.aino)
    for person in (cast.aino, cast.cia, cast.didrik, cast.elsa):
        client.sign_in(person.username)
        for path in (f"/review/claims/{claim.id}", f"/review/answers/{answer.id}"):
            assert client.get(path).status_code == 404
            assert client.post(path, {"decision": "return", "comment": "x"}).status_code == 404
        assert client.post("/review", {"claims": claim.id, "decision": "approve"}).status_code == 404
        client.sign_out()
    client.sign_in("elsa")
    assert "Nothing is waiting" in client.get("/review").text
    assert claim_of(session, cast.aino).state is ClaimState.WAITING


def test_one_foreign_claim_among_several_refuses_all(client: Client, session: Session, cast: Cast) -> None:
    own, foreign = ask(session, cast), claims_of(session, cast.cia)[0]
    client.sign_in("bertil")

    answer = client.post("/review", {"claims": [own.id, foreign.id], "decision": "approve"})

    assert answer.status_code == 404
    assert claim_of(session, cast.aino).state is ClaimState.WAITING


@pytest.mark.parametrize("kind", ["claim", "answer"])
def test_reading_is_recorded_once_a_day(bertil: Client, session: Session, cast: Cast, kind: str) -> None:
    made: dict[str, Callable[[], int]] = {
        "claim": lambda: ask(session, cast).id,
        "answer": lambda: make_answer(session, cast.run, cast.aino).id,
    }
    object_id = made[kind]()
    for _time in range(2):
        assert bertil.get(f"/review/{kind}s/{object_id}").status_code == 200

    session.rollback()
    lines = session.scalars(select(AuditLine).where(AuditLine.action == f"{kind}.read")).all()
    assert [(line.actor_id, line.about_id) for line in lines] == [(cast.bertil.id, cast.aino.id)]


def test_the_task_is_beside_its_answer(bertil: Client, session: Session, cast: Cast) -> None:
    answer = make_answer(session, cast.run, cast.aino, text="Hei <b>!")

    page = bertil.get(f"/review/answers/{answer.id}").text

    assert "<p>Kirjoita viesti.</p>" in page
    assert "Hei &lt;b&gt;!" in page
    returned = bertil.post(f"/review/answers/{answer.id}", {"decision": "return", "comment": "Lisää aika."})
    assert returned.status_code == 302
    assert bertil.post(f"/review/answers/{answer.id}", {"decision": "pass"}).status_code == 409


def test_an_answer_leads_to_its_task_in_the_lesson(bertil: Client, session: Session, cast: Cast) -> None:
    answer = make_answer(session, cast.run, cast.aino)

    page = bertil.get(f"/review/answers/{answer.id}").text

    address = f"/runs/{cast.run.id}/lessons/alku"
    assert f'<a href="{address}#task-viesti">Alku</a>' in page
    assert 'id="task-viesti"' in bertil.get(address).text


@pytest.mark.parametrize(
    ("task", "lesson", "end"),
    [
        ("viesti", "loppu", 'alku#task-viesti">'),
        ("poistettu", "loppu", 'loppu">'),
        ("poistettu", "ei-ole", ""),
    ],
)
def test_an_answer_whose_task_has_moved_leads_to_where_it_is_now(
    bertil: Client, session: Session, cast: Cast, task: str, lesson: str, end: str
) -> None:
    answer = make_answer(session, cast.run, cast.aino)
    answer.task, answer.lesson = task, lesson
    session.commit()

    page = bertil.get(f"/review/answers/{answer.id}").text

    assert ("/lessons/" in page) is bool(end)
    assert not end or f'href="/runs/{cast.run.id}/lessons/{end}' in page


@pytest.mark.parametrize("count", [20, 200])
def test_the_queue_asks_as_much_for_many_as_for_few(
    client: Client, session: Session, cast: Cast, count: int
) -> None:
    people = [factories.make_person(session, f"osallistuja{number}") for number in range(count)]
    session.add_all(Enrolment(run_id=cast.run.id, person_id=one.id, enrolled_at=NOW) for one in people)
    operations.open_claims(session, [one.id for one in people], checklist=CHECKLIST, now=NOW)
    session.execute(update(Claim).values(state=ClaimState.WAITING, rating=3, text="Näin."))
    session.commit()
    answer = make_answer(session, cast.run, people[0])
    claim = ask_again(session, cast)
    client.sign_in("bertil")

    for path in ("/review", f"/review/claims/{claim.id}", f"/review/answers/{answer.id}"):
        with count_queries(client.app) as seen:
            assert client.get(path).status_code == 200
        assert len(seen) <= 12, seen
    assert ("Page 1 of" in client.get("/review").text) == (count == 200)
    assert client.get("/review?page=3").status_code == 200
    with count_queries(client.app) as seen, client.app.app_context():
        queries.waiting_count(session, cast.bertil.id)
    assert len(seen) == 1


def ask_again(session: Session, cast: Cast) -> Claim:
    claim = claims_of(session, cast.aino)[0]
    claim.state = ClaimState.OPEN
    session.flush()
    operations.request_approval(session, claim, by=cast.aino, now=NOW)
    operations.withdraw(session, claim, by=cast.aino, now=NOW)
    operations.request_approval(session, claim, by=cast.aino, now=NOW)
    session.commit()
    return claim
