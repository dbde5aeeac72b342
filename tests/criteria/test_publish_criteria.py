"""Publishing criteria: a new version beside the old, and what stays of the official wording."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit import AuditLine
from lms.coursefiles.read.criteria import CriteriaFile, CriteriaGroup, ParsedCriterion
from lms.criteria.models import CriteriaSet
from lms.criteria.operations import publish_criteria
from tests.conftest import NOW


def in_languages(text: str) -> dict[str, str]:
    return {"fi": f"Osaan {text}", "sv": f"Jag kan {text}", "en": f"I can {text}"}


def group(*codes: int, text: str = "asian") -> CriteriaGroup:
    criteria = tuple(
        ParsedCriterion(f"osaamistavoitteet_{code}", in_languages(f"{text} {code}")) for code in codes
    )
    return CriteriaGroup({"fi": "Työ", "sv": "Arbete", "en": "Work"}, criteria)


FILE = CriteriaFile(
    name="lista",
    title={"fi": "Lista", "sv": "Lista", "en": "List"},
    unit="tutkinnonosat_106729",
    unit_title={"fi": "Yhteiskunta", "sv": "Samhälle", "en": "Society"},
    part_unit="ammatillisenoppiaineet_yttt",
    part_unit_title={"fi": "Työelämä", "sv": "Arbetsliv", "en": "Working life"},
    compulsory=True,
    scope=2,
    qualification=8505691,
    year=2022,
    groups=(group(1073, 1074), group(1075)),
)


def sets(session: Session) -> list[tuple[int, bool]]:
    rows = session.execute(select(CriteriaSet.number, CriteriaSet.is_current).order_by(CriteriaSet.number))
    return [(row.number, row.is_current) for row in rows]


def test_a_first_version_holds_each_criterion_in_order(session: Session) -> None:
    published = publish_criteria(session, FILE, NOW)

    assert (published.is_new, published.criteria_set.number) == (True, 1)
    found = [(criterion.position, criterion.code) for criterion in published.criteria_set.criteria]
    assert found == [(number, f"osaamistavoitteet_{1072 + number}") for number in (1, 2, 3)]
    assert session.scalars(select(AuditLine.action)).all() == ["criteria.published"]


def test_the_same_content_publishes_nothing(session: Session) -> None:
    publish_criteria(session, FILE, NOW)
    session.expire_all()

    again = publish_criteria(session, FILE, NOW)

    assert (again.is_new, again.is_changed) == (False, False)
    assert sets(session) == [(1, True)]


def test_a_changed_file_is_a_new_version_beside_the_old(session: Session) -> None:
    publish_criteria(session, FILE, NOW)
    changed = replace(FILE, groups=(group(1073), group(1075, text="uuden asian"), group(1076)))

    published = publish_criteria(session, changed, NOW)

    assert sets(session) == [(1, False), (2, True)]
    assert published.added == ("osaamistavoitteet_1076",)
    assert published.removed == ("osaamistavoitteet_1074",)
    assert published.reworded == ("osaamistavoitteet_1075",)
    old = session.scalars(select(CriteriaSet).where(CriteriaSet.number == 1)).one()
    assert [criterion.wording["fi"] for criterion in old.criteria][2] == "Osaan asian 1075"


def test_going_back_makes_the_older_version_current_again(session: Session) -> None:
    publish_criteria(session, FILE, NOW)
    publish_criteria(session, replace(FILE, scope=3), NOW)

    back = publish_criteria(session, FILE, NOW)

    assert (back.is_new, back.is_changed) == (False, True)
    assert sets(session) == [(1, True), (2, False)]
    assert publish_criteria(session, replace(FILE, scope=4), NOW).criteria_set.number == 3


def test_the_official_wording_of_codes_that_stay_is_carried_over(session: Session) -> None:
    first = publish_criteria(session, FILE, NOW).criteria_set
    official = {"fi": "Opiskelija osaa asian.", "sv": "Den studerande kan."}
    first.criteria[0].official = official
    session.flush()

    second = publish_criteria(session, replace(FILE, groups=(group(1076), group(1073))), NOW).criteria_set

    assert {criterion.code: criterion.official for criterion in second.criteria} == {
        "osaamistavoitteet_1076": None,
        "osaamistavoitteet_1073": official,
    }


def test_a_code_of_another_part_unit_brings_no_official_wording(session: Session) -> None:
    first = publish_criteria(session, FILE, NOW).criteria_set
    first.criteria[0].official = {"fi": "Opiskelija osaa asian."}
    session.flush()

    other = replace(FILE, part_unit="ammatillisenoppiaineet_muu")

    assert publish_criteria(session, other, NOW).criteria_set.criteria[0].official is None


def test_sets_have_versions_of_their_own(session: Session) -> None:
    publish_criteria(session, FILE, NOW)
    publish_criteria(session, replace(FILE, name="toinen"), NOW)

    assert sets(session) == [(1, True), (1, True)]
