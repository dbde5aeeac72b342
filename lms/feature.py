"""What a feature declares to the layers below it, which import no feature; `lms/app.py` registers it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint

from lms.audit_words import Words
from lms.form_recovery import Recoverer
from lms.forms import Form
from lms.personal_data import Holding


@dataclass(frozen=True, kw_only=True)
class Feature:
    """A feature as its `feature.py` declares it; a part that it does not have is left out."""

    # its pages
    blueprints: tuple[Blueprint, ...] = ()
    # the wording of each action that it records in audit lines
    audit_words: Mapping[str, Words] = field(default_factory=dict)
    # the forms of each POST endpoint, possibly none; what people wrote is shown to them again when a form is refused
    forms: Mapping[str, tuple[type[Form], ...]] = field(default_factory=dict)
    # how an endpoint's form is saved when it arrives after the sign-in has ended
    recoverers: Mapping[str, Recoverer] = field(default_factory=dict)
    # the personal data that it stores
    holdings: tuple[Holding, ...] = ()
