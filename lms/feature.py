"""What a feature declares to the layers below it, which know no feature; `lms/app.py` collects it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint

from lms.audit_words import Words
from lms.form_recovery import Recoverer
from lms.forms import Form
from lms.personal_data import Holding


@dataclass(frozen=True, kw_only=True)
class Feature:
    """A feature as its `feature.py` declares it; each part is there only when it has content."""

    # its pages
    blueprints: tuple[Blueprint, ...] = ()
    # the words of each action that it writes into the audit lines
    audit_words: Mapping[str, Words] = field(default_factory=dict)
    # the forms that each POST takes, or none: what people write in them is shown to them again when it is refused
    forms: Mapping[str, tuple[type[Form], ...]] = field(default_factory=dict)
    # how an endpoint's form is saved that came after its sign-in had ended
    recoverers: Mapping[str, Recoverer] = field(default_factory=dict)
    # what it holds about people
    holdings: tuple[Holding, ...] = ()
