"""Published media: open to all, cached by browsers for ever, and nothing else of the data folder."""

from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from lms.catalogue.media_store import media_folder, store_media
from lms.config import Settings
from lms.coursefiles.read.media import MediaFile
from lms.errors import Conflict
from tests.coursefiles.course_folders import PNG

HASH = "0123456789abcdef" * 4


@pytest.fixture
def folder(app: Flask) -> Iterator[Path]:
    settings: Settings = app.extensions["settings"]
    (settings.data_dir / "secret.png").write_bytes(b"not for anyone")
    folder = media_folder(settings.data_dir)
    folder.mkdir(exist_ok=True)
    yield folder
    for path in folder.iterdir():
        path.unlink()


def get(app: Flask, path: str, **headers: str) -> TestResponse:
    return app.test_client().get(path, headers=headers, buffered=True)


@pytest.mark.parametrize(
    ("extension", "media_type"),
    [
        ("png", "image/png"),
        ("jpg", "image/jpeg"),
        ("webp", "image/webp"),
        ("svg", "image/svg+xml"),
        ("pdf", "application/pdf"),
        ("mp4", "video/mp4"),
        ("vtt", "text/vtt"),
        ("mp3", "audio/mpeg"),
    ],
)
def test_each_type_goes_out_as_what_it_is(app: Flask, folder: Path, extension: str, media_type: str) -> None:
    (folder / f"{HASH}.{extension}").write_bytes(b"content")

    answer = get(app, f"/media/{HASH}.{extension}")

    assert (answer.status_code, answer.mimetype, answer.data) == (200, media_type, b"content")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for word in ("public", "immutable", "max-age=31536000"):
        assert word in answer.headers["Cache-Control"]
    assert "Cookie" not in answer.headers["Vary"]
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("extension", ["svg", "pdf"])
def test_what_could_hold_script_is_shut_in_a_sandbox(app: Flask, folder: Path, extension: str) -> None:
    (folder / f"{HASH}.{extension}").write_bytes(b"content")

    answer = get(app, f"/media/{HASH}.{extension}")

    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers.get("Content-Disposition", "").startswith("attachment") == (extension == "pdf")


def test_a_browser_that_has_the_file_gets_no_second_copy(app: Flask, folder: Path) -> None:
    (folder / f"{HASH}.png").write_bytes(b"content")

    assert get(app, f"/media/{HASH}.png", **{"If-None-Match": f'"{HASH}"'}).status_code == 304


def test_a_drawing_goes_out_compressed(app: Flask, folder: Path) -> None:
    drawing = b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<path d='M0 0h9'/>" * 100 + b"</svg>"
    (folder / f"{HASH}.svg").write_bytes(drawing)

    answer = get(app, f"/media/{HASH}.svg", **{"Accept-Encoding": "br, gzip"})
    again = get(
        app, f"/media/{HASH}.svg", **{"Accept-Encoding": "br", "If-None-Match": answer.headers["ETag"]}
    )

    assert answer.headers["Content-Encoding"] == "br"
    assert brotli.decompress(answer.data) == drawing
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert again.status_code == 304
    assert get(app, f"/media/{HASH}.svg").data == drawing


def test_a_video_can_be_asked_for_in_pieces(app: Flask, folder: Path) -> None:
    (folder / f"{HASH}.mp4").write_bytes(b"0123456789")

    answer = get(app, f"/media/{HASH}.mp4", Range="bytes=2-4")

    assert (answer.status_code, answer.data) == (206, b"234")


@pytest.mark.parametrize(
    "name",
    [
        HASH,
        f"{HASH}.exe",
        f"{HASH}.html",
        f"{HASH.upper()}.png",
        f"{'f' * 64}.png",
        f"{HASH}.png.svg",
        f"{HASH}.png%0a",
        f"{HASH}.png%00",
        "..%2fsecret.png",
        "%2e%2e%2fsecret.png",
        "%252e%252e%252fsecret.png",
        "../secret.png",
        "..\\secret.png",
        "secret.png",
        "",
    ],
)
def test_nothing_else_is_there(app: Flask, folder: Path, name: str) -> None:
    (folder / f"{HASH}.png").write_bytes(b"content")
    (folder / f"{HASH}.exe").write_bytes(b"content")

    assert get(app, f"/media/{name}").status_code == 404


def test_a_file_that_changed_after_its_check_is_not_stored(tmp_path: Path) -> None:
    source = tmp_path / "kuva.png"
    source.write_bytes(PNG)

    with pytest.raises(Conflict):
        store_media(tmp_path, MediaFile("kuva.png", source, HASH, "png", "image/png", len(PNG)))

    assert not list(media_folder(tmp_path).glob("*"))
