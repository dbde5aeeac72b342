"""Writes small guides for tests: a whole one by default, changed file by file."""

from pathlib import Path

from tests.coursefiles.course_folders import write_files

HELP = """---
title: Ohje osallistujalle
summary: Näin pääset alkuun.
roles: [participant]
---

Tervetuloa! Palvelun tarjoaa {operator}.

## Näin kirjaudut

/// steps | Kirjaudu
1. Kirjoita tunnus.
2. Kirjoita salasana.
///

## Kun *et* pääse & jäät jumiin

Katso [tietosuoja](03-privacy.md) tai kysy:

{contact}

Kysyä saa aina.
"""
STATEMENT = """---
title: {title}
summary: Seloste.
checked: "2026-11-28"
---

Tekstiä.
"""


def _translation(title: str, body: str = "Text.\n") -> str:
    return f"---\ntitle: {title}\nsummary: {title}.\n---\n\n{body}"


FILES: dict[str, str | bytes | None] = {
    "01-participant.md": HELP,
    "01-participant.sv.md": _translation("Hjälp"),
    "01-participant.en.md": _translation("Help"),
    "02-accessibility.md": STATEMENT.replace("{title}", "Saavutettavuus"),
    "02-accessibility.sv.md": _translation("Tillgänglighet"),
    "02-accessibility.en.md": _translation("Accessible"),
    "03-privacy.md": STATEMENT.replace("{title}", "Tietosuoja"),
    "03-privacy.sv.md": _translation("Dataskydd"),
    "03-privacy.en.md": _translation("Privacy notice"),
}


def guide_with(courses: Path, files: dict[str, str | bytes | None] | None = None) -> Path:
    """The small guide in `_guide` with some files written otherwise, added, or (None) left out."""
    return write_files(courses / "_guide", {**FILES, **(files or {})})
