"""The guide's folder: pages in three languages, placeholders, and faults with their lines."""

from datetime import date
from pathlib import Path

import pytest

from lms.coursefiles.read.guide import GuideReading, GuideText, address_of, read_guide
from lms.coursefiles.render.renderer import Renderer
from tests.coursefiles.guide_folders import FILES, HELP, guide_with
from tests.coursefiles.known_faults import known_faults


def read(
    folder: Path, renderer: Renderer, files: dict[str, str | bytes | None] | None = None
) -> GuideReading:
    return read_guide(guide_with(folder, files), renderer=renderer)


def page(reading: GuideReading, slug: str, language: str = "fi") -> GuideText:
    return next(page for page in reading.pages if (page.slug, page.language) == (slug, language))


def test_a_page_holds_its_parts_in_order(tmp_path: Path, renderer: Renderer) -> None:
    reading = read(tmp_path, renderer)

    assert reading.faults == ()
    found = page(reading, "participant")
    assert (found.title, found.summary, found.roles) == (
        "Ohje osallistujalle",
        "Näin pääset alkuun.",
        ("participant",),
    )
    assert [part.kind for part in found.parts] == ["prose", "steps", "prose", "contact", "prose"]
    assert found.parts[1].title == "Kirjaudu"
    assert "<ol>" in found.parts[1].html
    assert found.parts[4].html == "<p>Kysyä saa aina.</p>"


def test_headings_can_be_jumped_to(tmp_path: Path, renderer: Renderer) -> None:
    found = page(read(tmp_path, renderer), "participant")

    assert [(section.id, section.title) for section in found.sections] == [
        ("section-1", "Näin kirjaudut"),
        ("section-2", "Kun et pääse & jäät jumiin"),
    ]
    assert '<h2 id="section-2">Kun <em>et</em> pääse &amp; jäät jumiin</h2>' in found.parts[2].html


def test_links_lead_to_the_pages_own_addresses(tmp_path: Path, renderer: Renderer) -> None:
    assert 'href="/privacy"' in page(read(tmp_path, renderer), "participant").parts[2].html
    assert address_of("participant") == "/help/participant"
    assert address_of("accessibility") == "/accessibility"


def test_a_translation_is_for_whom_its_page_is_for(tmp_path: Path, renderer: Renderer) -> None:
    reading = read(tmp_path, renderer)

    assert page(reading, "participant", "sv").roles == ("participant",)
    assert page(reading, "privacy", "en").checked_on == date(2026, 11, 28)


@pytest.mark.parametrize(
    ("files", "name", "line", "words"),
    [
        ({"03-privacy.md": None}, "_guide", 1, "no page `privacy`"),
        ({"03-privacy.md": None}, "03-privacy.sv.md", 1, "no `03-privacy.md`"),
        ({"01-participant.sv.md": None}, "01-participant.md", 1, "missing in `sv`"),
        ({"01-participant.fi.md": HELP}, "_guide", 1, "names the guide's own language"),
        ({"01-participant.selko.md": HELP}, "_guide", 1, "no page of the guide"),
        ({"media/x.png": b"x"}, "_guide", 1, "no page of the guide"),
        ({"muistio.txt": "x"}, "_guide", 1, "no page of the guide"),
        ({"01-help.md": HELP}, "01-participant.md", 1, "same number"),
        ({"04-privacy.md": HELP}, "04-privacy.md", 1, "same address `privacy`"),
        ({"01-participant.md": "Ei alkutietoja."}, "01-participant.md", 1, "front matter is missing"),
        (
            {"01-participant.md": "---\ntitle: A\nsummary: B\n---\n"},
            "01-participant.md",
            5,
            "page has no text",
        ),
        ({"01-participant.md": HELP.replace("[participant]", "[boss]")}, "01-participant.md", 4, "`boss`"),
        ({"01-participant.md": HELP.replace("title:", "otsikko:")}, "01-participant.md", 2, "`otsikko`"),
        ({"03-privacy.md": FILES["01-participant.md"]}, "03-privacy.md", 1, "`checked` is missing"),
        (
            {"03-privacy.md": str(FILES["03-privacy.md"]).replace("2026-11-28", "eilen")},
            "03-privacy.md",
            4,
            "not a day",
        ),
        ({"01-participant.sv.md": HELP}, "01-participant.sv.md", 4, "Unknown name `roles`"),
        (
            {"01-participant.md": HELP + "\n/// task | Tee\n    id: tee\nTee jotain.\n///\n"},
            "01-participant.md",
            24,
            "`task` block has no place",
        ),
        ({"01-participant.md": HELP + "\n{phone}\n"}, "01-participant.md", 24, "placeholder `{phone}`"),
        ({"01-participant.md": HELP + "\nSoita {contact} heti.\n"}, "01-participant.md", 24, "stand alone"),
        ({"01-participant.md": HELP + "\n{contact}\nheti\n"}, "01-participant.md", 24, "stand alone"),
        (
            {"01-participant.md": HELP + "\n/// note\n\n{contact}\n\n///\n"},
            "01-participant.md",
            26,
            "stand alone",
        ),
        (
            {"01-participant.md": HELP + "\n- kohta\n\n    {contact}\n"},
            "01-participant.md",
            26,
            "stand alone",
        ),
        ({"01-participant.md": HELP + "\n> \\{contact\\}\n"}, "01-participant.md", 15, "stand alone"),
        ({"01-participant.md": HELP + "\n{ operator }\n"}, "01-participant.md", 24, "`{ operator }`"),
        (
            {"01-participant.md": HELP + "\n[x](https://a.fi/?a={operator})\n"},
            "01-participant.md",
            15,
            "in a link",
        ),
        ({"01-participant.md": HELP + "\n`{operator}`\n"}, "01-participant.md", 15, "in code"),
        (
            {"01-participant.md": HELP.replace("title: Ohje", "title: Ohje {operator}")},
            "01-participant.md",
            2,
            "title or summary",
        ),
        (
            {"01-participant.md": HELP.replace("| Kirjaudu", "| {contact}")},
            "01-participant.md",
            11,
            "title or summary",
        ),
        ({"01-participant.md": HELP + "\nTämä tämä tämä on on väärin.\n"}, "01-participant.md", 24, "twice"),
        ({"01-participant.md": HELP + "\n![x](media/x.png)\n"}, "01-participant.md", 24, "no file"),
        ({"01-participant.md": HELP + "\n[x](09-muu.md)\n"}, "01-participant.md", 24, "no text `09-muu.md`"),
        ({"01-participant.md": b"\xff\xfe"}, "01-participant.md", 1, "not UTF-8"),
    ],
)
def test_a_fault_names_its_file_and_line(
    tmp_path: Path,
    renderer: Renderer,
    files: dict[str, str | bytes | None],
    name: str,
    line: int,
    words: str,
) -> None:
    reading = read(tmp_path, renderer, files)

    found = [(Path(fault.path).name, fault.line, fault.message) for fault in reading.faults]
    assert any(file == name and at == line and words in message for file, at, message in found), found
    assert reading.pages == ()
    known = known_faults()
    assert all(any(one.fits(fault.message) for one in known) for fault in reading.faults)


def test_a_linked_folder_is_not_read(tmp_path: Path, renderer: Renderer) -> None:
    real = guide_with(tmp_path / "elsewhere")
    (tmp_path / "_guide").symlink_to(real, target_is_directory=True)

    reading = read_guide(tmp_path / "_guide", renderer=renderer)

    assert [fault.message for fault in reading.faults] == ["The guide's folder is a link"]


def test_a_heading_that_speaks_of_html_stays_text(tmp_path: Path, renderer: Renderer) -> None:
    found = page(
        read(tmp_path, renderer, {"01-participant.md": HELP + "\n## Mikä on `<script>`?\n"}), "participant"
    )

    assert found.sections[-1].title == "Mikä on <script>?"
    assert found.parts[-1].html.endswith('<h2 id="section-3">Mikä on <code>&lt;script&gt;</code>?</h2>')
