"""The content of a certificate survives being stored, and its letters are checked before the paper is made."""

import json
from dataclasses import replace

import pytest

from lms.certificates.content import CertificateContent
from lms.typesetting.fonts import describe_character, missing_glyphs
from tests.certificates.papers import PART_UNIT, a_paper


@pytest.mark.parametrize(
    "content",
    [
        a_paper(),
        a_paper(part_unit=None, can_do=(), hours=1.5, lessons=("Palkka",)),
        a_paper(part_unit=replace(PART_UNIT, scope_osp=None)),
    ],
)
def test_content_comes_back_from_json_as_it_was(content: CertificateContent) -> None:
    assert CertificateContent.from_json(content.to_json()) == content


def test_json_is_always_the_same_and_readable() -> None:
    written = a_paper().to_json()

    assert written == CertificateContent.from_json(written).to_json()
    assert "Ähtäri-Öberg" in written
    assert json.loads(written)["issued_on"] == "2026-11-23"


def test_content_of_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="format 2"):
        CertificateContent.from_json('{"format": 2}')


def test_texts_are_all_that_somebody_wrote() -> None:
    content = a_paper(lessons=("Palkka",))

    texts = content.texts()

    assert {
        content.holder_name,
        content.course_title,
        content.signer_title,
        "Palkka",
        *content.can_do,
    } <= set(texts)
    assert None not in texts


@pytest.mark.parametrize(
    "name", ["Äiti Öljy Åke", "Šejla Žižka", "Łukasz Ðorđe", "Nguyễn Thị Ánh", "A\u0308iti", "O’Brien – 5 €"]
)
def test_names_in_latin_letters_miss_nothing(name: str) -> None:
    assert missing_glyphs(name) == []


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("漢字 漢", ["漢", "字"]),
        ("Aino\nÄhtäri", ["\n"]),
        ("Aino \u202eirätäh\u202c", ["\u202e", "\u202c"]),
        ("A\u200bino", ["\u200b"]),
        ("Aino 😀", ["😀"]),
    ],
)
def test_letters_missing_from_the_font_and_hidden_ones_are_named_once(text: str, missing: list[str]) -> None:
    assert missing_glyphs(text) == missing


def test_a_hidden_letter_is_named_by_its_number() -> None:
    assert describe_character("\u202e") == "U+202E"
    assert describe_character("漢") == "漢"
