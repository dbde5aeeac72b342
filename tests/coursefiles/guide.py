"""The examples of the authors' guide: each fence of docs/authoring.md with the comment line above it."""

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.coursefiles.course_folders import write_files
from tests.coursefiles.known_faults import GUIDE

SLUG = "oma-kurssi"
_FENCE = re.compile(r"^<!-- (?P<label>[^\n]+) -->\n```(?P<language>\w+)\n(?P<text>.*?)^```$", re.M | re.S)
_FILE = re.compile(r"courses/\S+\.(?:md|svg|yaml)")


@dataclass(frozen=True)
class Example:
    """What the guide shows under a label: a file's path, `wrong: path`, `later: path` or `says: command`."""

    label: str
    text: str

    @property
    def path(self) -> str:
        return self.label.partition(": ")[2]


def guide() -> str:
    return GUIDE.read_text(encoding="utf-8")


def examples() -> list[Example]:
    return [Example(match["label"], match["text"]) for match in _FENCE.finditer(guide())]


def example_files() -> dict[str, str | bytes | None]:
    """The files of the guide's own course, put together from the pieces in which the guide shows them."""
    files: dict[str, str] = {}
    for example in examples():
        path, _, continued = example.label.partition(", ")
        if not _FILE.fullmatch(path):
            continue
        assert (path in files) == (continued == "continued"), example.label
        files[path] = f"{files[path]}\n{example.text}" if continued else example.text
    return dict(files)


def said(command: str) -> str:
    """What the guide says that a command prints."""
    return next(example.text for example in examples() if example.label == f"says: {command}")


def faulty() -> list[tuple[str, str, str]]:
    """Each faulty file that the guide shows: its path, its text, and what the checker is shown to say."""
    shown = examples()
    return [
        (example.path, example.text, after.text)
        for example, after in pairwise(shown)
        if example.label.startswith("wrong: ")
    ]


def write_example(parent: Path) -> Path:
    """The guide's course and criteria under a folder; returns the folder of courses."""
    write_files(parent, example_files())
    return parent / "courses"


def tables() -> list[dict[str, list[str]]]:
    """The tables of the guide, each by its first column: the name and the rest of its row."""
    found: list[dict[str, list[str]]] = []
    rows: dict[str, list[str]] = {}
    for line in [*guide().split("\n"), ""]:
        if line.startswith("| `"):
            name, *rest = (cell.strip() for cell in line.strip("|").split(" | "))
            rows[name.strip("`")] = rest
        elif rows:
            found.append(rows)
            rows = {}
    return found
