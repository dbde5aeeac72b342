"""Every fault that the program can report to an author, read from the code that reports them.

`python -m tests.coursefiles.known_faults` writes them into the authors' guide.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lms.config import ROOT

GUIDE = ROOT / "docs" / "authoring.md"
GAP = "…"
BEGIN, END = "<!-- faults begin -->", "<!-- faults end -->"

LMS = ROOT / "lms"
FOLDERS = ("coursefiles", "questions", "markup")  # where faults are found
GROUPS = {
    "Files and folders": [
        "coursefiles/read/files",
        "coursefiles/check/courses",
        "coursefiles/read/folder",
        "coursefiles/read/media",
        "coursefiles/render/renderer",
    ],
    "Front matter, options and criteria files": [
        "coursefiles/read/front_matter",
        "coursefiles/read/fields",
        "coursefiles/read/yaml_text",
        "coursefiles/read/criteria",
    ],
    "The course and its lessons": [
        "coursefiles/read/courses",
        "coursefiles/read/lessons",
        "coursefiles/read/rules",
        "faults",
    ],
    "The guide": ["coursefiles/read/guide"],
    "Blocks": [
        "coursefiles/read/blocks",
        "coursefiles/blocks/task",
        "coursefiles/blocks/steps",
        "coursefiles/blocks/quiz",
    ],
    "Text, links and pictures": ["markup/render", "coursefiles/advise/spelling"],
    "Questions": [
        "questions/gift/reader",
        "questions/gift/text",
        "questions/gift/answers",
        "questions/words",
        "questions/one",
        "questions/several",
        "questions/pairs",
        "questions/number",
    ],
}
# what reports a fault, and which argument is its message
TELLERS = {
    "add": 1,
    "Fault": 2,
    "GiftFault": 1,
    "Unreadable": 0,
    "_Refused": 1,
    "Problem": 1,
    "RenderingFailed": 0,
}


@dataclass(frozen=True)
class KnownFault:
    """A message in which three dots replace what differs."""

    message: str
    group: str

    def fits(self, told: str) -> bool:
        pattern = ".*".join(re.escape(piece) for piece in self.message.split(GAP))
        return re.fullmatch(pattern, told) is not None


def known_faults() -> list[KnownFault]:
    found: dict[str, KnownFault] = {}
    for group, names in GROUPS.items():
        for name in names:
            for message in _messages(_module(name)):
                found.setdefault(message, KnownFault(message, group))
    return list(found.values())


def unread_modules() -> list[str]:
    """Return the modules that report faults but are in no group."""
    named = {_module(name) for names in GROUPS.values() for name in names}
    return [
        str(path.relative_to(LMS))
        for folder in FOLDERS
        for path in sorted((LMS / folder).rglob("*.py"))
        if path not in named and list(_messages(path))
    ]


def table() -> str:
    """Return the text of the guide between its two marks."""
    lines: list[str] = []
    faults = known_faults()
    for group in GROUPS:
        lines += [f"**{group}**", ""]
        lines += [f"- {fault.message}" for fault in faults if fault.group == group]
        lines.append("")
    return "\n".join(lines).rstrip()


def _module(name: str) -> Path:
    return LMS / f"{name}.py"


def _messages(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield from _told(node)


def _told(function: ast.FunctionDef) -> Iterator[str]:
    names = _local_texts(function)
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        place = TELLERS.get(name)
        if place is None or len(node.args) <= place:
            continue
        message = node.args[place]
        text = _text(message)
        if text is not None:
            yield text
        elif isinstance(message, ast.Name):
            yield from names.get(message.id, [])


def _local_texts(function: ast.FunctionDef) -> dict[str, list[str]]:
    """The texts that each local name of a function may hold."""
    held: dict[str, list[str]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            text = _text(node.value)
            if text is not None:
                held.setdefault(node.targets[0].id, []).append(text)
    return held


def _text(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else GAP for part in node.values)
    return None


def main() -> None:
    before, _, rest = GUIDE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    GUIDE.write_text(f"{before}{BEGIN}\n{table()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
