"""Reads the official wording of criteria from ePerusteet's JSON: whole qualification requirements, or one unit."""

import html
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, TypeGuard

import nh3

from lms.coursefiles.read.files import Unreadable, read_bytes
from lms.i18n import LANGUAGES
from lms.markup.invisible_characters import invisible_characters

MOST_BYTES = 20_000_000  # the largest requirements are a few megabytes
MOST_CHARACTERS = 2_000
MOST_HTML_CHARACTERS = 10_000  # cleaning much of it would take long
MOST_CODE_CHARACTERS = 60
MOST_ID = 2**31 - 1
# In the data `pakollinen` is always false, so that the container's name has to tell.
_CONTAINERS = {"pakollisetOsaamistavoitteet": True, "valinnaisetOsaamistavoitteet": False}

Texts: TypeAlias = dict[str, str]
Json: TypeAlias = Mapping[str, object]


class NotOfEperusteet(Exception):
    """The file is not in ePerusteet's format; the message says what is wrong with it."""


@dataclass(frozen=True)
class OfficialCriterion:
    """One criterion as the requirements word it; codes repeat between part-units."""

    unit: str
    part_unit: str
    compulsory: bool
    code: str
    texts: Texts


@dataclass(frozen=True)
class Requirements:
    """The content of a file; `qualification` is the id of the requirements, None when the file is a single unit."""

    qualification: int | None
    criteria: tuple[OfficialCriterion, ...]


def read_requirements(path: Path) -> Requirements:
    """Return the criteria of the file's common units. Raises NotOfEperusteet."""
    document = _document(path)
    units = document.get("tutkinnonOsat")
    if units is None and "osaAlueet" in document:
        units = [document]
    criteria = tuple(_criteria(units))
    if not criteria:
        raise NotOfEperusteet("it holds no criteria of part-units")
    return Requirements(
        qualification=_qualification(document) if "tutkinnonOsat" in document else None,
        criteria=criteria,
    )


def _qualification(document: Json) -> int:
    number = document.get("id")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number <= MOST_ID:
        raise NotOfEperusteet("its requirements have no id")
    return number


def _document(path: Path) -> Json:
    try:
        document = json.loads(read_bytes(path, MOST_BYTES))
    except Unreadable as refused:
        raise NotOfEperusteet(str(refused)) from refused
    except (ValueError, RecursionError) as error:
        raise NotOfEperusteet("it is no JSON") from error
    if not _is_mapping(document):
        raise NotOfEperusteet("it is no JSON object")
    return document


def _criteria(units: object) -> Iterator[OfficialCriterion]:
    for unit in _mappings(units):
        for part_unit in _mappings(unit.get("osaAlueet")):
            for container, compulsory in _CONTAINERS.items():
                goals = part_unit.get(container)
                goals = goals.get("tavoitteet") if _is_mapping(goals) else None
                for code, texts in _goals(goals):
                    yield OfficialCriterion(
                        unit=str(unit.get("koodiUri")),
                        part_unit=str(part_unit.get("koodiUri")),
                        compulsory=compulsory,
                        code=code,
                        texts=texts,
                    )


def _goals(goals: object) -> Iterator[tuple[str, Texts]]:
    """The code and the text of each goal, in order; the subject "Opiskelija" appears once for all of them."""
    if not _is_mapping(goals):
        return
    subject = _texts(goals.get("kohde"))
    groups = [goals, *_mappings(goals.get("kohdealueet"))]
    for group in groups:
        for goal in _mappings(group.get("vaatimukset")):
            code = goal.get("koodi")
            uri = code.get("uri") if _is_mapping(code) else None
            texts = {
                language: f"{subject[language]} {text}" if language in subject else text
                for language, text in _texts(goal.get("vaatimus")).items()
            }
            if isinstance(uri, str) and len(uri) <= MOST_CODE_CHARACTERS and texts:
                yield uri, texts


def _texts(localised: object) -> Texts:
    """A localised text in our languages, as plain text on one line; long texts come as HTML."""
    if not _is_mapping(localised):
        return {}
    found = {}
    for language in LANGUAGES:
        text = localised.get(language)
        if not isinstance(text, str) or len(text) > MOST_HTML_CHARACTERS:
            continue
        whole = text.encode("utf-8", "ignore").decode()  # JSON can contain half a character, a lone surrogate
        plain = " ".join(html.unescape(nh3.clean(whole, tags=set())).split())
        if plain and len(plain) <= MOST_CHARACTERS and not invisible_characters(plain):
            found[language] = plain
    return found


def _mappings(items: object) -> Iterator[Json]:
    if isinstance(items, list):
        yield from (item for item in items if _is_mapping(item))


def _is_mapping(value: object) -> TypeGuard[Json]:
    return isinstance(value, dict)
