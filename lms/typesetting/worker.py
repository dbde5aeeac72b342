"""The process that typesets: answers each request on its socket with a PDF, until the server closes it."""

import json
import re
import signal
import socket
import sys
from datetime import UTC, datetime

import typst

from lms.typesetting.frames import MADE, REFUSED, LinkClosed, receive, send

# Words of the document that an error quotes; a log must not contain them.
QUOTED = re.compile(r"`[^`]*`")


def open_compiler(root: str, template: str, fonts: str) -> typst.Compiler:
    """Return a compiler that knows the product's fonts and no others: all machines make the same bytes."""
    shipped = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts])
    return typst.Compiler(template, root=root, font_paths=shipped, ignore_system_fonts=True)


def answer(compiler: typst.Compiler, request: bytes) -> bytes:
    """Return the PDF, or why there is none; a warning is a reason too."""
    asked = json.loads(request)
    made_at = datetime.fromisoformat(asked["made_at"]).replace(tzinfo=UTC)
    try:
        pdf, warnings = compiler.compile_with_warnings(
            format="pdf", sys_inputs=asked["inputs"], pdf_standards=["a-2a", "ua-1"], timestamp=made_at
        )
    except typst.TypstError as fault:
        return refusal(fault.message)
    if warnings or not isinstance(pdf, bytes):
        return refusal("; ".join(warning.message for warning in warnings))
    return MADE + pdf


def refusal(reason: str) -> bytes:
    return REFUSED + QUOTED.sub("…", reason).encode()


def main(root: str, template: str, fonts: str) -> None:
    # Ctrl-C in a terminal reaches the whole process group; the server decides when this one ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    compiler = open_compiler(root, template, fonts)
    with socket.socket(fileno=sys.stdin.fileno()) as link:
        while True:
            try:
                send(link, answer(compiler, receive(link)))
            except LinkClosed:
                return


if __name__ == "__main__":
    main(*sys.argv[1:])
