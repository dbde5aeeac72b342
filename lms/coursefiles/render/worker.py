"""The child process that turns Markdown into HTML: one JSON line in, one JSON line out, with little memory.

A text that uses too much processor time ends it; what needs too much memory or depth it reports. Its parent
(renderer.py) kills it only when it says nothing at all.
"""

import json
import resource
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lms.markup.render import Links, Piece, UnsafeMarkup, render_pieces

SPARE_MEMORY = 256 * 1024 * 1024
_STATM = Path("/proc/self/statm")


def limit_memory() -> None:
    """Limits the memory to 256 MB more than the process uses now, which is known only on Linux."""
    if _STATM.exists():
        own = int(_STATM.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (own + SPARE_MEMORY, own + SPARE_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_time(seconds: float) -> None:
    """Limits the processor time that the process may still use; 0 removes the limit.

    The signal's default action ends the process even in the middle of a regular expression, which a
    handler in Python would have to wait for.
    """
    signal.setitimer(signal.ITIMER_PROF, seconds)


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
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    seconds = float(sys.argv[1])
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        limit_time(seconds)
        reply = json.dumps(answer(json.loads(line)))
        limit_time(0)
        sys.stdout.write(reply + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
