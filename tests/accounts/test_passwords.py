"""What a new password must be, and how exactly it is checked."""

import random
import subprocess
import sys
import time
import unicodedata
from string import ascii_lowercase

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from flask import Flask
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from lms.access import Role
from lms.accounts import passwords, policy
from lms.config import ROOT
from lms.errors import Invalid

PARTICIPANT = [Role.PARTICIPANT]
NAMES = [
    "aino.aalto",
    "Aino Aalto",
    "Esimerkkikaupungin Taitoverstas",
    "lms.example",
    "rahataituri",
    "tyoelamataidot",
]


def is_accepted(password: str, *roles: Role) -> bool:
    try:
        passwords.check_new(password, roles=roles or PARTICIPANT, names=NAMES)
    except Invalid:
        return False
    return True


BAD = (
    "salasana", "salasana123", "Salasana1!", "s4l4s4n4!", "password1234", "P@ssw0rd!!!!", "qwertyuiop", "12345678",
    "1234567890123456", "asdfghjkl1234567", "1q2w3e4r5t6y7u8i", "q1w2e3r4t5y6u7i8", "zxcvbnm,./1234", "aaaaaaaa",
    "abcabcabcabcabc", "abcdefghijklmno", "11112222333344", "Taitoverstas!!!!", "taitoverstas2026", "ohjaaja ohjaaja",
    "kesä2024kesä2024", "Helsinki2024", "tammikuu1", "01021985", "0401234567", "aino.aalto2024", "AinoAalto1",
    "Esimerkkikaupungin1", "letmein123456", "correct horse battery staple", "päivääpäivää", "Kesakuu2026!",
    "Salasana123", "qwertyuiop123", "työelämätaidot1", "tyoelamataidot2026", "aaaaaaaaaaaaaaa", "sunshine!2024#",
    "dragonmonkey1", "Tervetuloa123!", "Jääkiekko2025", "MinunSalasana", "minunsalasanani", "rakastansinua",
    "lohikäärme1", "perkelesaatana", "juhannus2026", "Qwerty123456!", "asdfasdfasdf", "qazwsxedcrfv", "poiuytrewq",
    "anasalas123", "20252026", "kissa123kissa", "ÅÄÖåäö123", "1.1.1985aino", "talvi2025talvi", "rahataituri1",
    "oppimispäiväkirja", "@({[<!|$+%@({[<!|$+%", "lms.example1", "välkommen2026", "qwertyuiopåäö",
)  # fmt: skip
GOOD = (
    "kolme vihreää sienikoria", "iloinen jänis", "minä syön puuroa", "abcdefghijklmno kissan viikset",
    "8305 1947 2264 9381", "8#4$7!2a9%", "ÄÄNEKÄS ÖLJYLAMPPU", "jkdfoiwe", "日本語のパスワード",
    "sateenvarjo unohtui bussiin", "naapurin mummo pelaa tennistä", "punainen pyörä ruostuu pihalla",
    "mustikkapiirakka ja kylmä maito", "äiti osti uuden lampaan", "hidas etana ohitti rekan", "vanha saunakiulu vuotaa",
    "keittiön kello käy väärin", "seitsemän laiskaa majavaa", "lumi suli ennen vappua", "kaneli tuoksuu käytävässä",
    "pieni keltainen mopo", "kahvinkeitin laulaa aamulla", "Rovaniemen juna myöhästyi taas", "ukki kalastaa tuulessa",
    "muurahainen kantaa neulasta", "vihreä villapaita kutisee", "perunat kiehuvat yli", "haukan pesä oli tyhjä",
    "viides kerros ilman hissiä", "hernekeitto torstaina loppui",
)  # fmt: skip
# each is dear to zxcvbn in its own way: signs that may be letters, repeats in repeats, numbers that may be days
HOSTILE = (
    "4@8({[<369&#!1/|0$5+7%2" * 6, "0123456789|a1+" * 10, "a1+a|02895a6(" * 10, "ab" * 64, "a" * 128,
    "1234567890" * 13, "01021985" * 16, "correcthorsebatterystaple" * 6, "p@$$w0rd!" * 15,
    "abaababaabaababaababaabaababaabaab" * 4, "1q!Q2w@W3e#E4r$R" * 8, "\ufdfa" * 128, "a\u0301" * 64,
)  # fmt: skip


@pytest.mark.parametrize("password", BAD)
def test_an_easy_password_is_refused(password: str) -> None:
    assert passwords.why_easy(passwords.normal(password), NAMES)
    assert not is_accepted(password)


@pytest.mark.parametrize("password", GOOD)
def test_any_kind_of_letters_will_do(password: str) -> None:
    assert is_accepted(password)


def test_every_common_password_of_eight_characters_is_refused() -> None:
    common = [word for word in FREQUENCY_LISTS["passwords"] if len(word) >= passwords.PARTICIPANT_LENGTH]

    assert len(common) > 3_000
    assert [word for word in common if passwords.why_easy(word) is None] == []
    assert [word for word in common[:500] if passwords.why_easy(word.capitalize() + "1!") is None] == []


def test_fifteen_letters_drawn_at_random_are_accepted() -> None:
    draw = random.Random(2026)
    drawn = ["".join(draw.choice(ascii_lowercase) for _ in range(15)) for _ in range(100)]

    assert [password for password in drawn if passwords.why_easy(password, NAMES)] == []


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("sunshine!2024#", passwords.Easy.COMMON),
        ("AinoAalto1", passwords.Easy.NAME),
        ("rahataituri1", passwords.Easy.NAME),
        ("1q2w3e4r5t6y7u8i", passwords.Easy.COMMON),
        ("0401234567", passwords.Easy.PATTERN),
        ("abcabcabcabcabc", passwords.Easy.PATTERN),
    ],
)
def test_the_reason_fits(password: str, why: passwords.Easy) -> None:
    assert passwords.why_easy(password, NAMES) is why


@pytest.mark.parametrize("password", HOSTILE)
def test_no_password_takes_long_to_check(password: str) -> None:
    passwords.why_easy("jkdfoiwe", NAMES)  # loads the lists

    def seconds() -> float:
        start = time.process_time()
        passwords.why_easy(passwords.normal(password)[: passwords.LONGEST], NAMES)
        return time.process_time() - start

    assert min(seconds() for _ in range(3)) < 0.05


def test_an_easy_beginning_is_checked_and_a_long_end_does_not_hide_it() -> None:
    assert passwords.why_easy("salasana" * 16)
    assert passwords.why_easy("a" * 100 + "1234567890")
    assert passwords.why_easy("@({[<!|salasana2026$+%")


def test_the_sites_own_words_are_known(app: Flask) -> None:
    with app.app_context():
        words = policy.words_to_avoid("aino.aalto")

    assert {"aino.aalto", "Esimerkkikaupungin Taitoverstas", "rahataituri", "tyoelamataidot"} <= set(words)
    assert [word for word in words if passwords.why_easy(word.replace("-", "") + "2026", words) is None] == []


def test_the_lists_are_loaded_only_when_a_password_is_chosen() -> None:
    program = (
        "import sys; from lms.cli import main; from lms.accounts import passwords; assert 'zxcvbn' not in sys.modules;"
        "passwords.why_easy('jkdfoiwe'); assert 'zxcvbn' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)


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
    hashed = passwords.hash_password("kissan Viikset")

    assert passwords.matches(hashed, "kissan Viikset")
    assert not passwords.matches(hashed, other)


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


def test_a_hash_of_the_running_product_costs_what_owasp_asks_for() -> None:
    """Tests make cheap hashes, so this asks a process that has no such setting."""
    program = "from lms.accounts import passwords; print(passwords.hash_password('kolme vihreää sienikoria'))"
    made = subprocess.run(
        [sys.executable, "-c", program], check=True, cwd=ROOT, capture_output=True, text=True
    ).stdout

    cost = extract_parameters(made.strip())

    assert cost.type is Type.ID
    # 19 MiB and two passes, or more of either
    assert cost.memory_cost >= 19 * 1024
    assert cost.time_cost >= 2
    assert (cost.hash_len, cost.salt_len) == (32, 16)


def test_a_hash_that_cost_less_than_today_is_outdated() -> None:
    made = passwords.hash_password("kolme vihreää sienikoria")
    other = PasswordHasher(time_cost=3, memory_cost=8, parallelism=1).hash("kolme vihreää sienikoria")

    assert not passwords.is_outdated(made)
    assert passwords.is_outdated(other)
