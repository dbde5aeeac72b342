"""The facts of a certificate survive being stored, and their letters are checked before the paper is made."""

import json
from dataclasses import replace

import pytest

from lms.certificates.content import CertificateFacts
from lms.typesetting.fonts import missing_letters, readable
from tests.certificates.papers import PART_UNIT, a_paper


@pytest.mark.parametrize(
    "facts",
    [
        a_paper(),
        a_paper(part_unit=None, can_do=(), hours=1.5, lessons=("Palkka",)),
        a_paper(part_unit=replace(PART_UNIT, scope_osp=None)),
    ],
)
def test_facts_come_back_from_json_as_they_were(facts: CertificateFacts) -> None:
    assert CertificateFacts.from_json(facts.to_json()) == facts


def test_json_is_always_the_same_and_readable() -> None:
    written = a_paper().to_json()

    assert written == CertificateFacts.from_json(written).to_json()
    assert "Ähtäri-Öberg" in written
    assert json.loads(written)["issued_on"] == "2026-11-23"


def test_facts_of_an_unknown_format_are_refused() -> None:
    with pytest.raises(ValueError, match="format 2"):
        CertificateFacts.from_json('{"format": 2}')


def test_texts_are_all_that_somebody_wrote() -> None:
    facts = a_paper(lessons=("Palkka",))

    texts = facts.texts()

    assert {facts.holder_name, facts.course_title, facts.signer_title, "Palkka", *facts.can_do} <= set(texts)
    assert None not in texts


@pytest.mark.parametrize(
    "name", ["Äiti Öljy Åke", "Šejla Žižka", "Łukasz Ðorđe", "Nguyễn Thị Ánh", "A\u0308iti", "O’Brien – 5 €"]
)
def test_names_in_latin_letters_lack_nothing(name: str) -> None:
    assert missing_letters(name) == []


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
def test_letters_the_font_lacks_and_hidden_ones_are_named_once(text: str, missing: list[str]) -> None:
    assert missing_letters(text) == missing


def test_a_hidden_letter_is_named_by_its_number() -> None:
    assert readable("\u202e") == "U+202E"
    assert readable("漢") == "漢"
