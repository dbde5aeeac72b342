"""Certificate numbers for people to say aloud, and unguessable codes that are kind to who types them."""

import secrets
from urllib.parse import quote

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_BITS = 128
# where anybody can check a code; it is printed on every certificate, so it never changes
VERIFY_PATH = "/verify"
CODE_LENGTH = 26
GROUPS = ((0, 5), (5, 10), (10, 15), (15, 20), (20, 26))

# Crockford's base 32: what looks alike is read alike, and what separates the groups is nothing
_READ_AS = str.maketrans("OIL", "011", " -–—\u00a0\u2010\u2011\t\r\n")


def number_of(year: int, serial: int) -> str:
    """Return a number such as "2026-00042"."""
    return f"{year}-{serial:05}"


def draw_code() -> str:
    """Return 128 random bits as 26 letters."""
    drawn = secrets.randbits(CODE_BITS)
    return "".join(LETTERS[drawn >> (5 * place) & 31] for place in reversed(range(CODE_LENGTH)))


def shown_code(code: str) -> str:
    """Return a code in groups that one can type from paper."""
    return "-".join(code[start:end] for start, end in GROUPS)


def read_code(typed: str) -> str | None:
    """Return the code that somebody has typed, or None when it cannot be one."""
    code = _letters_of(typed)
    return code if len(code) == CODE_LENGTH and set(code) <= set(LETTERS) else None


def verify_path(code: str) -> str:
    """Return where a code can be checked; what was typed instead of one leads nowhere else."""
    return f"{VERIFY_PATH}/{quote(code, safe='')}"


def typed_length(typed: str) -> int:
    """Return how many letters and numbers somebody has typed."""
    return len(_letters_of(typed))


def _letters_of(typed: str) -> str:
    return typed.upper().translate(_READ_AS)
