"""Certificates are issued once, with numbers that have no gaps, and are never changed afterwards."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import clock, db
from lms.accounts.models import Person
from lms.audit import AuditLine
from lms.certificates import operations, queries
from lms.certificates.content import CertificateContent, Language
from lms.certificates.drafts import CertificateDraft
from lms.certificates.models import Certificate, CertificateCounter
from lms.certificates.operations import Issued, NumberTaken
from lms.certificates.wording import basis_of
from lms.errors import Invalid, NotAllowed
from lms.runs.models import Run
from tests.certificates.scene import BASE_URL, Scene, drafts_of, issue_all, make_scene
from tests.certificates.test_pdf import text_of
from tests.conftest import NOW

THREADS = 20


def issue(app: Flask, draft: CertificateDraft, *, by: int, at: datetime = NOW) -> Issued:
    with app.app_context():
        return operations.issue(draft, by=by, base_url=BASE_URL, now=at)


def at_once(app: Flask, made: list[CertificateDraft], *, by: int) -> list[Issued]:
    """Issue all of the drafts at the same moment, each in a thread of its own."""
    barrier = Barrier(len(made))

    def one(draft: CertificateDraft) -> Issued:
        barrier.wait()
        return issue(app, draft, by=by)

    with ThreadPoolExecutor(len(made)) as pool:
        return list(pool.map(one, made))


def content_of(app: Flask, number: str) -> CertificateContent:
    with app.app_context(), db.reading() as session:
        found = queries.certificate_by_number(session, number)
        assert found
        return found.content


def a_ready_scene(session: Session, people: int = 1) -> Scene:
    scene = make_scene(session)
    for number in range(people):
        scene.add_ready(f"henkilo{number}", name=f"Henkilö {number:02}")
    session.commit()
    return scene


def test_numbers_follow_each_other(empty: Flask, session: Session) -> None:
    scene = a_ready_scene(session, 3)

    assert issue_all(empty, scene) == ["2026-00001", "2026-00002", "2026-00003"]


def test_twenty_at_once_get_twenty_numbers_without_gap_or_double(empty: Flask, session: Session) -> None:
    scene = a_ready_scene(session, THREADS)

    issued = at_once(empty, drafts_of(empty, scene), by=scene.staff.id)

    assert sorted(item.number for item in issued) == [f"2026-{serial:05}" for serial in range(1, THREADS + 1)]
    assert session.scalar(select(CertificateCounter.last)) == THREADS
    codes = set(session.scalars(select(Certificate.code)))
    assert len(codes) == THREADS


def test_the_same_person_twenty_times_at_once_gets_one(empty: Flask, session: Session) -> None:
    scene = a_ready_scene(session)
    [draft] = drafts_of(empty, scene)

    issued = at_once(empty, [draft] * THREADS, by=scene.staff.id)

    assert {item.number for item in issued} == {"2026-00001"}
    assert sum(item.is_new for item in issued) == 1
    assert session.scalar(select(CertificateCounter.last)) == 1
    assert len(list(session.scalars(select(Certificate.id)))) == 1


def test_a_number_that_another_process_took_is_not_taken_again(empty: Flask, session: Session) -> None:
    scene = a_ready_scene(session)
    issue_all(empty, scene)

    with empty.app_context(), pytest.raises(NumberTaken), db.transaction() as own:
        operations.take_number(own, 2026, 1)

    assert session.scalar(select(CertificateCounter.last)) == 1


@dataclass(frozen=True)
class OvertakenDraft(CertificateDraft):
    """A draft whose certificate another process issues while this one is being typeset."""

    issuer_id: int

    def numbered(self, number: str, code: str, *, issued_on: date, base_url: str) -> CertificateContent:
        quicker = CertificateDraft(self.person_id, self.run_id, self.template, self.content)
        operations._issue_next(quicker, by=self.issuer_id, base_url=base_url, now=NOW)
        return super().numbered(number, code, issued_on=issued_on, base_url=base_url)


def test_a_certificate_made_meanwhile_is_the_one(empty: Flask, session: Session) -> None:
    scene = a_ready_scene(session)
    [draft] = drafts_of(empty, scene)
    overtaken = OvertakenDraft(draft.person_id, draft.run_id, draft.template, draft.content, scene.staff.id)

    found = issue(empty, overtaken, by=scene.staff.id)

    assert found == Issued("2026-00001", is_new=False)
    assert session.scalar(select(CertificateCounter.last)) == 1


def test_years_are_counted_in_helsinki(empty: Flask, session: Session) -> None:
    scene = a_ready_scene(session, 2)
    first, second = drafts_of(empty, scene)

    with clock.fixed(datetime(2026, 12, 31, 21, 59, tzinfo=UTC)):
        old = issue(empty, first, by=scene.staff.id, at=clock.now())
    with clock.fixed(datetime(2026, 12, 31, 22, 1, tzinfo=UTC)):
        new = issue(empty, second, by=scene.staff.id, at=clock.now())

    assert (old.number, new.number) == ("2026-00001", "2027-00001")
    assert content_of(empty, new.number).issued_on.isoformat() == "2027-01-01"


def test_the_paper_says_what_was_approved_in_the_words_of_then(empty: Flask, session: Session) -> None:
    scene = make_scene(session)
    aino = scene.add("aino", "Aino Ähtäri-Öberg")
    scene.approve(aino, (1074,))
    scene.approve(
        aino, (1073,), {"fi": "Osaan vanhan asian.", "sv": "Jag kan gammalt.", "en": "I can do the old."}
    )
    session.commit()

    [number] = issue_all(empty, scene)

    content = content_of(empty, number)
    assert content.can_do == ("vanhan asian", "asian 1074")
    assert content.approvals == "Ohjaaja Liisa Laine on hyväksynyt 2/2 kohtaa"
    assert (content.signer_name, content.signer_title) == ("Saara Salmi", "todistuksen antaja")
    assert content.part_unit
    assert content.part_unit.scope_osp == 2


@pytest.mark.parametrize(
    ("asked", "followed", "scope"),
    [
        (["lessons"], ["osaamistavoitteet_1073"], None),
        (["lessons"], ["osaamistavoitteet_1073", "osaamistavoitteet_1074"], 2),
        (["lessons"], ["ammatillisenoppiaineet_yttt"], 2),
        (["lessons", "checklist"], [], 2),
    ],
)
def test_a_course_on_a_part_of_the_part_unit_names_no_points(
    empty: Flask, session: Session, asked: list[str], followed: list[str], scope: int | None
) -> None:
    scene = make_scene(session, requires=asked, criteria=followed)
    scene.add_ready("aino")
    session.commit()

    [number] = issue_all(empty, scene)

    unit = content_of(empty, number).part_unit
    assert unit
    assert unit.scope_osp == scope
    assert ("osaan osa-alueesta" in basis_of(unit, Language.FINNISH)) == (scope is None)
    assert ("2 osaamispistettä" in basis_of(unit, Language.FINNISH)) == (scope == 2)


@pytest.mark.parametrize(
    ("language", "phrase", "approvals"),
    [
        ("sv", "sak 1073", "Handledare Liisa Laine har godkänt 2/2 punkter"),
        ("en", "do thing 1073", "Instructor Liisa Laine has approved 2/2 items"),
    ],
)
def test_the_paper_speaks_its_holders_language(
    empty: Flask, session: Session, language: str, phrase: str, approvals: str
) -> None:
    scene = make_scene(session)
    scene.add_ready("aino", language=language)
    session.commit()

    content = content_of(empty, issue_all(empty, scene)[0])

    assert content.language == language
    assert content.can_do[0] == phrase
    assert content.approvals == approvals
    assert content.course_language == "fi"  # the course has no translation


def test_without_approvals_the_paper_lists_the_lessons(empty: Flask, session: Session) -> None:
    scene = make_scene(session, requires=["lessons"], checklist=None)
    scene.add_ready("aino")
    session.commit()

    content = content_of(empty, issue_all(empty, scene)[0])

    assert content.lessons == ("Alku", "Loppu")
    assert (content.can_do, content.part_unit, content.approvals) == ((), None, None)


def test_the_bytes_stay_when_the_name_changes(empty: Flask, session: Session) -> None:
    scene = a_ready_scene(session)
    [number] = issue_all(empty, scene)
    with empty.app_context(), db.reading() as own:
        before = queries.pdf_of(own, number)
    session.execute(update(Person).values(name="Aivan Toinen"))
    session.execute(update(Run).values(name="Toinen ryhmä"))
    session.commit()

    again = issue_all(empty, scene)

    with empty.app_context(), db.reading() as own:
        after = queries.pdf_of(own, number)
        row = own.scalars(select(Certificate)).one()
    assert again == [number]
    assert after == before
    assert row.pdf_sha256 == hashlib.sha256(before).hexdigest()
    assert row.content["holder_name"] == "Henkilö 00"
    assert "Henkilö 00" in text_of(after)
    assert number in text_of(after)


def test_issuing_is_written_down(empty: Flask, session: Session) -> None:
    scene = a_ready_scene(session)
    issue_all(empty, scene)
    issue_all(empty, scene)

    [line] = session.scalars(select(AuditLine).where(AuditLine.action == "certificate.issued"))
    assert (line.actor_id, line.object_id) == (scene.staff.id, "2026-00001")
    assert line.about_id is not None


def test_a_letter_missing_from_the_font_is_refused_and_takes_no_number(
    empty: Flask, session: Session
) -> None:
    scene = make_scene(session)
    scene.add_ready("aino", "Aino 漢")
    session.commit()
    [draft] = drafts_of(empty, scene)

    with empty.test_request_context(), pytest.raises(Invalid, match="漢"):
        operations.issue(draft, by=scene.staff.id, base_url=BASE_URL, now=NOW)

    assert session.scalar(select(CertificateCounter.last)) is None


def test_nobody_issues_to_themselves(empty: Flask, session: Session) -> None:
    scene = a_ready_scene(session)
    [draft] = drafts_of(empty, scene)

    with empty.test_request_context(), pytest.raises(NotAllowed):
        operations.issue(draft, by=draft.person_id, base_url=BASE_URL, now=NOW)
