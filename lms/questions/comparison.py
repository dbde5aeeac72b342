"""How typed answers are compared: letters, spaces and numbers as people write them."""

import re
import unicodedata
from decimal import Decimal

_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,10})?")
_UNITS = "€%"


def folded(text: str) -> str:
    """Text as short answers are compared: letters composed, case and spaces of no weight."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def as_number(text: str) -> Decimal | None:
    """A number as people write it: comma or point, spaces between thousands, € or % after it."""
    plain = "".join(unicodedata.normalize("NFC", text).split()).replace("\u2212", "-").replace("\u2013", "-")
    plain = plain.rstrip(_UNITS)
    return Decimal(plain.replace(",", ".")) if _NUMBER.fullmatch(plain) else None
