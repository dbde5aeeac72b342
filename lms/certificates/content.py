"""What a certificate's paper says, frozen: the one source of its PDF, its web page and its check page."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self

FORMAT = 1


class Language(StrEnum):
    FINNISH = "fi"
    SWEDISH = "sv"
    ENGLISH = "en"


class Kind(StrEnum):
    COMPLETION = "completion"


@dataclass(frozen=True, kw_only=True)
class PartUnit:
    """The part of a national unit that the course follows; its points are a scope, never an award.

    `scope_osp` is None when the course follows only some of the part-unit's criteria.
    """

    title: str
    code: str
    scope_osp: float | None
    unit_title: str
    year: int


@dataclass(frozen=True, kw_only=True)
class CertificateContent:
    """Everything that is on the paper, and nothing else.

    There is no field for why the holder took the course, on purpose: the paper must not tell it.
    """

    language: Language
    kind: Kind = Kind.COMPLETION
    number: str
    issued_on: date
    holder_name: str
    course_title: str
    # The language of title, summary and lessons: a course may not have the holder's.
    course_language: Language
    hours: float | None = None
    summary: str | None = None
    part_unit: PartUnit | None = None
    # Infinitive phrases in the paper's language that continue the words "Hän osaa".
    can_do: tuple[str, ...] = ()
    # The course's contents, shown when nothing was claimed.
    lessons: tuple[str, ...] = ()
    issuer_name: str
    signer_name: str
    signer_title: str
    # A finished text such as "Ohjaaja Liisa Laine on hyväksynyt 10/10 kohtaa".
    approvals: str | None = None
    verify_url: str
    verify_code: str

    def to_json(self) -> str:
        """Return the content as JSON, its keys always in the order of the fields."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the content as plain values, in the order of the fields."""
        return {"format": FORMAT, **asdict(self), "issued_on": self.issued_on.isoformat()}

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the content that `to_json` wrote. Raises ValueError when it is of another format."""
        values: dict[str, Any] = json.loads(text)
        found = values.pop("format", None)
        if found != FORMAT:
            raise ValueError(f"certificate facts of format {found!r} are not known")
        part_unit = values["part_unit"]
        return cls(
            **values
            | {
                "language": Language(values["language"]),
                "course_language": Language(values["course_language"]),
                "kind": Kind(values["kind"]),
                "issued_on": date.fromisoformat(values["issued_on"]),
                "part_unit": PartUnit(**part_unit) if part_unit else None,
                "can_do": tuple(values["can_do"]),
                "lessons": tuple(values["lessons"]),
            }
        )

    def texts(self) -> list[str]:
        """Return every text that is typeset as it is, for checking its letters."""
        unit = self.part_unit
        single = (
            self.number,
            self.holder_name,
            self.course_title,
            self.summary,
            *((unit.title, unit.code, unit.unit_title) if unit else ()),
            self.issuer_name,
            self.signer_name,
            self.signer_title,
            self.approvals,
            self.verify_url,
            self.verify_code,
        )
        return [text for text in (*single, *self.can_do, *self.lessons) if text]
