"""Writes small course folders for tests: a whole one by default, changed file by file."""

from pathlib import Path

COURSE = """---
title: Pieni kurssi
summary: Yksi osio harjoitteluun.
language: fi
level: 1
hours: 2
topics: [työ, digi]
enrolment: open
certificate: completion
requires: [lessons]
---

Kurssin **kuvaus**.
"""

LESSON = """---
title: Ensimmäinen osio
minutes: 10
section: Alku
---

# Otsikko

Tekstiä ja [linkki](02-toinen.md).

/// task | Kirjoita hissipuhe
    id: hissipuhe
    answer: text
    review: self
Kirjoita *kolme* virkettä.
///

/// quiz | Tarkista itse
    id: sopimus
::suullinen:: Voiko työsopimus olla suullinen? {TRUE#Voi se olla.#Juuri niin.}
///

/// diary | Mitä opit?
    id: opit
Rivi apua.
///
"""

SECOND = """---
title: Toinen osio
minutes: 5
---

Lyhyt.
"""

FILES = {"course.md": COURSE, "01-ensimmainen.md": LESSON, "02-toinen.md": SECOND}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def write_files(folder: Path, files: dict[str, str | bytes | None]) -> Path:
    """The files under a folder; a file whose content is None is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        if content is None:
            continue
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return folder


def course_with(parent: Path, files: dict[str, str | bytes | None]) -> Path:
    """The small course with some files written otherwise, added, or (None) left out."""
    return write_files(parent / "kurssi", {**FILES, **files})


def lesson(body: str) -> str:
    """A lesson with good front matter; its body starts on line 5."""
    return f"---\ntitle: Osio\nminutes: 5\n---\n{body}\n"
