"""`lms certificate verify` tells an issued file from an altered and from an unknown one."""

import os
import random
import time
import zlib
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.certificates import pdf_scan
from lms.certificates.cli import commands
from lms.certificates.models import Certificate
from lms.certificates.pdf import render_certificate
from tests.certificates.papers import a_paper
from tests.certificates.scene import issue_all, make_scene
from tests.queries import count_queries


@pytest.fixture
def paper(empty: Flask, session: Session, tmp_path: Path) -> Path:
    scene = make_scene(session)
    scene.add_ready("aino", "Aino Ähtäri-Öberg")
    session.commit()
    issue_all(empty, scene)
    file = tmp_path / "certificate.pdf"
    file.write_bytes(session.scalars(select(Certificate.pdf)).one())
    return file


def verify(app: Flask, file: Path) -> Result:
    return CliRunner().invoke(commands, ["verify", str(file)], obj=lambda: app)


def test_the_issued_file_is_valid(empty: Flask, paper: Path) -> None:
    result = verify(empty, paper)

    assert result.exit_code == 0, result.output
    assert result.output.startswith("valid")
    assert "2026-00001: Aino Ähtäri-Öberg, Työelämätaidot, 2026-11-23" in result.output


def test_one_changed_byte_makes_it_altered(empty: Flask, paper: Path) -> None:
    paper.write_bytes(paper.read_bytes() + b"\n")

    result = verify(empty, paper)

    assert result.exit_code == 1
    assert result.output.startswith("altered")
    assert "2026-00001" in result.output


def test_a_file_saved_anew_by_another_program_is_altered(empty: Flask, paper: Path) -> None:
    with pikepdf.open(paper, allow_overwriting_input=True) as pdf:
        pdf.save(paper, object_stream_mode=pikepdf.ObjectStreamMode.generate, recompress_flate=True)

    assert verify(empty, paper).output.startswith("altered")


@pytest.mark.parametrize("data", [b"", b"not a pdf", b"%PDF-1.7\nstream\nnot packed"])
def test_another_file_is_not_known(empty: Flask, tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "other.pdf"
    file.write_bytes(data)

    result = verify(empty, file)

    assert result.exit_code == 1
    assert result.output.startswith("not known")


def test_a_paper_of_another_site_is_not_known(empty: Flask, tmp_path: Path) -> None:
    file = tmp_path / "other.pdf"
    file.write_bytes(render_certificate(a_paper(number="2031-77777")))

    assert verify(empty, file).output.startswith("not known")


def test_a_missing_file_is_wrong_use(empty: Flask, tmp_path: Path) -> None:
    assert verify(empty, tmp_path / "nothing.pdf").exit_code == 2


def packed(data: bytes, times: int) -> bytes:
    return (b"stream\n" + zlib.compress(data) + b"\nendstream\n") * times


def broken_at_the_end(data: bytes) -> bytes:
    return zlib.compress(data)[:-8] + b"\xff" * 8


HOSTILE = {
    "beginnings of streams": b"stream\n" * 280_000,
    "bombs": packed(b"0" * 4_000_000, 480),
    "broken bombs": (b"stream\n" + broken_at_the_end(b"0" * 4_000_000) + b"\nendstream\n") * 480,
    "one long stream": b"stream\n" + zlib.compress(random.Random(1).randbytes(1_900_000)),
    "numbers": b" ".join(b"2026-%05d" % number for number in range(90_000)),
    "packed numbers": packed(b" ".join(b"2026-%05d" % number for number in range(99_000)), 20),
    "beginnings of numbers": packed(b"20" * 2_000_000, 400),
    "codes": packed(b" ".join(b"/verify/%026d" % number for number in range(99_000)), 5),
    "same codes": packed(b"/verify/%026d " % 1 * 110_000, 20),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_takes_less_than_a_second(empty: Flask, tmp_path: Path, what: str) -> None:
    file = tmp_path / "hostile.pdf"
    file.write_bytes(HOSTILE[what][:2_000_000])
    began = time.process_time()

    with count_queries(empty) as seen:
        result = verify(empty, file)

    assert result.output.startswith("not known")
    assert time.process_time() - began < 1
    assert len(seen) <= 21


@pytest.mark.parametrize("size", [2_000_001, 25_000_000])
def test_a_large_file_is_refused_unread(empty: Flask, tmp_path: Path, size: int) -> None:
    file = tmp_path / "large.pdf"
    with file.open("wb") as target:
        target.truncate(size)

    result = verify(empty, file)

    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert "too large" in result.output


@pytest.mark.parametrize("kind", ["device", "pipe"])
def test_only_a_regular_file_is_read(empty: Flask, tmp_path: Path, kind: str) -> None:
    file = Path("/dev/zero") if kind == "device" else tmp_path / "pipe"
    if kind == "pipe":
        os.mkfifo(file)

    result = verify(empty, file)

    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert "not a file" in result.output


def test_a_stream_that_unpacks_to_very_much_is_cut_off() -> None:
    bomb = b"stream\n" + zlib.compress(b"0" * (pdf_scan.LARGEST_STREAM_BYTES * 4)) + b"endstream"

    assert max(len(part) for part in pdf_scan._parts(bomb)) == pdf_scan.LARGEST_STREAM_BYTES
