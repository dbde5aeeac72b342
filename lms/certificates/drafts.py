"""What each person's certificate will say, before it has a number; the preview and the issuing share it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from lms.catalogue.outline import Outline
from lms.certificates import queries, wording
from lms.certificates.content import CertificateContent, Kind, Language, PartUnit
from lms.certificates.numbers import VERIFY_PATH, shown_code, verify_path
from lms.certificates.queries import Approval, CriteriaInForce, EnrolledPerson
from lms.runs.queries import RunView
from lms.typesetting.fonts import missing_glyphs

# how a criterion's own wording begins; on the paper the heading says it for all of them
OPENINGS = {
    Language.FINNISH: "Osaan ",
    Language.SWEDISH: "Jag kan ",
    Language.ENGLISH: "I can ",
}
MOST_NAMES = 3


@dataclass(frozen=True)
class CertificateDraft:
    """Facts without number, code and address, and whose and of which run they are."""

    person_id: int
    run_id: int
    template: Kind
    content: CertificateContent

    def numbered(self, number: str, code: str, *, issued_on: date, base_url: str) -> CertificateContent:
        """Return the complete content."""
        shown = shown_code(code)
        return replace(
            self.content,
            number=number,
            issued_on=issued_on,
            verify_code=shown,
            verify_url=base_url + verify_path(shown),
        )

    def for_preview(self, *, base_url: str) -> CertificateContent:
        """Return content that a preview can show: there is no number yet, and the code leads nowhere."""
        return replace(self.content, number="–", verify_code="–", verify_url=base_url + VERIFY_PATH)

    @property
    def unprintable_in_name(self) -> list[str]:
        return missing_glyphs(self.content.holder_name)

    @property
    def unprintable(self) -> list[str]:
        """Return what the paper's font cannot show, in the name or anywhere else."""
        return missing_glyphs("".join(self.content.texts()))


def drafts(
    session: Session,
    run: RunView,
    people: Sequence[EnrolledPerson],
    *,
    signer_name: str,
    issuer_name: str,
    today: date,
) -> list[CertificateDraft]:
    """Return the people's drafts in their order; as many queries for two as for two hundred."""
    checklist = run.outline.checklist
    criteria = queries.criteria_in_force(session, checklist) if checklist else None
    approved: Mapping[int, Sequence[Approval]] = (
        queries.approvals(session, [person.id for person in people], checklist) if checklist else {}
    )
    return [
        CertificateDraft(
            person_id=person.id,
            run_id=run.id,
            template=Kind.COMPLETION,
            content=_content(
                run.outline,
                person,
                criteria=criteria,
                approved=approved.get(person.id, ()),
                signer_name=signer_name,
                issuer_name=issuer_name,
                today=today,
            ),
        )
        for person in people
    ]


def phrase_of(text: str, language: Language) -> str:
    """Return a criterion's wording as it goes on from "Hän osaa": without its opening and its full stop."""
    return text.removeprefix(OPENINGS[language]).removesuffix(".")


def _content(
    outline: Outline,
    person: EnrolledPerson,
    *,
    criteria: CriteriaInForce | None,
    approved: Sequence[Approval],
    signer_name: str,
    issuer_name: str,
    today: date,
) -> CertificateContent:
    language = Language(person.language)
    has_translation = "title" in outline.translations.get(language, {})
    course_language = language if has_translation else Language(outline.language)
    items = _in_order(approved, criteria)
    return CertificateContent(
        language=language,
        number="",
        issued_on=today,
        holder_name=person.name,
        course_title=outline.text_in(course_language, "title"),
        course_language=course_language,
        hours=outline.hours or None,
        part_unit=_part_unit(outline, criteria, language) if criteria else None,
        can_do=tuple(phrase_of(item.wording[language], language) for item in items),
        lessons=tuple(lesson.title_in(course_language) for lesson in outline.lessons) if not items else (),
        issuer_name=issuer_name,
        signer_name=signer_name,
        signer_title=wording.WORDS[language].signer_title,
        approvals=_approvals(items, criteria, language),
        verify_url="",
        verify_code="",
    )


def _in_order(approved: Sequence[Approval], criteria: CriteriaInForce | None) -> list[Approval]:
    """Return the approved items that are still on the list, in its order."""
    by_code = {item.code: item for item in approved}
    return [by_code[code] for code in (criteria.wordings if criteria else ()) if code in by_code]


def _part_unit(outline: Outline, criteria: CriteriaInForce, language: Language) -> PartUnit:
    """Return what the course follows; the scope only when it is the whole list that is followed or asked for."""
    followed = set(outline.criteria)
    is_whole = (
        "checklist" in outline.requires
        or criteria.part_unit in followed
        or criteria.wordings.keys() <= followed
    )
    return PartUnit(
        title=criteria.part_unit_title[language],
        code=criteria.part_unit,
        scope_osp=criteria.scope if is_whole else None,
        unit_title=criteria.unit_title[language],
        year=criteria.year,
    )


def _approvals(items: Sequence[Approval], criteria: CriteriaInForce | None, language: Language) -> str | None:
    """Return who approved the items; many names would not fit the paper, so then only the first are named."""
    names = list(dict.fromkeys(item.by_name for item in items))[:MOST_NAMES]
    total = len(criteria.wordings) if criteria else 0
    return wording.approvals_of(names, approved=len(items), total=total, language=language)
