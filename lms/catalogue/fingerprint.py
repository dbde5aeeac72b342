"""Tells whether a course folder can have changed since it was published, without rendering it."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

from lms import hidden_letters, markup

# what rendering depends on besides the folder's own files
_LIBRARIES = ("markdown", "bleach", "nh3", "pyyaml")


def fingerprint(folder: Path, criteria: Path) -> str:
    """Return a SHA-256 over the course's files, the criteria's files and the program that renders them.

    The same fingerprint means the same published content and the same faults; another one says nothing.
    """
    digest = hashlib.sha256(_program().encode())
    for root in (folder, criteria):
        for path in sorted(root.rglob("*")):
            # a link has no content of its own, so it must not look like the file it leads to
            kind = b"link" if path.is_symlink() else b"file" if path.is_file() else b"other"
            content = path.read_bytes() if kind == b"file" else b""
            for part in (str(path.relative_to(root)).encode(errors="surrogateescape"), kind, content):
                digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


@cache
def _program() -> str:
    shared = (Path(markup.__file__), Path(hidden_letters.__file__))
    sources = [*sorted(Path(__file__).parent.glob("*.py")), *shared]
    digest = hashlib.sha256(" ".join(version(name) for name in _LIBRARIES).encode())
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()
