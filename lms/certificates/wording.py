"""The certificate's own words in its three languages, whatever language the reader's pages are in."""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.certificates.content import CertificateContent, Language, PartUnit
from lms.wording import decimal, long_day


@dataclass(frozen=True, kw_only=True)
class Words:
    heading: str
    has_completed: str
    can_do: str
    contents: str
    issued: str
    number: str
    code: str
    check: str
    qr: str
    point: str
    points: str
    hour: str
    hours: str
    based_on: str
    based_on_part: str
    reference: str
    appendix: str
    page: str
    preview: str
    signer_title: str
    approved_by_one: str
    approved_by_many: str
    joined_by: str


WORDS = {
    Language.FINNISH: Words(
        heading="Kurssitodistus",
        has_completed="on suorittanut kurssin",
        can_do="Hän osaa",
        contents="Kurssin sisältö",
        issued="Annettu",
        number="Numero",
        code="Tarkistuskoodi",
        check="Tarkista aitous:",
        qr="QR-koodi, joka avaa todistuksen tarkistussivun: {address}",
        point="{count} osaamispiste",
        points="{count} osaamispistettä",
        hour="Laajuus {count} tunti",
        hours="Laajuus {count} tuntia",
        based_on="Kurssi perustuu osa-alueeseen {title} (laajuus {scope}, "
        "ePerusteet {year}). Osaamispisteet myöntää oppilaitos.",
        based_on_part="Kurssi perustuu osaan osa-alueesta {title} (ePerusteet {year}). "
        "Osaamispisteet myöntää oppilaitos.",
        reference="Tutkinnon osa: {unit}. Osa-alueen koodi vuoden {year} perusteissa: {code}.",
        appendix="Luettelo on sivulla 2.",
        page="Sivu {page}",
        preview="Esikatselu",
        signer_title="todistuksen antaja",
        approved_by_one="Ohjaaja {names} on hyväksynyt {count} kohtaa",
        approved_by_many="Ohjaajat {names} ovat hyväksyneet {count} kohtaa",
        joined_by=" ja ",
    ),
    Language.SWEDISH: Words(
        heading="Kursintyg",
        has_completed="har genomfört kursen",
        can_do="Kursdeltagaren kan",
        contents="Kursens innehåll",
        issued="Utfärdat",
        number="Nummer",
        code="Kontrollkod",
        check="Kontrollera äktheten:",
        qr="QR-kod som öppnar intygets kontrollsida: {address}",
        point="{count} kompetenspoäng",
        points="{count} kompetenspoäng",
        hour="Omfattning {count} timme",
        hours="Omfattning {count} timmar",
        based_on="Kursen bygger på delområdet {title} (omfattning {scope}, eGrunder {year}). "
        "Kompetenspoängen beviljas av en läroanstalt.",
        based_on_part="Kursen bygger på en del av delområdet {title} (eGrunder {year}). "
        "Kompetenspoängen beviljas av en läroanstalt.",
        reference="Examensdel: {unit}. Delområdets kod i grunderna från {year}: {code}.",
        appendix="Förteckningen finns på sidan 2.",
        page="Sida {page}",
        preview="Förhandsvisning",
        signer_title="utfärdare av intyget",
        approved_by_one="Handledare {names} har godkänt {count} punkter",
        approved_by_many="Handledarna {names} har godkänt {count} punkter",
        joined_by=" och ",
    ),
    Language.ENGLISH: Words(
        heading="Certificate",
        has_completed="has completed the course",
        can_do="The participant can",
        contents="Course contents",
        issued="Issued",
        number="Number",
        code="Check code",
        check="Check that this is genuine:",
        qr="QR code that opens the page where this certificate can be checked: {address}",
        point="{count} competence point",
        points="{count} competence points",
        hour="Scope {count} hour",
        hours="Scope {count} hours",
        based_on="The course is based on the part-unit {title} (scope {scope}, "
        "ePerusteet {year}). Competence points are awarded by an educational institution.",
        based_on_part="The course is based on a part of the part-unit {title} (ePerusteet {year}). "
        "Competence points are awarded by an educational institution.",
        reference="Unit: {unit}. Part-unit code in the requirements of {year}: {code}.",
        appendix="The list is on page 2.",
        page="Page {page}",
        preview="Preview",
        signer_title="issuer of the certificate",
        approved_by_one="Instructor {names} has approved {count} items",
        approved_by_many="Instructors {names} have approved {count} items",
        joined_by=" and ",
    ),
}


def scope_of(hours: float, language: Language) -> str:
    """Return the length of the course as words, such as "Laajuus 12 tuntia"."""
    words = WORDS[language]
    pattern = words.hour if hours == 1 else words.hours
    return pattern.format(count=decimal(hours, language))


def basis_of(unit: PartUnit, language: Language) -> str:
    """Return the sentences that name the part-unit and say who awards its points."""
    words = WORDS[language]
    if unit.scope_osp is None:
        return words.based_on_part.format(title=unit.title, year=unit.year)
    pattern = words.point if unit.scope_osp == 1 else words.points
    scope = pattern.format(count=decimal(unit.scope_osp, language))
    return words.based_on.format(title=unit.title, scope=scope, year=unit.year)


def reference_of(unit: PartUnit, language: Language) -> str:
    """Return the code together with the year of its requirements: later ones have other codes."""
    return WORDS[language].reference.format(unit=unit.unit_title, year=unit.year, code=unit.code)


def approvals_of(names: Sequence[str], *, approved: int, total: int, language: Language) -> str | None:
    """Return who has approved how many items, such as "Ohjaaja Liisa Laine on hyväksynyt 10/10 kohtaa"."""
    if not names:
        return None
    words = WORDS[language]
    joined = words.joined_by.join(part for part in (", ".join(names[:-1]), names[-1]) if part)
    pattern = words.approved_by_one if len(names) == 1 else words.approved_by_many
    return pattern.format(names=joined, count=f"{approved}/{total}")


def paper(content: CertificateContent, *, is_preview: bool = False) -> dict[str, object]:
    """Return the finished texts of the paper, under the names that the template uses."""
    language, unit = content.language, content.part_unit
    words = WORDS[language]
    address = content.verify_url.split("://", 1)[-1]
    return {
        "language": language.value,
        "course_language": content.course_language.value,
        "document_title": f"{words.heading}: {content.course_title} – {content.holder_name}",
        "issued_on": [content.issued_on.year, content.issued_on.month, content.issued_on.day],
        "heading": words.heading,
        "number": content.number,
        "issuer": content.issuer_name,
        "holder": content.holder_name,
        "has_completed": words.has_completed,
        "course_title": content.course_title,
        "scope": scope_of(content.hours, language) if content.hours else None,
        "summary": content.summary,
        "basis": basis_of(unit, language) if unit else None,
        "reference": reference_of(unit, language) if unit else None,
        "list_heading": words.can_do if content.can_do else words.contents,
        "list_checked": bool(content.can_do),
        "list": list(content.can_do or content.lessons),
        "list_language": (language if content.can_do else content.course_language).value,
        "appendix": words.appendix,
        "page": words.page,
        "preview": words.preview if is_preview else None,
        "signer": content.signer_name,
        "signer_lines": [text for text in (content.signer_title, content.approvals) if text],
        "details": [
            [words.issued, long_day(content.issued_on, language)],
            [words.number, content.number],
            [words.code, content.verify_code],
        ],
        "check": words.check,
        "verify_url": content.verify_url,
        "verify_address": address,
        "qr_alt": words.qr.format(address=address),
    }
