"""Copies of the tree in which faults are put and tests run, so that the tree itself is never touched."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", ".mutants", "instance", "__pycache__", ".*_cache", ".hypothesis"
)


@contextmanager
def fresh_copy() -> Iterator[Path]:
    """Give a copy of the tree that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
        yield copy


def environment(copy: Path) -> dict[str, str]:
    """Return the environment in which the copy's own code runs, on SQLite alone."""
    return {**os.environ, "PYTHONPATH": str(copy), "TEST_POSTGRESQL_URL": ""}
