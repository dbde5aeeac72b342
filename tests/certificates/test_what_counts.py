"""What counts towards a certificate and what only looks like it: other lists, old criteria, other papers."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import clock, db
from lms.accounts.models import Person
from lms.certificates import operations, overview
from lms.certificates.content import CertificateContent
from lms.certificates.models import Certificate, CertificateCounter
from lms.certificates.requirements import Missing
from lms.checklists.models import Claim, ClaimEvent
from lms.checklists.states import ClaimAction, ClaimState
from lms.criteria.models import CriteriaSet, Criterion
from tests import factories
from tests.certificates.scene import BASE_URL, Scene, drafts_of, issue_all, make_scene
from tests.certificates.test_issue import content_of
from tests.certificates.test_requirements import run_progress
from tests.conftest import NOW

OTHER = "toinen"
WRONG = {"fi": "Osaan väärän asian.", "sv": "Jag kan fel sak.", "en": "I can do the wrong thing."}


def facts_of_one(app: Flask, scene: Scene) -> CertificateContent:
    [number] = issue_all(app, scene)
    return content_of(app, number)


def counts_of(app: Flask) -> list[tuple[int, int]]:
    """Return how many are ready in each run, and how many hold its certificate, as the overview counts them."""
    with app.app_context(), db.reading() as session:
        counted = overview.counts_of(session, overview.certified_runs(session))
        return [(counts.ready, counts.issued) for counts in counted]


def approve_on_another_list(session: Session, person: Person, criterion: Criterion) -> None:
    """Let somebody else approve a criterion of the same code, in other words, on a list of its own."""
    claim = Claim(
        person_id=person.id,
        criterion_id=criterion.id,
        checklist=OTHER,
        code=criterion.code,
        state=ClaimState.APPROVED,
        text="",
        version=1,
        changed_at=NOW,
    )
    session.add(claim)
    session.flush()
    content = factories.make_content(session, claim, wording={"wording": WRONG})
    session.add(
        ClaimEvent(
            claim_id=claim.id,
            number=1,
            action=ClaimAction.APPROVE,
            at=NOW,
            by_name="Vieras Ohjaaja",
            comment="",
            content_id=content.id,
        )
    )
    session.flush()


def make_other_list(session: Session, *codes: int) -> CriteriaSet:
    made = factories.make_criteria(session, OTHER, codes)
    made.part_unit, made.scope, made.year = "ammatillisenoppiaineet_muu", 9, 1999
    session.flush()
    return made


def replace_criteria(session: Session, scene: Scene, *codes: int) -> None:
    scene.criteria.is_current = False
    session.flush()
    factories.make_criteria(session, codes=codes)


def move_claims(session: Session, person: Person, state: ClaimState) -> None:
    session.execute(update(Claim).where(Claim.person_id == person.id).values(state=state))


def test_approvals_on_another_list_are_not_on_the_paper(empty: Flask, session: Session) -> None:
    scene = make_scene(session)
    aino = scene.add_ready("aino")
    other = make_other_list(session, 1073)
    approve_on_another_list(session, aino, other.criteria[0])
    session.commit()

    facts = facts_of_one(empty, scene)

    assert facts.can_do == ("asian 1073", "asian 1074")
    assert facts.approvals == "Ohjaaja Liisa Laine on hyväksynyt 2/2 kohtaa"


def test_the_paper_names_the_courses_own_unit_and_not_that_of_another_list(
    empty: Flask, session: Session
) -> None:
    scene = make_scene(session)
    make_other_list(session, 900, 1074)
    scene.add_ready("aino")
    session.commit()

    facts = facts_of_one(empty, scene)

    assert facts.part_unit
    assert (facts.part_unit.code, facts.part_unit.scope_osp) == ("ammatillisenoppiaineet_yttt", 2)
    assert facts.part_unit.year == 2022
    assert facts.approvals == "Ohjaaja Liisa Laine on hyväksynyt 2/2 kohtaa"


def test_what_another_list_asks_for_is_not_missing(empty: Flask, session: Session) -> None:
    scene = make_scene(session)
    make_other_list(session, 2001, 2002)
    scene.add_ready("aino")
    session.commit()

    assert run_progress(empty, scene)["Aino"].is_ready
    assert counts_of(empty) == [(1, 0)]


def test_a_criterion_that_left_the_list_is_neither_missing_nor_on_the_paper(
    empty: Flask, session: Session
) -> None:
    scene = make_scene(session)
    scene.add_ready("aino")
    replace_criteria(session, scene, 1074)
    session.commit()

    assert run_progress(empty, scene)["Aino"].is_ready
    assert counts_of(empty) == [(1, 0)]
    facts = facts_of_one(empty, scene)
    assert facts.can_do == ("asian 1074",)
    assert facts.approvals == "Ohjaaja Liisa Laine on hyväksynyt 1/1 kohtaa"


def test_an_old_criterion_that_nobody_approved_is_not_asked_for(empty: Flask, session: Session) -> None:
    scene = make_scene(session)
    scene.add_ready("aino")
    replace_criteria(session, scene, 1073, 1074, 1075)
    session.flush()
    for replaced in session.scalars(select(CriteriaSet)):
        replaced.is_current = False
    session.flush()
    factories.make_criteria(session, codes=(1073, 1074))
    session.commit()

    assert run_progress(empty, scene)["Aino"].is_ready
    assert counts_of(empty) == [(1, 0)]


@pytest.mark.parametrize("state", [ClaimState.WAITING, ClaimState.RETURNED, ClaimState.OPEN])
def test_an_approval_that_was_taken_back_does_not_count(
    empty: Flask, session: Session, state: ClaimState
) -> None:
    scene = make_scene(session)
    move_claims(session, scene.add_ready("aino"), state)
    session.commit()

    assert run_progress(empty, scene)["Aino"].missing == Missing(criteria=2)
    assert counts_of(empty) == [(0, 0)]


def test_an_approval_that_was_taken_back_is_not_on_the_paper(empty: Flask, session: Session) -> None:
    scene = make_scene(session, requires=["lessons"])
    aino = scene.add_ready("aino")
    claim = session.scalars(select(Claim).where(Claim.person_id == aino.id).order_by(Claim.id)).first()
    assert claim
    claim.state = ClaimState.WAITING
    session.commit()

    facts = facts_of_one(empty, scene)

    assert facts.can_do == ("asian 1074",)
    assert facts.approvals == "Ohjaaja Liisa Laine on hyväksynyt 1/2 kohtaa"


def test_a_paper_of_another_kind_does_not_count_as_this_one(empty: Flask, session: Session) -> None:
    scene = make_scene(session)
    scene.add_ready("aino")
    session.commit()
    issue_all(empty, scene)
    session.execute(update(Certificate).values(template="attendance"))
    session.commit()

    assert run_progress(empty, scene)["Aino"].is_ready
    assert counts_of(empty) == [(1, 0)]
    assert issue_all(empty, scene) == ["2026-00002"]
    assert run_progress(empty, scene)["Aino"].number == "2026-00002"
    assert counts_of(empty) == [(0, 1)]


def test_a_certificate_of_another_run_or_person_does_not_count_as_this_one(
    empty: Flask, session: Session
) -> None:
    scene = make_scene(session)
    aino = scene.add_ready("aino")
    session.commit()
    issue_all(empty, scene)
    earlier = factories.make_run(session, factories.make_version(session, factories.outline_json("muu")))
    session.execute(update(Certificate).values(run_id=earlier.id))
    session.commit()

    assert run_progress(empty, scene)["Aino"].is_ready
    assert issue_all(empty, scene) == ["2026-00002"]
    scene.add_ready("cia")
    session.commit()
    assert issue_all(empty, scene) == ["2026-00002", "2026-00003"]
    held = select(Certificate.number).where(Certificate.person_id == aino.id).order_by(Certificate.number)
    assert list(session.scalars(held)) == ["2026-00001", "2026-00002"]


def test_each_year_counts_by_itself(empty: Flask, session: Session) -> None:
    scene = make_scene(session)
    for number in range(5):
        scene.add_ready(f"henkilo{number}")
    session.commit()
    old, new = datetime(2026, 12, 30, 12, tzinfo=UTC), datetime(2027, 1, 2, 12, tzinfo=UTC)

    numbers = []
    for draft, at in zip(drafts_of(empty, scene), (old, new, new, new, old), strict=True):
        with clock.fixed(at), empty.app_context():
            issued = operations.issue(draft, by=scene.staff.id, base_url=BASE_URL, now=at)
        numbers.append(issued.number)

    assert numbers == ["2026-00001", "2027-00001", "2027-00002", "2027-00003", "2026-00002"]
    counters = session.execute(select(CertificateCounter.year, CertificateCounter.last))
    assert {row.year: row.last for row in counters} == {2026: 2, 2027: 3}
