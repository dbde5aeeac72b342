"""Makes a booklet of a published course: reads it from the database, checks that it can be printed, typesets it."""

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from lms.booklets import queries
from lms.booklets.book import Wanted, book_of, pictures_in, words_in
from lms.booklets.pictures import picture_as_svg
from lms.config import Settings
from lms.errors import Invalid, NotFound
from lms.i18n import _
from lms.typesetting.fonts import describe_character, missing_glyphs
from lms.typesetting.process import TEMPLATES, Typesetter, TypesettingFailed, shared

log = logging.getLogger(__name__)

TEMPLATE = TEMPLATES / "booklets" / "booklet.typ"
# A booklet needs much memory and is seldom made, so its process ends with it.
BOOKLETS_PER_WORKER = 1
SECONDS_PER_BOOKLET = 30.0

_SPACES = re.compile(r"\s+")

typesetter = shared(
    Typesetter(TEMPLATE, documents_per_worker=BOOKLETS_PER_WORKER, seconds_per_document=SECONDS_PER_BOOKLET)
)


@dataclass(frozen=True)
class BookletDraft:
    """A booklet before it is typeset: nothing more is needed from the database."""

    name: str
    book: Mapping[str, Any]
    pictures: Mapping[str, str]
    published_on: date


def draft(
    session: Session,
    slug: str,
    *,
    language: str | None,
    plain: bool,
    settings: Settings,
    number: int | None = None,
) -> BookletDraft:
    """Return a course as a booklet: its current version or that of a number, its own language when none is named.

    Raises NotFound when there is no such course or version or it is not in that language, Invalid when
    nothing of it is in plain wording in that language though that is wanted, or paper cannot show it.
    """
    published = queries.published_course(session, slug, number)
    if published is None or (language and language not in published.languages):
        raise NotFound
    wanted = Wanted(language or published.outline.language, plain)
    if plain and not published.has_plain_in(wanted.language):
        raise Invalid(_("The course has no plain wording in this language. Print it in ordinary wording."))
    checklist = None
    if published.outline.checklist:
        checklist = queries.checklist(session, published.outline.checklist)
    book = book_of(published, checklist, wanted, settings)
    pictures = _pictures(book, settings.data_dir)
    _refuse_letters(book, pictures)
    marks = [slug, *([wanted.language] if language else []), *(["plain"] if plain else [])]
    return BookletDraft("-".join(marks) + ".pdf", book, pictures, published.published_on)


def printed(draft: BookletDraft) -> bytes:
    """Return the booklet as PDF (PDF/A-2a and PDF/UA-1). Call it outside a transaction: it takes seconds.

    Raises Invalid when it cannot be made.
    """
    inputs = {
        "book": json.dumps(draft.book),
        **{f"picture {name}": svg for name, svg in draft.pictures.items()},
    }
    try:
        return typesetter.typeset(inputs, made_on=draft.published_on)
    except TypesettingFailed as fault:
        log.warning("no booklet of %s: %s", draft.name, fault)
        raise Invalid(
            _("The booklet could not be made. Tell this to the one who keeps the courses.")
        ) from fault


def _pictures(book: Mapping[str, Any], data_dir: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in dict.fromkeys(pictures_in(book)):
        svg = picture_as_svg(data_dir, name)
        if svg is None:
            raise Invalid(_("A picture of the course is not here any more. Publish the course again."))
        found[name] = svg
    return found


def _refuse_letters(book: Mapping[str, Any], pictures: Mapping[str, str]) -> None:
    """Raise Invalid with the characters that cannot be printed and the lesson that has the first of them."""
    for lesson in book["lessons"]:
        drawn = [_SPACES.sub(" ", pictures[name]) for name in pictures_in(lesson)]
        if missing := missing_glyphs("".join([*words_in(lesson), *drawn])):
            raise Invalid(
                _(
                    "The paper cannot show these letters of lesson %(number)d: %(letters)s. "
                    "Write them otherwise and publish the course again.",
                    number=lesson["number"],
                    letters=_shown(missing),
                )
            )
    if missing := missing_glyphs("".join(words_in(book))):
        raise Invalid(
            _(
                "The paper cannot show these letters of the course: %(letters)s. "
                "Write them otherwise and publish the course again.",
                letters=_shown(missing),
            )
        )


def _shown(letters: list[str]) -> str:
    return " ".join(describe_character(letter) for letter in letters)
