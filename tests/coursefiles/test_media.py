"""Media are published only when they are what their names say, and a picture is only a picture."""

from pathlib import Path

import pytest

from lms.coursefiles.read.media import read_media
from lms.coursefiles.read.svg import svg_problem
from tests.coursefiles.course_folders import PNG

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'

GOOD = {
    "a.png": PNG,
    "a.jpg": b"\xff\xd8\xff\xe0xx",
    "a.jpeg": b"\xff\xd8\xff\xe1xx",
    "a.webp": b"RIFF\x04\0\0\0WEBPVP8 ",
    "a.pdf": b"%PDF-1.7\n",
    "a.mp4": b"\0\0\0\x18ftypmp42",
    "a.webm": b"\x1a\x45\xdf\xa3xx",
    "a.vtt": b"WEBVTT\n\n00:00.000 --> 00:01.000\nHei",
    "a.mp3": b"ID3\x04xx",
    "b.mp3": b"\xff\xfb\x90xx",
    "a.svg": SVG.format('<path d="M0 0h9"/>').encode(),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_file_that_is_what_it_says_is_taken(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(GOOD[name])

    media, faults = read_media(tmp_path)

    assert faults == ()
    assert media[0].name == name
    assert media[0].address == f"/media/{media[0].sha256}.{name.rpartition('.')[2]}"


@pytest.mark.parametrize("name", [name for name in GOOD if name != "a.svg"])
def test_html_by_another_name_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"<html><script>alert(1)</script>")

    media, faults = read_media(tmp_path)

    assert media == ()
    assert "content is not that of" in faults[0].message


@pytest.mark.parametrize(
    "name",
    [
        "a.html",
        "a.xhtml",
        "a.js",
        "a.exe",
        "a.gif",
        "a.docx",
        "A.png",
        "ä.png",
        "a b.png",
        ".png",
        "a",
        "a.png~",
    ],
)
def test_other_names_and_types_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(PNG)

    media, faults = read_media(tmp_path)

    assert media == ()
    assert len(faults) == 1


def test_a_file_over_10_mb_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG + b"\0" * 10_000_000)

    assert "larger than 10000 kB" in read_media(tmp_path)[1][0].message


def test_a_folder_or_a_link_among_media_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    (tmp_path / "b.png").symlink_to("/etc/hostname")

    media, faults = read_media(tmp_path)

    assert media == ()
    assert len(faults) == 2


@pytest.mark.parametrize(
    "inner",
    [
        '<g fill="none" stroke="#0b5c4f"><circle cx="1" cy="2" r="3"/><text x="1">Työ</text></g>',
        '<defs><linearGradient id="g"><stop offset="0"/></linearGradient></defs><rect fill="url(#g)"/>',
        '<use href="#g"/><use xlink:href="#g"/>',
        "<style>.a{fill:#fff;stroke:url(#g)}</style><title>x</title>",
        "<style>/* tehty: https://e.fi */ .a{fill:url( '#g' )} /* loppu</style>",
        "<style><![CDATA[.a::before{content:'/*';fill:#fff}]]></style>",
        '<g aria-label="Katso https://e.fi (ilme: facial expression)"/>',
        '<path style="fill:#000"/>',
    ],
)
def test_a_plain_picture_has_no_problem(inner: str) -> None:
    assert svg_problem(SVG.format(inner).encode()) is None


@pytest.mark.parametrize(
    "inner",
    [
        "<script>alert(1)</script>",
        '<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>',
        '<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>',
        "<foreignObject><p>x</p></foreignObject>",
        '<g onclick="alert(1)"/>',
        '<g ONLOAD="alert(1)"/>',
        '<image href="https://e.fi/x.png"/>',
        '<a href="javascript:alert(1)"><text>x</text></a>',
        '<use href="https://e.fi/x.svg#y"/>',
        '<use xlink:href="data:image/svg+xml,x#y"/>',
        '<animate attributeName="href" values="javascript:alert(1)"/>',
        '<set attributeName="onclick" to="alert(1)"/>',
        '<rect fill="url(https://e.fi/#x)"/>',
        '<rect fill="u\\72l(https://e.fi)"/>',
        '<rect style="background:url(//e.fi)"/>',
        "<style>@import 'https://e.fi';</style>",
        "<style>.a{background:url( https://e.fi )}</style>",
        "<style><![CDATA[@import '//e.fi';]]></style>",
        "<style>@im<!-- x -->port '//e.fi';</style>",
        '<style><title/>*{background:url(https://e.fi/x)} @import "https://e.fi";</style>',
        '<style>@imp<title/>ort "https://e.fi"</style>',
        "<style><style>.a{fill:#fff}</style></style>",
        '<style>.a{background:image-set("https://e.fi/x")}</style>',
        '<style>.a{background:-webkit-image-set("x.png" 1x)}</style>',
        '<style>.a{background:image("x.png")}</style>',
        '<style>.a{background:src("https://e.fi/x")}</style>',
        "<style>.a{--x:'//e.fi'}</style>",
        "<style>.a{background:u/**/rl(x)}</style>",
        "<style>.a{content:'/*'}.b{fill:url(x)}.c{content:'*/'}</style>",
        "<style>.a{content:'/*\n;fill:url(x)}*/</style>",
        "<style>.a{fill:url(/*);background:url(x)*/</style>",
        "<style>.a{fill:url('#g\")}</style>",
        "<style>.a{fill:\\75 rl(x)}</style>",
        "<style>.a{fill:expression (x)}</style>",
        "<style>.a{fill:javascript :x}</style>",
        "<rect style=\"background:image-set('x.png')\"/>",
        "<rect fill=\"src('x.svg#g')\"/>",
        '<rect cursor="image-set(&#34;x.png&#34; 1x)"/>',
        '<rect filter="u/**/rl(x)"/>',
        "<rect style=\"--x:'//e.fi'\"/>",
        '<iframe src="x"/>',
        '<g xml:base="https://e.fi"/>',
        "<unknown/>",
        "<?xml-stylesheet href='//e.fi'?>",
        "<g>",
    ],
)
def test_what_is_more_than_a_picture_is_a_problem(inner: str) -> None:
    assert svg_problem(SVG.format(inner).encode())


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<!DOCTYPE svg SYSTEM "file:///etc/passwd"><svg xmlns="http://www.w3.org/2000/svg"/>',
        SVG.format("<script/>").encode("utf-16"),
        b"<svg><script>alert(1)</script></svg>",
        b'<html xmlns="http://www.w3.org/1999/xhtml"><svg/></html>',
        b'<g xmlns="http://www.w3.org/2000/svg"/>',
        b"",
        b"\xff<svg",
        b"<svg" * 200_000,
    ],
)
def test_no_other_document_passes_for_a_picture(content: bytes) -> None:
    assert svg_problem(content)
