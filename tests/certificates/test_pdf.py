"""The certificate's PDF: what it says, how it is tagged, and that nothing written into it is taken as markup."""

import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
import segno

from lms.certificates.content import CertificateContent, Language
from lms.certificates.pdf import qr_drawing, render_certificate
from lms.typesetting.process import TypesettingFailed
from tests.certificates.papers import a_paper

SIXTY_LETTERS = "Maximilian-Aleksanteri Nikolai von Schrowe-Åkerblom-Žižkovič"
TWO_LINES = "selvittää oman alansa työmarkkinoita ja kertoo niistä omin sanoin työtoverille"


def text_of(pdf: bytes) -> str:
    """Return the words of `pdf`, one space between them."""
    run = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(run.stdout.decode().split())


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def elements(node: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
    """Return the elements of the structure tree below `node`, in reading order."""
    if not isinstance(node, pikepdf.Dictionary):
        return
    if "/S" in node:
        yield node
    children = node.get("/K", pikepdf.Array())
    for child in list(children) if isinstance(children, pikepdf.Array) else [children]:
        yield from elements(child)


def roles(pdf: pikepdf.Pdf) -> list[str]:
    return [str(element.S) for element in elements(pdf.Root.StructTreeRoot)]


def test_the_paper_has_its_content_with_all_its_letters() -> None:
    text = text_of(render_certificate(a_paper()))

    for words in (
        "Esimerkkikaupungin Taitoverstas",
        "KURSSITODISTUS",
        "Aino Ähtäri-Öberg",
        "on suorittanut kurssin",
        "Laajuus 12 tuntia",
        "Kurssi kulkee työnhausta ensimmäiseen palkkapäivään.",
        "(laajuus 2 osaamispistettä, ePerusteet 2022). Osaamispisteet myöntää oppilaitos.",
        "Osa-alueen koodi vuoden 2022 perusteissa: ammatillisenoppiaineet_yttt.",
        "Hän osaa",
        "toimia osana monimuotoista työyhteisöä",
        "Živa Šalla Åström",
        "Ohjaaja Liisa Laine on hyväksynyt",
        "23.11.2026",
        "2026-00042",
        "taitoverstas.example/verify/K7QF-2M9D-XW3T-8HAC",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            Language.SWEDISH,
            ("KURSINTYG", "har genomfört kursen", "Kursdeltagaren kan", "23 november 2026", "12 timmar"),
        ),
        (
            Language.ENGLISH,
            ("CERTIFICATE", "has completed the course", "23 November 2026", "12 hours"),
        ),
    ],
)
def test_the_paper_speaks_the_language_it_was_issued_in(language: Language, words: tuple[str, ...]) -> None:
    pdf = render_certificate(a_paper(language=language))

    text = text_of(pdf)
    assert all(word in text for word in words)
    assert str(opened(pdf).Root.Lang).startswith(language.value)


def test_the_pdf_is_tagged_titled_and_declares_both_standards() -> None:
    pdf = opened(render_certificate(a_paper()))

    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.Lang == "fi-FI"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    with pdf.open_metadata() as metadata:
        assert metadata["pdfaid:part"] == "2"
        assert metadata["pdfaid:conformance"] == "A"
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Kurssitodistus: Työelämässä toimiminen – Aino Ähtäri-Öberg"


def test_the_reading_order_has_headings_a_list_a_link_and_one_described_picture() -> None:
    pdf = opened(render_certificate(a_paper()))

    found = roles(pdf)
    pictures = [element for element in elements(pdf.Root.StructTreeRoot) if element.S == "/Figure"]
    assert (
        found.index("/H1")
        < found.index("/H2")
        < found.index("/L")
        < found.index("/Figure")
        < found.index("/Link")
    )
    assert found.count("/LI") == 4
    assert [str(picture.Alt) for picture in pictures] == [
        "QR-koodi, joka avaa todistuksen tarkistussivun: taitoverstas.example/verify/K7QF-2M9D-XW3T-8HAC"
    ]


def test_all_fonts_are_embedded() -> None:
    pdf = opened(render_certificate(a_paper()))

    descriptors = [
        item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/FontName" in item
    ]
    assert descriptors
    assert all("/FontFile2" in item or "/FontFile3" in item for item in descriptors)


def test_qpdf_finds_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(render_certificate(a_paper()))

    subprocess.run(["qpdf", "--check", str(file)], capture_output=True, check=True)


def test_the_same_content_makes_the_same_bytes() -> None:
    assert render_certificate(a_paper()) == render_certificate(a_paper())


@pytest.mark.parametrize(
    "content",
    [
        a_paper(can_do=(), summary=None, part_unit=None, hours=None, approvals=None),
        a_paper(can_do=(), lessons=("Työsopimus", "Työaika", "Palkka", "Turvallisuus", "Haastattelu")),
        a_paper(holder_name=SIXTY_LETTERS, can_do=(TWO_LINES,) * 16),
        a_paper(
            course_title="Digitaalisten työvälineiden turvallinen ja vastuullinen käyttö työelämässä " * 2
        ),
        a_paper(can_do=("tarkistaa palkkakuitin",)),
    ],
    ids=["bare", "lessons", "long name and 16 items", "long title", "one item"],
)
def test_a_certificate_is_one_page(content: CertificateContent) -> None:
    assert len(opened(render_certificate(content)).pages) == 1


def test_lessons_are_shown_when_nothing_was_claimed() -> None:
    text = text_of(render_certificate(a_paper(can_do=(), lessons=("Työsopimus", "Palkka"))))

    assert "Kurssin sisältö" in text
    assert "Työsopimus" in text
    assert "Hän osaa" not in text


def test_a_very_long_list_goes_on_over_pages_that_name_the_holder() -> None:
    items = tuple(f"{TWO_LINES} {number}" for number in range(60))

    pdf = render_certificate(a_paper(can_do=items))

    text = text_of(pdf)
    assert len(opened(pdf).pages) > 1
    assert "Luettelo on sivulla 2." in text
    assert "Aino Ähtäri-Öberg · Työelämässä toimiminen · 2026-00042" in text
    assert all(item in text for item in items)


@pytest.mark.parametrize(
    "hostile", ['#import "x.typ": *', "$x$", "*bold* _em_", "a \\ b", "<a>&amp;{page}</a>", "{title}", "= x"]
)
def test_markup_is_shown_as_it_was_written(hostile: str) -> None:
    content = a_paper(holder_name=hostile, course_title=hostile, can_do=(hostile,) * 4, signer_name=hostile)

    text = text_of(render_certificate(content))

    # The reader of the text guesses spaces from gaps, wrongly beside signs.
    assert text.replace(" ", "").count(hostile.replace(" ", "")) == 7


def test_three_hundred_letters_without_a_space_stay_on_the_paper() -> None:
    long = "Ö" * 300

    pdf = render_certificate(a_paper(holder_name=long, course_title=long, can_do=(long,), issuer_name=long))

    words = re.sub(r"[^Ö]", "", text_of(pdf))
    assert len(words) == 1200
    assert len(opened(pdf).pages) == 1


def test_a_letter_missing_from_the_font_is_refused_without_naming_the_text() -> None:
    with pytest.raises(TypesettingFailed) as refusal:
        render_certificate(a_paper(holder_name="漢字"))

    assert "漢" not in str(refusal.value)


def test_the_qr_code_is_that_of_the_check_page_with_its_quiet_zone() -> None:
    address = a_paper().verify_url
    modules = segno.make_qr(address, error="m").symbol_size(border=4)[0]

    drawing = qr_drawing(address)

    assert f'width="{modules}"' in drawing
    assert drawing == qr_drawing(address)
    assert drawing != qr_drawing(address + "X")
