"""`lms course print`: the whole course on paper, or a reason in words."""

import io
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session

from lms.catalogue.models import LessonPage
from lms.cli.main import course_commands
from lms.config import Settings
from tests import factories
from tests.booklets.course_on_paper import (
    PARTS,
    QUESTIONS,
    elements,
    opened,
    pages_of,
    prose,
    publish,
    text_of,
)


class Printer:
    """Runs the command as somebody at the server would."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app = app
        self.file = folder / "vihko.pdf"

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(
            course_commands, ["print", *arguments, "--out", str(self.file)], obj=lambda: self.app
        )

    def pdf(self, *arguments: str) -> bytes:
        result = self.run(*(arguments or ("tyo",)))
        assert (result.exit_code, result.output) == (0, f"{self.file}\n"), result.output
        return self.file.read_bytes()

    def text(self, *arguments: str) -> str:
        return text_of(self.pdf(*arguments))


@pytest.fixture
def printer(empty: Flask, tmp_path: Path) -> Printer:
    return Printer(empty, tmp_path)


def test_the_booklet_holds_the_lessons_with_codes_and_room_to_write(
    printer: Printer, session: Session
) -> None:
    publish(session)

    text = printer.text()

    for words in (
        "Työstä lyhyesti.",
        "Helppo alku · Noin 4 tuntia · Tekstit 23.11.2026",
        "Esimerkkikaupungin Taitoverstas",
        "Puhelin: 012 345 6789",
        "Näin käytät vihkoa",
        "Lue ensin ja kysy sitten: apua",
        "example.org/apua",
        "loppu (sivu",
        "/diary",
        "rivi 1 rivi 2",
        "Hyvä tapa",
        "Tehtävä 1.A",
        "Vastaukseni",
        "Kun olet valmis, näytä tämä ohjaajalle.",
        "Kysymyksiä 1.B",
        "Valitse kaikki oikeat.",
        "Päiväkirja 1.C",
        "Tehtävä 1.D · Lisätehtävä",
        "Olen käynyt tämän osion läpi.",
    ):
        assert words in text, words


def test_the_answers_are_at_the_back_and_not_before(printer: Printer, session: Session) -> None:
    publish(session)

    before, back = printer.text().split("Mieti ensin itse", 1)

    for words in (
        "a) Kyllä, näin on",
        "a) Juuri niin.",
        "b) Työnantaja",
        "a) Ei vielä.",
        "4. tili lompakko, kukkaro: Melkein.",
        "1,5–2",
        "Jos kirjoitit muuta: Laske uudelleen.",
        "netto: B) verojen jälkeen",
        "Hyvä!",
    ):
        assert words in back, words
    assert "Juuri niin" not in before
    assert "lompakko" not in before
    assert "pankkitili" not in before + back


def test_the_checklist_has_four_boxes_for_each_criterion(printer: Printer, session: Session) -> None:
    factories.make_criteria(session, "lista", codes=[1073, 1074])
    publish(session, checklist="lista")

    text = printer.text()

    assert "Mitä osaan: Työelämässä toimiminen" in text
    assert "Tarvitsen paljon apua" in text
    assert "Osaan asian 1073 1 2 3 4 Osaan asian 1074 1 2 3 4" in text


def test_the_checklist_is_the_courses_own_and_the_current_one(printer: Printer, session: Session) -> None:
    other = factories.make_criteria(session, "alku", codes=[2001])
    other.title = {"fi": "Vieras lista", "sv": "Annan lista", "en": "Other list"}
    old = factories.make_criteria(session, "lista", codes=[1073, 1999])
    old.is_current = False
    session.flush()
    factories.make_criteria(session, "lista", codes=[1073, 1074])
    publish(session, checklist="lista")

    text = printer.text()

    assert "Mitä osaan: Työelämässä toimiminen" in text
    assert "Osaan asian 1073 1 2 3 4 Osaan asian 1074 1 2 3 4" in text
    assert "1999" not in text
    assert "2001" not in text


def test_the_pdf_is_tagged_and_has_its_title_and_language(printer: Printer, session: Session) -> None:
    publish(session)

    pdf = opened(printer.pdf())

    roles = [str(element.S) for element in elements(pdf.Root.StructTreeRoot)]
    assert pdf.Root.Lang == "fi-FI"
    assert pdf.Root.MarkInfo.Marked
    assert {"/Title", "/TOC", "/H1", "/H2", "/H3", "/L", "/Table", "/TH", "/Link", "/BlockQuote"} <= set(
        roles
    )
    with pdf.open_metadata() as metadata:
        assert metadata["pdfaid:part"] == "2"
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Työ"


def test_the_same_version_makes_the_same_bytes(printer: Printer, session: Session) -> None:
    publish(session)

    assert printer.pdf() == printer.pdf()


def test_a_photograph_and_a_drawing_keep_their_words(printer: Printer, session: Session) -> None:
    settings: Settings = printer.app.extensions["settings"]
    photograph, drawing = "a" * 64 + ".jpg", "b" * 64 + ".svg"
    media = settings.data_dir / "media"
    media.mkdir(exist_ok=True)
    pixels = io.BytesIO()
    Image.new("RGB", (640, 480), "green").save(pixels, "JPEG")
    (media / photograph).write_bytes(pixels.getvalue())
    (media / drawing).write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><text y="20">Ovi</text></svg>'
    )
    publish(
        session,
        prose(
            f'<p>Katso: <img src="/media/{photograph}" alt="Vihreä ovi"></p><p><img src="/media/{drawing}" alt="Kyltti"></p>'
        ),
    )

    pdf = opened(printer.pdf())

    pictures = [item for item in elements(pdf.Root.StructTreeRoot) if item.S == "/Figure"]
    assert [str(picture.Alt) for picture in pictures] == ["Vihreä ovi", "Kyltti"]
    images = [
        item for item in pdf.objects if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"
    ]
    assert (640, 480) in [(int(image.Width), int(image.Height)) for image in images]


def test_a_picture_that_is_gone_is_a_reason_in_words(printer: Printer, session: Session) -> None:
    publish(session, prose(f'<p><img src="/media/{"c" * 64}.png" alt="Kuva"></p>'))

    result = printer.run("tyo")

    assert result.exit_code == 1
    assert "Publish the course again" in result.output


def test_letters_missing_from_the_font_are_named_with_their_lesson(
    printer: Printer, session: Session
) -> None:
    publish(session, prose("<p>Kiva 漢字 \u202e</p>"))

    result = printer.run("tyo")

    assert result.exit_code == 1
    assert "these letters of lesson 1: 漢 字 U+202E." in result.output
    assert not printer.file.exists()


@pytest.mark.parametrize(
    "hostile",
    [
        '#import "x.typ": *',
        "$x$ *bold* _em_",
        "a \\ b // c",
        "= x",
        "{page} <answers> @loppu",
        "#panic()",
        "[x] ~ --",
    ],
)
def test_markup_is_shown_as_it_was_written(printer: Printer, session: Session, hostile: str) -> None:
    written = hostile.replace("<", "&lt;").replace(">", "&gt;")
    publish(session, prose(f"<p>{written}</p>"), title=hostile, summary=hostile)

    text = printer.text()

    assert text.replace(" ", "").count(hostile.replace(" ", "")) >= 3


def test_what_is_nested_for_ever_or_has_no_spaces_is_still_shown(printer: Printer, session: Session) -> None:
    deep = "<blockquote>" * 300 + "<p>pohjalla</p>" + "</blockquote>" * 300
    table = "<ul><li>" * 12 + "<table><tbody><tr><td>solu</td></tr></tbody></table>" + "</li></ul>" * 12
    publish(session, prose(deep + table + f"<p>{'Ö' * 400}</p><table></table><ul></ul><p></p>"))

    text = printer.text()

    assert "pohjalla" in text
    assert "solu" in text
    assert text.count("Ö") == 400


def test_plain_wording_and_another_language_are_taken_where_they_are(
    printer: Printer, session: Session
) -> None:
    lesson = factories.lesson_json(
        "alku", plain=True, languages=["fi", "sv"], translations={"sv": {"title": "Start", "section": None}}
    )
    version = publish(
        session,
        prose("<p>Tavallinen.</p>"),
        lessons=[lesson, factories.lesson_json("loppu")],
        translations={"sv": {"title": "Arbete", "summary": "Om arbete.", "description_html": ""}},
    )
    for language, plain, title, words in (("fi", True, "Alku", "Selkeä."), ("sv", False, "Start", "Svensk.")):
        session.add(
            LessonPage(
                version_id=version.id,
                slug="alku",
                language=language,
                plain=plain,
                title=title,
                minutes=5,
                parts=prose(f"<p>{words}</p>"),
            )
        )
    session.commit()

    plain_text, swedish = printer.text("tyo", "--plain"), printer.text("tyo", "--language", "sv")

    assert "Selkeä." in plain_text
    assert "Tavallinen." not in plain_text
    assert "Svensk." in swedish
    assert "Så använder du häftet" in swedish
    assert "Hei." in swedish  # the second lesson has no translation
    assert opened(printer.pdf("tyo", "--language", "sv")).Root.Lang == "sv-FI"
    assert "Selkosuomeksi 1 osio, kaikkiaan 2" in plain_text
    assert "no plain wording in this language" in printer.run("tyo", "--language", "sv", "--plain").output


def test_the_cover_does_not_count_the_lessons_when_all_are_plain(printer: Printer, session: Session) -> None:
    version = publish(session, lessons=[factories.lesson_json("alku", plain=True)])
    session.add(
        LessonPage(
            version_id=version.id, slug="alku", language="fi", plain=True, title="Alku", minutes=5, parts=[]
        )
    )
    session.commit()

    assert "tuntia · Selkosuomeksi · Tekstit" in printer.text("tyo", "--plain")


def test_a_course_without_plain_wording_is_not_printed_in_it(printer: Printer, session: Session) -> None:
    publish(session)

    result = printer.run("tyo", "--plain")

    assert result.exit_code == 1
    assert "no plain wording in this language" in result.output
    assert not printer.file.exists()


def test_the_numbers_of_footnotes_are_spoken_of_only_where_they_are(
    printer: Printer, session: Session
) -> None:
    publish(session, prose('<p>Katso <a href="https://example.org/apua">apua</a>.</p>'))
    with_footnotes = printer.text()
    publish(session, prose('<p>Katso <a href="https://example.org">example.org</a>.</p>'))

    assert "pienet numerot" in with_footnotes
    assert "pienet numerot" not in printer.text()


def test_the_kind_of_paper_is_read_as_whole_words(printer: Printer, session: Session) -> None:
    publish(session)

    assert "KURSSI PAPERILLA" in printer.text()


@pytest.mark.parametrize("lines", range(26, 32))
def test_the_last_line_of_a_lesson_is_not_alone(printer: Printer, session: Session, lines: int) -> None:
    publish(session, prose("<p>rivi</p>" * lines + "<h2>Osaan nyt</h2><ul><li>lopun kohta</li></ul>"))

    page = next(page for page in pages_of(printer.pdf()) if "Olen käynyt" in page)

    assert "lopun kohta" in page


def test_the_help_is_on_the_page_of_the_guide(printer: Printer, session: Session) -> None:
    for lines in range(14, 24, 3):
        publish(session, description_html="<p>rivi</p>" * lines)

        page = next(page for page in pages_of(printer.pdf()) if "Näin käytät vihkoa" in page)

        assert "Kysy ohjaajaltasi tai meiltä" in page, lines


def test_a_task_and_its_lines_stay_on_one_page(printer: Printer, session: Session) -> None:
    task = next(part for part in PARTS if part["kind"] == "task")
    publish(session, [*prose("<p>rivi</p>" * 8), {**task, "html": "<p>ohje</p>" * 14}])

    page = next(page for page in pages_of(printer.pdf()) if "Vastaukseni" in page)

    assert "Tehtävä 1.A" in page
    assert page.count("ohje ") == 14


def test_a_card_that_breaks_says_its_code_again(printer: Printer, session: Session) -> None:
    quiz = next(part for part in PARTS if part["kind"] == "quiz")
    publish(session, [{**quiz, "questions": QUESTIONS * 3}])

    pages = [page for page in pages_of(printer.pdf()) if "Mikä sana?" in page and "Mieti ensin" not in page]

    assert len(pages) > 1
    assert all("Kysymyksiä 1.A" in page for page in pages)


def test_a_small_table_stays_on_one_page(printer: Printer, session: Session) -> None:
    rows = "".join(f"<tr><td>solu {number}.</td></tr>" for number in range(1, 7))
    publish(session, prose("<p>rivi</p>" * 26 + f"<table><tbody>{rows}</tbody></table>"))

    page = next(page for page in pages_of(printer.pdf()) if "solu 1." in page)

    assert "solu 6." in page


def test_a_course_that_is_not_there_is_said(printer: Printer, session: Session) -> None:
    publish(session)

    assert "there is no published course ei-ole" in printer.run("ei-ole").output
    assert "no published course tyo in the language sv" in printer.run("tyo", "--language", "sv").output
    assert printer.run("tyo", "--language", "xx").exit_code == 2
