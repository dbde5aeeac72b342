"""`lms criteria import`: ePerusteet's wording beside ours, as a new version that no approval is moved to."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import db
from lms.access import Role
from lms.checklists import operations as claims
from lms.checklists.models import Claim
from lms.checklists.operations import ClaimDraft
from lms.checklists.queries import criterion_of
from lms.criteria.cli import commands
from lms.criteria.eperusteet import read_requirements
from lms.criteria.models import CriteriaSet
from lms.criteria.operations import import_official, publish_criteria
from tests import factories
from tests.client import Client
from tests.conftest import NOW
from tests.criteria.test_publish_criteria import FILE, sets


def goal(number: int, **texts: Any) -> dict[str, Any]:
    return {"koodi": {"uri": f"osaamistavoitteet_{number}", "versio": None}, "vaatimus": texts}


def part_unit(
    code: str, *goals: dict[str, Any], container: str = "pakollisetOsaamistavoitteet"
) -> dict[str, Any]:
    subject = {"fi": "Opiskelija", "sv": "Den studerande", "en": "The student"}
    tasks = {"kohde": subject, "vaatimukset": [], "kohdealueet": [{"vaatimukset": list(goals)}]}
    return {
        "koodiUri": f"ammatillisenoppiaineet_{code}",
        # false in the real data, too, whatever the container says
        container: {"pakollinen": False, "tavoitteet": tasks},
    }


def unit(*part_units: dict[str, Any]) -> dict[str, Any]:
    return {"id": 1, "koodiUri": "tutkinnonosat_106729", "osaAlueet": list(part_units)}


def requirements(*part_units: dict[str, Any], qualification: int = 8505691) -> dict[str, Any]:
    return {"id": qualification, "nimi": {"fi": "Tutkinto"}, "tutkinnonOsat": [unit(*part_units)]}


WORDED = part_unit(
    "yttt",
    goal(1073, _id="1", fi="toimii  työssä", sv="verkar på jobbet", en="works"),
    goal(1074, fi="<p>tuntee&nbsp;oikeutensa</p>\n"),
)


@pytest.fixture
def published(session: Session) -> CriteriaSet:
    found = publish_criteria(session, FILE, NOW).criteria_set
    session.commit()
    return found


def run_import(app: Flask, folder: Path, document: object) -> Result:
    path = folder / "peruste.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return CliRunner().invoke(commands, ["import", str(path)], obj=lambda: app)


def official(session: Session) -> dict[str, dict[str, str] | None]:
    session.rollback()
    current = session.scalars(select(CriteriaSet).where(CriteriaSet.is_current)).one()
    return {
        criterion.code.removeprefix("osaamistavoitteet_"): criterion.official
        for criterion in current.criteria
    }


def test_the_official_wording_comes_as_a_new_version(
    empty: Flask, session: Session, published: CriteriaSet, tmp_path: Path
) -> None:
    result = run_import(empty, tmp_path, requirements(WORDED))

    assert (result.exit_code, result.output.splitlines()) == (
        0,
        [
            "peruste.json: 2 criteria, 1 checklists know some of them",
            "lista: version 2 is current, official wording of 2 of 3 criteria",
        ],
    )
    assert official(session) == {
        "1073": {
            "fi": "Opiskelija toimii työssä",
            "sv": "Den studerande verkar på jobbet",
            "en": "The student works",
        },
        "1074": {"fi": "Opiskelija tuntee oikeutensa"},
        "1075": None,
    }
    assert sets(session) == [(1, False), (2, True)]
    old = session.scalars(select(CriteriaSet).where(CriteriaSet.number == 1)).one()
    assert [criterion.official for criterion in old.criteria] == [None, None, None]


def test_imported_again_nothing_changes_and_our_file_is_unchanged_too(
    empty: Flask, session: Session, published: CriteriaSet, tmp_path: Path
) -> None:
    run_import(empty, tmp_path, requirements(WORDED))

    again = run_import(empty, tmp_path, requirements(WORDED))

    assert "lista: unchanged (version 2)" in again.output
    assert not publish_criteria(session, FILE, NOW).is_changed
    assert sets(session) == [(1, False), (2, True)]


def test_new_wording_makes_a_version_and_what_is_missing_stays(
    empty: Flask, session: Session, published: CriteriaSet, tmp_path: Path
) -> None:
    run_import(empty, tmp_path, requirements(WORDED))

    run_import(empty, tmp_path, requirements(part_unit("yttt", goal(1073, fi="toimii toisin"))))

    assert official(session)["1073"] == {"fi": "Opiskelija toimii toisin"}
    assert official(session)["1074"] == {"fi": "Opiskelija tuntee oikeutensa"}
    assert sets(session) == [(1, False), (2, False), (3, True)]


def test_a_code_takes_the_wording_of_its_own_part_unit(
    empty: Flask, session: Session, published: CriteriaSet, tmp_path: Path
) -> None:
    others = [
        part_unit("ytyk", goal(1073, fi="muualla"), goal(1075, fi="vain muualla")),
        WORDED,
        part_unit("yttt", goal(1073, fi="valinnainen"), container="valinnaisetOsaamistavoitteet"),
    ]

    run_import(empty, tmp_path, requirements(*others))

    found = official(session)
    assert found["1073"] == {
        "fi": "Opiskelija toimii työssä",
        "sv": "Den studerande verkar på jobbet",
        "en": "The student works",
    }
    assert found["1075"] == {"fi": "Opiskelija vain muualla"}


def test_a_single_unit_is_a_file_too(
    empty: Flask, session: Session, published: CriteriaSet, tmp_path: Path
) -> None:
    assert run_import(empty, tmp_path, unit(WORDED)).exit_code == 0
    assert official(session)["1074"] == {"fi": "Opiskelija tuntee oikeutensa"}


def test_a_waiting_claim_keeps_the_wording_it_was_asked_against(
    empty: Flask, session: Session, published: CriteriaSet, client: Client, tmp_path: Path
) -> None:
    person = factories.make_person(session)
    instructor = factories.make_person(session, "liisa", Role.INSTRUCTOR)
    version = factories.make_version(session, factories.outline_json(checklist="lista"))
    factories.make_run(session, version, instructors=[instructor], people=[person])
    claims.open_claims(session, [person.id], checklist="lista", now=NOW)
    waiting, still_open, *_rest = session.scalars(select(Claim).order_by(Claim.id)).all()
    claims.request_approval(session, waiting, by=person, draft=ClaimDraft(rating=4, text="Tein."), now=NOW)
    session.commit()

    run_import(empty, tmp_path, requirements(WORDED))
    session.expire_all()

    assert criterion_of(session, waiting).official is None
    assert criterion_of(session, still_open).official == {"fi": "Opiskelija tuntee oikeutensa"}
    page = client.sign_in("aino").get(f"/claims/{still_open.id}").text
    assert "Opiskelija tuntee oikeutensa" in page
    assert "I can asian 1074" in page


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("ei jsonia", "it is no JSON"),
        ("[" * 100_000, "it is no JSON"),
        ("[1, 2]", "it is no JSON object"),
        (requirements(WORDED) | {"id": 10**30}, "its requirements have no id"),
        (requirements(WORDED) | {"id": True}, "its requirements have no id"),
        ({"data": []}, "it holds no criteria of part-units"),
        ({"tutkinnonOsat": [None, 3, {"osaAlueet": "x"}]}, "it holds no criteria of part-units"),
        (
            unit(part_unit("yttt", {"koodi": None, "vaatimus": {"fi": "x"}})),
            "it holds no criteria of part-units",
        ),
        (unit(part_unit("yttt", goal(1073, fi="näkymä\u202etön"))), "it holds no criteria of part-units"),
        (unit(part_unit("yttt", goal(9999, fi="outo"))), "it holds no criteria of the published checklists"),
        (requirements(WORDED, qualification=7), "it holds no criteria of the published checklists"),
    ],
)
def test_what_is_not_of_eperusteet_is_refused_in_one_line(
    empty: Flask, session: Session, published: CriteriaSet, tmp_path: Path, document: object, words: str
) -> None:
    result = run_import(empty, tmp_path, document)

    assert result.exit_code == 1
    assert result.output.splitlines()[-1].startswith(f"Error: peruste.json: {words}")
    assert sets(session) == [(1, True)]


def test_half_a_letter_and_a_text_without_end_are_left_out(
    empty: Flask, session: Session, published: CriteriaSet, tmp_path: Path
) -> None:
    odd = part_unit("yttt", goal(1073, fi="puoli\ud800kas"), goal(1074, fi="<b>" * 100_000))

    assert run_import(empty, tmp_path, requirements(odd)).exit_code == 0
    assert official(session) == {"1073": {"fi": "Opiskelija puolikas"}, "1074": None, "1075": None}


def test_a_pipe_is_not_waited_for(empty: Flask, published: CriteriaSet, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "putki")

    result = CliRunner().invoke(commands, ["import", str(tmp_path / "putki")], obj=lambda: empty)

    assert result.exit_code == 1
    assert "not a plain file" in result.output


def test_those_who_import_and_publish_at_once_leave_one_current_version(
    empty: Flask, session: Session, published: CriteriaSet, tmp_path: Path
) -> None:
    path = tmp_path / "peruste.json"
    path.write_text(json.dumps(requirements(WORDED)), encoding="utf-8")
    read = read_requirements(path)
    together = Barrier(4)

    def work(number: int) -> None:
        together.wait(timeout=30)
        with empty.app_context(), db.transaction() as own:
            if number % 2:
                import_official(own, read, NOW)
            else:
                publish_criteria(own, FILE, NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))

    assert sets(session) == [(1, False), (2, True)]
    assert official(session)["1074"] == {"fi": "Opiskelija tuntee oikeutensa"}


def test_script_in_a_wording_is_text(
    empty: Flask, session: Session, published: CriteriaSet, client: Client, tmp_path: Path
) -> None:
    hostile = part_unit("yttt", goal(1073, fi="<script>alert(1)</script>käy &lt;img src=x onerror=1&gt;"))
    run_import(empty, tmp_path, requirements(hostile))
    person = factories.make_person(session)
    claims.open_claims(session, [person.id], checklist="lista", now=NOW)
    claim = session.scalars(select(Claim).order_by(Claim.id)).first()
    session.commit()
    assert claim

    page = client.sign_in("aino").get(f"/claims/{claim.id}").text

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=1&gt;" in page
