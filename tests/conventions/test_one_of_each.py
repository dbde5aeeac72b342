"""What is written once for all features: a second one beside it would sooner or later answer otherwise."""

import re
from collections.abc import Iterator

import pytest

from lms.config import ROOT

# a pattern, and the modules that may hold it, with the reason why
ONCE = {
    # forms.row_number and forms.chosen_id; attributes of authors' pages, and passwords of digits alone
    r"\.isdigit\(|\.isdecimal\(|\.isnumeric\(|coerce=int\b": {
        "forms.py",
        "markup/render.py",
        "accounts/passwords.py",
    },
    # paging.asked_number
    r"\btype=int\b|\bint\(request\.": {"paging.py"},
    # versions.is_current and require_current
    r"(version|revision|seen) != |!= \w+\.(version|revision)\b|ChangedElsewhere$": {"versions.py"},
    # autosave.saved and autosave.refused
    r'"errors":|"saved_at": \w+\.isoformat\(\), "revision"': {"autosave.py"},
    # the days, times and numbers of lms/wording.py, and clock.day_of
    r"babel\.(dates|numbers)|astimezone\(HELSINKI\)\.date|astimezone\(clock": {"clock.py", "wording.py"},
    # Person.can_sign_in: open and with a password; a sign-in that has begun goes on until it is ended
    r"disabled_at\.is_\(|disabled_at is (not )?None": {"accounts/models.py", "accounts/queries.py"},
}


def lines_with(pattern: str) -> Iterator[tuple[str, str]]:
    """Yield the modules of the program that hold the pattern, with the line."""
    for path in sorted((ROOT / "lms").rglob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if re.search(pattern, line):
                yield path.relative_to(ROOT / "lms").as_posix(), f"{number}: {line.strip()}"


@pytest.mark.parametrize("pattern", ONCE)
def test_what_has_one_home_is_written_nowhere_else(pattern: str) -> None:
    found = list(lines_with(pattern))

    assert {module for module, _line in found} >= ONCE[pattern], "an exception that nothing needs"
    assert not [f"{module}:{line}" for module, line in found if module not in ONCE[pattern]]
