"""An author's folder is read without trusting it."""

import os
from pathlib import Path

import pytest

from lms.coursefiles.read.files import entries, read_text
from lms.faults import MOST_FAULTS_PER_FILE, Fault, FaultList


def read(path: Path) -> tuple[str | None, tuple[Fault, ...]]:
    faults = FaultList(str(path))
    return read_text(path, faults), faults.as_tuple()


def test_windows_newlines_and_a_byte_order_mark_are_taken_away(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"\xef\xbb\xbfyksi\r\nkaksi\rkolme")

    assert read(path) == ("yksi\nkaksi\nkolme", ())


def test_text_that_is_not_utf8_is_a_fault_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes("yksi\nty\xf6\n".encode("latin-1"))

    text, faults = read(path)

    assert text is None
    assert [(fault.line, fault.message) for fault in faults] == [(2, "The text is not UTF-8")]


@pytest.mark.parametrize(
    "letter",
    [
        "\x00",
        "\x02",
        "\x1b",
        "\x7f",
        "\x85",
        "\u200b",
        "\u200e",
        "\u202e",
        "\u2028",
        "\u2066",
        "\ufeff",
        "\ue000",
    ],
)
def test_a_hidden_character_is_a_fault_with_its_line(tmp_path: Path, letter: str) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"yksi\nka{letter}ksi\n", encoding="utf-8")

    text, faults = read(path)

    assert text is None
    assert faults[0].line == 2
    assert f"U+{ord(letter):04X}" in faults[0].message


def test_soft_hyphens_emoji_and_arabic_are_text(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("Ilmoit\xadtautuminen 👩\u200d🔧 مرحبا ❤\ufe0f", encoding="utf-8")

    assert read(path)[1] == ()


def test_a_file_over_100_kb_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("a" * 100_001)

    assert "larger than 100 kB" in str(read(path)[1][0])


def test_a_link_is_not_followed_even_when_asked_for_by_name(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("salaisuus")
    link = tmp_path / "a.md"
    link.symlink_to(secret)

    text, faults = read(link)

    assert text is None
    assert "salaisuus" not in str(faults[0])


def test_a_pipe_is_refused_and_not_waited_on(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.md")

    assert "not a plain file" in str(read(tmp_path / "a.md")[1][0])


def test_links_and_pipes_in_a_folder_are_faults_and_not_entries(tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text("x")
    (tmp_path / "link.md").symlink_to("good.md")
    (tmp_path / "folder-link").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "dangling").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    faults = FaultList("folder")

    found = [entry.name for entry in entries(tmp_path, faults)]

    assert found == ["good.md"]
    assert len(faults.as_tuple()) == 4


def test_a_name_that_is_no_utf8_can_be_printed(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff\x1b[31m.md")).symlink_to("x")
    faults = FaultList("folder")
    list(entries(tmp_path, faults))

    shown = str(faults.as_tuple()[0])

    assert shown.encode("utf-8")
    assert "\x1b" not in shown


def test_a_fault_is_printed_as_file_line_message_and_fix() -> None:
    fault = Fault("courses/a/course.md", 3, "`level` is missing", "Add a line `level: …`.")

    assert str(fault) == "courses/a/course.md:3: `level` is missing. Add a line `level: …`."


def test_a_fault_cannot_command_the_terminal() -> None:
    assert "\x1b" not in str(Fault("a\n.md", 1, "\x1b[2J", "x"))
    assert "\n" not in str(Fault("a\n.md", 1, "b", "x"))


def test_a_hopeless_file_does_not_flood_the_screen() -> None:
    faults = FaultList("a")
    for line in range(1000):
        faults.add(line, "wrong", "mend")

    assert len(faults.as_tuple()) == MOST_FAULTS_PER_FILE + 1
