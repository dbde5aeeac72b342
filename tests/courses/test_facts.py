"""What a wrong sentence would cost a reader in money or benefit: the content that must be in every version."""

import re
from collections.abc import Iterator

from lms.coursefiles.blocks.callouts import BoxPart
from lms.coursefiles.blocks.diary import DiaryPart
from lms.coursefiles.blocks.prose import ProsePart
from lms.coursefiles.blocks.task import TaskPart
from lms.coursefiles.course import CourseSource, LessonText
from tests.courses.test_promises import DATED

KINDS_OF_BOX = re.compile(DATED.pattern.replace("Tarkistettu", "(?:Tarkistettu|Kontrollerat)"))


def html_of(page: LessonText) -> str:
    shown = (ProsePart, BoxPart, TaskPart, DiaryPart)
    return "\n".join(part.html for part in page.parts if isinstance(part, shown))


def pages(courses: dict[str, CourseSource]) -> Iterator[tuple[str, LessonText]]:
    for course in courses.values():
        for lesson in course.lessons:
            for page in lesson.pages:
                yield f"{course.slug}/{lesson.slug} {page.language}{' plain' * page.plain}", page


def pages_of(courses: dict[str, CourseSource], slug: str, lesson: str) -> list[tuple[str, str]]:
    found = [(name, html_of(page)) for name, page in pages(courses) if name.startswith(f"{slug}/{lesson} ")]
    assert found
    return found


def test_a_second_neglect_within_a_year_is_explained_with_the_first(courses: dict[str, CourseSource]) -> None:
    for name, html in pages_of(courses, "opiskelu-ja-urasuunnittelu", "opiskelupaikka"):
        told = next(line for line in html.splitlines() if "viikoksi ilman" in line)
        assert "toisen kerran vuoden sisällä" in told, name
        assert re.search(r"kuu(?:si|den) viik", told), name


def test_the_benefit_has_its_name_of_today(courses: dict[str, CourseSource]) -> None:
    for lesson in ("tulot-ja-menot", "maksuton-apu"):
        for name, html in pages_of(courses, "rahataituri", lesson):
            assert "yleistuki" in html.lower(), name
    for name, page in pages(courses):
        for line in html_of(page).splitlines():
            if re.search(r"(?i)työmarkkinatu|peruspäivära|arbetsmarknadsst|grunddagpenn", line):
                assert "yleistuki" in line.lower(), name


def test_every_cut_of_the_last_support_is_explained_and_what_prevents_it(
    courses: dict[str, CourseSource],
) -> None:
    for name, html in pages_of(courses, "rahataituri", "maksuton-apu"):
        told = next(line for line in html.splitlines() if re.search(r"puoleen|halveras", line))
        assert re.search(r"20 (?:tai|eller) 40", told), name
        assert re.search(r"kohtuutonta|oskäligt", told), name


def test_deferral_and_free_months_of_debt_recovery_are_explained_as_rights(
    courses: dict[str, CourseSource],
) -> None:
    for name, html in (
        *pages_of(courses, "rahataituri", "velat"),
        *pages_of(courses, "tyoelamataidot", "palkkalaskelma"),
    ):
        assert re.search(r"(?i)oikeus(?:</strong>)? lykkäykseen|rätt till uppskov", html), name
        assert re.search(r"(?i)vapaakuukau|fria månader", html), name


def test_where_a_crisis_line_is_named_it_can_be_rung(courses: dict[str, CourseSource]) -> None:
    named = [(name, html_of(page)) for name, page in pages(courses)]
    named = [(name, html) for name, html in named if re.search(r"Kriisipuheli|Kristelefon", html)]

    assert len(named) >= 8
    assert [name for name, html in named if 'href="tel:+3589252501' not in html] == []


def test_law_in_force_is_not_sourced_to_a_bill(courses: dict[str, CourseSource]) -> None:
    bill = re.compile(r"(?i)hallituksen esity|valiokunnan mietin|\bHE \d+/")

    assert [name for name, page in pages(courses) if bill.search(html_of(page))] == []


def test_no_firm_is_named_as_the_way_to_do_a_thing(courses: dict[str, CourseSource]) -> None:
    firm = re.compile(r"(?i)\b(?:google|whatsapp|facebook|microsoft|chatgpt|klarna)")

    assert [name for name, page in pages(courses) if firm.search(html_of(page))] == []


def test_every_version_of_a_dated_box_gives_the_same_figures(courses: dict[str, CourseSource]) -> None:
    compared = 0
    for course in courses.values():
        for lesson in course.lessons:
            boxes = [figures for page in lesson.pages for figures in figures_of_dated_boxes(page)]
            assert all(figures == boxes[0] for figures in boxes), f"{course.slug}/{lesson.slug}"
            compared += len(boxes) > 1

    assert compared >= 6


def figures_of_dated_boxes(page: LessonText) -> Iterator[set[str]]:
    for part in page.parts:
        if isinstance(part, BoxPart) and KINDS_OF_BOX.fullmatch(part.title):
            yield set(re.findall(r"\d+", re.sub(r"<[^>]+>", " ", part.html)))
