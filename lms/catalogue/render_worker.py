"""The child process that turns Markdown into HTML: one JSON line in, one JSON line out, with little memory.

Its parent (renderer.py) kills it when a text takes too long; what needs too much memory or depth it reports.
"""

import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lms.markup import Links, Piece, UnsafeMarkup, render_pieces

SPARE_MEMORY = 256 * 1024 * 1024
_STATM = Path("/proc/self/statm")


def limit_memory() -> None:
    """Leaves 256 MB above what the process needs to live; only Linux can say how much that is."""
    if _STATM.exists():
        own = int(_STATM.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (own + SPARE_MEMORY, own + SPARE_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """The rendered pieces of one job, or why there are none."""
    pieces = [Piece(**piece) for piece in job["pieces"]]
    try:
        rendered = render_pieces(pieces, Links(**job["links"]))
    except (MemoryError, RecursionError):
        return {"failure": "heavy"}
    except UnsafeMarkup as found:
        return {"failure": "unsafe", "found": str(found)}
    return {"rendered": [asdict(piece) for piece in rendered]}


def main() -> None:
    limit_memory()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
