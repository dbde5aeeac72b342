"""A sentence that is true or false; its choices are `true` and `false`, which are translated where they are shown."""

import re
from dataclasses import dataclass
from typing import ClassVar, Self

from lms.questions.choosing import Choosing
from lms.questions.gift.answers import GiftBody
from lms.questions.gift.text import shown
from lms.questions.paper import Gettext
from lms.questions.question import Choice

_WRITTEN = re.compile(r"(?P<word>true|false|t|f)(?:#(?P<wrong>[^#]*))?(?:#(?P<right>[^#]*))?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class TrueFalse(Choosing):
    kind: ClassVar[str] = "true-false"

    @classmethod
    def fits(cls, body: GiftBody) -> bool:
        return _WRITTEN.fullmatch(body.text) is not None

    @classmethod
    def from_gift(cls, body: GiftBody, **asked: str) -> Self:
        match = _WRITTEN.fullmatch(body.text)
        if match is None:
            raise ValueError(body.text)
        is_true = match["word"].lower() in ("t", "true")
        wrong, right = shown(match["wrong"] or ""), shown(match["right"] or "")
        choices = (
            Choice("true", is_true, right if is_true else wrong),
            Choice("false", not is_true, wrong if is_true else right),
        )
        return cls(**asked, choices=choices)

    def _said(self, choice: Choice, gettext: Gettext) -> str:
        return gettext("True") if choice.text == "true" else gettext("False")
