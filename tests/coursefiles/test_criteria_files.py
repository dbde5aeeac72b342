"""Criteria files give codes, titles and first-person wordings, or faults with their lines."""

from pathlib import Path

import pytest

from lms.coursefiles.read.criteria import CriteriaReading, read_criteria_folder

FILE = """title: {fi: Työelämässä toimiminen, sv: Arbetsliv, en: Working life}
unit: tutkinnonosat_106729
unit_title: {fi: Osaaminen, sv: Kunnande, en: Competence}
part_unit: ammatillisenoppiaineet_yttt
part_unit_title: {fi: Työelämä, sv: Arbetsliv, en: Work}
compulsory: true
scope: 2
qualification: 8505691
year: 2022
groups:
  - title: {fi: Työt, sv: Jobb, en: Jobs}
    criteria:
      - code: osaamistavoitteet_1078
        wording:
          fi: Osaan ottaa selvää.
          sv: Jag kan ta reda på.
          en: I can find out.
      - code: osaamistavoitteet_1077
        wording: {fi: Osaan kertoa., sv: Jag kan berätta., en: I can tell.}
"""


def read(tmp_path: Path, text: str, name: str = "tyo.yaml") -> CriteriaReading:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return read_criteria_folder(tmp_path)


def test_a_file_becomes_groups_of_criteria(tmp_path: Path) -> None:
    reading = read(tmp_path, FILE)

    assert reading.faults == ()
    assert reading.names == {"tyo"}
    assert reading.codes == {
        "osaamistavoitteet_1078",
        "osaamistavoitteet_1077",
        "ammatillisenoppiaineet_yttt",
    }
    file = reading.files[0]
    assert (file.unit, file.scope, file.compulsory, file.year) == ("tutkinnonosat_106729", 2, True, 2022)
    assert file.groups[0].criteria[0].wording["sv"] == "Jag kan ta reda på."


def test_a_list_of_only_a_part_of_the_part_unit_has_no_scope(tmp_path: Path) -> None:
    reading = read(tmp_path, FILE.replace("scope: 2\n", ""))

    assert reading.faults == ()
    assert reading.files[0].scope is None


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("fi: Osaan ottaa", "fi: Otan", 15, "begins otherwise"),
        ("sv: Jag kan ta", "sv: Kan ta", 16, "begins otherwise"),
        ("en: I can find", "en: Can find", 17, "begins otherwise"),
        (", en: Jobs", "", 11, "`en` is missing"),
        ("osaamistavoitteet_1077", "osaamistavoitteet_1078", 18, "stands twice"),
        ("osaamistavoitteet_1077", "1077", 18, "not text"),
        ("osaamistavoitteet_1077", "tavoite_1077", 18, "not a code"),
        ("tutkinnonosat_106729", "106729", 2, "not text"),
        ("ammatillisenoppiaineet_yttt", "yttt", 4, "not a code"),
        ("compulsory: true", "compulsory: joo", 6, "neither true nor false"),
        ("scope: 2", "scope: two", 7, "not a number"),
        ("scope: 2", "scope: 2\ncolour: red", 8, "Unknown name"),
        ("year: 2022", "year: 22", 9, "whole number"),
        (
            "unit_title: {fi: Osaaminen, sv: Kunnande, en: Competence}",
            "unit_title: Osaaminen",
            3,
            "no languages",
        ),
        (
            "    criteria:\n      - code: osaamistavoitteet_1078",
            "    criteria:\n      - 3\n      - code: osaamistavoitteet_1",
            13,
            "no names",
        ),
        ("year: 2022", "year: !!python/object:x 1", 9, "A tag"),
        ("qualification: 8505691\n", "", 1, "`qualification` is missing"),
    ],
)
def test_a_fault_has_its_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    assert old in FILE

    reading = read(tmp_path, FILE.replace(old, new))

    assert reading.files == ()
    assert any(fault.line == line and words in fault.message for fault in reading.faults), reading.faults


@pytest.mark.parametrize(
    "text", ["", "[]", "groups: x", "groups: [x]", "a: &a [*a]", "groups:\n  - criteria: {}\n", "\x00"]
)
def test_any_content_gives_faults_and_not_an_error(tmp_path: Path, text: str) -> None:
    reading = read(tmp_path, text)

    assert reading.files == ()
    assert reading.faults


def test_other_files_in_the_folder_are_faults(tmp_path: Path) -> None:
    assert read(tmp_path, FILE, name="tyo.yml").faults[0].line == 1
