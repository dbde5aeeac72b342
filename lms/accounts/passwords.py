"""Passwords: hashing, checking, and what a new one must be."""

import re
import unicodedata
from collections.abc import Collection
from enum import Enum
from functools import cache
from importlib import import_module
from pathlib import Path
from threading import Lock
from types import ModuleType

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from lms import user_text
from lms.access import STAFF_ROLES, Role
from lms.errors import Invalid
from lms.i18n import _, lazy

# NIST SP 800-63B-4, 3.1.1: fifteen characters where a password is the only factor
STAFF_LENGTH = 15
PARTICIPANT_LENGTH = 8
LONGEST = 128
COMMON_WORDS = Path(__file__).with_name("common_passwords.txt")
# nobody draws a shorter number at random: it is a day, a telephone or a card
SHORTEST_NUMBER = 12
FEWEST_KINDS = 5
LEET = str.maketrans("0134578@$!", "oieastbasi")

# more guesses than the throttle allows at one account in a year (docs/decisions.md)
FEWEST_GUESSES = 10_000_000
# The time of zxcvbn grows with the square of the length, and doubles with each sign that it may read as a letter.
# A part is never harder to guess than the whole, so scoring only a part lets no easy password through.
SCORED_LENGTH = 32
LEET_SIGNS = frozenset("@({[<!|$+%")
SCORED_SIGNS = 1

# OWASP's minimum for argon2id: 19 MiB, two passes, one lane
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# zxcvbn stores its caller's words in a dictionary that all threads share
_zxcvbn_lock = Lock()


class Easy(Enum):
    """Why a password is easy to guess, in words for the person."""

    COMMON = lazy(
        "This password is easy to guess: many people use it or one like it. "
        "Choose a few words that do not belong together."
    )
    NAME = lazy(
        "This password is easy to guess: it is a name or a word of this service. "
        "Choose a few words that do not belong together."
    )
    PATTERN = lazy(
        "This password is easy to guess: it is a number, a row of keys or the same thing repeated. "
        "Choose a few words that do not belong together."
    )


def use_cheap_hashes() -> None:
    """Use hashes that cost almost nothing, for tests."""
    global _hasher  # noqa: PLW0603  # one hasher serves the process
    _hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    _nobody.cache_clear()


def normal(password: str) -> str:
    """Return the form in which a password is both set and checked."""
    return user_text.compatible(password)


def hash_password(password: str) -> str:
    return _hasher.hash(normal(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Return whether the password is right; an unknown account costs the same one hash."""
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


def shortest(roles: Collection[Role]) -> int:
    """Return the minimum number of characters for a person with these roles."""
    return STAFF_LENGTH if STAFF_ROLES & set(roles) else PARTICIPANT_LENGTH


def check_new(password: str, *, roles: Collection[Role], names: Collection[str]) -> None:
    """Refuse a password that is too short, too long or easy to guess (ASVS 5.0: 6.2.1, 6.2.4, 6.1.2).

    `names` are what a guesser tries first: the person's and the site's. Raises Invalid with a message for the person.
    """
    password = normal(password)
    least = shortest(roles)
    if len(password) < least:
        raise Invalid(
            _("The password needs at least %(count)d characters. A short sentence is good.", count=least)
        )
    if len(password) > LONGEST:
        raise Invalid(_("The password can have at most %(count)d characters.", count=LONGEST))
    if easy := why_easy(password, names):
        raise Invalid(str(easy.value))


def why_easy(password: str, names: Collection[str] = ()) -> Easy | None:
    """Return why the password is easy to guess; None when it is not."""
    folded = _folded(password)
    squeezed = re.sub(r"[\W_]+", "", folded)
    if len(set(folded)) < FEWEST_KINDS:
        return Easy.PATTERN
    if squeezed.isdecimal() and (len(squeezed) < SHORTEST_NUMBER or _is_repeated(squeezed)):
        return Easy.PATTERN
    own = _parts_of(names)
    if folded in _common_passwords() or password.casefold() in _common_passwords():
        return Easy.COMMON
    for letters in _letters_of(folded):
        if _is_made_of(letters, _common_words() | own):
            return Easy.NAME if _is_made_of(letters, own) else Easy.COMMON
        if letters in _common_passwords():
            return Easy.COMMON
    return _score(folded, own)


def _folded(text: str) -> str:
    """Return the text in lower case without accents: kesäkuu is no better than kesakuu."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _parts_of(names: Collection[str]) -> frozenset[str]:
    """Return the words of the names, and each whole name without spaces."""
    parts = {part for name in names for part in re.split(r"\W+", _folded(name)) if len(part) > 2}
    return frozenset(parts | {re.sub(r"[\W\d_]+", "", _folded(name)) for name in names} - {""})


def _letters_of(folded: str) -> set[str]:
    """Return the letters of a password without numbers and signs, whether added to a word or replacing its letters."""
    without_ends = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    texts = (folded, folded.translate(LEET), without_ends.translate(LEET))
    return {re.sub(r"[\W\d_]+", "", text) for text in texts}


@cache
def _common_words() -> frozenset[str]:
    """Return words that people in Finland often use in passwords."""
    return frozenset(_folded(word) for word in COMMON_WORDS.read_text(encoding="utf-8").split())


@cache
def _zxcvbn() -> ModuleType:
    """Load zxcvbn and its lists, 13 MB, when the first password is chosen and not before."""
    return import_module("zxcvbn")


@cache
def _common_passwords() -> frozenset[str]:
    return frozenset(word for word in _zxcvbn().matching.FREQUENCY_LISTS["passwords"] if len(word) > 3)


def _is_made_of(letters: str, words: frozenset[str]) -> bool:
    """Return whether `letters` is just one of the words, two of them, or the same text repeated."""
    if letters in words or _is_repeated(letters):
        return True
    return any(letters[:cut] in words and letters[cut:] in words for cut in range(3, len(letters) - 2))


def _is_repeated(text: str) -> bool:
    return re.fullmatch(r"(.+?)\1+", text) is not None


def _score(folded: str, own: Collection[str]) -> Easy | None:
    """Return why both the beginning and the end of the password are easy to guess, by zxcvbn; None when one is not."""
    return _score_part(folded[:SCORED_LENGTH], own) and _score_part(folded[-SCORED_LENGTH:], own)


def _score_part(part: str, own: Collection[str]) -> Easy | None:
    if len(LEET_SIGNS & set(part)) > SCORED_SIGNS:
        part = "".join(letter for letter in part if letter not in LEET_SIGNS)
    if not part:
        return Easy.PATTERN
    with _zxcvbn_lock:
        found = _zxcvbn().zxcvbn(part, [*own, *_common_words()])
    if found["guesses"] >= FEWEST_GUESSES:
        return None
    is_word = any(piece["pattern"] == "dictionary" for piece in found["sequence"])
    return Easy.COMMON if is_word else Easy.PATTERN
