"""Compresses pages and drawings for browsers that accept it."""

import gzip

import brotli
from flask import Flask, Response, request

SMALLEST_BYTES = 600
BROTLI_QUALITY = 4
GZIP_LEVEL = 5
KINDS = frozenset({"text/html", "application/json", "image/svg+xml"})


def compress(response: Response) -> Response:
    """Return the response with its body compressed, unless it is small or the browser does not accept it."""
    if (
        response.direct_passthrough
        or response.mimetype not in KINDS
        or "Content-Encoding" in response.headers
        or response.status_code in (204, 206, 304)
    ):
        return response
    accepted = request.headers.get("Accept-Encoding", "")
    if "br" not in accepted and "gzip" not in accepted:
        return response
    body = response.get_data()
    if len(body) < SMALLEST_BYTES:
        return response
    if "br" in accepted:
        response.set_data(brotli.compress(body, quality=BROTLI_QUALITY))
        response.headers["Content-Encoding"] = "br"
    else:
        response.set_data(gzip.compress(body, compresslevel=GZIP_LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    if not response.cache_control.public:
        response.vary.add("Cookie")
    etag, _is_weak = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)  # the same content in other bytes
    return response


def init_app(app: Flask) -> None:
    app.after_request(compress)
