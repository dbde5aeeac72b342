"""What a new password must be, and how exactly it is checked."""

import unicodedata

import pytest

from lms.access import Role
from lms.accounts import passwords
from lms.errors import Invalid

PARTICIPANT = [Role.PARTICIPANT]
NAMES = ["aino.aalto", "Aino Aalto", "Esimerkkikaupungin Taitoverstas"]


def is_accepted(password: str, *roles: Role) -> bool:
    try:
        passwords.check_new(password, roles=roles or PARTICIPANT, names=NAMES)
    except Invalid:
        return False
    return True


@pytest.mark.parametrize(
    "password",
    [
        "salasana", "salasana123", "Salasana1!", "s4l4s4n4!", "password1234", "P@ssw0rd!!!!", "qwertyuiop", "12345678",
        "1234567890123456", "asdfghjkl1234567", "1q2w3e4r5t6y7u8i", "q1w2e3r4t5y6u7i8", "zxcvbnm,./1234", "aaaaaaaa",
        "abcabcabcabcabc", "abcdefghijklmno", "11112222333344", "Taitoverstas!!!!", "taitoverstas2026", "ohjaaja ohjaaja",
        "kesä2024kesä2024", "Helsinki2024", "tammikuu1", "01021985", "0401234567", "aino.aalto2024", "AinoAalto1",
        "Esimerkkikaupungin1", "letmein123456", "correct horse battery staple", "päivääpäivää",
    ],
)  # fmt: skip
def test_an_easy_password_is_refused(password: str) -> None:
    if password == "päivääpäivää":
        assert passwords.is_easy(password)
    assert not is_accepted(password)


@pytest.mark.parametrize(
    "password",
    [
        "kolme vihreää sienikoria", "iloinen jänis", "minä syön puuroa", "abcdefghijklmno kissan viikset",
        "8305 1947 2264 9381", "8#4$7!2a9%", "ÄÄNEKÄS ÖLJYLAMPPU", "jkdfoiwe", "日本語のパスワード",
    ],
)  # fmt: skip
def test_any_kind_of_letters_will_do(password: str) -> None:
    assert is_accepted(password)


def test_a_participant_needs_eight_characters_and_others_fifteen() -> None:
    assert is_accepted("jkdfoiwe")
    assert not is_accepted("jkdfoiw")
    for role in set(Role) - {Role.PARTICIPANT}:
        assert not is_accepted("jkdfoiwezmbnqp", role)
        assert is_accepted("jkdfoiwezmbnqpt", role)
        assert not is_accepted("jkdfoiwe", Role.PARTICIPANT, role)


def test_one_hundred_and_twenty_eight_characters_fit() -> None:
    long = "kissan viikset " * 9
    assert is_accepted(long[:128])
    assert not is_accepted(long[:129])


def test_every_character_counts() -> None:
    long = ("kissan viikset " * 9)[:127]
    hashed = passwords.hash_password(long + "a")

    assert passwords.matches(hashed, long + "a")
    assert not passwords.matches(hashed, long + "b")
    assert not passwords.matches(hashed, long)


@pytest.mark.parametrize("other", [" kissan Viikset", "kissan Viikset ", "kissan viikset", "KISSAN VIIKSET"])
def test_nothing_is_trimmed_or_folded(other: str) -> None:
    assert not passwords.matches(passwords.hash_password("kissan Viikset"), other)


def test_a_letter_is_the_same_however_the_device_writes_it() -> None:
    composed = unicodedata.normalize("NFC", "pöllön höyhen")
    hashed = passwords.hash_password(composed)

    assert passwords.matches(hashed, unicodedata.normalize("NFD", composed))


def test_a_password_that_grows_short_when_composed_still_opens() -> None:
    taken_apart = unicodedata.normalize("NFD", "äö" * 40 + "kissan viikset")
    assert len(taken_apart) > passwords.LONGEST
    assert is_accepted(taken_apart)

    assert passwords.matches(passwords.hash_password(taken_apart), taken_apart)


def test_nobody_has_no_password() -> None:
    assert not passwords.matches(None, "the password of an account that is not there")
