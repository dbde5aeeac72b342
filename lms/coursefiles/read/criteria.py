"""Reads courses/_criteria/*.yaml: the criteria of a part-unit in the participant's own first-person words."""

import re
from dataclasses import dataclass
from pathlib import Path

from lms.coursefiles.read.entries import Entry
from lms.coursefiles.read.fields import Fields
from lms.coursefiles.read.files import entries, printable_path, read_text
from lms.coursefiles.read.yaml_text import read_mapping
from lms.faults import Fault, FaultList

# A certificate drops the first word and continues in the third person: "Hän osaa …".
FIRST_WORDS = {"fi": "Osaan ", "sv": "Jag kan ", "en": "I can "}
MOST_GROUPS = 30
MOST_CRITERIA = 60

_FILE_NAME = re.compile(r"(?P<name>[a-z0-9-]{1,60})\.yaml")
_CODES = {
    "unit": re.compile(r"tutkinnonosat_\d{1,12}"),
    "part_unit": re.compile(r"ammatillisenoppiaineet_[a-z0-9]{1,20}"),
    "code": re.compile(r"osaamistavoitteet_\d{1,12}"),
}
CRITERIA_FIELDS = (
    *("title", "unit", "unit_title", "part_unit", "part_unit_title"),
    *("compulsory", "scope", "qualification", "year", "groups"),
)


@dataclass(frozen=True)
class ParsedCriterion:
    code: str
    wording: dict[str, str]


@dataclass(frozen=True)
class CriteriaGroup:
    title: dict[str, str]
    criteria: tuple[ParsedCriterion, ...]


@dataclass(frozen=True)
class CriteriaFile:
    name: str
    title: dict[str, str]
    unit: str
    unit_title: dict[str, str]
    part_unit: str
    part_unit_title: dict[str, str]
    compulsory: bool
    # None when the list contains only a part of the part-unit
    scope: int | float | None
    qualification: int
    year: int
    groups: tuple[CriteriaGroup, ...]


@dataclass(frozen=True)
class CriteriaReading:
    """The criteria files of the folder; files with faults are left out."""

    files: tuple[CriteriaFile, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        return frozenset(file.name for file in self.files)

    @property
    def codes(self) -> frozenset[str]:
        """Every code that a course or lesson may name."""
        codes = {
            criterion.code for file in self.files for group in file.groups for criterion in group.criteria
        }
        return frozenset(codes | {file.part_unit for file in self.files})


def read_criteria_folder(folder: Path) -> CriteriaReading:
    """All criteria files of a folder; never raises, whatever the files contain."""
    at_folder = FaultList(printable_path(folder))
    files: list[CriteriaFile] = []
    faults: list[Fault] = []
    for entry in entries(folder, at_folder):
        own = FaultList(printable_path(Path(entry.path)))
        file = _read_file(Path(entry.path), own)
        if file and not own:
            files.append(file)
        faults += own.as_tuple()
    return CriteriaReading(tuple(files), (*at_folder.as_tuple(), *faults))


def _read_file(path: Path, faults: FaultList) -> CriteriaFile | None:
    match = _FILE_NAME.fullmatch(path.name)
    if match is None:
        faults.add(1, "The file's name is not possible here", "Name it like tyoelamassa-toimiminen.yaml.")
        return None
    text = read_text(path, faults)
    mapping = None if text is None else read_mapping(text, 1, faults)
    if mapping is None:
        return None
    fields = Fields(mapping, 1, faults, CRITERIA_FIELDS)
    return CriteriaFile(
        name=match["name"],
        title=fields.in_languages("title"),
        unit=_code(fields, "unit", faults),
        unit_title=fields.in_languages("unit_title"),
        part_unit=_code(fields, "part_unit", faults),
        part_unit_title=fields.in_languages("part_unit_title"),
        compulsory=bool(fields.boolean("compulsory")),
        scope=fields.number("scope", 0.5, 180, required=False),
        qualification=fields.integer("qualification", 1, 999_999_999) or 0,
        year=fields.integer("year", 2000, 2100) or 0,
        groups=_groups(fields, faults),
    )


def _code(fields: Fields, name: str, faults: FaultList) -> str:
    code = fields.text(name)
    if code is not None and not _CODES[name].fullmatch(code):
        example = {"unit": "tutkinnonosat_106727", "part_unit": "ammatillisenoppiaineet_yttt"}
        fix = f"Write it in full, like {example.get(name, 'osaamistavoitteet_1073')}."
        faults.add(fields.line_of(name), f"`{name}` is not a code of that kind", fix)
    return code or ""


def _groups(fields: Fields, faults: FaultList) -> tuple[CriteriaGroup, ...]:
    groups: list[CriteriaGroup] = []
    seen: set[str] = set()
    for item in _items(fields, "groups", MOST_GROUPS, faults):
        group = _inner(item, ("title", "criteria"), faults)
        if group is None:
            continue
        criteria = tuple(_criteria(group, seen, faults))
        groups.append(CriteriaGroup(group.in_languages("title"), criteria))
    return tuple(groups)


def _criteria(group: Fields, seen: set[str], faults: FaultList) -> list[ParsedCriterion]:
    criteria: list[ParsedCriterion] = []
    for item in _items(group, "criteria", MOST_CRITERIA, faults):
        fields = _inner(item, ("code", "wording"), faults)
        if fields is None:
            continue
        code = _code(fields, "code", faults)
        if code in seen:
            faults.add(fields.line_of("code"), f"The code `{code}` stands twice", "Keep one of them.")
        seen.add(code)
        criteria.append(ParsedCriterion(code, _wording(fields, faults)))
    return criteria


def _wording(fields: Fields, faults: FaultList) -> dict[str, str]:
    wording = fields.in_languages("wording")
    entry = fields.entry("wording", required=False)
    lines = entry.value if entry and isinstance(entry.value, dict) else {}
    for language, text in wording.items():
        first = FIRST_WORDS[language]
        if not text.startswith(first):
            fix = f"Begin it with `{first.strip()}`."
            faults.add(lines[language].line, f"The wording in `{language}` begins otherwise", fix)
    return wording


def _items(fields: Fields, name: str, most: int, faults: FaultList) -> tuple[Entry, ...]:
    entry = fields.entry(name)
    if entry is None:
        return ()
    if isinstance(entry.value, tuple) and 0 < len(entry.value) <= most:
        return entry.value
    faults.add(
        entry.line, f"`{name}` is not a list of 1 to {most} items", "Write each item on a line with `- `."
    )
    return ()


def _inner(item: Entry, names: tuple[str, ...], faults: FaultList) -> Fields | None:
    if isinstance(item.value, dict):
        return Fields(item.value, item.line, faults, names)
    faults.add(item.line, "This item has no names", f"Give it {' and '.join(names)}.")
    return None
