"""What an author must fix in a piece of Markdown, and on which line it is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """What an author must fix in a piece of Markdown, with its line in that piece's file."""

    line: int
    message: str
    fix: str


class Notes:
    """The problems of one piece; finds the line on which the piece holds the text that a problem is about."""

    def __init__(self, text: str, line: int) -> None:
        self.problems: list[Problem] = []
        self.headings: list[tuple[int, str]] = []
        self._text = text
        self._line = line
        self._seen: dict[str, int] = {}

    def heading(self, level: int, text: str) -> str:
        """A heading as the piece writes it, as far as that is known."""
        written = f"{'#' * level} {text}"
        return written if written in self._text else text

    def add(self, about: str, message: str, fix: str) -> None:
        about = about.partition("\x02")[0]  # Markdown's own mark for a piece that it has set aside
        at = self._text.find(about, self._seen.get(about, -1) + 1)
        if at < 0:
            at = max(self._text.find(about), 0)
        self._seen[about] = at
        line = self._line + self._text.count("\n", 0, at)
        self.problems.append(Problem(line, message, fix))
