from sqlalchemy.orm import Session

from lms.checklists import operations
from lms.checklists.states import ClaimState
from lms.criteria.models import CriteriaSet
from lms.runs import operations as runs
from lms.runs.signals import version_taken
from tests import factories
from tests.checklists.cast import CHECKLIST, Cast, claims_of
from tests.conftest import NOW


def test_enrolment_opens_a_claim_for_each_criterion(session: Session, cast: Cast) -> None:
    claims = claims_of(session, cast.aino)

    assert [claim.code for claim in claims] == ["osaamistavoitteet_1073", "osaamistavoitteet_1074"]
    assert {claim.state for claim in claims} == {ClaimState.OPEN}


def test_opening_again_changes_nothing(session: Session, cast: Cast) -> None:
    before = [(claim.id, claim.version) for claim in claims_of(session, cast.aino)]

    operations.open_claims(session, [cast.aino.id], checklist=CHECKLIST, now=NOW)
    runs.enrol(session, cast.other_run, cast.aino.id, by=None, now=NOW)
    session.commit()

    assert [(claim.id, claim.version) for claim in claims_of(session, cast.aino)] == before


def test_a_newer_version_opens_the_new_criteria_for_everybody_in_the_run(
    session: Session, cast: Cast
) -> None:
    for old in session.query(CriteriaSet):
        old.is_current = False
    factories.make_criteria(session, CHECKLIST, (1073, 1074, 1075))
    version_taken.send(session=session, run=cast.run, now=NOW)
    session.commit()

    assert len(claims_of(session, cast.aino)) == 3
    assert len(claims_of(session, cast.cia)) == 2


def test_a_course_without_a_checklist_opens_nothing(session: Session, cast: Cast) -> None:
    plain = factories.make_run(session, factories.make_version(session, factories.outline_json("muu")))
    runs.enrol(session, plain, cast.didrik.id, by=None, now=NOW)
    session.commit()

    assert claims_of(session, cast.didrik) == []
