"""Parts an author's file into its front matter and its body."""

from lms.coursefiles.read.entries import Mapping
from lms.coursefiles.read.yaml_text import read_mapping
from lms.faults import FaultList

MOST_FRONT_MATTER_CHARACTERS = 16_000


def split_front_matter(text: str, faults: FaultList) -> tuple[Mapping, str, int] | None:
    """The front matter, the body, and the line on which the body starts; None and a fault without them."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        faults.add(1, "The front matter is missing", "Start with `---`, `name: value` lines and `---`.")
        return None
    end = next((number for number, line in enumerate(lines[1:], start=1) if line.rstrip() == "---"), None)
    if end is None:
        faults.add(1, "The front matter does not end", "Put a line `---` after the `name: value` lines.")
        return None
    front = "\n".join(lines[1:end])
    if len(front) > MOST_FRONT_MATTER_CHARACTERS:
        fix = f"Keep it under {MOST_FRONT_MATTER_CHARACTERS} characters."
        faults.add(1, "The front matter is too long", fix)
        return None
    mapping = read_mapping(front, 2, faults)
    if mapping is None:
        return None
    return mapping, "\n".join(lines[end + 1 :]), end + 2
