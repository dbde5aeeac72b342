"""The values of an author's YAML, each with its line."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Entry:
    """One value and the line it is on."""

    value: "str | int | float | bool | tuple[Entry, ...] | Mapping | None"
    line: int


Mapping: TypeAlias = dict[str, Entry]
