"""The text of GIFT: backslash escapes hidden while the signs around them are read, then shown."""

# An escaped letter is set aside as one of these private letters, which no author's file may hold.
_ESCAPED = "~=#{}:\\n"
_FIRST = 0xF0000
_HIDE = {letter: chr(_FIRST + place) for place, letter in enumerate(_ESCAPED)}
_SHOW = {ord(hidden): "\n" if letter == "n" else letter for letter, hidden in _HIDE.items()}


class GiftFault(Exception):
    """What is wrong with a question, and at which letter of it."""

    def __init__(self, offset: int, message: str, fix: str) -> None:
        super().__init__(message)
        self.offset = offset
        self.message = message
        self.fix = fix


def hidden_escapes(text: str) -> str:
    """The text with its escapes hidden; every other backslash is a fault, since it may be a slip."""
    for place, letter in enumerate(text):
        if ord(letter) in _SHOW:
            raise GiftFault(place, "A private letter in the question", "Delete it and type the text again.")
    pieces: list[str] = []
    at = 0
    while (slash := text.find("\\", at)) >= 0:
        hidden = _HIDE.get(text[slash + 1 : slash + 2])
        if hidden is None:
            raise GiftFault(
                slash, "A backslash before a letter that needs none", "Write \\\\ for a backslash."
            )
        pieces += [text[at:slash], hidden]
        at = slash + 2
    return "".join([*pieces, text[at:]])


def shown(text: str) -> str:
    """Text for people: an author's line breaks are spaces, a written \\n is a new line."""
    return "\n".join(line.strip() for line in " ".join(text.split()).translate(_SHOW).split("\n")).strip()


def escaped(text: str) -> str:
    """Any one-paragraph text as GIFT; the opposite of `shown(hidden_escapes(...))`."""
    return "".join(f"\\{letter}" if letter in "~=#{}:\\" else letter for letter in text).replace("\n", "\\n")
