"""Files to download: always as attachments, with a name that every browser accepts."""

import os
import unicodedata
from collections.abc import Iterator
from typing import IO
from urllib.parse import quote

from flask import Response

from lms.serving.headers import DOWNLOAD_POLICY

BLOCK_BYTES = 64_000


def attachment(data: bytes | IO[bytes], name: str, mimetype: str) -> Response:
    """Return a response that the browser saves as `name`; a file is sent in blocks, then closed."""
    safe = "".join(
        letter for letter in name if unicodedata.category(letter)[0] != "C" and letter not in '"\\/'
    )
    ascii_name = unicodedata.normalize("NFKD", safe).encode("ascii", "ignore").decode() or "file"
    response = Response(data, mimetype=mimetype) if isinstance(data, bytes) else _sent(data, mimetype)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(safe)}"
    )
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    return response


def _sent(file: IO[bytes], mimetype: str) -> Response:
    response = Response(_blocks(file), mimetype=mimetype, direct_passthrough=True)
    response.content_length = os.fstat(file.fileno()).st_size
    response.call_on_close(file.close)
    return response


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while block := file.read(BLOCK_BYTES):
            yield block
