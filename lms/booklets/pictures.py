"""Published pictures as drawings that the template can take: it reads no files, only the data it is given."""

from base64 import b64encode
from pathlib import Path

from lms.catalogue.media_store import stored_media

SVG = "image/svg+xml"


def picture_as_svg(data_dir: Path, name: str) -> str | None:
    """Return a published picture as SVG, a photograph wrapped in one; None when it is not in the store."""
    found = stored_media(data_dir, name)
    if found is None:
        return None
    content = found.path.read_bytes()
    if found.media_type == SVG:
        return content.decode("utf-8-sig")
    # without a size of its own the drawing is as large as its content
    data = f"data:{found.media_type};base64,{b64encode(content).decode()}"
    return f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{data}"/></svg>'
