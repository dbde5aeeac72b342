"""Passwords: hashing, checking, and what a new one must be."""

import re
from collections.abc import Collection
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from lms import writing
from lms.access import STAFF_ROLES, Role
from lms.errors import Invalid
from lms.i18n import _

# NIST SP 800-63B-4, 3.1.1: fifteen characters where a password is the only factor
STAFF_LENGTH = 15
PARTICIPANT_LENGTH = 8
LONGEST = 128
COMMON_WORDS = Path(__file__).with_name("common_passwords.txt")
SEQUENCES = (
    "0123456789",
    "abcdefghijklmnopqrstuvwxyzåäö",
    "qwertyuiopåasdfghjklöäzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
)
# nobody draws a shorter number at random: it is a day, a telephone or a card
SHORTEST_NUMBER = 12
LEET = str.maketrans("0134578@$!", "oieastbasi")

# OWASP's minimum for argon2id: 19 MiB, two passes, one lane
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def use_cheap_hashes() -> None:
    """Make hashes that cost next to nothing, for tests."""
    global _hasher  # noqa: PLW0603  # one hasher serves the process
    _hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    _nobody.cache_clear()


def normal(password: str) -> str:
    """Return the one form in which a password is both set and checked."""
    return writing.compatible(password)


def hash_password(password: str) -> str:
    return _hasher.hash(normal(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Tell whether the password is right; an unknown account costs the same one hash."""
    password = normal(password)
    if len(password) > LONGEST:
        return False
    try:
        _hasher.verify(password_hash or _nobody(), password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    return _hasher.check_needs_rehash(password_hash)


@cache
def _nobody() -> str:
    return _hasher.hash("the password of an account that is not there")


@cache
def _common_words() -> frozenset[str]:
    lines = COMMON_WORDS.read_text(encoding="utf-8").split()
    return frozenset(line for line in lines if line)


def shortest(roles: Collection[Role]) -> int:
    """Return the least number of characters for a person with these roles."""
    return STAFF_LENGTH if STAFF_ROLES & set(roles) else PARTICIPANT_LENGTH


def check_new(password: str, *, roles: Collection[Role], names: Collection[str]) -> None:
    """Refuse a password that is too short, too long or easy to guess (ASVS 5.0: 6.2.1, 6.2.4, 6.1.2).

    Raises Invalid with a message for the person.
    """
    password = normal(password)
    least = shortest(roles)
    if len(password) < least:
        raise Invalid(
            _("The password needs at least %(count)d characters. A short sentence is good.", count=least)
        )
    if len(password) > LONGEST:
        raise Invalid(_("The password can have at most %(count)d characters.", count=LONGEST))
    if is_easy(password, names):
        raise Invalid(_("This password is easy to guess. Choose a few words that do not belong together."))


def is_easy(password: str, names: Collection[str] = ()) -> bool:
    """Tell whether the password is only common words, own names, sequences or one thing repeated."""
    folded = password.casefold()
    squeezed = re.sub(r"[\W_]+", "", folded)
    if len(set(squeezed)) < 5 or _is_sequence(squeezed):
        return True
    if squeezed.isdecimal():
        return len(squeezed) < SHORTEST_NUMBER or _is_repeated(squeezed)
    own = {part for name in names for part in re.split(r"[^\w]+", name.casefold()) if len(part) > 2}
    known = _common_words() | own
    without_ends = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    return any(
        _is_made_of(re.sub(r"[\W\d_]+", "", text), known)
        for text in (folded, folded.translate(LEET), without_ends.translate(LEET))
    )


def _is_made_of(letters: str, words: frozenset[str]) -> bool:
    """Tell whether `letters` is nothing but one word, or the same word over and over, or two common ones."""
    if letters in words or _is_repeated(letters):
        return True
    return any(letters[:cut] in words and letters[cut:] in words for cut in range(3, len(letters) - 2))


def _is_repeated(text: str) -> bool:
    return re.fullmatch(r"(.+?)\1+", text) is not None


def _is_sequence(text: str) -> bool:
    """Tell whether the text walks along a keyboard row, the alphabet or the numbers."""
    walks = [row * 3 for row in SEQUENCES] + [row[::-1] * 3 for row in SEQUENCES]
    pieces = [text[start : start + 4] for start in range(0, len(text) - 3)]
    return bool(pieces) and all(any(piece in walk for walk in walks) for piece in pieces[::4] or pieces)
