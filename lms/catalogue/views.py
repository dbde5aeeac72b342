"""Published media: pictures, videos, sound and attachments of courses."""

from flask import Blueprint, current_app, send_file
from flask.typing import ResponseReturnValue

from lms import access
from lms.catalogue.media_store import stored_media
from lms.config import Settings
from lms.errors import NotFound
from lms.markup.render import MEDIA_PATH
from lms.serving.headers import DOWNLOAD_POLICY

bp = Blueprint("catalogue", __name__)

SVG = "image/svg+xml"
YEAR_SECONDS = 365 * 24 * 60 * 60
# these can contain scripts; an SVG needs its own style element, or it is drawn black
POLICIES = {
    SVG: f"{DOWNLOAD_POLICY}; style-src 'unsafe-inline'",
    "application/pdf": DOWNLOAD_POLICY,
}
# a browser's PDF reader does not open in a sandbox, so it is saved instead
SAVED_NOT_SHOWN = frozenset({"application/pdf"})


@bp.get(f"{MEDIA_PATH}<name>")
@access.public
def media(name: str) -> ResponseReturnValue:
    settings: Settings = current_app.extensions["settings"]
    found = stored_media(settings.data_dir, name)
    if found is None:
        raise NotFound
    response = send_file(
        found.path,
        mimetype=found.media_type,
        as_attachment=found.media_type in SAVED_NOT_SHOWN,
        download_name=f"{found.sha256[:12]}{found.path.suffix}",
        etag=found.sha256,
        last_modified=None,
        conditional=True,
        max_age=YEAR_SECONDS,
    )
    if found.media_type == SVG:
        response.direct_passthrough = False  # it is text: read into memory, it is sent compressed
    response.cache_control.public = True
    response.cache_control.immutable = True
    response.vary.add("Accept-Encoding")
    if found.media_type in POLICIES:
        response.headers["Content-Security-Policy"] = POLICIES[found.media_type]
    return response
