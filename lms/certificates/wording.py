"""The certificate's own words in its three languages, whatever language the reader's pages are in."""

from dataclasses import dataclass

from babel.dates import format_date
from babel.numbers import format_decimal

from lms.certificates.facts import CertificateFacts, Language, PartUnit


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
    hour: str
    hours: str
    based_on: str
    reference: str
    appendix: str
    page: str
    date_pattern: str


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
        hour="Laajuus {count} tunti",
        hours="Laajuus {count} tuntia",
        based_on="Kurssi perustuu osa-alueeseen {title} (laajuus {scope} osaamispistettä, "
        "ePerusteet {year}). Osaamispisteet myöntää oppilaitos.",
        reference="Tutkinnon osa: {unit}. Osa-alueen koodi: {code}.",
        appendix="Luettelo on sivulla 2.",
        page="Sivu {page}",
        date_pattern="d.M.y",
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
        hour="Omfattning {count} timme",
        hours="Omfattning {count} timmar",
        based_on="Kursen bygger på delområdet {title} (omfattning {scope} kompetenspoäng, eGrunder {year}). "
        "Kompetenspoängen beviljas av en läroanstalt.",
        reference="Examensdel: {unit}. Delområdets kod: {code}.",
        appendix="Förteckningen finns på sidan 2.",
        page="Sida {page}",
        date_pattern="d MMMM y",
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
        hour="Scope {count} hour",
        hours="Scope {count} hours",
        based_on="The course is based on the part-unit {title} (scope {scope} competence points, "
        "ePerusteet {year}). Competence points are awarded by an educational institution.",
        reference="Unit: {unit}. Part-unit code: {code}.",
        appendix="The list is on page 2.",
        page="Page {page}",
        date_pattern="d MMMM y",
    ),
}


def scope_of(hours: float, language: Language) -> str:
    """Return the length of the course as words, such as "Laajuus 12 tuntia"."""
    words = WORDS[language]
    pattern = words.hour if hours == 1 else words.hours
    return pattern.format(count=format_decimal(hours, locale=language.value))


def basis_of(unit: PartUnit, language: Language) -> str:
    """Return the sentences that name the part-unit and say who awards its points."""
    return WORDS[language].based_on.format(title=unit.title, scope=unit.scope_osp, year=unit.year)


def paper(facts: CertificateFacts) -> dict[str, object]:
    """Return the finished texts of the paper, under the names that the template uses."""
    language, unit = facts.language, facts.part_unit
    words = WORDS[language]
    address = facts.verify_url.split("://", 1)[-1]
    return {
        "language": language.value,
        "course_language": facts.course_language.value,
        "document_title": f"{words.heading}: {facts.course_title} – {facts.holder_name}",
        "issued_on": [facts.issued_on.year, facts.issued_on.month, facts.issued_on.day],
        "heading": words.heading,
        "number": facts.number,
        "issuer": facts.issuer_name,
        "holder": facts.holder_name,
        "has_completed": words.has_completed,
        "course_title": facts.course_title,
        "scope": scope_of(facts.hours, language) if facts.hours else None,
        "summary": facts.summary,
        "basis": basis_of(unit, language) if unit else None,
        "reference": words.reference.format(unit=unit.unit_title, code=unit.code) if unit else None,
        "list_heading": words.can_do if facts.can_do else words.contents,
        "list_checked": bool(facts.can_do),
        "list": list(facts.can_do or facts.lessons),
        "appendix": words.appendix,
        "page": words.page,
        "signer": facts.signer_name,
        "signer_role": ", ".join(text for text in (facts.signer_title, facts.approvals) if text),
        "details": [
            [words.issued, format_date(facts.issued_on, words.date_pattern, locale=language.value)],
            [words.number, facts.number],
            [words.code, facts.verify_code],
        ],
        "check": words.check,
        "verify_url": facts.verify_url,
        "verify_address": address,
        "qr_alt": words.qr.format(address=address),
    }
