"""A fault in an author's file: where it is, what is wrong, and how to fix it."""

from dataclasses import dataclass

MOST_FAULTS_PER_FILE = 50


@dataclass(frozen=True, order=True)
class Fault:
    path: str
    line: int
    message: str
    fix: str

    def __str__(self) -> str:
        return f"{visible(self.path)}:{self.line}: {visible(self.message)}. {visible(self.fix)}"


class FaultList:
    """Collects the faults of one file; a hopeless file does not flood the author's screen."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._faults: dict[Fault, None] = {}

    def add(self, line: int, message: str, fix: str) -> None:
        if len(self._faults) < MOST_FAULTS_PER_FILE:
            self._faults[Fault(self.path, line, message, fix)] = None
        elif len(self._faults) == MOST_FAULTS_PER_FILE:
            too_many = Fault(self.path, line, "More faults follow", "Mend these first, then check again.")
            self._faults[too_many] = None

    def __bool__(self) -> bool:
        return bool(self._faults)

    def as_tuple(self) -> tuple[Fault, ...]:
        return tuple(sorted(self._faults, key=lambda fault: (fault.path, fault.line)))


def visible(text: str) -> str:
    """Text from a stranger's file, such that a terminal shows it and obeys nothing in it."""
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in text)


def shortened(text: str, limit: int = 60) -> str:
    """A piece of an author's text, short enough for a message."""
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= limit else one_line[: limit - 1] + "…"
