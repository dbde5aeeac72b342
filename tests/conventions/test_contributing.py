"""CONTRIBUTING.md lists every file that a new feature touches: a trial feature is built from that list alone."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lms.config import ROOT
from lms.db import newest_migration

FEATURE = "greetings"
TRIAL = Path(__file__).parent / "trial_feature"
NUMBER = f"{int(newest_migration()) + 1:04}"
MOST_CHANGED = 4

# what is written instead of what in the files that are there
CHANGED = {
    "lms/core.py": {'    "lessons": _LEARNING,': '    "greetings": {"accounts"},\n    "lessons": _LEARNING,'},
    "lms/home/navigation.py": {
        "IN_ORDER = (": 'GREETINGS = NavTarget(lazy("Greetings to yourself"), "greetings.greetings", "chat",'
        ' frozenset({"greetings"}))\nIN_ORDER = (GREETINGS, ',
        "OF_EVERYBODY = (": "OF_EVERYBODY = (GREETINGS, ",
    },
    "tests/conventions/test_access.py": {
        "MATRIX = {": 'MATRIX = {\n    "greetings.greetings": "own:work",\n    "greetings.write": "own:work",',
    },
    "tests/conventions/whole_site.py": {
        "from lms.lessons.models": "from lms.greetings import operations as greetings\nfrom lms.lessons.models",
        "    _work_as_aino(site)\n": "    _work_as_aino(site)\n"
        '    greetings.write_greeting(session, text, by=people["aino"].id, now=NOW)\n',
    },
}
# what holds the rules of the house, and the feature's own tests
CHECKS = (
    "test_access.py",
    "test_addresses.py",
    "test_architecture.py",
    "test_declarations.py",
    "test_escaping.py",
    "test_foreign_things.py",
    "test_form_texts.py",
    "test_migrations.py",
    "test_one_of_each.py",
    "test_privacy_registry.py",
    "test_queries.py",
    "test_translations.py",
)


def listed(heading: str) -> set[str]:
    """Return the files of one table of CONTRIBUTING.md, for the trial feature."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition(f"### {heading}\n")[2].partition("\n#")[0]
    names = re.findall(r"^\| `([^`]+)` \|", section, re.M)
    return {name.replace("<feature>", FEATURE).replace("<number>", NUMBER) for name in names}


def new_files() -> dict[str, str]:
    """Return the content of each file of the trial feature, by its path."""
    found = {}
    for path in sorted(TRIAL.rglob("*.txt")):
        name = path.relative_to(TRIAL).as_posix().removesuffix(".txt")
        text = path.read_text(encoding="utf-8")
        if name.startswith("migrations/"):
            name = name.replace(f"{FEATURE}.py", f"{NUMBER}_{FEATURE}.py")
            text = text.replace("{number}", NUMBER).replace("{before}", newest_migration())
        found[name] = text
    return found


def change(path: Path, replacements: dict[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in replacements.items():
        assert text.count(old) == 1, (
            f"the trial feature no longer fits {path.name}: write {old!r} in CHANGED anew"
        )
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the tree with the trial feature in it."""
    git = ["git", "ls-files", "-co", "--exclude-standard"]
    names = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    for name in names:
        if (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, tmp_path / name)
    for name, text in new_files().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    for name, replacements in CHANGED.items():
        change(tmp_path / name, replacements)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    return tmp_path


def test_the_list_of_files_is_what_a_feature_is_made_of() -> None:
    assert listed("New files") == set(new_files())
    assert listed("Existing files") == set(CHANGED)
    assert len(CHANGED) <= MOST_CHANGED


def test_a_feature_made_from_the_list_keeps_every_rule(tree: Path) -> None:
    tests = ["tests/home/test_navigation.py", *(f"tests/conventions/{name}" for name in CHECKS)]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        "0",
        "-q",
        "-p",
        "no:cacheprovider",
        *tests,
        f"tests/{FEATURE}",
    ]
    environment = {**os.environ, "TEST_POSTGRESQL_URL": "", "CI": "", "PYTHONDONTWRITEBYTECODE": "1"}

    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-6_000:]
