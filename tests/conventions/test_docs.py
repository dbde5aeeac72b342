"""The documents name every setting and every command, and link only to what is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from lms import config
from lms.cli.main import lms
from lms.config import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands_of(group: click.Group) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command, name
        yield name, command


def commands(group: click.Group, words: tuple[str, ...] = ("lms",)) -> list[str]:
    """Return every command as people type it."""
    found: list[str] = []
    for name, command in commands_of(group):
        here = (*words, name)
        found += commands(command, here) if isinstance(command, click.Group) else [" ".join(here)]
    return found


def test_every_setting_is_explained() -> None:
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert [name for name in sorted(config.NAMES) if f"`{name}`" not in text] == []


def test_every_command_is_explained() -> None:
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert [name for name in commands(lms) if f"`{name}`" not in text] == []


def test_no_document_names_a_command_that_is_not_there() -> None:
    known = set(commands(lms))
    groups = {" ".join(name.split()[:2]) for name in known}
    unknown = []
    for document in DOCUMENTS:
        for name in re.findall(r"`(lms [a-z]+(?: [a-z]+)?)`", document.read_text(encoding="utf-8")):
            if name not in known and name not in groups:
                unknown.append(f"{document.name}: {name}")
    assert unknown == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_files_that_are_there(document: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", document.read_text(encoding="utf-8"), flags=re.S)  # no examples
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_command_has_help_and_tells_wrong_use_by_exit_code_two() -> None:
    def walk(command: click.Command, words: list[str]) -> None:
        assert command.help, words
        if isinstance(command, click.Group):
            for name, inner in commands_of(command):
                walk(inner, [*words, name])

    walk(lms, ["lms"])
