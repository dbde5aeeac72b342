"""A published course with every kind of part, and how a booklet is read back."""

import io
import subprocess
from collections.abc import Iterator
from typing import Any

import pikepdf
from sqlalchemy.orm import Session

from lms.catalogue.models import CourseVersion
from tests import factories

NO_QUESTION: dict[str, Any] = {
    "general_feedback": "",
    "choices": [],
    "numbers": [],
    "wrong_feedback": "",
    "pairs": [],
    "options": [],
}


def question(kind: str, text: str, **more: Any) -> dict[str, Any]:
    return {"key": kind, "kind": kind, "text": text, **NO_QUESTION, **more}


def choice(text: str, feedback: str = "", *, right: bool = False) -> dict[str, Any]:
    return {"text": text, "right": right, "feedback": feedback}


QUESTIONS = [
    question(
        "true-false", "Onko näin?", choices=[choice("true", "Juuri niin.", right=True), choice("false")]
    ),
    question("one", "Kuka maksaa?", choices=[choice("Sinä", "Ei vielä."), choice("Työnantaja", right=True)]),
    question("several", "Mitkä?", choices=[choice("Palkka", right=True), choice("Loma", right=True)]),
    question(
        "words",
        "Mikä sana?",
        choices=[
            choice("tili", right=True),
            choice("pankkitili", right=True),
            choice("lompakko", "Melkein."),
            choice("kukkaro", "Melkein."),
        ],
    ),
    question(
        "number",
        "Montako?",
        numbers=[{"low": "1.5", "high": "2", "right": True, "feedback": ""}],
        wrong_feedback="Laske uudelleen.",
    ),
    question(
        "pairs",
        "Yhdistä.",
        pairs=[{"left": "brutto", "right": "ennen veroja"}, {"left": "netto", "right": "verojen jälkeen"}],
        options=["ennen veroja", "verojen jälkeen"],
        general_feedback="Hyvä!",
    ),
]

PROSE = """<p>Lue <strong>ensin</strong> ja <em>kysy</em> sitten: <a href="https://example.org/apua">apua</a>.</p>
<h2>Otsikko</h2><h4>Syvempi</h4>
<ul><li>yksi</li><li><p>kaksi</p><ol start="3"><li>kolme</li></ol></li></ul>
<table><thead><tr><th scope="col">Kohta</th><th scope="col">Oma</th></tr></thead>
<tbody><tr><td>Palkka</td><td></td></tr><tr><td>Loma</td></tr></tbody></table>
<blockquote><p>Lainaus</p></blockquote><pre><code>rivi 1
rivi 2</code></pre><hr><dl><dt>TES</dt><dd>työehtosopimus</dd></dl>
<p>Katso <a href="../lessons/loppu">loppu</a> ja <a href="/diary">päiväkirja</a> sekä <kbd>Ctrl</kbd>.</p>"""

PARTS: list[dict[str, Any]] = [
    {"kind": "prose", "html": PROSE},
    {"kind": "tip", "title": "Hyvä tapa", "html": "<p>Pidä tauko.</p>"},
    {"kind": "note", "title": "", "html": "<p>Tarkistettu.</p>"},
    {"kind": "steps", "title": "Näin teet", "html": "<ol><li>Avaa</li><li>Sulje</li></ol>"},
    {
        "kind": "task",
        "id": "viesti",
        "title": "Kirjoita viesti",
        "answer": "text",
        "review": "instructor",
        "extra": False,
        "html": "<p>Kolme virkettä.</p>",
    },
    {"kind": "quiz", "id": "visa", "title": "Tarkista itse", "questions": QUESTIONS},
    {"kind": "diary", "id": "opit", "title": "Mitä opit?", "html": "<p>Vapaasti.</p>"},
    {
        "kind": "task",
        "id": "lisaa",
        "title": "Vielä yksi",
        "answer": "none",
        "review": "self",
        "extra": True,
        "html": "<p>Sano ääneen.</p>",
    },
]


def publish(session: Session, parts: list[dict[str, Any]] | None = None, **more: Any) -> CourseVersion:
    """Publish a course with the address `tyo`, of two lessons; the first has `parts`."""
    version = factories.make_version(
        session, factories.outline_json(**more), {"alku": PARTS if parts is None else parts}
    )
    session.commit()
    return version


def prose(html: str) -> list[dict[str, Any]]:
    return [{"kind": "prose", "html": html}]


def text_of(pdf: bytes) -> str:
    """Return the words of `pdf`, one space between them."""
    return " ".join(pages_of(pdf)).strip()


def pages_of(pdf: bytes) -> list[str]:
    """Return the words of each page, one space between them."""
    run = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return [" ".join(page.split()) for page in run.stdout.decode().split("\f")]


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def elements(node: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
    """Return the elements of the structure tree below `node`, in reading order."""
    if not isinstance(node, pikepdf.Dictionary):
        return
    if "/S" in node:
        yield node
    children: Any = node.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        yield from elements(child)
