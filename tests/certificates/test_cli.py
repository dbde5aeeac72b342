"""`lms certificate verify` tells an issued file from an altered and from an unknown one."""

import zlib
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.certificates import traces
from lms.certificates.cli import commands
from lms.certificates.models import Certificate
from lms.certificates.pdf import render_certificate
from tests.certificates.papers import a_paper
from tests.certificates.scene import issue_all, make_scene


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


def test_a_stream_that_unpacks_to_very_much_is_cut_off() -> None:
    bomb = b"stream\n" + zlib.compress(b"0" * (traces.LARGEST_STREAM_BYTES * 4)) + b"endstream"

    assert max(len(part) for part in traces._parts(bomb)) == traces.LARGEST_STREAM_BYTES
