"""Files given to be kept: always as attachments, with a name that every browser takes."""

import unicodedata
from urllib.parse import quote

from flask import Response

from lms.headers import DOWNLOAD_POLICY


def attachment(data: bytes, name: str, mimetype: str) -> Response:
    """Return an answer that the browser saves under `name`."""
    safe = "".join(
        letter for letter in name if unicodedata.category(letter)[0] != "C" and letter not in '"\\/'
    )
    ascii_name = unicodedata.normalize("NFKD", safe).encode("ascii", "ignore").decode() or "file"
    response = Response(data, mimetype=mimetype)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(safe)}"
    )
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    return response
